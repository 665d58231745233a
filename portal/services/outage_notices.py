"""Telling subscribers of outages: letters are written in small lots by the delivery process, each of them once.

A lot of letters and the note of how far it got are one transaction: whoever is killed in between has written nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.choices import OutageState
from portal import clock, outage_letters
from portal.extensions import db
from portal.models import Outage, OutageAddress, OutageNotice, OutageSubscription, Street, Subscriber
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    Touched = Row[int, int, int | None, str]

LOT = 100


def spread() -> int:
    """Write the next lot of letters of one notice; gives how many people it dealt with, 0 where nothing waits."""
    waiting = select(OutageNotice.id).where(OutageNotice.done_at.is_(None)).order_by(OutageNotice.id).limit(1)
    anything = db.session.scalar(waiting)
    db.session.commit()
    if anything is None:
        return 0
    with transaction() as session:
        ours = session.scalar(waiting.with_for_update(skip_locked=True))
        return 0 if ours is None else _tell_lot(session, session.get_one(OutageNotice, ours))


def _tell_lot(session: Session, notice: OutageNotice) -> int:
    outage = notice.outage
    is_over = outage.ends_at < clock.now()  # nobody needs to hear of it any more
    people = [] if is_over else _next_people(session, notice)
    for subscriber_id, rows in people:
        subscriber = session.get_one(Subscriber, subscriber_id)
        if subscriber.is_active:
            streets = sorted({row.display for row in rows})
            outage_letters.announce(session, _letter(notice, outage, rows), subscriber, outage, streets)
        notice.told_up_to = subscriber_id
    if len(people) < LOT:
        notice.done_at = clock.now()
    return max(len(people), 1)


def _next_people(session: Session, notice: OutageNotice) -> list[tuple[int, list[Touched]]]:
    """Find the next subscribers whose addresses the outage touches, with the rows that touch them."""
    here = (
        OutageAddress.outage_id == notice.outage_id,
        OutageAddress.until.is_(None) | OutageAddress.until.between(notice.covers, notice.version),
        OutageAddress.touch(OutageSubscription.number, OutageSubscription.suffix),
        OutageSubscription.street_id == OutageAddress.street_id,
        OutageSubscription.subscriber_id > notice.told_up_to,
    )
    who = select(OutageSubscription.subscriber_id).where(*here).distinct()
    ids = list(session.scalars(who.order_by(OutageSubscription.subscriber_id).limit(LOT)))
    how = (
        select(OutageSubscription.subscriber_id, OutageAddress.since, OutageAddress.until, Street.display)
        .join_from(OutageSubscription, Street, Street.id == OutageSubscription.street_id)
        .where(*here, OutageSubscription.subscriber_id.in_(ids))
    )
    rows: dict[int, list[Touched]] = defaultdict(list)
    for row in session.execute(how):
        rows[row.subscriber_id].append(row)
    return [(subscriber_id, rows[subscriber_id]) for subscriber_id in ids]


def _letter(notice: OutageNotice, outage: Outage, rows: Sequence[Touched]) -> str:
    """Say what it is to these addresses: new, changed or called off."""
    here = [row for row in rows if row.until is None]
    if outage.state == OutageState.cancelled.code or not here:
        return "outage_cancelled"
    return "outage_published" if all(row.since == notice.version for row in here) else "outage_moved"
