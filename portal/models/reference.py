"""Directories that staff edit: streets, topics, terms, days off, texts of consents."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from portal import clock
from portal.database import Base
from portal.models.journal import JournalEntry


class Street(Base):
    """A street of the company's city; `display` is how the manual writes it («206 Стрелковой Дивизии ул.»)."""

    __tablename__ = "streets"
    __table_args__ = (UniqueConstraint("name", "type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    display: Mapped[str] = mapped_column(index=True)
    district: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        """How lists show it."""
        return self.display


class Listed:
    """A line of a drop-down that staff edit: `position` orders the lines, an inactive one is no longer offered."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        """How lists show it."""
        return self.name

    @classmethod
    def offered(cls, session: Session) -> list[Self]:
        """List the lines that may be chosen, in their order."""
        chosen = select(cls).where(cls.is_active).order_by(cls.position, cls.id)
        return list(session.scalars(chosen))


class AppealTopic(Listed, Base):
    """A topic of an appeal (fig. 10)."""

    __tablename__ = "appeal_topics"


class ServiceTopic(Listed, Base):
    """A kind of extra service (fig. 14)."""

    __tablename__ = "service_topics"


class ObjectType(Listed, Base):
    """A type of the object to be connected (fig. 12)."""

    __tablename__ = "object_types"


class Supplier(Listed, Base):
    """An energy supply company (fig. 12)."""

    __tablename__ = "suppliers"


class LoadKind(Listed, Base):
    """A kind of load (fig. 12); `households` where people without a firm choose it."""

    __tablename__ = "load_kinds"

    households: Mapped[bool] = mapped_column(default=False)


class VoltageClass(Listed, Base):
    """A class of voltage (fig. 12), in kV."""

    __tablename__ = "voltage_classes"

    kilovolts: Mapped[Decimal]


class Activity(Base):
    """A code of ОКВЭД-2 with its title."""

    __tablename__ = "activities"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]

    def __str__(self) -> str:
        """How lists show it."""
        return f"{self.code} {self.title}"


class TermUnit(StrEnum):
    """What a term is counted in."""

    working = "working"
    calendar = "calendar"
    months = "months"

    @property
    def label(self) -> str:
        """Russian name of the unit."""
        return {"working": "рабочие дни", "calendar": "календарные дни", "months": "месяцы"}[self.value]


class Term(Base):
    """How long somebody has for something: a row, so that a change of the law is an edit, not a release."""

    __tablename__ = "terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    amount: Mapped[int]
    unit: Mapped[str]
    clause: Mapped[str] = mapped_column(default="")
    is_checked: Mapped[bool] = mapped_column(default=False)  # by a lawyer

    def __str__(self) -> str:
        """How lists show it."""
        return self.name


class NonWorkingDay(Base):
    """An exception from the working week: a day off, or (`is_working`) a Saturday that is worked."""

    __tablename__ = "nonworking_days"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    title: Mapped[str]
    is_working: Mapped[bool] = mapped_column(default=False)

    def __str__(self) -> str:
        """How lists show it."""
        return f"{self.day:%d.%m.%Y} {self.title}"


class ConsentText(Base):
    """A document of its own for each purpose (152-ФЗ, ст. 9, since 01.09.2025); a new wording is a new version."""

    __tablename__ = "consent_texts"
    __table_args__ = (UniqueConstraint("kind", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(default=clock.now)

    @classmethod
    def latest(cls, session: Session) -> dict[str, ConsentText]:
        """Give the latest version of each text, by kind."""
        return {row.kind: row for row in session.scalars(select(cls).order_by(cls.version))}

    @property
    def text_hash(self) -> str:
        """SHA-256 of the wording, hexadecimal: proof of what was agreed to."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


class ConsentDraft(Base):
    """The next version of a consent as far as it is written; `entry` of the journal is who and when."""

    __tablename__ = "consent_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    text: Mapped[str]
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal.id"))

    entry: Mapped[JournalEntry] = relationship(lazy="joined", innerjoin=True)
