"""Whether what the portal stands on works: for a watchdog, and for administrators in more detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal import storage
from portal.extensions import db, limiter
from portal.models import Letter, LetterState
from portal.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True)
class Post:
    """What lies in the outbox; `since` is when the oldest letter that waits was written."""

    waiting: int
    failed: int
    since: datetime | None


def ready() -> dict[str, bool]:
    """Tell of database and store whether each works: without either nobody can be served."""
    return {"database": _works(lambda: db.session.execute(text("SELECT 1"))), "store": _works(storage.current().check)}


def counts() -> bool:
    """Whether the counters that limit attempts answer; without them each process counts alone."""
    return bool(limiter.storage.check())


def post() -> Post:
    """Look into the outbox."""
    waiting = select(func.count(), func.min(Letter.created_at)).where(Letter.state == LetterState.waiting.value)
    failed = select(func.count()).where(Letter.state == LetterState.failed.value)
    count, since = db.session.execute(waiting).one()
    return Post(count, db.session.scalar(failed) or 0, since)


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SQLAlchemyError, StorageError):
        return False
    return True
