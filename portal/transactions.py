"""One transaction per use case."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from portal.database import WRITES
from portal.extensions import db

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


@contextmanager
def transaction() -> Iterator[Session]:
    """Write everything inside or nothing: commits at the end, rolls back on any exception.

    It ends the page's read first, so that SQLite can begin the write with a lock of its own (`BEGIN IMMEDIATE`).
    """
    session = db.session()
    session.commit()
    session.connection(execution_options={WRITES: True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
