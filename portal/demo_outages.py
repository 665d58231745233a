"""Invented outages for the demonstration: past and coming, planned and not, at the addresses of its people."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.answers import OutageAnswers
from forms.choices import OutageKind
from portal import clock
from portal.extensions import db
from portal.journal import Actor
from portal.models import Staff
from portal.services import outage_desk, outages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.models import Subscriber

# days from today, hour it begins, hours it lasts, kind, place of its reason in the directory
STORY = (
    (-70, 9, 8, OutageKind.planned, 0), (-41, 18, 3, OutageKind.emergency, 8), (-12, 22, 6, OutageKind.planned, 5),
    (0, 8, 12, OutageKind.emergency, 11), (4, 9, 7, OutageKind.planned, 3), (9, 10, 2, OutageKind.planned, 4),
)  # fmt: skip


def fill(people: Sequence[Subscriber]) -> None:
    """Publish outages around each address, leave one draft, and subscribe the first person to the own address."""
    clerk = Actor.of(db.session.scalars(select(Staff).order_by(Staff.id)).all()[-1])
    reasons = outage_desk.reasons()
    streets = [person.street for person in people if person.street is not None]
    text = "; ".join(f"{street.type} {street.name} (полностью)" for street in dict.fromkeys(streets))
    for number, (days, hour, lasts, kind, reason) in enumerate(STORY):
        begins = datetime.combine(clock.today() + timedelta(days=days), time(hour))
        ends = begins + timedelta(hours=lasts)
        said = OutageAnswers(kind, begins, ends, reasons[reason].id, text, f"demo-outage-{number}")
        made = outage_desk.save(said, clerk)
        if number != len(STORY) - 1:
            outage_desk.publish(made.id, clerk)
    first = people[0]
    if first.street_id is not None and first.house:
        outages.subscribe(first, first.street_id, first.house)
