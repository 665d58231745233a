"""«Уведомления»: what happened to a subscriber's things, as the letters about it said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import func, select, update

from portal import outbox
from portal.extensions import db
from portal.models import Letter, Subscriber
from portal.transactions import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from flask_sqlalchemy.pagination import Pagination
    from sqlalchemy import ColumnElement

PER_PAGE = 20
NEWEST = (Letter.created_at.desc(), Letter.id.desc())


@dataclass(frozen=True)
class Notification:
    """One thing that happened; `href` leads to it on this site, "" where there is no such page."""

    id: int
    at: datetime
    words: str
    href: str
    is_new: bool


def page_of(subscriber: Subscriber, page: int = 1) -> tuple[Pagination, list[Notification]]:
    """List what happened, newest first: the page, and what is on it."""
    mine = select(Letter).where(*_told(subscriber)).order_by(*NEWEST)
    shown = db.paginate(mine, page=page, per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)
    return shown, [_notification(subscriber, letter) for letter in shown.items]


def latest(subscriber: Subscriber, count: int) -> list[Notification]:
    """List the last few."""
    mine = select(Letter).where(*_told(subscriber)).order_by(*NEWEST).limit(count)
    return [_notification(subscriber, letter) for letter in db.session.scalars(mine)]


def count_new(subscriber: Subscriber) -> int:
    """Count what was not marked as read."""
    new = select(func.count()).select_from(Letter).where(*_told(subscriber), Letter.id > subscriber.notified_id)
    return db.session.scalar(new) or 0


def mark_read(subscriber: Subscriber, upto: int) -> None:
    """Mark as read what the page showed, up to that letter: what came meanwhile stays new."""
    last = db.session.scalar(select(func.max(Letter.id)).where(*_told(subscriber), Letter.id <= upto)) or 0
    with transaction() as session:
        mine = (Subscriber.id == subscriber.id, Subscriber.notified_id < last)
        session.execute(update(Subscriber).where(*mine).values(notified_id=last))


def _told(subscriber: Subscriber) -> tuple[ColumnElement[bool], ...]:
    """Select the subscriber's letters but those that only carry a secret: it is of no use here."""
    return Letter.subscriber_id == subscriber.id, Letter.name.not_in(list(outbox.SEALED))


def _notification(subscriber: Subscriber, letter: Letter) -> Notification:
    href = urlsplit(letter.link).path if letter.link else ""
    return Notification(letter.id, letter.created_at, letter.subject, href, letter.id > subscriber.notified_id)
