"""Fig. 17, «Информация по обращениям»: one's own, newest first, with a search by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import Subscriber
from tests.support import people, stories
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page

HEADS = ["Рег. номер", "Дата подачи обращения", "Вид обращения", "Содержание", "Статус"]
NUMBER = "Номер заявки"


def filed(app: Flask, count: int) -> Visitor:
    """Sign in somebody who has filed appeals; somebody else filed as many before."""
    with app.app_context():
        other, author = people.subscriber(), people.subscriber()
        for number in range(count):
            people.appeal(other, "Чужое")
            people.appeal(author, f"Вопрос {number}")
        login = author.login
    return signed_in(app, login)


def search(visitor: Visitor, number: str) -> Page:
    return visitor.press(visitor.open("/appeals"), "Найти", {NUMBER: number})


def test_somebody_who_never_wrote_is_told_what_will_be_here(resident: Visitor) -> None:
    page = resident.open("/appeals")
    assert page.heading() == "Информация по обращениям"
    assert "Здесь появятся ваши обращения" in page.words()
    assert resident.open(page.link("Написать обращение")).heading() == "Обращение"


def test_the_list_has_the_columns_of_the_manual_and_the_newest_first(app: Flask) -> None:
    page = filed(app, 3).open("/appeals")
    table = page.table()
    assert table[0] == HEADS
    assert [row[0] for row in table[1:]] == ["6", "4", "2"]
    assert table[1][2:] == ["Запрос справочной информации", "Вопрос 2", "Регистрация"]
    assert "Чужое" not in page.words()
    assert page.link("6") == "/appeals/6"


def test_the_list_shows_where_each_appeal_is(app: Flask, resident: Visitor) -> None:
    with app.app_context():
        author, clerk = db.session.scalars(select(Subscriber)).one(), people.staff()
        for status in stories.WAYS["appeal"]:
            stories.appeal_in(status, author, clerk)
    shown = [row[-1] for row in resident.open("/appeals").table()[1:]]
    assert shown[::-1] == [
        "Регистрация", "На рассмотрении", "Запрошены уточнения", "Срок продлён", "Перенаправлено", "Ответ направлен",
        "Закрыто", "Отозвано",
    ]  # fmt: skip


def test_a_long_list_has_pages(app: Flask) -> None:
    visitor = filed(app, 41)
    first = visitor.open("/appeals")
    assert "Страница 1 из 3" in first.words()
    assert [row[0] for row in first.table()[1:]] == [str(number) for number in range(82, 42, -2)]
    second = visitor.open(first.link("Дальше"))
    assert [row[0] for row in second.table()[1:]] == [str(number) for number in range(42, 2, -2)]
    last = visitor.open(second.link("Дальше"))
    assert [row[0] for row in last.table()[1:]] == ["2"]
    assert visitor.open(last.link("Назад")).table() == second.table()
    assert "Дальше" not in last.words()


@pytest.mark.parametrize("page", ["0", "-1", "4", "99999999999999999999", "1" * 5000])
def test_a_page_that_the_list_does_not_have_is_not_found(app: Flask, page: str) -> None:
    visitor = filed(app, 1)
    assert visitor.client.get(f"/appeals?page={page}").status_code in {200, 404}
    assert visitor.client.get("/?page=7").status_code == 200


def test_a_page_that_is_no_number_is_the_first(app: Flask) -> None:
    assert filed(app, 1).open("/appeals?page=два").table()[1][0] == "2"


def test_the_search_finds_ones_own_number(app: Flask) -> None:
    visitor = filed(app, 3)
    page = search(visitor, " 4 ")
    assert [row[0] for row in page.table()[1:]] == ["4"]
    assert page.form("Найти").typed(NUMBER).strip() == "4"
    assert len(visitor.open(page.link("Показать все")).table()) == 4


@pytest.mark.parametrize("number", ["3", "7874", "0"])
def test_the_search_does_not_find_what_is_somebody_elses_or_nobodys(app: Flask, number: str) -> None:
    page = search(filed(app, 3), number)
    words = page.words()
    assert f"Обращения № {number} нет среди ваших" in words or page.errors()
    assert "Чужое" not in words


@pytest.mark.parametrize("number", ["семь", "-1", "1,5", "9" * 30, "1 or 1=1", "%", "１２", "\x00"])
def test_what_is_no_number_is_told_beside_the_field_and_all_are_shown(app: Flask, number: str) -> None:
    page = search(filed(app, 2), number)
    assert page.errors() or "нет среди ваших" in page.words()
    assert page.form("Найти").typed(NUMBER).strip() == number.replace("\x00", "")
