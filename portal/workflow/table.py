"""What a workflow is made of: statuses, moves, clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tone(StrEnum):
    """Whose turn it is; pages show it by colour, icon and words."""

    ours = "ours"
    yours = "yours"
    done = "done"
    closed = "closed"


class By(StrEnum):
    """Who may make a move, and whom a clock binds."""

    applicant = "applicant"
    staff = "staff"


@dataclass(frozen=True)
class Status:
    """A state of a case: `label` is shown everywhere, `says` tells the subscriber what happens now.

    `term` is the term that rules this stage, for those who want to know how long it will take; `short` stands in
    narrow columns; `call` asks the subscriber to do what is waited for.
    """

    code: str
    label: str
    tone: Tone
    says: str
    term: str = ""
    short: str = ""
    call: str = ""


ALL = "*"


class Verdicts(StrEnum):
    """What comes with a move about the documents: nothing, some returned (the others are accepted), all accepted."""

    none = ""
    returned = "returned"
    accepted = "accepted"


@dataclass(frozen=True)
class Move:
    """A way from one status to another, or (`target` None) something done within a status.

    `needs` names the inputs it demands (forms/inputs.py; `?` at the end: welcome, not demanded; `a|b`: one of them);
    `asks` is the label of its note, `asks_for` the same in the accusative («Введите …»); `document` the title of a
    file that comes with it; `paper` the numbered letter that is made of it (portal/papers.py) where no file of one
    is given. `starts`, `pauses` and `stops` name clocks, `stops=(ALL,)` all that run; `extends` the term by which
    `until` may move the last day at most; `once` a move made once in a case's life; `within` the term (from the
    entry into the source status) after which it is no longer offered; `when` a property of the case that must hold,
    and `otherwise` the sentence for whoever tries all the same; `done` is said afterwards; `short` stands on narrow
    buttons. `letter` goes to the applicant, `tells` to staff.
    `verdicts` says what comes with it on the documents, kind by kind: see Verdicts.
    """

    code: str
    label: str
    sources: tuple[str, ...]
    target: str | None
    by: By
    needs: tuple[str, ...] = ()
    asks: str = ""
    asks_for: str = "текст"
    letter: str | None = None
    tells: str | None = None
    document: str = ""
    paper: str | None = None
    starts: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    extends: str | None = None
    once: bool = False
    within: str | None = None
    when: str | None = None
    otherwise: str = ""
    done: str = ""
    short: str = ""
    verdicts: Verdicts = Verdicts.none

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of all its inputs, for the form: in «a|b» each is welcome, and `demands` sees to the rest."""
        return tuple(f"{name}?" if "|" in need else name for need in self.needs for name in need.split("|"))

    @property
    def demands(self) -> tuple[tuple[str, ...], ...]:
        """Groups of names, of each of which one must be given."""
        return tuple(tuple(need.split("|")) for need in self.needs if not need.endswith("?"))


@dataclass(frozen=True)
class Workflow:
    """The life of one kind of case.

    `journal` numbers it (anew each year if `yearly`); `roles` of staff, and admins, make its staff moves; `path` is
    the usual way, in order; `document` is the title of a file filed with it; `letter` and the clocks `starts` go
    with the filing. `clocks` says whom each of its clocks binds; `lapse` is the company's clock that starts when the
    applicant let one pass.
    """

    kind: str
    label: str
    roles: tuple[str, ...]
    journal: str
    yearly: bool
    start: Status
    statuses: tuple[Status, ...]
    moves: tuple[Move, ...]
    path: tuple[str, ...]
    document: str
    letter: str
    starts: tuple[str, ...]
    clocks: Mapping[str, By] = field(default_factory=lambda: MappingProxyType({}))
    lapse: str | None = None

    def status(self, code: str) -> Status:
        """Find a status by its code; KeyError for a code that no table has."""
        return {status.code: status for status in self.statuses}[code]

    def move(self, code: str) -> Move | None:
        """Find a move by its code."""
        return next((move for move in self.moves if move.code == code), None)

    def allowed(self, status: str, by: By) -> tuple[Move, ...]:
        """List the moves that lead out of a status, in the table's order."""
        return tuple(move for move in self.moves if status in move.sources and move.by is by)

    def is_open(self, status: str) -> bool:
        """Whether something is still to be done."""
        return self.status(status).tone in {Tone.ours, Tone.yours}

    @property
    def open_statuses(self) -> tuple[str, ...]:
        """Codes of the statuses in which something is still to be done."""
        return tuple(status.code for status in self.statuses if self.is_open(status.code))
