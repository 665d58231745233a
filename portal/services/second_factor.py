"""The second factor of staff: a code from an app (RFC 6238), and codes on paper for the day the phone is lost."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import delete, update

from forms.checks import RECOVERY_ALPHABET, RECOVERY_GROUP
from portal import clock, journal, passwords, settings
from portal.models import RecoveryCode, Staff
from portal.refusals import FieldRefusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.journal import Actor

STEP_S = 30
DRIFT = 1  # a phone's clock may be one step off either way
CODES = 10
WRONG = "Введите код из приложения: этот не подошёл или уже использован"


def enrolment(staff: Staff) -> str:
    """Give the address that an app reads from the picture; made once, and in force only after `confirm`."""
    if staff.totp_secret is None:
        with transaction():
            staff.totp_secret = pyotp.random_base32()
    issuer = settings.current().organisation.short_name
    return pyotp.TOTP(staff.totp_secret or "").provisioning_uri(name=staff.login, issuer_name=issuer)


def confirm(staff: Staff, code: str, actor: Actor) -> list[str]:
    """Switch it on once a code proves that the app has the secret; gives the codes on paper, shown this once.

    Raises:
        FieldRefusal: the code is wrong.

    """
    step = _step_of(staff, code)
    if step is None:
        raise FieldRefusal("code", WRONG)
    codes = [f"{_word()}-{_word()}" for _ in range(CODES)]
    with transaction() as session:
        staff.totp_since, staff.totp_step = clock.now(), step
        session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
        session.add_all(RecoveryCode(staff_id=staff.id, digest=passwords.one_time_digest(code)) for code in codes)
        journal.record(session, actor, "second_factor.on", subject=f"staff:{staff.id}")
    return codes


def passes(staff: Staff, code: str) -> bool:
    """Check a code of the app or a code on paper; each works once, however many try it at the same moment."""
    step = _step_of(staff, code)
    with transaction() as session:
        if step is not None:
            newer = update(Staff).where(Staff.id == staff.id, Staff.totp_step < step).values(totp_step=step)
            return session.scalar(newer.returning(Staff.id)) is not None
        return _spend_paper_code(session, staff, code)


def switch_off(staff: Staff, actor: Actor) -> None:
    """Forget the secret, so that the next sign-in enrols anew: an administrator's help for who lost everything."""
    with transaction() as session:
        staff.totp_secret, staff.totp_since = None, None
        session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
        journal.record(session, actor, "second_factor.off", subject=f"staff:{staff.id}")


def _step_of(staff: Staff, code: str) -> int | None:
    """Find the time step that a code belongs to."""
    digits = "".join(code.split()).encode()
    totp = pyotp.TOTP(staff.totp_secret or "")
    now = int(clock.now().timestamp()) // STEP_S
    steps = range(now - DRIFT, now + DRIFT + 1)
    return next((step for step in steps if secrets.compare_digest(totp.generate_otp(step).encode(), digits)), None)


def _spend_paper_code(session: Session, staff: Staff, code: str) -> bool:
    mine = (RecoveryCode.staff_id == staff.id, RecoveryCode.used_at.is_(None))
    digest = passwords.one_time_digest(code)
    spent = update(RecoveryCode).where(*mine, RecoveryCode.digest == digest).values(used_at=clock.now())
    return session.scalar(spent.returning(RecoveryCode.id)) is not None


def _word() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_GROUP))
