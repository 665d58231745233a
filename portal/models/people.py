"""Subscribers, staff, their sign-ins and consents."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from forms.choices import ApplicantKind, StaffDuty
from portal import clock, formats, settings
from portal.database import Base
from portal.models.reference import ConsentText, Street

_BLOCKED = text("blocked_at IS NOT NULL")


class Account:
    """What whoever signs in has in common; what Flask-Login asks of a user among it."""

    is_authenticated = True
    is_anonymous = False

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    login_key: Mapped[str] = mapped_column(unique=True)  # lower case: «Ivan» and «ivan» are one
    email: Mapped[str]
    password_hash: Mapped[str]
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    must_change_password: Mapped[bool] = mapped_column(default=False)

    # The token of the sign-in this request belongs to; what Flask-Login keeps in both of its cookies.
    token: str = ""

    @property
    def is_unfinished(self) -> bool:
        """Whether something has to be done before anything else opens: a one-time password has to be changed."""
        return self.must_change_password

    def get_id(self) -> str:
        """Name the sign-in, not the account: ending it kills the session and the remembered device at once."""
        return self.token

    @property
    def is_active(self) -> bool:
        """A blocked account is signed out at its next request."""
        return self.blocked_at is None


class Subscriber(Account, Base):
    """A person or firm with an account (figs 4–5, 7–8)."""

    __tablename__ = "subscribers"
    __table_args__ = (
        Index(None, "kind", "id"),
        Index("ix_subscribers_blocked", "id", sqlite_where=_BLOCKED, postgresql_where=_BLOCKED),
    )

    email: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    full_name: Mapped[str | None]
    organisation_short: Mapped[str | None]
    organisation_full: Mapped[str | None]
    head_name: Mapped[str | None]
    in_city: Mapped[bool]
    street_id: Mapped[int | None] = mapped_column(ForeignKey("streets.id"))
    house: Mapped[str | None]
    flat: Mapped[str | None]
    address: Mapped[str | None]
    postcode: Mapped[str]
    phone: Mapped[str]
    snils: Mapped[str | None] = mapped_column(index=True)
    ogrn: Mapped[str | None] = mapped_column(index=True)
    inn: Mapped[str | None] = mapped_column(index=True)
    passport: Mapped[str | None] = mapped_column(index=True)
    registry_number: Mapped[str | None] = mapped_column(index=True)
    registry_date: Mapped[date | None]
    okved: Mapped[str | None]
    form_token: Mapped[str | None] = mapped_column(unique=True)
    # The last letter that stood under «Уведомления» when they were marked as read; those after it are new.
    notified_id: Mapped[int] = mapped_column(default=0, server_default="0")

    street: Mapped[Street | None] = relationship(lazy="joined")
    consents: Mapped[list[Consent]] = relationship(back_populates="subscriber")

    @property
    def is_person(self) -> bool:
        """ФЛ, as against ИП and ЮЛ."""
        return self.kind == ApplicantKind.fl.code

    @property
    def name(self) -> str:
        """Name as it stands in the applicant's part of a figure."""
        return (self.full_name if self.is_person else self.organisation_short) or self.login

    @property
    def short_name(self) -> str:
        """«Иванов И.И.», or the short name of the organisation (fig. 6)."""
        return formats.short_name(self.name) if self.is_person else self.name

    @property
    def first_names(self) -> str:
        """«Иван Иванович»: how a page or letter addresses the person."""
        return formats.first_names(self.name) if self.is_person else self.name

    @property
    def postal_address(self) -> str:
        """«394000, Воронеж, Звездная ул., д. 1, кв. 2» (fig. 7)."""
        if not self.in_city or self.street is None:
            return f"{self.postcode}, {self.address}"
        flat = f", кв. {self.flat}" if self.flat else ""
        return f"{self.postcode}, {settings.current().organisation.city}, {self.street.display}, д. {self.house}{flat}"

    def frozen(self) -> dict[str, str]:
        """What a filed paper keeps of its author: it does not change with the profile."""
        return {"name": self.name, "address": self.postal_address, "phone": self.phone, "email": self.email}


class StaffRole(StrEnum):
    """What a member of staff may do; worded in forms/choices.py."""

    admin = "admin"
    engineer = "engineer"
    operator = "operator"

    @property
    def label(self) -> str:
        """Russian name of the role."""
        return StaffDuty[self.value].label


class Staff(Account, Base):
    """Somebody who works in the staff panel."""

    __tablename__ = "staff"

    full_name: Mapped[str]
    role: Mapped[str]
    totp_secret: Mapped[str | None]
    totp_since: Mapped[datetime | None]
    totp_step: Mapped[int] = mapped_column(default=0)  # the last one used: none works twice

    @property
    def needs_second_factor(self) -> bool:
        """An administrator can do so much that a password alone is not enough."""
        return self.role == StaffRole.admin and self.totp_since is None

    @property
    def is_unfinished(self) -> bool:
        """Administrators set up their second factor before anything else."""
        return self.must_change_password or self.needs_second_factor

    @property
    def name(self) -> str:
        """The full name."""
        return self.full_name

    @property
    def short_name(self) -> str:
        """«Соколова Е.В.»."""
        return formats.short_name(self.full_name)


class SignIn(Base):
    """One device signed in: as long as the row is not ended, its cookies work."""

    __tablename__ = "sign_ins"
    __table_args__ = (
        CheckConstraint("(subscriber_id IS NULL) <> (staff_id IS NULL)", name="one_account"),
        Index(None, "subscriber_id"),
        Index(None, "staff_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    remembered: Mapped[bool]
    ip_address: Mapped[str]
    user_agent: Mapped[str]

    subscriber: Mapped[Subscriber | None] = relationship(lazy="joined")
    staff: Mapped[Staff | None] = relationship(lazy="joined")

    @classmethod
    def end(cls, session: Session, *which: ColumnElement[bool]) -> int:
        """End the sign-ins that are meant in the running transaction; gives how many there were."""
        over = update(cls).where(cls.ended_at.is_(None), *which).values(ended_at=clock.now()).returning(cls.id)
        return len(session.scalars(over).all())

    @property
    def account(self) -> Subscriber | Staff:
        """Whose device it is."""
        account = self.subscriber or self.staff
        if account is None:  # held by the check constraint
            raise LookupError("a sign-in of nobody")
        return account


class Consent(Base):
    """A consent given: which text in which version, when and from where (152-ФЗ, ст. 9)."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "subscriber_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"))
    kind: Mapped[str]
    version: Mapped[int]
    text_hash: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    ip_address: Mapped[str]
    withdrawn_at: Mapped[datetime | None]

    subscriber: Mapped[Subscriber] = relationship(back_populates="consents")

    @classmethod
    def to(cls, text: ConsentText, subscriber_id: int, ip_address: str) -> Consent:
        """Agree to the latest words."""
        words = {"kind": text.kind, "version": text.version, "text_hash": text.text_hash}
        return cls(subscriber_id=subscriber_id, ip_address=ip_address, **words)
