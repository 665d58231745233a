"""Invented outages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from forms.answers import OutageAnswers
from forms.choices import OutageKind
from portal import clock
from portal.extensions import db
from portal.models import Outage, Street
from portal.services import outage_desk
from tests.support import people


def wall(days: float = 1, hour: int = 9) -> datetime:
    """Give a time of the wall clock some days from now."""
    day = clock.local(clock.now() + timedelta(days=days)).replace(tzinfo=None)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def said(text: str, **changes: Any) -> OutageAnswers:
    """What a clerk fills in: tomorrow from nine to five."""
    known = {"kind": OutageKind.planned, "begins_at": wall(), "ends_at": wall(hour=17), "text": text}
    known |= {"reason_id": outage_desk.reasons()[0].id, "token": people.token()}
    return OutageAnswers(**(known | changes))


def draft(text: str, **changes: Any) -> Outage:
    """Write one down."""
    return outage_desk.save(said(text, **changes), people.actor())


def published(street_id: int, houses: str = "", **changes: Any) -> Outage:
    """Publish one that touches houses of a street, or all of it."""
    street = db.session.get_one(Street, street_id)
    made = draft(f"{street.type} {street.name}{', д. ' + houses if houses else ' (полностью)'}", **changes)
    return outage_desk.publish(made.id, people.actor())
