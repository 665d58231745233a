"""Two people on one card: each hears of the other before either has written anything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from portal import clock
from portal.extensions import db
from portal.models import Glance
from portal.transactions import transaction

if TYPE_CHECKING:
    from portal.models import Case, Staff

# A page with JavaScript says once a minute that it is still open; one without is forgotten after this time.
LASTS = timedelta(minutes=5)
AGAIN = timedelta(seconds=45)


def look(case: Case, staff: Staff) -> list[Glance]:
    """Note that somebody has the card open, and list who else had it open in the last minutes, one line a person."""
    now = clock.now()
    lately = select(Glance).where(Glance.case_id == case.id, Glance.at > now - LASTS).order_by(Glance.id)
    latest = {one.staff_id: one for one in db.session.scalars(lately)}
    mine = latest.pop(staff.id, None)
    if mine is None or mine.at < now - AGAIN:
        _note(case.id, staff.id)
    return list(latest.values())


def leave(case: Case, staff: Staff) -> None:
    """Forget somebody who is done with a case."""
    with transaction() as session:
        session.execute(delete(Glance).where(Glance.case_id == case.id, Glance.staff_id == staff.id))


def _note(case_id: int, staff_id: int) -> None:
    """Write it down, and let go of what is over."""
    with transaction() as session:
        is_mine = (Glance.case_id == case_id) & (Glance.staff_id == staff_id)
        session.execute(delete(Glance).where(or_(is_mine, Glance.at <= clock.now() - LASTS)))
        session.add(Glance(case_id=case_id, staff_id=staff_id))
