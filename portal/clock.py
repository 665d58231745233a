"""What time it is: moments in UTC, days in the company's own zone."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from portal import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))


def now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift.get()


def local(moment: datetime) -> datetime:
    """Turn a moment into what a clock on the company's wall shows then."""
    return moment.astimezone(settings.current().organisation.zone)


def today() -> date:
    """Give today's date where the company is."""
    return local(now()).date()


def midnight(day: date) -> datetime:
    """Give the moment at which a day begins where the company is."""
    return datetime.combine(day, time(), settings.current().organisation.zone).astimezone(UTC)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Live at another time for a while: the demonstration goes through weeks in seconds."""
    before = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(before)
