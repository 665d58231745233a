"""What belongs to somebody else is answered exactly like what does not exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Case, Document, JournalEntry, Subscriber, Upload
from tests.support import people, stories
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

MISSING = 987654


@pytest.fixture
def theirs(app: Flask) -> dict[str, int]:
    """What somebody else has: numbers by kind."""
    with app.app_context():
        owner, clerk, form = people.subscriber(), people.staff(), people.token()
        people.kept(owner, form)
        people.appeal(owner, form_token=form)
        asked = stories.appeal_in("clarification", owner, clerk)
        upload = people.kept(owner, people.token())
        paper = db.session.scalars(select(Document)).one()
        return {"appeal": asked.number, "document": paper.id, "upload": upload.id}


PAGES = ["/appeals/{appeal}", "/documents/{document}", "/documents/{document}/download"]
POSTS = ["/appeals/{appeal}/clarify", "/appeals/{appeal}/withdraw", "/uploads/{upload}/remove"]


def without_marks(answer: TestResponse) -> str:
    """Drop what differs between any two pages: the number of the request and the token."""
    text = re.sub(r'(value|content)="[^"]{20,}"', "", answer.get_data(as_text=True))
    return re.sub(r"\b[0-9a-f]{12}\b", "", text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_somebody_else_looks_like_one_that_is_not_there(
    resident: Visitor, theirs: dict[str, int], path: str
) -> None:
    others = resident.client.get(path.format(**theirs))
    missing = resident.client.get(path.format(**dict.fromkeys(theirs, MISSING)))
    assert (others.status_code, missing.status_code) == (404, 404)
    assert without_marks(others) == without_marks(missing)
    assert "Такой страницы нет" in others.get_data(as_text=True)


@pytest.mark.parametrize("path", POSTS)
def test_nothing_of_somebody_else_can_be_changed(
    app: Flask, resident: Visitor, theirs: dict[str, int], path: str
) -> None:
    token = resident.open("/appeals/new").form("Сохранить").values["csrf_token"][0]
    data = {"csrf_token": token, "clarify-note": "Я не он", "withdraw-note": "Я не он"}
    before = everything(app)
    others = resident.client.post(path.format(**theirs), data=data)
    missing = resident.client.post(path.format(**dict.fromkeys(theirs, MISSING)), data=data)
    assert (others.status_code, missing.status_code) == (404, 404)
    assert without_marks(others) == without_marks(missing)
    assert everything(app) == before


def test_a_file_of_somebody_else_is_not_removed_through_ones_own_page(
    app: Flask, resident: Visitor, theirs: dict[str, int]
) -> None:
    data = resident.open("/appeals/new").form("Сохранить").data("Сохранить")
    for number in (theirs["upload"], MISSING):
        answer = resident.client.post("/appeals/new", data=data | {"remove_upload": str(number)})
        assert answer.status_code == 404
    with app.app_context():
        assert db.session.get(Upload, theirs["upload"]) is not None


@pytest.mark.parametrize("number", ["-1", "99999999999999999999", "1.5", "x", "²", "1" * 5000])
def test_a_number_of_a_file_that_is_none_removes_nothing_and_breaks_nothing(
    app: Flask, resident: Visitor, theirs: dict[str, int], number: str
) -> None:
    data = resident.open("/appeals/new").form("Сохранить").data("Сохранить")
    assert resident.client.post("/appeals/new", data=data | {"remove_upload": number}).status_code < 500
    with app.app_context():
        assert db.session.get(Upload, theirs["upload"]) is not None


def test_firms_with_one_number_see_their_own_appeals_alone(app: Flask) -> None:
    with app.app_context():
        first, second = (people.subscriber(inn="3662000015") for _ in range(2))
        number = people.appeal(first, "Тайна первой фирмы").number
        login = second.login
    visitor = signed_in(app, login)
    assert visitor.client.get(f"/appeals/{number}").status_code == 404
    for path in ("/", "/appeals", f"/appeals?number={number}"):
        assert "Тайна первой фирмы" not in visitor.open(path).text


def test_fields_that_a_form_does_not_have_are_passed_over(app: Flask, resident: Visitor) -> None:
    page = resident.open("/appeals/new")
    data = page.form("Сохранить").fill(
        {"Тема обращения": "Жалоба", "Текст обращения (не более 1000 символов)": "Мигает свет"}
    ).data("Сохранить")  # fmt: skip
    planted = {"number": "1", "status": "answered", "subscriber_id": "777", "registered_at": "2001-01-01", "kind": "x"}
    assert resident.client.post("/appeals/new", data=data | planted).status_code == 302
    with app.app_context():
        case = db.session.scalars(select(Case)).one()
        assert (case.status, case.kind, case.registered_at.year > 2001) == ("registered", "appeal", True)
        assert case.subscriber_id == db.session.scalars(select(Subscriber.id)).one()


def everything(app: Flask) -> list[tuple[object, ...]]:
    """Dump what a stranger might have changed."""
    with app.app_context():
        return [
            tuple(row)
            for model in (Case, Document, JournalEntry, Upload)
            for row in db.session.execute(select(*model.__table__.columns).order_by(model.__table__.c.id))
        ]
