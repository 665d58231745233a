"""Whatever a subscriber has under way, of every kind: what the home page is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from portal.extensions import db
from portal.models import Case
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from portal.models import Document, Subscriber


def open_of(subscriber: Subscriber) -> list[Case]:
    """List what is not finished, the nearest term first."""
    is_open = or_(*(and_(Case.kind == kind, Case.status.in_(flow.open_statuses)) for kind, flow in WORKFLOWS.items()))
    mine = select(Case).where(Case.subscriber_id == subscriber.id, is_open).order_by(Case.due_on, Case.id)
    return list(db.session.scalars(mine.options(selectinload(Case.entries), selectinload(Case.clocks))))


def counts_of(subscriber: Subscriber) -> dict[str, int]:
    """Count the subscriber's cases in each journal that has any."""
    counted = select(Case.journal, func.count()).where(Case.subscriber_id == subscriber.id).group_by(Case.journal)
    return {journal: count for journal, count in db.session.execute(counted)}  # noqa: C416 - rows are no pairs to mypy


def of(document: Document) -> Case:
    """Give the case that a document is of."""
    return db.session.get_one(Case, document.case_id)
