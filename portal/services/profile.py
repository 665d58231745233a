"""«Мои данные» (figs 7–8): everything but the login, the e-mail only after its new owner's word."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import clock, journal, letters, outbox, passwords
from portal.extensions import db
from portal.journal import Actor
from portal.models import EmailChange, Letter, SignIn, Street, Subscriber, TemporaryPassword
from portal.refusals import FieldRefusal, NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from forms.answers import ProfileAnswers

LIFE = timedelta(days=2)
TAKEN = "Эта почта уже зарегистрирована за другим кабинетом"
NOT_A_COLUMN = {"email", "password", "token"}


def save(subscriber: Subscriber, answers: ProfileAnswers) -> bool:
    """Change the profile; gives whether a new e-mail now waits to be confirmed.

    What was filed before keeps what it said.

    Raises:
        FieldRefusal: the street is unknown, the e-mail is taken, or its change lacks the right password.
        Busy: too many sign-ins at once.

    """
    if answers.street_id is not None and db.session.get(Street, answers.street_id) is None:
        raise FieldRefusal("street_id", "Выберите улицу из списка")
    moves_away = answers.email != subscriber.email
    if moves_away:
        _check_email(subscriber, answers)
    with transaction() as session:
        said = {name: value for name, value in asdict(answers).items() if name not in NOT_A_COLUMN}
        changed = sorted(name for name, value in said.items() if getattr(subscriber, name) != value)
        for name in changed:
            setattr(subscriber, name, said[name])
        session.flush()
        session.refresh(subscriber)
        if changed:
            subject = f"subscribers:{subscriber.id}"
            journal.record(session, Actor.of(subscriber), "profile.save", subject=subject, data={"changed": changed})
        if moves_away:
            confirm = letters.tell(session, "email_confirm", subscriber, to=answers.email)
            letters.tell(session, "email_changing", subscriber)
            session.add(
                EmailChange(
                    subscriber_id=subscriber.id,
                    letter_id=confirm.id,
                    email=answers.email,
                    expires_at=clock.now() + LIFE,
                )
            )
    return moves_away


def waiting_email(subscriber: Subscriber) -> str | None:
    """Give the new address that still waits to be confirmed."""
    latest = select(EmailChange).where(EmailChange.subscriber_id == subscriber.id).order_by(EmailChange.id.desc())
    change = db.session.scalar(latest.limit(1))
    return change.email if change and change.used_at is None and change.expires_at > clock.now() else None


def email_change(token: str) -> EmailChange:
    """Find what a link from a letter stands for.

    Raises:
        NotYours: it was used, is too old, was overtaken by a later one, or never existed.

    """
    found = db.session.scalar(select(EmailChange).where(EmailChange.digest == passwords.digest(token)))
    if found is None or found.used_at is not None or found.expires_at <= clock.now():
        raise NotYours
    later = select(EmailChange.id).where(EmailChange.subscriber_id == found.subscriber_id, EmailChange.id > found.id)
    if db.session.scalar(later.limit(1)):
        raise NotYours
    return found


def confirm_email(token: str, keep: str) -> None:
    """Let the new address replace the old one; all sign-ins end but the one with the token `keep`.

    Raises:
        NotYours: see `email_change`.
        FieldRefusal: somebody registered with the address meanwhile.

    """
    change = email_change(token)
    try:
        with transaction() as session:
            subscriber = session.get_one(Subscriber, change.subscriber_id)
            change.used_at = clock.now()
            subscriber.email = change.email
            SignIn.end(session, SignIn.subscriber_id == subscriber.id, SignIn.token_hash != passwords.digest(keep))
            TemporaryPassword.void(session, subscriber.id)
            subject = f"subscribers:{subscriber.id}"
            journal.record(session, Actor.of(subscriber), "email.change", subject=subject)
    except IntegrityError:
        raise FieldRefusal("email", TAKEN) from None


def _check_email(subscriber: Subscriber, answers: ProfileAnswers) -> None:
    if not passwords.verify(subscriber.password_hash, answers.password or ""):
        raise FieldRefusal("password", "Введите действующий пароль, чтобы сменить почту: этот не подошёл")
    if db.session.scalar(select(Subscriber.id).where(Subscriber.email == answers.email)):
        raise FieldRefusal("email", TAKEN)


def _seal(letter: Letter) -> str:
    """Make the link's secret at the moment its letter is sent; only the digest stays."""
    secret = secrets.token_urlsafe(24)
    with transaction() as session:
        mine = update(EmailChange).where(EmailChange.letter_id == letter.id)
        session.execute(mine.values(digest=passwords.digest(secret)))
    return secret


outbox.SEALED["email_confirm"] = _seal
