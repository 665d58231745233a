"""What staff do to accounts: block, unblock, send or give a new password, give another role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal import clock, journal, letters, passwords
from portal.extensions import db
from portal.models import SignIn, Staff, StaffRole, Subscriber, TemporaryPassword
from portal.refusals import NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.journal import Actor


def subscriber(subscriber_id: int) -> Subscriber:
    """Find a subscriber for staff. Raises NotYours where there is none."""
    found = db.session.get(Subscriber, subscriber_id)
    if found is None:
        raise NotYours
    return found


def colleague(staff_id: int) -> Staff:
    """Find a member of staff for an administrator. Raises NotYours where there is none."""
    found = db.session.get(Staff, staff_id)
    if found is None:
        raise NotYours
    return found


def block(account: Subscriber | Staff, reason: str, actor: Actor) -> None:
    """Shut an account: live sessions and temporary passwords end at once.

    Raises:
        Refusal: it is one's own, or the last administrator's.

    """
    with transaction() as session:
        if isinstance(account, Staff):
            _keep_an_admin(session, account, actor, "Себя заблокировать нельзя: попросите другого администратора.")
            SignIn.end(session, SignIn.staff_id == account.id)
        else:
            SignIn.end(session, SignIn.subscriber_id == account.id)
            TemporaryPassword.void(session, account.id)
        account.blocked_at = clock.now()
        journal.record(session, actor, "account.block", subject=_subject(account), note=reason)


def unblock(account: Subscriber | Staff, actor: Actor) -> None:
    """Open it again; its password is what it was."""
    with transaction() as session:
        account.blocked_at = None
        journal.record(session, actor, "account.unblock", subject=_subject(account))


def send_password(account: Subscriber, actor: Actor) -> None:
    """Send a new temporary password to the account's own address: staff never see it."""
    with transaction() as session:
        letters.tell(session, "temporary_password", account)
        journal.record(session, actor, "password.temporary", subject=_subject(account))


def give_password(colleague: Staff, actor: Actor) -> str:
    """Give a colleague a one-time password, to be changed at once; it is shown this once and ends all sign-ins."""
    password = passwords.one_time()
    password_hash = passwords.hashed(password)
    with transaction() as session:
        colleague.password_hash = password_hash
        colleague.must_change_password = True
        SignIn.end(session, SignIn.staff_id == colleague.id)
        journal.record(session, actor, "password.one_time", subject=_subject(colleague))
    return password


def change_role(colleague: Staff, role: StaffRole, seen: str, actor: Actor) -> None:
    """Give a colleague another role, in place of the one that was `seen`; it holds from the next request on.

    Raises:
        Refusal: it is one's own, the last administrator's, or another one by now.

    """
    with transaction() as session:
        session.refresh(colleague, with_for_update={"of": Staff})
        if colleague.role != seen:
            raise Refusal(f"Роль уже сменили: {StaffRole(colleague.role).label.lower()}. Проверьте, нужна ли другая.")
        _keep_an_admin(session, colleague, actor, "Себе роль не меняют: попросите другого администратора.")
        if role != colleague.role:
            change = {"old": colleague.role, "new": role.value}
            colleague.role = role.value
            journal.record(session, actor, "staff.role", subject=_subject(colleague), data={"role": change})


def _keep_an_admin(session: Session, colleague: Staff, actor: Actor, own: str) -> None:
    """See to it that an administrator remains. Raises Refusal, in the words `own` where it is one's own account."""
    if actor.staff is not None and actor.staff.id == colleague.id:
        raise Refusal(own)
    admins = select(Staff.id).where(Staff.role == StaffRole.admin, Staff.blocked_at.is_(None)).order_by(Staff.id)
    # Locked, so that two administrators do not let each other go at the same moment.
    if colleague.role == StaffRole.admin and not {*session.scalars(admins.with_for_update())} - {colleague.id}:
        raise Refusal("Это единственный администратор. Сначала дайте эту роль кому-то ещё.")


def _subject(account: Subscriber | Staff) -> str:
    return f"{account.__tablename__}:{account.id}"
