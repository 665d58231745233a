"""Who of the staff answers for a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal import journal, moves
from portal.extensions import db
from portal.models import Staff, StaffRole
from portal.refusals import Refusal
from portal.transactions import transaction
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from portal.journal import Actor
    from portal.models import Case


def colleagues(kind: str) -> list[Staff]:
    """List who may answer for cases of a kind: whoever works with them now."""
    roles = (StaffRole.admin, *WORKFLOWS[kind].roles)
    found = select(Staff).where(Staff.role.in_(roles), Staff.blocked_at.is_(None)).order_by(Staff.full_name, Staff.id)
    return list(db.session.scalars(found))


def assign(case: Case, to: Staff, actor: Actor) -> None:
    """Make somebody responsible for a case that is not finished. Raises Refusal."""
    with transaction() as session:
        moves.lock(session, case)
        if not moves.workflow_of(case).is_open(case.status):
            raise Refusal("Работа закончена, ответственный больше не нужен.")
        if case.responsible_id == to.id:
            raise Refusal(f"Ответственный уже {to.short_name}.")
        if to not in colleagues(case.kind):
            raise Refusal(f"{to.short_name} с такими делами не работает.")
        case.responsible = to
        journal.record(session, actor, "assign", case=case, data={"responsible": to.short_name})
