"""«Мои согласия»: what was agreed to, and what may be taken back (152-ФЗ, ст. 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from forms.choices import ConsentKind
from portal import clock, journal
from portal.extensions import db
from portal.journal import Actor
from portal.models import AGREEMENT, Consent, ConsentText
from portal.refusals import NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.models import Subscriber
    from portal.origin import Origin

# What the account can live without; the others end with the account.
WITHDRAWABLE = {ConsentKind.notices.code, AGREEMENT}


@dataclass(frozen=True)
class Given:
    """One purpose: its latest text, and the consent to it that is in force."""

    text: ConsentText
    consent: Consent | None

    @property
    def may_change(self) -> bool:
        """Whether it can be given and taken back by itself."""
        return self.text.kind in WITHDRAWABLE


def texts() -> dict[str, ConsentText]:
    """Give the latest version of each text, by kind."""
    return ConsentText.latest(db.session())


def of(subscriber: Subscriber) -> list[Given]:
    """List every purpose with what the subscriber said to it."""
    in_force = select(Consent).where(Consent.subscriber_id == subscriber.id, Consent.withdrawn_at.is_(None))
    given = {row.kind: row for row in db.session.scalars(in_force.order_by(Consent.id))}
    return [Given(text, given.get(kind)) for kind, text in texts().items()]


def give(subscriber: Subscriber, kind: str, origin: Origin) -> None:
    """Agree to a purpose that can be chosen freely. Raises NotYours for any other."""
    text = texts().get(kind)
    if text is None or kind not in WITHDRAWABLE:
        raise NotYours
    withdraw(subscriber, kind)
    with transaction() as session:
        session.add(Consent.to(text, subscriber.id, origin.ip_address))
        _record(session, subscriber, "consent.give", kind)


def withdraw(subscriber: Subscriber, kind: str) -> None:
    """Take a consent back. Raises NotYours for one that the account can't live without."""
    if kind not in WITHDRAWABLE:
        raise NotYours
    with transaction() as session:
        mine = (Consent.subscriber_id == subscriber.id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
        over = update(Consent).where(*mine).values(withdrawn_at=clock.now()).returning(Consent.id)
        if session.scalars(over).all():
            _record(session, subscriber, "consent.withdraw", kind)


def _record(session: Session, subscriber: Subscriber, event: str, kind: str) -> None:
    subject = f"subscribers:{subscriber.id}"
    journal.record(session, Actor.of(subscriber), event, subject=subject, data={"kind": kind})
