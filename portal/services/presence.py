"""Two people on one card or form: each hears of the other before either has written anything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from portal import clock
from portal.extensions import db
from portal.models import Case, Glance
from portal.transactions import transaction

if TYPE_CHECKING:
    from portal.models import Staff

# A page with JavaScript says once a minute that somebody still looks at it; another is forgotten after this time.
LASTS = timedelta(minutes=5)
AGAIN = timedelta(seconds=45)


def look(about: Case | str, staff: Staff) -> list[Glance]:
    """Note that somebody has it open, and list who else had it open in the last minutes, one line a person.

    `about` is a case, or the subject of another record's journal («streets:12»).
    """
    now, subject = clock.now(), _subject(about)
    lately = select(Glance).where(Glance.subject == subject, Glance.at > now - LASTS).order_by(Glance.id)
    latest = {one.staff_id: one for one in db.session.scalars(lately)}
    mine = latest.pop(staff.id, None)
    if mine is None or mine.at < now - AGAIN:
        _note(subject, staff.id)
    return list(latest.values())


def leave(about: Case | str, staff: Staff) -> None:
    """Forget somebody who is done with it."""
    with transaction() as session:
        session.execute(delete(Glance).where(Glance.subject == _subject(about), Glance.staff_id == staff.id))


def _subject(about: Case | str) -> str:
    return f"cases:{about.id}" if isinstance(about, Case) else about


def _note(subject: str, staff_id: int) -> None:
    """Write it down, and let go of what is over."""
    with transaction() as session:
        is_mine = (Glance.subject == subject) & (Glance.staff_id == staff_id)
        session.execute(delete(Glance).where(or_(is_mine, Glance.at <= clock.now() - LASTS)))
        session.add(Glance(subject=subject, staff_id=staff_id))
