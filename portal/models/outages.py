"""Outages, the addresses they touch, who wants to hear of them, and what has still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forms.choices import OutageKind, OutageState
from portal import clock
from portal.addresses import House, Parity, Span
from portal.addresses.houses import LARGEST
from portal.database import Base
from portal.models.people import Subscriber
from portal.models.reference import Street


class OutageReason(Base):
    """Why the power goes: a directory that staff edit."""

    __tablename__ = "outage_reasons"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)

    def __str__(self) -> str:
        """How lists show it."""
        return self.name


class Outage(Base):
    """One interruption. `ends_at` is what is expected until it is over; `text` the addresses as they were published.

    `version` counts what subscribers were told: 0 while it is a draft. `unread` are the pieces of the text that a
    person saw and confirmed without their being matched to a street. `batch` names the import it came with.
    """

    __tablename__ = "outages"
    __table_args__ = (Index(None, "state", "begins_at"), UniqueConstraint("form_token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default=OutageState.draft.code)
    kind: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("outage_reasons.id"), index=True)
    text: Mapped[str]
    unread: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=0)
    batch: Mapped[str | None] = mapped_column(index=True)
    form_token: Mapped[str | None]
    cancelled_because: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    reason: Mapped[OutageReason | None] = relationship(lazy="joined")
    addresses: Mapped[list[OutageAddress]] = relationship(
        back_populates="outage", order_by="OutageAddress.id", cascade="all, delete-orphan"
    )

    @property
    def kind_label(self) -> str:
        """«Плановое» or «Аварийное» (fig. 18)."""
        return OutageKind[self.kind].label

    @property
    def is_emergency(self) -> bool:
        """Whether nobody planned it."""
        return self.kind == OutageKind.emergency.code

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not be after all."""
        return self.state == OutageState.cancelled.code

    @property
    def places(self) -> list[str]:
        """What it touches now, street by street: «Ленина ул., д. 1–25 (нечёт.), 32/1», «Садовый пер. (полностью)»."""
        streets: dict[str, list[str]] = {}
        for row in self.addresses:
            if row.until is None:
                streets.setdefault(row.street.display, []).append(row.houses)
        return [
            f"{street}, д. {', '.join(houses)}" if all(houses) else f"{street} (полностью)"
            for street, houses in streets.items()
        ]

    def __str__(self) -> str:
        """How lists show it."""
        return f"{self.kind_label} отключение № {self.id}"


class OutageAddress(Base):
    """Houses of one street: numbers from `first` to `last` on a side; `suffix` names one house, NULL means all letters.

    A row holds from version `since` on, up to but without version `until`: who is told what depends on it.
    """

    __tablename__ = "outage_addresses"
    __table_args__ = (Index(None, "street_id", "last", "first"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("outages.id"), index=True)
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"))
    first: Mapped[int] = mapped_column(default=0)
    last: Mapped[int] = mapped_column(default=LARGEST)
    parity: Mapped[int] = mapped_column(default=Parity.all.value)
    suffix: Mapped[str | None]
    since: Mapped[int] = mapped_column(default=1)
    until: Mapped[int | None]

    outage: Mapped[Outage] = relationship(back_populates="addresses")
    street: Mapped[Street] = relationship(lazy="joined")

    @classmethod
    def of(cls, street_id: int, span: Span | None) -> OutageAddress:
        """Make the row of a range, of one house, or (None) of the whole street."""
        if span is None:
            return cls(street_id=street_id, first=0, last=LARGEST, parity=Parity.all.value)
        if span.last is None:
            number = span.first.number
            return cls(street_id=street_id, first=number, last=number, parity=0, suffix=span.first.suffix)
        return cls(street_id=street_id, first=span.first.number, last=span.last.number, parity=span.parity.value)

    @property
    def houses(self) -> str:
        """The houses as announcements write them, "" for the whole street."""
        if self.suffix is not None:
            return str(House(self.first, self.suffix))
        is_whole = (self.first, self.last) == (0, LARGEST)
        return "" if is_whole else str(Span(House(self.first), House(self.last), Parity(self.parity)))

    @property
    def values(self) -> tuple[int, int, int, int, str | None]:
        """What makes two rows the same."""
        return (self.street_id, self.first, self.last, self.parity, self.suffix)

    @classmethod
    def touch(cls, number: Any, suffix: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a value or a column
        """Select the rows that a house is in; a house without a number (0) is in whole streets only."""
        side = or_(cls.parity == Parity.all.value, cls.parity == 2 - number % 2)
        return and_(cls.last >= number, cls.first <= number, side, or_(cls.suffix.is_(None), cls.suffix == suffix))

    @classmethod
    def holds(cls) -> ColumnElement[bool]:
        """Select the rows that hold now."""
        return cls.until.is_(None)


class OutageSubscription(Base):
    """An address about whose outages somebody wants a letter. `feed` is part of its calendar's secret address."""

    __tablename__ = "outage_subscriptions"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "street_id", "number", "suffix"),
        Index(None, "street_id", "subscriber_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"))
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"))
    number: Mapped[int]
    suffix: Mapped[str]
    feed: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    street: Mapped[Street] = relationship(lazy="joined")
    subscriber: Mapped[Subscriber] = relationship()

    @property
    def house(self) -> str:
        """The house as it is written."""
        return str(House(self.number, self.suffix))

    def __str__(self) -> str:
        """How lists show it."""
        return f"{self.street.display}, д. {self.house}"


class OutageNotice(Base):
    """Something to be told about an outage: letters are written little by little, `told_up_to` is the last subscriber.

    A notice that was not finished when the next version came is taken over by it: `covers` is the first version told.
    """

    __tablename__ = "outage_notices"
    __table_args__ = (UniqueConstraint("outage_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("outages.id"))
    version: Mapped[int]
    covers: Mapped[int]
    told_up_to: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(index=True)

    outage: Mapped[Outage] = relationship()
