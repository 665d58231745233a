"""A clerks' queue of cases of one kind: its parts, its order, and who stands next to whom in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, literal, or_, select, tuple_

from admin.parts import OneOf, Preset
from portal import access, clock, formats, moves, timeline
from portal.extensions import db
from portal.models import Case, Clock
from portal.models.cases import FINISHED
from portal.services import figures
from portal.workflow import By, Tone, Workflow

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

SOON = timedelta(days=2)
MINE = "mine"


@dataclass(frozen=True)
class Urgency:
    """How much time is left: the words, and the tone of their tag (late, yours or closed)."""

    words: str
    tone: str


def urgency_of(case: Case) -> Urgency | None:
    """Count the days that a case has left; whose term has passed is asked only where one has."""
    if case.due_on is None:
        return None
    return urgency(case.due_on, case.due_side if case.due_on < clock.today() else By.staff)


def urgency(due_on: date, side: By = By.staff) -> Urgency:
    """Count the days that are left today; only the company's own term can be overdue."""
    left = (due_on - clock.today()).days
    if left < 0:
        return Urgency(f"просрочено {-left} дн." if side is By.staff else f"истёк {-left} дн. назад", "late")
    words = f"{left} дн." if left else "сегодня"
    return Urgency(words, "yours" if left <= SOON.days else "closed")


def short_name(case: Case) -> str:
    """«Иванов И.И.», or the organisation as it is; as the paper says, not as the profile says now."""
    name = case.applicant["name"]
    return formats.short_name(name) if case.subscriber.is_person else str(name)


def reason_to_cancel(case: Case) -> str:
    """Say why the calendar proposes to cancel a case; nothing where it does not. It is a person who decides."""
    over = [one for one in case.clocks if one.runs and not one.is_ours and one.days_left < 0]
    if moves.workflow_of(case).lapse is None or not over:
        return ""
    term = timeline.terms().get(over[0].term)
    return f"{f'«{term.name}»' if term else 'Срок'}: срок заявителя истёк {formats.date(over[0].due_on)}."


@dataclass(frozen=True)
class Queue:
    """The cases of one kind; `key` is the column that their cards are addressed by."""

    model: type[Case]
    workflow: Workflow
    key: str = "number"

    @cached_property
    def presets(self) -> tuple[Preset, ...]:
        """Give the parts, the clerk's own first; proposals to cancel where the workflow knows them."""
        late = Preset("late", "Просрочено", lambda: and_(self.is_open(), _is_over(By.staff)))
        proposed = Preset("proposed", "Предлагается аннулировать", self.is_proposed)
        return (
            Preset(MINE, "Моя очередь", self.is_mine),
            late,
            Preset("today", "Срок сегодня", lambda: and_(self.is_open(), Case.stands_on == clock.today())),
            Preset("waiting", "Ждут заявителя", lambda: self.of_tones(Tone.yours)),
            *((proposed,) if self.workflow.lapse else ()),
            Preset("open", "Открытые", self.is_open),
            Preset("all", "Все", lambda: Case.kind == self.workflow.kind),
        )

    @property
    def mine(self) -> Preset:
        """The part that waits for the clerk."""
        return self.presets[0]

    def of_tones(self, *tones: Tone) -> ColumnElement[bool]:
        """Select the cases that are not finished and whose status has one of these tones."""
        codes = [status.code for status in self.workflow.statuses if status.tone in tones]
        return and_(self.is_open(), Case.status.in_(codes))

    def is_open(self) -> ColumnElement[bool]:
        """Select what is not finished."""
        return and_(Case.kind == self.workflow.kind, Case.stands_on < FINISHED)

    def is_mine(self) -> ColumnElement[bool]:
        """Select what waits for the company, and for this clerk or nobody in particular."""
        mine = or_(Case.responsible_id.is_(None), Case.responsible_id == access.staff().id)
        waits = or_(self.of_tones(Tone.ours), self.is_proposed()) if self.workflow.lapse else self.of_tones(Tone.ours)
        return and_(waits, mine)

    def is_proposed(self) -> ColumnElement[bool]:
        """Select what may be cancelled: the applicant let the term pass, a person decides."""
        return and_(self.is_open(), _is_over(By.applicant))

    @staticmethod
    def order() -> tuple[Any, ...]:
        """Put the nearest term first."""
        return (Case.stands_on, Case.id)

    def found(self, key: int) -> Case | None:
        """Open a case by the key of its card."""
        return db.session.scalar(select(self.model).where(self._key == key))

    def first(self, preset: Preset) -> int | None:
        """Give the key at the head of that part of the queue."""
        return self._one(self._keys(preset).order_by(*self.order()))

    def before(self, case: Case, preset: Preset) -> int | None:
        """Give the key of the one before it in that part of the queue."""
        backwards = [key.desc() for key in self.order()]
        return self._one(self._keys(preset, tuple_(*self.order()) < _place(case)).order_by(*backwards))

    def after(self, case: Case, preset: Preset) -> int | None:
        """Give the key of the one after it."""
        return self._one(self._keys(preset, tuple_(*self.order()) > _place(case)).order_by(*self.order()))

    def _one(self, keys: Any) -> int | None:  # noqa: ANN401
        found: int | None = db.session.scalar(keys.limit(1))
        return found

    @property
    def _key(self) -> Any:  # noqa: ANN401
        return getattr(self.model, self.key)

    def _keys(self, preset: Preset, *which: ColumnElement[bool]) -> Any:  # noqa: ANN401
        # Through the model itself: the key may be a column of the kind's own table.
        return select(self._key).select_from(self.model).where(preset.where(), *which)


class DaysLeft(OneOf):
    """A drop-down of days left, the same that «Показатели» counts by."""

    def __init__(self) -> None:
        """Offer the spans."""
        super().__init__(Case.due_on, "Срок", lambda: [(span.code, span.label) for span in figures.SPANS])

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:  # noqa: ANN401, ARG002
        """Narrow the list."""
        return query.filter(next(span for span in figures.SPANS if span.code == value).where())


def number(word: str) -> int | None:
    """Read a number from a word of a search, «465» or «465/2026»; None for what can be none."""
    word = word.partition("/")[0]
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None  # noqa: PLR2004


def _is_over(side: By) -> ColumnElement[bool]:
    """Select the cases in which a term of that side has passed."""
    runs = and_(Clock.ended_on.is_(None), Clock.paused_on.is_(None))
    return Case.id.in_(select(Clock.case_id).where(runs, Clock.side == side, Clock.due_on < clock.today()))


def _place(case: Case) -> Any:  # noqa: ANN401
    return tuple_(literal(case.stands_on), literal(case.id))
