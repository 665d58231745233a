"""The outbox: letters written in a transaction, delivered after it."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.database import Base
from portal.models.journal import JournalEntry


class LetterState(StrEnum):
    """Where a letter is."""

    waiting = "waiting"
    sent = "sent"
    failed = "failed"

    @property
    def label(self) -> str:
        """Russian name of the state."""
        return {"waiting": "Ждёт отправки", "sent": "Отправлено", "failed": "Не доставлено"}[self.value]


class Letter(Base):
    """A letter as it will arrive. `message_id` stays the same however often it is tried; `link` is where it leads."""

    __tablename__ = "letters"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index("ix_letters_state_id", "state", "id"),
        Index(None, "sent_at", "id"),
        Index(None, "attempts", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True, default=lambda: uuid.uuid4().hex)
    name: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    link: Mapped[str | None]
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str] = mapped_column(default=LetterState.waiting.value)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]


class LetterText(Base):
    """The words that staff gave to a letter, in place of the shipped ones; `entry` of the journal is who and when.

    No two changes have the same `entry_id`: whoever saves says which one the page was opened on.
    """

    __tablename__ = "letter_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    body: Mapped[str]
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal.id"))

    entry: Mapped[JournalEntry] = relationship(lazy="joined", innerjoin=True)
