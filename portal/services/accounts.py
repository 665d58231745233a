"""Accounts: registration, and accounts of staff."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import journal, letters, passwords
from portal.extensions import db
from portal.journal import Actor
from portal.models import Consent, ConsentText, Staff, StaffRole, Street, Subscriber
from portal.refusals import FieldRefusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from forms.answers import OfficeAccountAnswers, RegistrationAnswers
    from forms.choices import ConsentKind
    from portal.origin import Origin

NOT_A_COLUMN = {"password", "consents", "token", "appeal"}


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
            subscriber = _make(session, answers, password_hash, origin)
            letters.tell(session, "registered", subscriber)
            journal.record(session, Actor.of(subscriber), "registered", subject=f"subscribers:{subscriber.id}")
            return subscriber
    except (IntegrityError, FieldRefusal):
        # Somebody was faster by a moment; perhaps this very form.
        before = _registered(answers)
        if before is not None:
            return before
        _refuse_taken(answers)
        raise


def open_at_office(answers: OfficeAccountAnswers, clerk: Staff, origin: Origin) -> Subscriber:
    """Make an account for a visitor of «Единое окно»: its owner gets a letter with a temporary password.

    Nobody at the office ever knows a password. The same form sent twice makes one account.

    Raises:
        FieldRefusal: the login or the e-mail is taken, or the street is not in the directory.

    """
    before = _of_form(answers)
    if before is not None:
        return before
    try:
        with transaction() as session:
            subscriber = _make(session, answers, passwords.NOBODYS, origin)
            letters.tell(session, "account_made", subscriber)
            journal.record(session, Actor.of(clerk), "subscriber.open", subject=f"subscribers:{subscriber.id}")
            return subscriber
    except (IntegrityError, FieldRefusal):
        before = _of_form(answers)
        if before is not None:
            return before
        raise


def add_staff(  # noqa: PLR0913
    login: str,
    email: str,
    role: str,
    password: str,
    *,
    must_change: bool,
    full_name: str = "",
    actor: Actor | None = None,
) -> Staff:
    """Make an account of the staff panel, by an administrator or (no `actor`) by the command line.

    Raises:
        FieldRefusal: the login is taken or the role is unknown.

    """
    if role not in set(StaffRole):
        raise FieldRefusal("role", f"Роль — одна из: {', '.join(StaffRole)}")
    with transaction() as session:
        if session.scalar(select(Staff.id).where(Staff.login_key == login.lower())):
            raise FieldRefusal("login", f"Логин {login} уже занят")
        staff = Staff(
            login=login, login_key=login.lower(), email=email, role=role, full_name=full_name or login,
            password_hash=passwords.hashed(password), must_change_password=must_change,
        )  # fmt: skip
        session.add(staff)
        session.flush()
        journal.record(
            session, actor or Actor("Командная строка"), "staff.add", subject=f"staff:{staff.id}", data={"role": role}
        )
        return staff


def first_admin() -> str | None:
    """Make `admin` where nobody works yet, and give the one-time password; None where somebody does."""
    if db.session.scalar(select(Staff.id).limit(1)):
        return None
    password = passwords.one_time()
    try:
        add_staff("admin", "admin@example.org", StaffRole.admin, password, must_change=True)
    except FieldRefusal:  # another process was faster by a moment
        return None
    return password


def _make(
    session: Session, answers: RegistrationAnswers | OfficeAccountAnswers, password_hash: str, origin: Origin
) -> Subscriber:
    _refuse_taken(answers)
    token = None if _is_used(answers.token) else answers.token
    subscriber = Subscriber(**_columns(answers), form_token=token, password_hash=password_hash)
    session.add(subscriber)
    session.flush()
    session.add_all(_consents(subscriber, answers.consents, origin))
    session.refresh(subscriber)
    return subscriber


def _of_form(answers: RegistrationAnswers | OfficeAccountAnswers) -> Subscriber | None:
    """Find what this very form made a moment ago: the same page may be used again for somebody else."""
    same = {"form_token": answers.token, "login_key": answers.login.lower(), "email": answers.email}
    return db.session.scalar(select(Subscriber).filter_by(**same))


def _registered(answers: RegistrationAnswers) -> Subscriber | None:
    """Find it for whoever knows the password."""
    found = _of_form(answers)
    if found is None or not found.is_active or not passwords.verify(found.password_hash, answers.password):
        return None
    return found


def _is_used(token: str) -> bool:
    return db.session.scalar(select(Subscriber.id).where(Subscriber.form_token == token)) is not None


def _refuse_taken(answers: RegistrationAnswers | OfficeAccountAnswers) -> None:
    if db.session.scalar(select(Subscriber.id).where(Subscriber.login_key == answers.login.lower())):
        raise FieldRefusal("login", f"Придумайте другое имя: «{answers.login}» уже занято")
    if db.session.scalar(select(Subscriber.id).where(Subscriber.email == answers.email)):
        raise FieldRefusal("email", "Эта почта уже зарегистрирована. Войдите в кабинет или восстановите пароль")
    if answers.street_id is not None and db.session.get(Street, answers.street_id) is None:
        raise FieldRefusal("street_id", "Выберите улицу из списка")


def _columns(answers: RegistrationAnswers | OfficeAccountAnswers) -> dict[str, Any]:
    named = {name: value for name, value in asdict(answers).items() if name not in NOT_A_COLUMN}
    return named | {"kind": answers.kind.code, "login_key": answers.login.lower()}


def _consents(subscriber: Subscriber, kinds: tuple[ConsentKind, ...], origin: Origin) -> list[Consent]:
    texts = ConsentText.latest(db.session())
    return [Consent.to(texts[kind.code], subscriber.id, origin.ip_address) for kind in kinds]
