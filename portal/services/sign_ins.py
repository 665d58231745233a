"""Signing in and out, devices, and the passwords that open the door."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from portal import clock, journal, letters, passwords
from portal.extensions import db
from portal.journal import Actor
from portal.models import JournalEntry, SignIn, Staff, Subscriber, TemporaryPassword
from portal.origin import LONGEST_AGENT, Origin, device
from portal.refusals import FieldRefusal, NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from forms.answers import NewPasswordAnswers

LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=10)
SHOWN = 20
REFUSED = "sign_in.refused"


def find_subscriber(login: str, password: str, origin: Origin) -> Subscriber | None:
    """Check a login or e-mail with its password, a temporary one included.

    Unknown, blocked and wrong take the same time and give None. The first use of a temporary password ends the old
    one and all sign-ins; what it opens is the change of password alone. Raises Busy.
    """
    key = login.strip().lower()
    found = db.session.scalar(select(Subscriber).where(or_(Subscriber.login_key == key, Subscriber.email == key)))
    fits = passwords.verify(found.password_hash if found else None, password)
    temporary = _temporary(found.id if found else 0, password)
    if found is not None and found.is_active:
        if fits:
            return found
        if temporary is not None and _use(found, temporary):
            return found
    _note_refusal("subscribers", found, origin)
    return None


def find_staff(login: str, password: str, origin: Origin) -> Staff | None:
    """Check a login of the staff panel, in the same time whatever is wrong. Raises Busy."""
    found = db.session.scalar(select(Staff).where(Staff.login_key == login.strip().lower()))
    fits = passwords.verify(found.password_hash if found else None, password)
    if found is not None and found.is_active and fits:
        return found
    _note_refusal("staff", found, origin)
    return None


def staff_of(staff_id: int) -> Staff | None:
    """Find a member of staff who may come in; None for anybody else's id."""
    found = db.session.get(Staff, staff_id)
    return found if found is not None and found.is_active else None


def begin(account: Subscriber | Staff, origin: Origin, *, remember: bool) -> None:
    """Give the account a sign-in of its own for this device; its token is known to the device alone."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        if _is_new_device(session, account, origin):
            letters.tell(session, "new_device", account, at=clock.now(), device=device(origin.user_agent))
        session.add(
            SignIn(
                token_hash=passwords.digest(token),
                subscriber_id=account.id if isinstance(account, Subscriber) else None,
                staff_id=account.id if isinstance(account, Staff) else None,
                remembered=remember,
                ip_address=origin.ip_address,
                user_agent=origin.user_agent[:LONGEST_AGENT],
                seen_at=clock.now(),
            )
        )
    account.token = token


def signed_in(token: str) -> Subscriber | Staff | None:
    """Find whose sign-in it is; None once it was ended, is over 30 days old, or the account is blocked."""
    found = db.session.scalar(
        select(SignIn).where(
            SignIn.token_hash == passwords.digest(token),
            SignIn.ended_at.is_(None),
            SignIn.created_at > clock.now() - LONGEST,
        )
    )
    if found is None or not found.account.is_active:
        return None
    found.account.token = token
    return found.account


def end(account: Subscriber | Staff) -> None:
    """Sign this device out: a copy of its cookies is worth nothing afterwards."""
    with transaction() as session:
        SignIn.end(session, SignIn.token_hash == passwords.digest(account.token))


def end_one(account: Subscriber | Staff, sign_in_id: int) -> None:
    """Sign one of the account's devices out.

    Raises:
        NotYours: it is somebody else's, or over already.

    """
    with transaction() as session:
        if not SignIn.end(session, SignIn.id == sign_in_id, _of(account)):
            raise NotYours


def end_others(account: Subscriber | Staff) -> None:
    """Sign all other devices out."""
    with transaction() as session:
        end_all(session, account, but_this=True)


def end_all(session: Session, account: Subscriber | Staff, *, but_this: bool = False) -> None:
    """End the account's sign-ins in the running transaction, perhaps all but the one that asks."""
    here = SignIn.token_hash != passwords.digest(account.token) if but_this else SignIn.id > 0
    SignIn.end(session, _of(account), here)


def devices(account: Subscriber | Staff) -> Sequence[SignIn]:
    """List the devices that are signed in, the latest first."""
    alive = (_of(account), SignIn.ended_at.is_(None), SignIn.created_at > clock.now() - LONGEST)
    return db.session.scalars(select(SignIn).where(*alive).order_by(SignIn.id.desc())).all()


