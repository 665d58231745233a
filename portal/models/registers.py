"""Counters of the journals in which cases get their numbers."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class Counter(Base):
    """The last number given in one journal (and year, where the journal begins anew each year; else 0)."""

    __tablename__ = "counters"

    journal: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]
