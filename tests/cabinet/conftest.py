"""An application for connection of the resident, in whatever status a test wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Connection, Staff, Subscriber
from tests.support import people, stories

if TYPE_CHECKING:
    from flask import Flask

    from portal.models import JournalEntry
    from tests.support.visitor import Visitor


class Applications:
    """What happens to the resident's applications while no page is open."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def bring(self, status: str, **changes: Any) -> str:
        """File one and bring it into a status; gives the path of its page."""
        with self.app.app_context():
            made = stories.connection_in(status, self._resident(), self._engineer(), **changes)
            return f"/connections/{made.year}/{made.number}"

    def make(self, path: str, code: str, **changes: Any) -> None:
        """Make a move, by the side whose move it is."""
        with self.app.app_context():
            self._make(self._at(path), code, **changes)

    def status(self, path: str) -> str:
        """Where it is."""
        with self.app.app_context():
            return self._at(path).status

    def papers(self, path: str) -> list[tuple[str | None, str]]:
        """What lies in it, as (kind, name)."""
        with self.app.app_context():
            return [(document.kind, document.name) for document in self._at(path).documents]

    def document(self, path: str, name: str) -> int:
        """The id of one of its documents."""
        with self.app.app_context():
            return next(document.id for document in self._at(path).documents if document.name == name)

    def _make(self, case: Connection, code: str, **changes: Any) -> JournalEntry:
        is_mine = code in {"add_documents", "complete_documents", "report_ready", "withdraw"}
        return stories.make(case, code, self._resident() if is_mine else self._engineer(), **changes)

    def _at(self, path: str) -> Connection:
        year, number = path.split("/")[2:4]
        found = select(Connection).where(Connection.year == int(year), Connection.number == int(number))
        return db.session.scalars(found).one()

    def _resident(self) -> Subscriber:
        return db.session.scalars(select(Subscriber).order_by(Subscriber.id).limit(1)).one()

    def _engineer(self) -> Staff:
        found = db.session.scalar(select(Staff).where(Staff.login == "klimov"))
        return found or people.staff("engineer", "klimov")


@pytest.fixture
def applications(app: Flask, resident: Visitor) -> Applications:
    """Applications of the resident."""
    return Applications(app)
