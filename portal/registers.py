"""The next number of a journal, given in the same transaction as what it numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from portal.models import Counter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# One statement on both databases. PostgreSQL holds the row until the commit, SQLite the whole file: the next one waits,
# and a rollback gives the number back. So none is lost, none given twice.
_NEXT = text(
    f"INSERT INTO {Counter.__tablename__} (journal, year, value) VALUES (:journal, :year, 1) "  # noqa: S608
    f"ON CONFLICT (journal, year) DO UPDATE SET value = {Counter.__tablename__}.value + 1 RETURNING value"
)


def next_number(session: Session, journal: str, year: int = 0) -> int:
    """Take the next number of a journal; `year` where the journal begins anew each year."""
    return int(session.execute(_NEXT, {"journal": journal, "year": year}).scalar_one())


def continue_from(session: Session, journal: str, last: int, year: int = 0) -> None:
    """Let a journal kept on paper so far count on from its `last` number.

    Raises:
        ValueError: the journal is already past it.

    """
    counter = session.get(Counter, (journal, year)) or Counter(journal=journal, year=year, value=0)
    if counter.value > last:
        raise ValueError(f"journal {journal} is already at {counter.value}")
    counter.value = last
    session.add(counter)