def is_here(account: Subscriber | Staff, row: SignIn) -> bool:
    """Whether it is the sign-in that asks."""
    return row.token_hash == passwords.digest(account.token)


def history(subscriber: Subscriber) -> list[tuple[JournalEntry | SignIn, bool]]:
    """List the last sign-ins and refusals of an account, the latest first, each with whether it was let in."""
    let_in = select(SignIn).where(_of(subscriber)).order_by(SignIn.id.desc()).limit(SHOWN)
    subject = f"subscribers:{subscriber.id}"
    refused = select(JournalEntry).where(JournalEntry.subject == subject, JournalEntry.event == REFUSED)
    both: list[tuple[JournalEntry | SignIn, bool]] = [(row, True) for row in db.session.scalars(let_in)]
    both += [(row, False) for row in db.session.scalars(refused.order_by(JournalEntry.id.desc()).limit(SHOWN))]
    return sorted(both, key=lambda pair: moment_of(pair[0]), reverse=True)[:SHOWN]


def change_password(account: Subscriber | Staff, answers: NewPasswordAnswers) -> None:
    """Set a new password, end all other sign-ins, tell the owner (fig. 9). The old one may be a temporary one.

    Raises:
        FieldRefusal: the old password is wrong.
        Busy: too many sign-ins at once.

    """
    fits = passwords.verify(account.password_hash, answers.old)
    if not fits and not (isinstance(account, Subscriber) and _temporary(account.id, answers.old)):
        raise FieldRefusal("old", "Введите действующий пароль: этот не подошёл")
    password_hash = passwords.hashed(answers.new)
    with transaction() as session:
        account.password_hash = password_hash
        account.must_change_password = False
        end_all(session, account, but_this=True)
        if isinstance(account, Subscriber):
            TemporaryPassword.void(session, account.id)
        subject = f"{account.__tablename__}:{account.id}"
        journal.record(session, Actor.of(account), "password.change", subject=subject)
        letters.tell(session, "password_changed", account, at=clock.now())


def moment_of(row: JournalEntry | SignIn) -> datetime:
    """When it was."""
    return row.at if isinstance(row, JournalEntry) else row.created_at


def _temporary(subscriber_id: int, password: str) -> TemporaryPassword | None:
    """Find the temporary password that was typed, in the same time whether or not there is one."""
    return db.session.scalar(
        select(TemporaryPassword).where(
            TemporaryPassword.digest == passwords.one_time_digest(password),
            TemporaryPassword.subscriber_id == subscriber_id,
            TemporaryPassword.expires_at > clock.now(),
        )
    )


def _use(subscriber: Subscriber, temporary: TemporaryPassword) -> bool:
    """Use a temporary password. Once used it opens the change of password again, until that is done."""
    with transaction() as session:
        first = session.execute(
            update(TemporaryPassword)
            .where(TemporaryPassword.id == temporary.id, TemporaryPassword.used_at.is_(None))
            .values(used_at=clock.now())
            .returning(TemporaryPassword.id)
        ).first()
        session.refresh(subscriber)
        if first is None and not subscriber.must_change_password:
            return False
        subscriber.password_hash = passwords.NOBODYS
        subscriber.must_change_password = True
        end_all(session, subscriber)
        subject = f"subscribers:{subscriber.id}"
        journal.record(session, Actor.of(subscriber), "password.temporary.used", subject=subject)
    return True


def _is_new_device(session: Session, account: Subscriber | Staff, origin: Origin) -> bool:
    before = select(SignIn.id).where(_of(account)).limit(1)
    known = before.where(SignIn.user_agent == origin.user_agent[:LONGEST_AGENT])
    return session.scalar(before) is not None and session.scalar(known) is None


def _note_refusal(table: str, found: Subscriber | Staff | None, origin: Origin) -> None:
    """Write down a refusal, for a login nobody has too: the two must not be told apart by their time."""
    with transaction() as session:
        subject = f"{table}:{found.id if found else 0}"
        facts = {"ip_address": origin.ip_address, "user_agent": origin.user_agent[:LONGEST_AGENT]}
        journal.record(session, Actor("Гость"), REFUSED, subject=subject, data=facts)


def _of(account: Subscriber | Staff) -> ColumnElement[bool]:
    return SignIn.staff_id == account.id if isinstance(account, Staff) else SignIn.subscriber_id == account.id
