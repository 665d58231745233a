"""Short-lived secrets: only their digests are kept, each is good for one thing and for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import clock
from portal.database import Base


class TemporaryPassword(Base):
    """A password that went out by letter. The old one works until this one is used for the first time."""

    __tablename__ = "temporary_passwords"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @classmethod
    def void(cls, session: Session, subscriber_id: int) -> None:
        """Let none of the account's work any more, in the running transaction."""
        alive = (cls.subscriber_id == subscriber_id, cls.expires_at > clock.now())
        session.execute(update(cls).where(*alive).values(expires_at=clock.now()))


class RecoveryRequest(Base):
    """«Забыли пароль?»: somebody typed a login. Whether there is such an account is looked up later, elsewhere."""

    __tablename__ = "recovery_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    ip_address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    done_at: Mapped[datetime | None] = mapped_column(index=True)


class EmailChange(Base):
    """A new address that waits for its owner to open the link; until then the old one stays."""

    __tablename__ = "email_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    email: Mapped[str]
    digest: Mapped[str | None] = mapped_column(unique=True)  # made when the letter is sent
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of a member of staff's codes for the day the phone is lost."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    digest: Mapped[str]
    used_at: Mapped[datetime | None]
