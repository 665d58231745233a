"""What README promises of each thing added: run by `test_readme.py` in a copy that its diffs were applied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.letter_kinds import LETTERS
from portal.models import JournalEntry, Letter
from tests.staff.test_roles import EVERYBODY, OPEN, let_go_of_tokens, lets_in, pages
from tests.support import people, stories
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask

SEALS = "/admin/seal-kinds/"
CREATE, EDIT, DELETE, INDEX, EXPORT = (
    f"staff_seal-kinds.{page}_view" for page in ("create", "edit", "delete", "index", "export")
)


@pytest.fixture
def admin(app: Flask) -> Visitor:
    """An administrator, signed in."""
    with app.app_context():
        login = people.staff("admin").login
    return signed_in(app, login, "/admin/login")


def events(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.execute(select(JournalEntry.event, JournalEntry.subject).order_by(JournalEntry.id))
        return [(event, subject) for event, subject in found if event.startswith("seal_kinds.")]


def test_the_directory_lists_adds_changes_deletes_and_tells_the_journal(admin: Visitor, app: Flask) -> None:
    page = admin.open(admin.open("/admin/").link("Виды пломб"))
    page = admin.press(admin.open(page.link("Добавить")), "Сохранить", {"Название": "", "Порядок": "x"})
    assert page.errors().keys() == {"Название", "Порядок"}
    page = admin.press(page, "Сохранить", {"Название": "Роторная", "Порядок": "2"})
    assert page.table() == [["Название", "Порядок", "Используется"], ["Роторная", "2", "да"]]
    stale, page = admin.open(page.link("Роторная")), admin.open(page.link("Роторная"))
    page = admin.press(page, "Сохранить", {"Название": "Пластиковая", "Используется": False})
    assert page.table()[1] == ["Пластиковая", "2", "нет"]
    page = admin.press(stale, "Сохранить", {"Порядок": "3"}, status=409)
    assert page.table()[1][:2] == ["Название", "Роторная"]
    admin.press(page, "Да, удалить")
    assert len(admin.open(SEALS).root.findall(".//tbody/tr")) == 0
    assert events(app) == [(f"seal_kinds.{event}", "seal_kinds:1") for event in ("create", "edit", "delete")]
    assert "Виды пломб, № 1" in admin.open("/admin/journal/").words()


def test_each_role_comes_as_far_as_in_every_directory_and_the_walk_misses_the_new_pages(app: Flask) -> None:
    new = [(rule, method) for rule, method in pages(app) if rule.endpoint not in OPEN]
    assert {rule.endpoint for rule, _ in new} == {INDEX, EXPORT, CREATE, EDIT, DELETE}
    with app.app_context():
        logins = {role: people.staff(role).login for role in sorted(EVERYBODY)}
    visitors = {role: signed_in(app, login, "/admin/login") for role, login in logins.items()}
    let_go_of_tokens(app)
    for rule, method in new:
        whom = {role for role, visitor in visitors.items() if lets_in(visitor, rule, method)}
        assert whom == (EVERYBODY if rule.endpoint in {INDEX, EXPORT} else {"admin"}), f"{method} {rule.rule}"
        assert not lets_in(Visitor(app), rule, method)


def test_the_field_is_shown_edited_and_told_to_the_journal(admin: Visitor, app: Flask) -> None:
    page = admin.open("/admin/suppliers/")
    assert "Телефон" in page.table()[0]
    page = admin.open(page.link(page.table()[1][0]))
    assert "Куда звонить абоненту" in page.words()
    page = admin.press(page, "Сохранить", {"Телефон": "200-00-00"})
    assert "200-00-00" in page.table()[1]
    assert "Телефон: — → 200-00-00" in admin.open("/admin/journal/").words()


def test_the_move_is_offered_once_and_its_letter_goes_with_the_words_of_its_folder(clerk: Visitor, app: Flask) -> None:
    assert LETTERS["service_crew_left"].title == "Бригада выехала"
    with app.app_context():
        number = stories.service_in("visit", people.subscriber(), people.staff()).number
    path = f"/admin/services/{number}?preset=all"
    page = clerk.open(path)
    assert f"Бригада выехала к вам по заявке № {number}." in page.words()
    page = clerk.press(page, "Бригада выехала и отправить письмо")
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.name == "service_crew_left")).one()
        assert letter.subject == f"Заявка на услугу № {number}: бригада выехала"
    assert "Бригада выехала" in page.table()[1]
    assert "Бригада выехала и отправить письмо" not in clerk.open(path).words()
