"""«Заявки на технологическое присоединение»: the queue, and one application on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from admin.base import LARGEST_ID, Screen, page
from portal.models import Connection, StaffRole
from portal.workflow import CONNECTION

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

ROLES = (StaffRole.admin, *(StaffRole(role) for role in CONNECTION.roles))


class Connections(Screen):
    """The queue is Flask-Admin's list; the card is ours, and its moves are those of the workflow."""

    roles = ROLES
    column_list = ("number", "registered_at", "status")

    @page(f"/<int(max={LARGEST_ID}):case_id>", "GET", "POST")
    def card(self, case_id: int) -> ResponseReturnValue:
        """One application."""
        return str(self.get_one(str(case_id)))
