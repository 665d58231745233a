"""Terms, working days and the clocks that run by them: until when somebody has to do something."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal import clock
from portal.models import Case, Clock, NonWorkingDay, Term, TermUnit
from portal.workflow import ALL, WORKFLOWS, By, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SATURDAY = 5
MONTHS = 12


def is_working(day: date, exceptions: dict[date, bool]) -> bool:
    """Whether the company works that day, given the exceptions from Monday-to-Friday."""
    return exceptions.get(day, day.weekday() < SATURDAY)


def count(start: date, amount: int, unit: str, exceptions: dict[date, bool]) -> date:
    """Count a term from the day after `start`.

    A term in calendar days or months that ends on a day off ends on the next working day (ГК РФ, ст. 191-193).
    """
    if unit == TermUnit.working:
        return _working_days_on(start, amount, exceptions)
    day = start + timedelta(days=amount) if unit == TermUnit.calendar else _months_on(start, amount)
    while not is_working(day, exceptions):
        day += timedelta(days=1)
    return day


def due(session: Session, code: str, start: date) -> date:
    """Give the last day of the term `code` that starts on `start`. Raises LookupError where staff deleted the term."""
    term = session.scalar(select(Term).where(Term.code == code))
    if term is None:
        raise LookupError(f"no term {code}")
    return count(start, term.amount, term.unit, days_off(session, start))


def days_off(session: Session, since: date) -> dict[date, bool]:
    """Give the exceptions from the working week: the day, and whether it is worked."""
    rows = session.execute(select(NonWorkingDay.day, NonWorkingDay.is_working).where(NonWorkingDay.day >= since))
    return {row.day: row.is_working for row in rows}


def working_days_left(last: date, exceptions: dict[date, bool]) -> int:
    """Count the working days from tomorrow to the last day, that one included; 0 on the last day and after it."""
    return working_days_between(clock.today(), last, exceptions)


def working_days_between(start: date, last: date, exceptions: dict[date, bool]) -> int:
    """Count the working days after `start`, the last day included."""
    days = (start + timedelta(days=number) for number in range(1, (last - start).days + 1))
    return sum(is_working(day, exceptions) for day in days)


def turn(
    session: Session, case: Case, starts: Sequence[str], pauses: Sequence[str] = (), stops: Sequence[str] = ()
) -> None:
    """Start, pause and stop clocks of a case; a clock that is started again begins anew."""
    today = clock.today()
    for running in case.clocks:
        if running.ended_on is None and (ALL in stops or running.code in {*stops, *starts}):
            running.ended_on = today
        elif running.runs and running.code in pauses:
            running.paused_on = today
    for code in starts:
        term = case.term(code)
        side = WORKFLOWS[case.kind].clocks[code]
        last = due(session, term, today)
        case.clocks.append(Clock(code=code, term=term, side=side, started_on=today, due_on=last))


def settle(case: Case) -> None:
    """Note on the case the day that matters now: the nearest one of whoever's turn it is, else the nearest of all."""
    running = [one for one in case.clocks if one.runs]
    side = By.applicant if WORKFLOWS[case.kind].status(case.status).tone is Tone.yours else By.staff
    mine = [one.due_on for one in running if one.side == side]
    case.due_on = min(mine or [one.due_on for one in running], default=None)


def _working_days_on(start: date, amount: int, exceptions: dict[date, bool]) -> date:
    day = start
    while amount > 0:
        day += timedelta(days=1)
        amount -= is_working(day, exceptions)
    return day


def _months_on(start: date, amount: int) -> date:
    year, month = divmod(start.year * MONTHS + start.month - 1 + amount, MONTHS)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
