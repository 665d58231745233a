"""Two people on one form: the second hears of the first, and neither saves over the other without seeing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import JournalEntry, Street
from tests.support import people, power
from tests.support.page import words
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor

STREET = "17 Сентября ул."
THEIRS = {"Район": "Советский", "Тип": "пр-т"}
MINE = {"Район": "Ленинский"}


@pytest.fixture
def colleague(app: Flask) -> Visitor:
    """Another administrator, signed in."""
    with app.app_context():
        login = people.staff("admin").login
    return signed_in(app, login, "/admin/login")


def opened(visitor: Visitor, display: str = STREET) -> Page:
    return visitor.open(visitor.open(f"/admin/streets/?search={display}").link(display))


def street(app: Flask) -> Street | None:
    with app.app_context():
        return db.session.scalar(select(Street).where(Street.display == STREET))


def entries(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(JournalEntry.id).where(JournalEntry.event == "streets.edit")).all())


def test_whoever_comes_second_sees_who_is_there_until_it_is_saved(admin: Visitor, colleague: Visitor) -> None:
    page = opened(admin)
    assert "Эту страницу открыли ещё" not in page.words()
    assert "Эту страницу открыли ещё: admin_" in opened(colleague).words()
    admin.press(page, "Сохранить", MINE)
    assert "Эту страницу открыли ещё" not in opened(colleague).words()


def test_a_stale_save_stores_nothing_and_shows_the_difference(admin: Visitor, colleague: Visitor, app: Flask) -> None:
    page = opened(admin)
    colleague.press(opened(colleague), "Сохранить", THEIRS)
    page = admin.press(page, "Сохранить", MINE, status=409)
    assert "Не сохранилось: эту запись уже изменили." in page.words()
    assert entries(app) == 1
    heads, *rows = page.table()
    assert heads == ["Поле", "Было", "Стало у коллеги", "У вас"]
    told = {row[0]: row[1:] for row in rows}
    assert told.keys() == {"Тип", "Район"}
    assert told["Тип"][0::2] == ["ул.", "ул."]
    assert told["Тип"][1].startswith("пр-т admin_")
    assert told["Район"][0::2] == ["Левобережный", "Ленинский"]
    assert [words(one) for one in page.root.iter("ins")].count("Ленинский") == 1
    assert page.form("Сохранить поверх").typed("Район") == "Ленинский"


def test_saving_over_it_takes_a_press_that_says_so(admin: Visitor, colleague: Visitor, app: Flask) -> None:
    page = opened(admin)
    colleague.press(opened(colleague), "Сохранить", THEIRS)
    stale = admin.press(page, "Сохранить", MINE, status=409)
    admin.press(stale, "Сохранить поверх")
    saved = street(app)
    assert saved is not None
    assert (saved.district, saved.type) == ("Ленинский", "ул.")
    colleague.press(opened(colleague), "Сохранить", {"Район": "Железнодорожный"})
    page = admin.press(stale, "Сохранить поверх", status=409)
    assert "Железнодорожный" in page.words()
    assert "Железнодорожный" in admin.open(page.link("Оставить как у коллеги")).form("Сохранить").typed("Район")


def test_a_page_stays_as_old_as_it_is_while_its_errors_are_mended(admin: Visitor, colleague: Visitor) -> None:
    page = opened(admin)
    colleague.press(opened(colleague), "Сохранить", THEIRS)
    page = admin.press(page, "Сохранить", MINE | {"Название": ""})
    assert page.errors()["Название"]
    assert "Советский" in admin.press(page, "Сохранить", {"Название": "Сентябрьская"}, status=409).words()


def test_what_was_put_back_meanwhile_is_no_difference(admin: Visitor, colleague: Visitor, app: Flask) -> None:
    page = opened(admin)
    colleague.press(opened(colleague), "Сохранить", THEIRS)
    colleague.press(opened(colleague), "Сохранить", {"Район": "Левобережный", "Тип": "ул."})
    admin.press(page, "Сохранить", MINE)
    saved = street(app)
    assert saved is not None
    assert saved.district == "Ленинский"


def test_a_form_that_does_not_say_what_it_was_opened_on_saves_over_nobody(admin: Visitor, colleague: Visitor) -> None:
    form = opened(admin).form("Сохранить").fill(MINE)
    colleague.press(opened(colleague), "Сохранить", THEIRS)
    for seen in ("", "x", "-1", "9" * 30, "0"):
        data = form.data("Сохранить") | {"seen": seen}
        assert admin.client.post(form.action, data=data).status_code == 409, seen


def test_what_was_typed_about_a_row_that_is_gone_can_be_saved_as_a_new_one(
    admin: Visitor, colleague: Visitor, app: Flask
) -> None:
    page = opened(admin)
    colleague.press(opened(colleague), "Да, удалить")
    page = admin.press(page, "Сохранить", MINE, status=409)
    assert "Эту запись удалили, пока вы писали." in page.words()
    admin.press(page, "Сохранить")
    saved = street(app)
    assert saved is not None
    assert saved.district == "Ленинский"


def test_an_outage_that_a_colleague_published_or_moved_is_not_saved_over(
    clerk: Visitor, colleague: Visitor, app: Flask
) -> None:
    with app.app_context():
        outage_id = power.draft("ул. Мира, 7").id
    path = f"/admin/outages/{outage_id}"
    page = clerk.open(path)
    moved = {"Начало": "2026-12-02T10:00", "Конец": "2026-12-02T12:00", "Вид отключения": "Аварийное"}
    colleague.press(colleague.open(path), "Сохранить черновик", moved)
    page = clerk.press(page, "Сохранить черновик", {"Адреса": "ул. Мира, 9"}, status=409)
    told = {row[0]: row[1:] for row in page.table()[1:]}
    assert told.keys() == {"Начало", "Конец", "Вид отключения"}
    assert told["Вид отключения"][0::2] == ["Плановое", "Плановое"]
    assert told["Начало"][1].startswith("02.12.2026, 10:00 admin_")
    assert page.form("Сохранить поверх").typed("Адреса") == "ул. Мира, 9"
    clerk.press(page, "Сохранить поверх")
    page = clerk.open(path)
    colleague.press(colleague.open(path), "Да, опубликовать")
    clerk.press(page, "Сохранить черновик", {"Адреса": "ул. Мира, 7"}, status=409)
    page = clerk.open(path)
    colleague.press(colleague.open(path), "Да, отменить", {"Почему": "Перенесли"})
    page = clerk.press(page, "Сохранить и сообщить об изменении", {"Адреса": "ул. Мира, 11"}, status=409)
    assert "Что вы написали ул. Мира, 11" in page.words()


def test_the_next_version_of_a_consent_shows_both_texts_and_what_they_were_made_of(
    admin: Visitor, colleague: Visitor
) -> None:
    path = "/admin/consents/notices/next"
    mine, theirs = admin.open(path), colleague.open(path)
    assert "Эту страницу открыли ещё: admin_" in theirs.words()
    theirs = colleague.press(theirs, "Сохранить черновик", {"Название": "Их название"})
    old = colleague.open("/admin/consents/").table()
    stale = admin.press(mine, "Сохранить черновик", {"Название": "Моё название"}, status=409)
    line = next(row for row in stale.table()[1:] if row[0] == "Название")
    assert line[1] in {row[0] for row in old}
    assert line[2].startswith("Их название admin_")
    assert line[3] == "Моё название"
    saved = admin.press(stale, "Сохранить поверх")
    colleague.press(theirs, "Сохранить черновик", {"Название": "Опять их"}, status=409)
    admin.press(saved, "Да, удалить")
    page = colleague.press(theirs, "Сохранить черновик", {"Название": "И опять"}, status=409)
    assert "Черновик уже опубликовали или удалили." in page.words()


def test_a_stale_text_of_a_letter_is_shown_with_what_became_of_it(admin: Visitor, colleague: Visitor) -> None:
    path = "/admin/letter-texts/appeal_registered"
    mine = admin.open(path)
    colleague.press(colleague.open(path), "Сохранить", {"Тема": "Их тема о № {номер}"})
    page = admin.press(mine, "Сохранить", {"Тема": "Моя тема"}, status=409)
    (line,) = page.table()[1:]
    assert line[0::3] == ["Тема", "Моя тема"]
    assert line[2].startswith("Их тема")
    assert "admin_" in line[2]
