"""Writing the journal: who did what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
