"""Meters and their readings, files of readings, and reminders to give them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, exists, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from forms.choices import Oddity, ReadingSource
from forms.readings import Point
from portal import clock
from portal.database import Base
from portal.models.documents import StoredFile
from portal.models.people import Staff, Subscriber

_ORIGINAL = text("corrects_id IS NULL")
_ODD = text("odd IS NOT NULL")
_CORRECTION = text("corrects_id IS NOT NULL")
_RETIRED = text("retired_at IS NOT NULL")


class Meter(Base):
    """A meter of a subscriber (fig. 20). `serial` as typed, `serial_key` as compared; it never changes.

    A retired meter keeps its readings and takes no more.
    """

    __tablename__ = "meters"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "serial_key"),
        Index(None, "serial", "id"),
        Index("ix_meters_retired", "id", sqlite_where=_RETIRED, postgresql_where=_RETIRED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"))
    place: Mapped[str]
    account_number: Mapped[str] = mapped_column(index=True)
    object_address: Mapped[str]
    serial: Mapped[str]
    serial_key: Mapped[str] = mapped_column(index=True)
    form_token: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    retired_at: Mapped[datetime | None]

    subscriber: Mapped[Subscriber] = relationship()

    def __str__(self) -> str:
        """How lists show it."""
        return self.serial


class ReadingPhoto(StoredFile, Base):
    """A picture of the meter that came with a reading."""

    __tablename__ = "reading_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("readings.id"), unique=True)


class ReadingCheck(Base):
    """A member of staff has looked at a reading that was odd, and found nothing wrong."""

    __tablename__ = "reading_checks"

    reading_id: Mapped[int] = mapped_column(ForeignKey("readings.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Reading(Base):
    """What a meter showed on a day, in whole kWh; never changed afterwards.

    `month` is the first day of the month it counts for. A correction is a row of its own that names the row it stands
    for and why; the row that nobody corrected is the one in force. `odd` is why staff should look at it.
    """

    __tablename__ = "readings"
    __table_args__ = (
        # One reading a day, however many windows it is sent from; a correction of it is told apart by what it corrects.
        Index(
            "uq_readings_meter_id_taken_on",
            "meter_id",
            "taken_on",
            unique=True,
            sqlite_where=_ORIGINAL,
            postgresql_where=_ORIGINAL,
        ),
        Index(None, "meter_id", "taken_on"),
        Index(None, "month", "meter_id"),
        Index(None, "month", "received_at", "corrects_id"),
        Index("ix_readings_month_id", "month", "id"),
        Index(None, "source", "id"),
        Index("ix_readings_odd", "id", sqlite_where=_ODD, postgresql_where=_ODD),
        Index("ix_readings_corrections", "id", sqlite_where=_CORRECTION, postgresql_where=_CORRECTION),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meter_id: Mapped[int] = mapped_column(ForeignKey("meters.id"))
    value: Mapped[int]
    taken_on: Mapped[date]
    month: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    source: Mapped[str]
    odd: Mapped[str | None]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("readings.id"), unique=True)
    reason: Mapped[str | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("reading_files.id"), index=True)
    form_token: Mapped[str | None] = mapped_column(unique=True)

    meter: Mapped[Meter] = relationship()
    staff: Mapped[Staff | None] = relationship()
    photo: Mapped[ReadingPhoto | None] = relationship(lazy="selectin", viewonly=True)
    check: Mapped[ReadingCheck | None] = relationship(viewonly=True)

    @classmethod
    def in_force(cls) -> ColumnElement[bool]:
        """Select the rows that no other row corrects."""
        correction = aliased(Reading)
        return ~exists().where(correction.corrects_id == cls.id)

    @classmethod
    def to_check(cls) -> ColumnElement[bool]:
        """Select what is odd, in force, and not looked at yet."""
        looked_at = exists().where(ReadingCheck.reading_id == cls.id)
        return and_(cls.odd.is_not(None), cls.in_force(), ~looked_at)

    @classmethod
    def points(
        cls, session: Session, meter_id: int, limit: int | None = None, before: date | None = None
    ) -> list[Point]:
        """List what a meter showed in the order of days: all of it, the last so many, what was before a day."""
        shown = select(cls.taken_on, cls.value).where(cls.meter_id == meter_id, cls.in_force())
        if before is not None:
            shown = shown.where(cls.taken_on < before)
        latest = session.execute(shown.order_by(cls.taken_on.desc()).limit(limit))
        return [Point(*row) for row in latest][::-1]

    @property
    def point(self) -> Point:
        """What the arithmetic of readings needs of it."""
        return Point(self.taken_on, self.value)

    @property
    def source_label(self) -> str:
        """Who gave it."""
        return ReadingSource[self.source].label

    @property
    def odd_label(self) -> str | None:
        """Why staff should look at it."""
        return Oddity[self.odd].label if self.odd else None


class FileState(StrEnum):
    """What became of a file of readings."""

    waiting = "waiting"
    checking = "checking"
    taken = "taken"
    refused = "refused"

    @property
    def label(self) -> str:
        """Russian name of the state."""
        names = {"waiting": "Ждёт проверки", "checking": "Проверяем", "taken": "Принят", "refused": "Не принят"}
        return names[self.value]


class ReadingFile(StoredFile, Base):
    """Readings of many meters in one file: all of them are taken, or none.

    `errors` are [row, sentence] of the first rows that are wrong, `error_count` says how many are. Whoever works on the
    file has it until `leased_until`. The bytes are dropped when the work is done.
    """

    __tablename__ = "reading_files"
    __table_args__ = (Index(None, "subscriber_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"))
    state: Mapped[str] = mapped_column(default=FileState.waiting.value, index=True)
    row_total: Mapped[int] = mapped_column(default=0)
    row_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    errors: Mapped[list[list[int | str]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
    form_token: Mapped[str] = mapped_column(unique=True)

    subscriber: Mapped[Subscriber] = relationship()

    @property
    def state_label(self) -> str:
        """Russian name of the state."""
        return FileState(self.state).label

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.finished_at is not None


class ReadingReminder(Base):
    """A letter that reminded somebody of the readings of a month: one each."""

    __tablename__ = "reading_reminders"

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)


class ReminderRound(Base):
    """How far the reminders of a day have come: everybody up to `last_id` is done."""

    __tablename__ = "reminder_rounds"

    day: Mapped[date] = mapped_column(primary_key=True)
    last_id: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


class ReminderRefusal(Base):
    """Somebody does not want to be reminded."""

    __tablename__ = "reminder_refusals"

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
