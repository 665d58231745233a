"""Writing the journal: who did what; and reading what became of a record meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from portal import clock
from portal.models import JournalEntry, Staff, Subscriber

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.models import Case


@dataclass(frozen=True)
class Actor:
    """Whoever does something; the name is written into the entry as it is now."""

    name: str
    subscriber_id: int | None = None
    staff: Staff | None = None

    @classmethod
    def of(cls, account: Subscriber | Staff) -> Actor:
        """Make the actor of an account."""
        if isinstance(account, Staff):
            return cls(account.short_name, staff=account)
        return cls(account.short_name, subscriber_id=account.id)

    @classmethod
    def calendar(cls) -> Actor:
        """Make the actor of what happens by itself because its day has come."""
        return cls("Календарь")

    @property
    def is_staff(self) -> bool:
        """Whether it is somebody of the company."""
        return self.staff is not None


def record(  # noqa: PLR0913
    session: Session,
    actor: Actor,
    event: str,
    *,
    case: Case | None = None,
    subject: str = "",
    to_status: str | None = None,
    note: str | None = None,
    data: dict[str, Any] | None = None,
    token: str | None = None,
) -> JournalEntry:
    """Write one entry into the running transaction, whole: the database lets nobody change it afterwards."""
    entry = JournalEntry(
        at=clock.now(),
        actor=actor.name,
        subscriber_id=actor.subscriber_id,
        staff_id=actor.staff.id if actor.staff else None,
        case_id=case.id if case else None,
        subject=f"cases:{case.id}" if case else subject,
        event=event,
        from_status=case.status if case and to_status and event != "filed" else None,
        to_status=to_status,
        note=note or None,
        data=data or {},
        form_token=token or None,
    )
    session.add(entry)
    session.flush()
    return entry


@dataclass(frozen=True)
class Change:
    """What became of one value: `entry` is the latest that changed it."""

    old: Any
    new: Any
    entry: JournalEntry

    @classmethod
    def is_told_by(cls, fact: object) -> bool:
        """Whether a fact of an entry is a change; the others say what a move was given."""
        return isinstance(fact, dict) and fact.keys() == {"old", "new"}


def latest(session: Session, subject: str) -> int:
    """Give the last entry about a record, by which a page says later what it was opened on; 0 where there is none."""
    return session.scalar(select(func.max(JournalEntry.id)).where(JournalEntry.subject == subject)) or 0


def changes_since(session: Session, subject: str, seen: int) -> dict[str, Change]:
    """Give what is otherwise in a record than it was after the entry `seen`, by the name of the value."""
    later = select(JournalEntry).where(JournalEntry.subject == subject, JournalEntry.id > seen)
    found: dict[str, Change] = {}
    for entry in session.scalars(later.order_by(JournalEntry.id)):
        for name, fact in entry.data.items():
            if Change.is_told_by(fact):
                old = found[name].old if name in found else fact["old"]
                found[name] = Change(old, fact["new"], entry)
    return {name: change for name, change in found.items() if change.old != change.new}
