"""What time it is: moments in UTC, days in the company's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from portal import settings


def now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Turn a moment into what a clock on the company's wall shows then."""
    return moment.astimezone(settings.current().organisation.zone)


def today() -> date:
    """Give today's date where the company is."""
    return local(now()).date()
