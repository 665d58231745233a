"""«Единое окно»: accounts that a clerk makes for visitors, and what staff may do to an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import clock, journal, letters
from portal.extensions import db
from portal.models import SignIn, Subscriber, TemporaryPassword
from portal.refusals import NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from portal.journal import Actor


def subscriber(subscriber_id: int) -> Subscriber:
    """Find a subscriber for staff. Raises NotYours where there is none."""
    found = db.session.get(Subscriber, subscriber_id)
    if found is None:
        raise NotYours
    return found


def block(account: Subscriber, reason: str, actor: Actor) -> None:
    """Shut an account: live sessions and temporary passwords end at once."""
    with transaction() as session:
        account.blocked_at = clock.now()
        SignIn.end(session, SignIn.subscriber_id == account.id)
        TemporaryPassword.void(session, account.id)
        journal.record(session, actor, "subscriber.block", subject=f"subscribers:{account.id}", note=reason)


def unblock(account: Subscriber, actor: Actor) -> None:
    """Open it again; its password is what it was."""
    with transaction() as session:
        account.blocked_at = None
        journal.record(session, actor, "subscriber.unblock", subject=f"subscribers:{account.id}")


def send_password(account: Subscriber, actor: Actor) -> None:
    """Send a new temporary password to the account's own address: staff never see it."""
    with transaction() as session:
        letters.tell(session, "temporary_password", account)
        journal.record(session, actor, "password.temporary", subject=f"subscribers:{account.id}")
