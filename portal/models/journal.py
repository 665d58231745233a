"""The journal: who did what, when. The subscriber's timeline and the staff's history are these rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.database import Base

_MOVES = text("to_status IS NOT NULL")


class JournalEntry(Base):
    """One thing done, in the transaction that did it; never changed afterwards: triggers of the database refuse it.

    Personal data that has to go is therefore kept out of it: an entry names rows, not people's identifiers.

    `event` is the code of the workflow's move, or what staff did to a record («streets.edit»); `subject` names the
    record («streets:12»). `note` is what was written to the other side, `data` the facts of the move; `form_token`
    names the page it was sent from, so that a form sent twice is one move.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index(None, "subject", "id"),
        Index(None, "event", "id"),
        Index(None, "at", "id"),
        Index(None, "staff_id", "at", "id"),
        Index(None, "subscriber_id", "at", "id"),
        # The moves of a period, without everything else that is journalled.
        Index(None, "at", "case_id", sqlite_where=_MOVES, postgresql_where=_MOVES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    actor: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    subject: Mapped[str]
    event: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    note: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    form_token: Mapped[str | None] = mapped_column(unique=True)
