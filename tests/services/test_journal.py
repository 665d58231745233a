"""The journal stays as it was written, whoever asks the database."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.extensions import db
from portal.models import JournalEntry
from tests.support import people

pytestmark = pytest.mark.usefixtures("inside")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET actor = 'Никто'", "DELETE FROM journal"],
)
def test_no_entry_is_changed_or_deleted(statement: str) -> None:
    people.appeal(people.subscriber())
    before = db.session.execute(select(JournalEntry.id, JournalEntry.actor).order_by(JournalEntry.id)).all()
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert db.session.execute(select(JournalEntry.id, JournalEntry.actor).order_by(JournalEntry.id)).all() == before
    assert before
