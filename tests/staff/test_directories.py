"""Directories: what an administrator changes, and what the journal says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from admin.reference import Directory
from portal.extensions import db
from portal.models import AppealTopic, JournalEntry, NonWorkingDay, StaffRole, Street, Term
from tests.support import people
from tests.support.page import words

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor

NEW_STREET = {"Название": "Ясная", "Тип": "ул.", "Как показывать": "Ясная ул.", "Район": ""}


def last_entry(app: Flask) -> JournalEntry:
    with app.app_context():
        return db.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first() or JournalEntry()


def street(app: Flask, display: str) -> Street | None:
    with app.app_context():
        return db.session.scalar(select(Street).where(Street.display == display))


def form_of(visitor: Visitor, display: str) -> Page:
    found = visitor.open(f"/admin/streets/?search={display}")
    return visitor.open(found.link(display))


def test_a_street_is_added_and_the_journal_knows_who_did_it(admin: Visitor, app: Flask) -> None:
    page = admin.press(admin.open("/admin/streets/new/"), "Сохранить", NEW_STREET)
    assert page.heading() == "Улицы"
    added = street(app, "Ясная ул.")
    assert added is not None
    assert (added.is_active, added.district) == (True, "")
    entry = last_entry(app)
    assert (entry.event, entry.subject) == ("streets.create", f"streets:{added.id}")
    assert entry.staff_id is not None
    assert entry.data["display"] == {"old": None, "new": "Ясная ул."}


def test_the_journal_keeps_what_was_and_what_is(admin: Visitor, app: Flask) -> None:
    admin.press(form_of(admin, "20-летия Октября ул."), "Сохранить", {"Используется": False})
    entry = last_entry(app)
    assert entry.event == "streets.edit"
    assert entry.data == {"is_active": {"old": True, "new": False}}
    assert "Используется: да → нет" in admin.open("/admin/journal/").words()


def test_saving_what_did_not_change_writes_nothing(admin: Visitor, app: Flask) -> None:
    before = last_entry(app).id
    admin.press(form_of(admin, "20-летия Октября ул."), "Сохранить")
    assert last_entry(app).id == before


def test_a_row_in_use_cannot_be_deleted(admin: Visitor, app: Flask) -> None:
    with app.app_context():
        used = people.subscriber().street
        assert used is not None
        key, display = used.id, used.display
    page = form_of(admin, display)
    assert "Удалить нельзя: на эту запись ссылаются другие." in page.words()
    token = page.form("Сохранить").values["csrf_token"][0]
    answer = admin.client.post("/admin/streets/delete/", data={"id": key, "csrf_token": token}, follow_redirects=True)
    assert f"«{display}» нельзя удалить: на эту запись ссылаются другие." in answer.get_data(as_text=True)
    assert street(app, display) is not None


def test_deleting_asks_first_and_writes_what_is_gone(admin: Visitor, app: Flask) -> None:
    page = form_of(admin, "17 Сентября ул.")
    button = next(item for item in page.root.iter("button") if words(item) == "Да, удалить")
    folded = next(item for item in page.root.iter("details") if button in item.iter())
    assert folded.get("open") is None, "the button that deletes must not be there before somebody asked for it"
    assert "Удалить запись «17 Сентября ул.»?" in words(folded)
    admin.press(page, "Да, удалить")
    assert street(app, "17 Сентября ул.") is None
    entry = last_entry(app)
    assert entry.event == "streets.delete"
    assert entry.data["display"] == {"old": "17 Сентября ул.", "new": None}


def test_nothing_is_deleted_by_a_link_or_without_a_token(admin: Visitor, app: Flask) -> None:
    assert admin.client.get("/admin/streets/delete/?id=1").status_code == 405
    assert admin.client.post("/admin/streets/delete/", data={"id": "1"}).status_code == 400
    assert admin.client.post("/admin/streets/edit/?id=1", data={"name": "x"}).status_code == 400
    with app.app_context():
        assert db.session.get(Street, 1) is not None


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(admin: Visitor) -> None:
    page = admin.press(admin.open("/admin/streets/new/"), "Сохранить", NEW_STREET | {"Название": " ", "Тип": "у" * 301})
    assert "Введите название" in page.errors()["Название"]
    assert "Сократите тип до 300 знаков" in page.errors()["Тип"]
    assert "Failed" not in page.words()
    assert page.form("Сохранить").values["display"] == ["Ясная ул."]


def test_the_same_row_twice_is_refused_in_words(admin: Visitor) -> None:
    admin.press(admin.open("/admin/streets/new/"), "Сохранить", NEW_STREET)
    page = admin.press(admin.open("/admin/streets/new/"), "Сохранить", NEW_STREET)
    assert "Не сохранилось: такая запись уже есть." in page.words()
    assert page.form("Сохранить").values["display"] == ["Ясная ул."]


def test_a_unique_name_is_checked_beside_its_field(admin: Visitor, app: Flask) -> None:
    page = admin.press(admin.open("/admin/topics/new/"), "Сохранить", {"Название": "Жалоба", "Порядок": "5"})
    assert "Введите другое: запись «Жалоба» уже есть" in page.errors()["Название"]
    with app.app_context():
        key = db.session.scalar(select(AppealTopic.id).where(AppealTopic.name == "Жалоба"))
    page = admin.press(admin.open(f"/admin/topics/edit/?id={key}"), "Сохранить", {"Порядок": "7"})
    assert page.heading() == "Темы обращений"


@pytest.mark.parametrize("amount", ["", "-1", "1.5", "1e3", "１２", "99999", "тридцать", "\0"])
def test_a_term_is_a_whole_number(admin: Visitor, app: Flask, amount: str) -> None:
    page = admin.press(admin.open("/admin/terms/edit/?id=1"), "Сохранить", {"Сколько": amount})
    assert "Введите срок целым числом от 0 до 9999" in page.errors()["Сколько"]
    with app.app_context():
        assert db.session.get_one(Term, 1).amount == 30


def test_a_term_changes_and_a_unit_is_one_of_the_two(admin: Visitor, app: Flask) -> None:
    admin.press(admin.open("/admin/terms/edit/?id=1"), "Сохранить", {"Сколько": "20", "Единица": "рабочие дни"})
    with app.app_context():
        term = db.session.get_one(Term, 1)
        assert (term.amount, term.unit) == (20, "working")
    form = admin.open("/admin/terms/edit/?id=1").form("Сохранить")
    form.values["unit"] = ["lunar"]
    admin.client.post(form.action, data=form.data("Сохранить"))
    with app.app_context():
        assert db.session.get_one(Term, 1).unit == "working"


def test_a_day_off_is_a_date(admin: Visitor, app: Flask) -> None:
    answers = {"День": "2030-02-31", "Название": "День города"}
    page = admin.press(admin.open("/admin/days-off/new/"), "Сохранить", answers)
    assert page.errors()["День"]
    admin.press(page, "Сохранить и добавить ещё", {"День": "2030-09-21"})
    with app.app_context():
        titles = db.session.scalars(select(NonWorkingDay.title).where(NonWorkingDay.title == "День города"))
        assert titles.all() == ["День города"]


def test_fields_that_the_form_does_not_have_change_nothing(admin: Visitor, app: Flask) -> None:
    form = admin.open("/admin/terms/edit/?id=1").form("Сохранить")
    admin.client.post(form.action, data=form.data("Сохранить") | {"code": "hacked", "id": "77"})
    with app.app_context():
        assert db.session.get_one(Term, 1).code == "appeal_answer"


def test_an_operator_looks_and_finds_no_button(clerk: Visitor) -> None:
    page = clerk.open("/admin/streets/")
    assert "Добавить" not in page.words()
    assert "/edit/" not in page.text


def test_a_directory_is_one_declaration() -> None:
    directory = Directory(Street, "Улицы", "lanes", columns=("display", "is_active"), search=("display",))
    assert directory.editors == (StaffRole.admin,)
    form = directory._create_form_class
    assert [name for name in dir(form) if hasattr(getattr(form, name), "field_class")] == ["display", "is_active"]


def test_consents_are_read_whole_and_never_written(clerk: Visitor) -> None:
    page = clerk.open("/admin/consents/")
    first = page.table()[1][0]
    assert "Редакция" in clerk.open(page.link(first)).words()
