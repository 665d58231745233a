"""Letters that remind of readings: in their days, to whoever wants them and has a meter without one, once a month.

A round goes through all subscribers once a day, a few at a time, and remembers how far it has come in the transaction
of its letters: a process that is killed loses nothing and repeats nothing.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select
from sqlalchemy.exc import IntegrityError

from portal import clock, letters, outbox, reading_days
from portal.extensions import db
from portal.models import Meter, Reading, ReadingReminder, ReminderRefusal, ReminderRound, Subscriber
from portal.transactions import transaction

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

BATCH = outbox.BATCH  # no more than leave in a round of the outbox, so that no other letter waits behind them


def remind() -> int:
    """Write the next few reminders of today's round; gives how many, 0 on other days and when the round is over."""
    window = reading_days.window()
    if not window.is_open:
        return 0
    today = db.session.get(ReminderRound, window.today, populate_existing=True)
    db.session.commit()
    if today is not None and today.finished_at is not None:
        return 0
    if today is None:
        _begin(window.today)
    with transaction() as session:
        return _next(session, window)


def wanted_by(subscriber: Subscriber) -> bool:
    """Whether a letter may remind somebody."""
    return db.session.get(ReminderRefusal, subscriber.id) is None


def set_for(subscriber: Subscriber, *, wanted: bool) -> None:
    """Let letters remind somebody, or no more."""
    with transaction() as session:
        refusal = session.get(ReminderRefusal, subscriber.id)
        if wanted and refusal is not None:
            session.delete(refusal)
        if not wanted and refusal is None:
            session.add(ReminderRefusal(subscriber_id=subscriber.id))


def _begin(today: date) -> None:
    with suppress(IntegrityError), transaction() as session:  # another process may begin it this very moment
        session.execute(insert(ReminderRound), {"day": today, "last_id": 0})


def _next(session: Session, window: reading_days.Window) -> int:
    unfinished = select(ReminderRound).where(ReminderRound.day == window.today, ReminderRound.finished_at.is_(None))
    ours = unfinished.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    day = session.scalar(ours)
    if day is None:  # another process goes on with it
        return 0
    waiting = session.scalars(_waiting(window.month, day.last_id)).all()
    for subscriber in waiting:
        letter = letters.tell(session, "readings_due", subscriber)
        reminder = {"subscriber_id": subscriber.id, "month": window.month, "letter_id": letter.id}
        session.execute(insert(ReadingReminder), reminder)
    if len(waiting) < BATCH:
        day.finished_at = clock.now()
    else:
        day.last_id = waiting[-1].id
    return len(waiting)


def _waiting(month: date, after_id: int) -> Select[Subscriber]:
    given = select(Reading.id).where(Reading.meter_id == Meter.id, Reading.month == month, Reading.in_force())
    silent = select(Meter.id).where(Meter.subscriber_id == Subscriber.id, Meter.retired_at.is_(None), ~given.exists())
    refused = select(ReminderRefusal.subscriber_id).where(ReminderRefusal.subscriber_id == Subscriber.id)
    told = select(ReadingReminder.letter_id).where(
        and_(ReadingReminder.subscriber_id == Subscriber.id, ReadingReminder.month == month)
    )
    wanted = (silent.exists(), ~refused.exists(), ~told.exists(), Subscriber.blocked_at.is_(None))
    return select(Subscriber).where(Subscriber.id > after_id, *wanted).order_by(Subscriber.id).limit(BATCH)
