"""«Забыли пароль?»: a request that tells nothing, a letter with a temporary password, and what it opens.

The old password works until a temporary one is used, so that a stranger who asks changes nothing for the owner.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from portal import clock, journal, letters, outbox, passwords
from portal.extensions import db
from portal.journal import Actor
from portal.models import Letter, RecoveryRequest, Subscriber, TemporaryPassword
from portal.transactions import transaction

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)
LIFE = timedelta(hours=24)
GOOD_AT_ONCE = 2  # the last two work: a stranger's request can't spoil the letter that the owner is reading
BATCH = 20
# At most so many letters to one account within so long; asking more often changes nothing.
LIMITS = ((timedelta(minutes=15), 1), (timedelta(hours=1), 3), (timedelta(days=1), 5))
LETTERS = ("temporary_password", "account_made")


def ask(login: str, ip_address: str) -> None:
    """Note that somebody forgot a password. Whether there is such an account is not looked up here."""
    with transaction() as session:
        session.add(RecoveryRequest(login=login, ip_address=ip_address))


def answer_requests() -> int:
    """Write the letters that were asked for; gives how many requests were answered, most of them perhaps by silence."""
    waiting = select(RecoveryRequest.id).where(RecoveryRequest.done_at.is_(None)).order_by(RecoveryRequest.id)
    anything = db.session.scalar(waiting.limit(1))
    db.session.commit()
    if anything is None:
        return 0
    with transaction() as session:
        ours = waiting.limit(BATCH).with_for_update(skip_locked=True)
        taken = session.scalars(
            update(RecoveryRequest)
            .where(RecoveryRequest.id.in_(ours))
            .values(done_at=clock.now())
            .returning(RecoveryRequest.login)
        ).all()
        for login in taken:
            _answer(session, login)
    return len(taken)


def send_temporary(session: Session, subscriber: Subscriber, letter: str = "temporary_password") -> None:
    """Put a letter with a temporary password into the outbox of the running transaction."""
    letters.tell(session, letter, subscriber)
    journal.record(session, Actor("Кабинет"), "password.temporary", subject=f"subscribers:{subscriber.id}")


def pending(subscriber: Subscriber) -> bool:
    """Whether a temporary password that was not used yet would still work."""
    good = select(TemporaryPassword.id).where(_of(subscriber.id), _unused(), _alive()).limit(1)
    return db.session.scalar(good) is not None


def _answer(session: Session, login: str) -> None:
    key = login.strip().lower()
    match = or_(Subscriber.login_key == key, Subscriber.email == key)
    subscriber = session.scalar(select(Subscriber).where(match))
    if subscriber is None or not subscriber.is_active or _is_enough(session, subscriber):
        return
    send_temporary(session, subscriber)


def _is_enough(session: Session, subscriber: Subscriber) -> bool:
    of_late = select(func.count()).where(Letter.subscriber_id == subscriber.id, Letter.name.in_(LETTERS))
    now = clock.now()
    return any((session.scalar(of_late.where(Letter.created_at > now - span)) or 0) >= most for span, most in LIMITS)


def _seal(letter: Letter) -> str:
    """Make the temporary password of a letter at the moment it is sent; only its digest stays."""
    secret = passwords.one_time()
    now = clock.now()
    with transaction() as session:
        made = TemporaryPassword(
            subscriber_id=letter.subscriber_id,
            digest=passwords.one_time_digest(secret),
            created_at=now,
            expires_at=now + LIFE,
        )
        session.add(made)
        session.flush()
        good = (
            select(TemporaryPassword.id)
            .where(_of(letter.subscriber_id), _unused(), _alive())
            .order_by(TemporaryPassword.id.desc())
        )
        spent = session.scalars(good).all()[GOOD_AT_ONCE:]
        session.execute(update(TemporaryPassword).where(TemporaryPassword.id.in_(spent)).values(expires_at=now))
    return secret


def _of(subscriber_id: int | None) -> ColumnElement[bool]:
    return TemporaryPassword.subscriber_id == subscriber_id


def _alive() -> ColumnElement[bool]:
    return TemporaryPassword.expires_at > clock.now()


def _unused() -> ColumnElement[bool]:
    return TemporaryPassword.used_at.is_(None)


outbox.SEALED |= dict.fromkeys(LETTERS, _seal)
