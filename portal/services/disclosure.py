"""The report that disclosure rules demand of grid companies: the stages that applications for connection went through.

Standards of disclosure of 21.01.2004 (ПП РФ № 24), п. 19 «л»: the main stages of processing applications, with the day
an application came and its number, the days when the signed contract and the conditions were sent, when the contract
was concluded, how the conditions are carried out, when the object was connected and voltage given, and when the papers
about it were drawn up and signed. That list is what companies print above what they publish. Not certain, and to be
asked of a lawyer: whether the letter of the paragraph is still this one, how often it has to be published, and whether
a form is prescribed. None has been found, so the columns follow the list.

A row is an application that was filed or moved on within the period, as it stood at the end of it: the journal never
changes, so the same period gives the same report whenever it is taken. Nobody is named: there are no applicants, no
addresses, and of a cancellation the circumstance instead of the words that somebody wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from forms.answers import PeriodAnswers
from forms.readings import later
from portal import clock, exports, formats, journal, settings, stages
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Connection, JournalEntry, TermUnit
from portal.refusals import FieldRefusal
from portal.transactions import transaction
from portal.workflow import CONNECTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from portal.exports import Cell
    from portal.models import Staff
    from portal.stages import Length

BASIS = "ПП РФ от 21.01.2004 № 24, п. 19 «л»"
QUARTER = 3  # months
WIDE, NARROW = 46, 17  # columns, in characters


@dataclass(frozen=True)
class Stage:
    """A stage as the report calls it; it begins with a status, on the day of the move or on one that the move names."""

    label: str
    status: str
    fact: str = ""


STAGES = (
    Stage("Заявка поступила", "registered"),
    Stage("Запрошены недостающие документы", "documents_missing"),
    Stage("Документы приняты", "preparing"),
    Stage("Направлены договор и технические условия", "terms_issued"),
    Stage("Договор заключён", "works", "contract_date"),
    Stage("Заявитель сообщил о готовности", "ready"),
    Stage("Выданы замечания", "works_remarks"),
    Stage("Технические условия выполнены", "connecting"),
    Stage("Подано напряжение", "act", "energised_on"),
    Stage("Составлен акт", "act", "act_date"),
    Stage("Присоединение завершено", "done"),
    Stage("Заявка аннулирована", "cancelled"),
)
# Why an application was cancelled, by the status it was in; other statuses tell nothing.
REASONS = {
    "documents_missing": "Не поступили недостающие документы",
    "terms_issued": "Не поступила оплата по договору",
}
WITHDRAWN, OTHERWISE = "Отозвана заявителем", "По решению сетевой организации"
HEADS = ("Номер заявки", "Мощность, кВт", *(stage.label for stage in STAGES), "Причина аннулирования", "Состояние")


def last_quarter() -> PeriodAnswers:
    """Give the last quarter that is over."""
    month = clock.today().replace(day=1)
    this = month.replace(month=month.month - (month.month - 1) % QUARTER)
    return PeriodAnswers(later(this, -QUARTER), this - timedelta(days=1))


def take(period: PeriodAnswers, by: Staff) -> tuple[Iterator[bytes], int]:
    """Give the workbook in pieces and its size in bytes; who took it is in the journal.

    Raises:
        FieldRefusal: the period is not over yet.

    """
    for name, day in (("since", period.since), ("till", period.till)):
        if day > clock.today():
            raise FieldRefusal(
                name, f"Введите дату не позже {formats.date(clock.today())}: отчёт — о том, что уже было"
            )
    with transaction() as session:
        data = {"since": period.since.isoformat(), "till": period.till.isoformat()}
        journal.record(session, Actor.of(by), "disclosure.take", subject="disclosure", data=data)
    sheets = {"Сводка": summary(period), "Заявки": applications(period)}
    return exports.as_xlsx(sheets, [WIDE, *[NARROW] * (len(HEADS) - 1)])


def applications(period: PeriodAnswers) -> Iterator[list[Cell]]:
    """Yield the heads, then a row for each application that was filed or moved on within the period."""
    yield list(HEADS)
    for row in db.session.execute(_rows(period).execution_options(yield_per=exports.PORTION)):
        yield _row(row)


def summary(period: PeriodAnswers) -> Iterator[list[Cell]]:
    """Yield what the report is, then how many applications came to each stage, then how long the stages lasted."""
    yield [f"Сведения об этапах обработки заявок на технологическое присоединение ({BASIS})"]
    yield [settings.current().organisation.name]
    yield [f"За период с {formats.date(period.since)} по {formats.date(period.till)}"]
    yield []
    yield ["Этап", "Заявок за период", "Мощность, кВт"]
    reached = {status: (count, float(power)) for status, count, power in db.session.execute(_reached(period))}
    for stage in STAGES:
        yield [stage.label, *reached.get(stage.status, (0, 0))]
    yield []
    yield ["Сколько длился этап", "Завершено", "Медиана, дней", "Дни", "Срок", "Основание"]
    for one in stages.statuses(db.session(), [CONNECTION.kind], period.since, period.till):
        yield _lasted(one)


def _lasted(one: Length) -> list[Cell]:
    days = TermUnit.working.label if one.is_working else TermUnit.calendar.label
    said: list[Cell] = [CONNECTION.status(one.code).label, one.count, one.median, days]
    term = one.term
    return [*said, f"{term.amount} ({TermUnit(term.unit).label})", term.clause] if term else said


def _within(period: PeriodAnswers) -> ColumnElement[bool]:
    return and_(
        JournalEntry.to_status.is_not(None),
        JournalEntry.at >= clock.midnight(period.since),
        JournalEntry.at < _end(period),
    )


def _end(period: PeriodAnswers) -> datetime:
    return clock.midnight(period.till + timedelta(days=1))


def _reached(period: PeriodAnswers) -> Select[Any]:
    """Count the applications that came to each status within the period, each once, and their power."""
    came = select(JournalEntry.case_id, JournalEntry.to_status).where(_within(period)).distinct().subquery()
    power = func.sum(Connection.power_requested).label("power")
    counted = select(came.c.to_status, func.count().label("count"), power)
    # The tables themselves: of a case its own kind's columns are enough.
    connections = Connection.__table__
    return counted.join_from(came, connections, connections.c.id == came.c.case_id).group_by(came.c.to_status)


def _rows(period: PeriodAnswers) -> Select[Any]:
    """Select the latest day of each stage, up to the end of the period, of what moved within it."""
    moved = select(JournalEntry.case_id).where(_within(period))
    passed = (
        select(JournalEntry.case_id, func.max(JournalEntry.id).label("last"))
        .add_columns(*(_latest(stage).label(f"stage_{number}") for number, stage in enumerate(STAGES)))
        .where(JournalEntry.case_id.in_(moved), JournalEntry.to_status.is_not(None), JournalEntry.at < _end(period))
        .group_by(JournalEntry.case_id)
        .subquery()
    )
    last, cases, connections = aliased(JournalEntry), Case.__table__, Connection.__table__
    return (
        select(cases.c.number, cases.c.year, connections.c.power_requested)
        .add_columns(*(passed.c[f"stage_{number}"] for number in range(len(STAGES))))
        .add_columns(last.event, last.from_status, last.to_status)
        .join_from(passed, connections, connections.c.id == passed.c.case_id)
        .join(cases, cases.c.id == passed.c.case_id)
        .join(last, last.id == passed.c.last)
        .order_by(passed.c.case_id)
    )


def _latest(stage: Stage) -> ColumnElement[Any]:
    said = JournalEntry.data[stage.fact].as_string() if stage.fact else JournalEntry.at
    return func.max(said).filter(JournalEntry.to_status == stage.status)


def _row(row: Iterable[Any]) -> list[Cell]:
    number, year, power, *days, event, before, status = row
    reason = "" if status != "cancelled" else WITHDRAWN if event == "withdraw" else REASONS.get(before, OTHERWISE)
    return [f"{number}/{year}", float(power), *map(_day, days), reason, CONNECTION.status(status).label]


def _day(said: datetime | str | None) -> date | None:
    """Read the day of a moment, or what a clerk wrote down with the move."""
    if said is None or isinstance(said, str):
        return date.fromisoformat(said) if said else None
    return clock.local(said).date()
