"""Accounts: registration, signing in and out, staff accounts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from portal import clock, journal, passwords
from portal.extensions import db
from portal.journal import Actor
from portal.models import Consent, ConsentText, SignIn, Staff, StaffRole, Street, Subscriber
from portal.refusals import FieldRefusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from forms.answers import NewPasswordAnswers, RegistrationAnswers
    from forms.choices import ConsentKind

LONGEST = timedelta(days=30)
NOT_A_COLUMN = {"password", "consents", "token"}


@dataclass(frozen=True)
class Origin:
    """Where a request comes from."""

    ip_address: str
    user_agent: str


def register(answers: RegistrationAnswers, origin: Origin) -> Subscriber:
    """Make a subscriber's account with the consents given (figs 3–5); the same form sent twice makes one.

    Raises:
        FieldRefusal: the login or the e-mail is taken, or the street is not in the directory.
        Busy: too many sign-ins at once.

    """
    before = _registered(answers)
    if before is not None:
        return before
    password_hash = passwords.hashed(answers.password)
    try:
        with transaction() as session:
            _refuse_taken(answers)
            subscriber = Subscriber(**_columns(answers), password_hash=password_hash)
            session.add(subscriber)
            session.flush()
            session.add_all(_consents(subscriber, answers.consents, origin))
            session.refresh(subscriber)
            journal.record(session, Actor.of(subscriber), "registered", subject=f"subscribers:{subscriber.id}")
            return subscriber
    except IntegrityError:
        # Somebody was faster by a moment; perhaps this very form.
        before = _registered(answers)
        if before is not None:
            return before
        _refuse_taken(answers)
        raise


def consent_texts() -> list[ConsentText]:
    """Give the latest version of each consent."""
    rows = db.session.scalars(select(ConsentText).order_by(ConsentText.version))
    return list({row.kind: row for row in rows}.values())


def find_subscriber(login: str, password: str) -> Subscriber | None:
    """Check a login or e-mail with its password; unknown, blocked and wrong take the same time. Raises Busy."""
    key = login.strip().lower()
    found = db.session.scalar(select(Subscriber).where(or_(Subscriber.login_key == key, Subscriber.email == key)))
    return found if _fits(found, password) else None


def find_staff(login: str, password: str) -> Staff | None:
    """Check a login of the staff panel. Raises Busy."""
    found = db.session.scalar(select(Staff).where(Staff.login_key == login.strip().lower()))
    return found if _fits(found, password) else None


def begin_sign_in(account: Subscriber | Staff, origin: Origin, *, remember: bool) -> None:
    """Give the account a sign-in of its own for this device; its token is known to the device alone."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        session.add(
            SignIn(
                token_hash=_hash(token),
                subscriber_id=account.id if isinstance(account, Subscriber) else None,
                staff_id=account.id if isinstance(account, Staff) else None,
                remembered=remember,
                ip_address=origin.ip_address,
                user_agent=origin.user_agent[:300],
            )
        )
    account.token = token


def signed_in(token: str) -> Subscriber | Staff | None:
    """Find whose sign-in it is; None once it was ended, is over 30 days old, or the account is blocked."""
    found = db.session.scalar(
        select(SignIn).where(
            SignIn.token_hash == _hash(token), SignIn.ended_at.is_(None), SignIn.created_at > clock.now() - LONGEST
        )
    )
    if found is None or not found.account.is_active:
        return None
    found.account.token = token
    return found.account


def end_sign_in(account: Subscriber | Staff) -> None:
    """Sign this device out: a copy of its cookies is worth nothing afterwards."""
    with transaction() as session:
        session.execute(update(SignIn).where(SignIn.token_hash == _hash(account.token)).values(ended_at=clock.now()))


def add_staff(login: str, email: str, role: str, password: str, *, must_change: bool) -> Staff:
    """Make an account of the staff panel.

    Raises:
        FieldRefusal: the login is taken or the role is unknown.

    """
    if role not in set(StaffRole):
        raise FieldRefusal("role", f"Роль — одна из: {', '.join(StaffRole)}")
    with transaction() as session:
        if session.scalar(select(Staff.id).where(Staff.login_key == login.lower())):
            raise FieldRefusal("login", f"Логин {login} уже занят")
        staff = Staff(
            login=login, login_key=login.lower(), email=email, role=role, full_name=login,
            password_hash=passwords.hashed(password), must_change_password=must_change,
        )  # fmt: skip
        session.add(staff)
        session.flush()
        journal.record(
            session, Actor("Командная строка"), "staff.add", subject=f"staff:{staff.id}", data={"role": role}
        )
        return staff


def first_admin() -> str | None:
    """Make `admin` where nobody works yet, and give the one-time password; None where somebody does."""
    if db.session.scalar(select(Staff.id).limit(1)):
        return None
    password = passwords.one_time()
    add_staff("admin", "admin@example.org", StaffRole.admin, password, must_change=True)
    return password


def change_staff_password(staff: Staff, answers: NewPasswordAnswers) -> None:
    """Set a new password and end all other sign-ins of the account.

    Raises:
        FieldRefusal: the old password is wrong.
        Busy: too many sign-ins at once.

    """
    if not passwords.verify(staff.password_hash, answers.old):
        raise FieldRefusal("old", "Введите действующий пароль: этот не подошёл")
    password_hash = passwords.hashed(answers.new)
    with transaction() as session:
        staff.password_hash = password_hash
        staff.must_change_password = False
        others = (SignIn.staff_id == staff.id, SignIn.token_hash != _hash(staff.token), SignIn.ended_at.is_(None))
        session.execute(update(SignIn).where(*others).values(ended_at=clock.now()))
        journal.record(session, Actor.of(staff), "password.change", subject=f"staff:{staff.id}")


def _fits(found: Subscriber | Staff | None, password: str) -> bool:
    fits = passwords.verify(found.password_hash if found else None, password)
    return fits and found is not None and found.is_active


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _registered(answers: RegistrationAnswers) -> Subscriber | None:
    """Find what this very form made a moment ago; the password proves that it is the same person."""
    found = db.session.scalar(select(Subscriber).where(Subscriber.form_token == answers.token))
    return found if found is not None and _fits(found, answers.password) else None


def _refuse_taken(answers: RegistrationAnswers) -> None:
    if db.session.scalar(select(Subscriber.id).where(Subscriber.login_key == answers.login.lower())):
        raise FieldRefusal("login", f"Придумайте другое имя: «{answers.login}» уже занято")
    if db.session.scalar(select(Subscriber.id).where(Subscriber.email == answers.email)):
        raise FieldRefusal("email", "Эта почта уже зарегистрирована. Войдите в кабинет или восстановите пароль")
    if answers.street_id is not None and db.session.get(Street, answers.street_id) is None:
        raise FieldRefusal("street_id", "Выберите улицу из списка")


def _columns(answers: RegistrationAnswers) -> dict[str, Any]:
    named = {name: value for name, value in asdict(answers).items() if name not in NOT_A_COLUMN}
    return {
        **named,
        "kind": answers.kind.code,
        "login_key": answers.login.lower(),
        "form_token": answers.token,
    }


def _consents(subscriber: Subscriber, kinds: tuple[ConsentKind, ...], origin: Origin) -> list[Consent]:
    texts = {text.kind: text for text in consent_texts()}
    return [
        Consent(
            subscriber_id=subscriber.id, kind=kind.code, version=texts[kind.code].version,
            text_hash=texts[kind.code].text_hash, ip_address=origin.ip_address,
        )
        for kind in kinds
    ]  # fmt: skip
