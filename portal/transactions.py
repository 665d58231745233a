"""One transaction per use case."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from threading import RLock
from typing import TYPE_CHECKING

from portal import database
from portal.database import WRITES
from portal.extensions import db
from portal.refusals import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

# SQLite lets write whoever happens to ask at the right moment, so that in a storm some ask in vain for ever: the
# threads of a process stand in line here instead.
_LINE = RLock()


@contextmanager
def transaction() -> Iterator[Session]:
    """Write everything inside or nothing: commits at the end, rolls back on any exception.

    It ends the page's read first, so that SQLite can begin the write with a lock of its own (`BEGIN IMMEDIATE`).
    Raises Busy where too many stand in line.
    """
    session = db.session()
    session.commit()
    with _turn() if session.get_bind().dialect.name == "sqlite" else nullcontext():
        session.connection(execution_options={WRITES: True})
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _turn() -> Iterator[None]:
    if not _LINE.acquire(timeout=database.SQLITE_WAITS_MS / 1000):
        raise Busy
    try:
        yield
    finally:
        _LINE.release()
