"""Terms and working days: until when somebody has to do something."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.models import NonWorkingDay, Term, TermUnit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SATURDAY = 5


def is_working(day: date, exceptions: dict[date, bool]) -> bool:
    """Whether the company works that day, given the exceptions from Monday-to-Friday."""
    return exceptions.get(day, day.weekday() < SATURDAY)


def count(start: date, amount: int, unit: str, exceptions: dict[date, bool]) -> date:
    """Count a term from the day after `start`; a calendar term that ends on a day off ends on the next working day."""
    day = start
    if unit == TermUnit.calendar:
        day += timedelta(days=amount)
        while not is_working(day, exceptions):
            day += timedelta(days=1)
        return day
    while amount > 0:
        day += timedelta(days=1)
        amount -= is_working(day, exceptions)
    return day


def due(session: Session, code: str, start: date) -> date:
    """Give the last day of the term `code` that starts on `start`. Raises LookupError where staff deleted the term."""
    term = session.scalar(select(Term).where(Term.code == code))
    if term is None:
        raise LookupError(f"no term {code}")
    rows = session.execute(select(NonWorkingDay.day, NonWorkingDay.is_working).where(NonWorkingDay.day >= start))
    return count(start, term.amount, term.unit, {row.day: row.is_working for row in rows})
