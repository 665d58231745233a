"""The workflows: statuses and moves as tables in plain Python.

Staff's screens, the subscriber's buttons, timelines, letters and clocks all read them; adding a move is one line here
(and a folder for its letter).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """Whose turn it is; pages show it by colour, icon and words."""

    ours = "ours"
    yours = "yours"
    done = "done"
    closed = "closed"


class By(StrEnum):
    """Who may make a move."""

    applicant = "applicant"
    staff = "staff"


@dataclass(frozen=True)
class Status:
    """A state of a case: `label` is shown everywhere, `says` tells the subscriber what happens now."""

    code: str
    label: str
    tone: Tone
    says: str


@dataclass(frozen=True)
class Move:
    """A way from one status to another.

    `needs` names the inputs it demands (forms/staff.py; `?` at the end: welcome, not demanded; `a|b`: one of them);
    `asks` is the label of its note, `asks_for` the same in the accusative («Введите …»); `document` the title of a
    file that comes with it; `clock` the term it starts, or STOP; `extends` the longest by which `until` may move the
    last day; `once` a move made once in a case's life;
    `within` the term (from the entry into the source status) after which it is no longer offered.
    """

    code: str
    label: str
    sources: tuple[str, ...]
    target: str
    by: By
    needs: tuple[str, ...] = ()
    asks: str = ""
    asks_for: str = "текст"
    letter: str | None = None
    document: str = ""
    clock: str | None = None
    extends: str | None = None
    once: bool = False
    within: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of all its inputs, for the form: in «a|b» each is welcome, and `demands` sees to the rest."""
        return tuple(f"{name}?" if "|" in need else name for need in self.needs for name in need.split("|"))

    @property
    def demands(self) -> tuple[tuple[str, ...], ...]:
        """Groups of names, of each of which one must be given."""
        return tuple(tuple(need.split("|")) for need in self.needs if not need.endswith("?"))


STOP = "stop"


@dataclass(frozen=True)
class Workflow:
    """The life of one kind of case.

    `journal` numbers it (anew each year if `yearly`); `roles` of staff, and admins, make its staff moves; `path` is
    the usual way, in order; `document` is the title of a file filed with it; `letter` and `clock` go with the filing.
    """

    kind: str
    roles: tuple[str, ...]
    journal: str
    yearly: bool
    start: Status
    statuses: tuple[Status, ...]
    moves: tuple[Move, ...]
    path: tuple[str, ...]
    document: str
    letter: str
    clock: str

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


_REGISTERED = Status(
    "registered",
    "Регистрация",
    Tone.ours,
    "Обращение зарегистрировано и ждёт сотрудника. От вас ничего не требуется.",
)

APPEAL = Workflow(
    kind="appeal",
    roles=("operator",),
    journal="requests",
    yearly=False,
    start=_REGISTERED,
    statuses=(
        _REGISTERED,
        Status("in_work", "На рассмотрении", Tone.ours, "Сотрудник готовит ответ. От вас ничего не требуется."),
        Status("clarification", "Запрошены уточнения", Tone.yours, "Ответьте на вопрос, чтобы мы продолжили."),
        Status("extended", "Срок продлён", Tone.ours, "Ответ готовится дольше обычного. От вас ничего не требуется."),
        Status("redirected", "Перенаправлено", Tone.closed, "Вопрос решает другая организация, мы передали его ей."),
        Status("answered", "Ответ направлен", Tone.done, "Прочитайте ответ. Если не согласны, напишите об этом."),
        Status("closed", "Закрыто", Tone.closed, "Работа по обращению завершена."),
        Status("withdrawn", "Отозвано", Tone.closed, "Вы отозвали обращение."),
    ),
    moves=(
        Move("take", "Взять в работу", ("registered",), "in_work", By.staff),
        Move(
            "answer", "Ответить", ("registered", "in_work", "extended"), "answered", By.staff,
            needs=("note|letter_file", "letter_number?", "letter_date?"), asks="Текст ответа",
            document="Ответ на обращение",
            letter="appeal_answered", clock=STOP,
        ),
        Move(
            "ask", "Запросить уточнения", ("registered", "in_work", "extended"), "clarification", By.staff,
            needs=("note",), asks="Что нужно уточнить", letter="appeal_clarification",
        ),
        Move(
            "extend", "Продлить срок", ("in_work",), "extended", By.staff,
            needs=("until", "note"), asks="Почему нужно больше времени", letter="appeal_extended",
            extends="appeal_extension", once=True,
        ),
        Move(
            "redirect", "Перенаправить", ("registered", "in_work", "extended"), "redirected", By.staff,
            needs=("addressee", "note?"), asks="Пояснение", letter="appeal_redirected", clock=STOP,
        ),
        Move("close", "Закрыть", ("answered",), "closed", By.staff),
        Move(
            "clarify", "Ответить на вопрос", ("clarification",), "in_work", By.applicant,
            needs=("note", "document?"), asks="Ваш ответ", document="Уточнение к обращению",
        ),
        Move(
            "disagree", "Не согласен с ответом", ("answered",), "in_work", By.applicant,
            needs=("note", "document?"), asks="С чем вы не согласны",
            document="Возражение на ответ",
            clock="appeal_answer", once=True, within="appeal_disagreement",
        ),
        Move(
            "withdraw", "Отозвать обращение", ("registered", "in_work", "extended", "clarification"), "withdrawn",
            By.applicant, needs=("note?",), asks="Почему (можно не писать)", letter="appeal_withdrawn", clock=STOP,
        ),
    ),
    path=("registered", "in_work", "answered"),
    document="Документ к обращению",
    letter="appeal_registered",
    clock="appeal_answer",
)  # fmt: skip

WORKFLOWS = {workflow.kind: workflow for workflow in (APPEAL,)}
