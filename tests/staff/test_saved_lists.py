"""What a clerk saves of a list under a name: his own tabs, nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import JournalEntry, SavedList
from portal.services import saved_lists
from tests.support import people
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor

NAME = "Название набора"
SHOWN = "/admin/appeals/?preset=all&flt0_status=registered&search=напряжение&sort=1&desc=1"


def saved(visitor: Visitor, name: str = "Про напряжение", path: str = SHOWN, status: int = 200) -> Page:
    return visitor.press(visitor.open(path), "Сохранить", {NAME: name}, status)


def tabs(page: Page) -> list[str]:
    return [link.text or "" for link in page.root.iter("a") if "preset-own" in (link.get("class") or "")]


@pytest.fixture(autouse=True)
def appeals(app: Flask) -> None:
    with app.app_context():
        author = people.subscriber()
        people.appeal(author, "Низкое напряжение")
        people.appeal(author, "Мигает свет")


def test_a_saved_part_is_a_tab_that_shows_the_same_again(clerk: Visitor) -> None:
    kept = saved(clerk)
    assert "Набор «Про напряжение» сохранён" in kept.words()
    assert tabs(kept) == ["Про напряжение"]
    plain = clerk.open("/admin/appeals/")
    again = clerk.open(plain.link("Про напряжение"))
    assert again.table() == kept.table() == clerk.open(SHOWN).table()
    assert [row[2] for row in again.table()[1:]] == ["1"]
    assert 'aria-current="page">Про напряжение' in again.text
    assert again.text.count('aria-current="page"') == plain.text.count('aria-current="page"')


def test_it_can_be_renamed_and_deleted(clerk: Visitor) -> None:
    saved(clerk)
    assert tabs(saved(clerk, "Напряжение")) == ["Напряжение"]
    gone = clerk.press(clerk.open(SHOWN), "Да, удалить")
    assert "Набор удалён" in gone.words()
    assert tabs(gone) == []


def test_nobody_sees_another_clerks(clerk: Visitor, app: Flask) -> None:
    saved(clerk)
    with app.app_context():
        other = signed_in(app, people.staff().login, "/admin/login")
    assert tabs(other.open(SHOWN)) == []
    assert tabs(saved(other)) == ["Про напряжение"]
    other.press(other.open(SHOWN), "Да, удалить")
    assert tabs(clerk.open(SHOWN)) == ["Про напряжение"]
    assert tabs(clerk.open("/admin/services/")) == [], "a list has its own"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "Введите название набора"), ("я" * 41, "до 40 знаков"), ("про НАПРЯЖЕНИЕ", saved_lists.TAKEN)],
)
def test_a_name_that_will_not_do_is_said_beside_its_field(clerk: Visitor, name: str, sentence: str) -> None:
    saved(clerk)
    page = saved(clerk, name, "/admin/appeals/?preset=open", 422)
    assert sentence in page.errors()[NAME]
    assert page.form("Сохранить").typed(NAME) == name, "nothing that was typed is lost"
    assert [row[2] for row in page.table()[1:]] == ["1", "2"], "the list is still there"
    assert tabs(page) == ["Про напряжение"]


def test_there_are_no_more_than_twenty(clerk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_lists, "MOST", 1)
    saved(clerk)
    assert saved_lists.FULL in saved(clerk, "Ещё", "/admin/appeals/?preset=open", 422).errors()[NAME]
    assert tabs(saved(clerk, "Другое имя")) == ["Другое имя"], "what is there can have another name"


def test_it_is_private_the_journal_knows_nothing(clerk: Visitor, app: Flask) -> None:
    def entries() -> Any:
        with app.app_context():
            return db.session.scalar(select(func.count()).select_from(JournalEntry))

    clerk.open(SHOWN)
    before = entries()
    saved(clerk)
    assert entries() == before
    with app.app_context():
        assert db.session.scalars(select(SavedList)).one().asked == {
            "preset": "all", "flt0_status": "registered", "search": "напряжение", "sort": "1", "desc": "1",
        }  # fmt: skip
