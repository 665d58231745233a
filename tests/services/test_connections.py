"""Filing an application for connection: all or nothing, what the profile gains, a copy of one that is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from portal import storage
from portal.extensions import db
from portal.models import Connection, Consent, Draft, JournalEntry, Letter, Subscriber, Upload
from portal.refusals import FieldRefusal, NotYours
from portal.services import connections, drafts
from portal.storage import StorageError
from portal.transactions import transaction
from tests.support import people, stories

if TYPE_CHECKING:
    from flask import Flask

pytestmark = pytest.mark.usefixtures("inside")


def counted(*models: Any) -> list[int]:
    return [int(db.session.scalar(select(func.count()).select_from(model)) or 0) for model in models]


def test_what_the_profile_lacked_is_saved_and_what_it_has_is_not_overwritten() -> None:
    author = people.subscriber()
    people.connection(author, profile={"passport": "2011000001"})
    people.connection(author, profile={"passport": "2011000002"})
    assert db.session.get_one(Subscriber, author.id).passport == "2011000001"


def test_a_filing_that_is_refused_leaves_everything_as_it_was() -> None:
    author, token = people.subscriber(), people.token()
    drafts.save(author, connections.FORM, token, {"house": ["5"]})
    before = counted(Connection, Consent, JournalEntry, Letter, Draft)
    with pytest.raises(FieldRefusal) as refused:
        people.connection(
            author, token, circumstances=("gardeners",), profile={"passport": "2011000001"}, handover=True
        )
    assert refused.value.field == "consent"
    assert counted(Connection, Consent, JournalEntry, Letter, Draft) == before
    assert db.session.get_one(Subscriber, author.id).passport is None
    assert counted(Upload) == [2]


@pytest.mark.parametrize("field", ["voltage_id", "supplier_id", "street_id"])
def test_a_line_that_is_not_offered_any_more_is_told_beside_its_field(field: str) -> None:
    with pytest.raises(FieldRefusal) as refused:
        people.connection(people.subscriber(), **{field: 999_999})
    assert refused.value.field == field
    assert counted(Connection) == [0]


def test_an_application_is_found_by_the_token_of_its_form_by_its_author_alone() -> None:
    author, token = people.subscriber(), people.token()
    case = people.connection(author, token)
    assert connections.filed(author, token) is case
    assert connections.filed(people.subscriber(), token) is None


def test_a_draft_is_never_kept_under_the_token_of_somebody_elses() -> None:
    token = people.token()
    drafts.save(people.subscriber(), connections.FORM, token, {"house": ["5"]})
    with pytest.raises(NotYours):
        drafts.save(people.subscriber(), connections.FORM, token, {"house": ["6"]})
    assert db.session.scalars(select(Draft)).one().typed == {"house": ["5"]}


def test_a_copy_has_words_and_files_but_no_consent() -> None:
    author, engineer = people.subscriber(), people.staff("engineer")
    closed = stories.connection_in("cancelled", author, engineer, typed={"house": ["5"], "handover": ["y"]})
    token = people.token()
    draft = connections.copy(closed, token)
    assert connections.copy(closed, token).id == draft.id
    assert draft.typed == {"house": ["5"]}
    files = db.session.scalars(select(Upload).where(Upload.token == token)).all()
    assert {file.slot for file in files} == {"plan", "ownership"}
    assert not {file.key for file in files} & {document.key for document in closed.documents}
    assert all(b"".join(storage.current().open(file.key)) == people.PDF for file in files)


def test_a_copy_whose_file_is_gone_begins_nothing(inside: Flask) -> None:
    closed = stories.connection_in("cancelled", people.subscriber(), people.staff("engineer"))
    storage.current().delete(closed.documents[-1].key)
    with pytest.raises(StorageError):
        connections.copy(closed, people.token())
    assert counted(Draft, Upload) == [0, 0]


def test_lists_hold_what_staff_offer() -> None:
    from portal.models import Supplier

    offered = connections.lines(Supplier)
    assert offered[0][1] == 'ПАО "ТНС-энерго Воронеж"'
    assert connections.household_load() is not None
    titles = connections.activities()
    assert titles["01"].startswith("Растениеводство")
    assert "A" not in titles
    with transaction() as session:
        session.query(Supplier).update({"is_active": True})
    assert len(connections.lines(Supplier)) > len(offered)
