"""The first page: what one has to do, the nearest term first, and how one's cases stand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal import clock, formats
from portal.extensions import db
from portal.models import Subscriber
from tests.support import people, stories

if TYPE_CHECKING:
    from flask import Flask

    from tests.cabinet.conftest import Applications
    from tests.support.page import Page
    from tests.support.visitor import Visitor


def titles(page: Page) -> list[str]:
    return ["".join(h.itertext()).strip() for h in page.root.iter("h3")]


def appeal(app: Flask, status: str) -> None:
    """Bring an appeal of the resident into a status."""
    with app.app_context():
        author = db.session.scalars(select(Subscriber).order_by(Subscriber.id).limit(1)).one()
        stories.appeal_in(status, author, people.staff())


def test_what_is_under_way_is_shown_with_the_newest_first(app: Flask, resident: Visitor) -> None:
    assert "С чего начать" in resident.open("/").words()
    for status in ("extended", "registered", "in_work", "registered", "answered"):
        appeal(app, status)
    home = resident.open("/")
    assert [title.partition(" от ")[0] for title in titles(home)] == [f"Обращение № {n}" for n in (4, 3, 2)]
    assert home.link("Все обращения (5)") == "/appeals"
    assert "Все заявки на присоединение" not in home.words()
    assert "Сейчас от вас ничего не требуется" in home.words()


def test_every_case_that_waits_is_there_with_the_nearest_term_first(
    app: Flask, resident: Visitor, applications: Applications
) -> None:
    works, missing = applications.bring("works"), applications.bring("documents_missing")
    with clock.shifted(timedelta(days=-1)):
        pay = applications.bring("terms_issued")
    appeal(app, "clarification")
    applications.bring("preparing")
    home = resident.open("/")
    assert titles(home)[:4] == [
        "Оплатите счёт: заявка № 3", "Дошлите документы: заявка № 2",
        "Ответьте на вопрос: обращение № 1", "Выполните условия и сообщите о готовности: заявка № 1",
    ]  # fmt: skip
    assert home.link("Открыть заявку") == pay
    assert home.link("Направить документы") == f"{missing}/documents"
    assert home.link("Сообщить о готовности") == f"{works}/ready"
    assert home.text.count("btn-primary") == 1
    words = home.words().replace("\u00a0", " ")
    for said in (
        "Счёт № С-17 на 12 345,60 ₽. Срок до", "Не хватает: План расположения энергопринимающих устройств. Срок до",
        stories.QUESTION, "Все обращения (1)", "Все заявки на присоединение (4)", "Адрес объекта:", "Этап 3 из 9.",
    ):  # fmt: skip
        assert said in words


def test_what_is_sent_but_not_handed_over_is_not_forgotten(resident: Visitor, applications: Applications) -> None:
    path = applications.bring("documents_missing")
    applications.make(path, "add_documents")
    home = resident.open("/")
    assert "загрузка не завершена: проверка ещё не началась" in home.words()
    assert home.link("Направить документы") == f"{path}/documents"  # the plan has not come yet
    assert "Загрузка не завершена" in resident.open(path).words()


@pytest.mark.parametrize(
    ("days", "words"),
    {
        -3: "прошёл {}", 0: "до {}, сегодня последний день", 1: "до {}, завтра последний день",
        2: "до {}, осталось 2 дня", 8: "до {}, осталось 8 дней", 21: "до {}, остался 21 день",
    }.items(),
)  # fmt: skip
@pytest.mark.usefixtures("inside")
def test_a_term_says_how_long_it_is_to_its_end(days: int, words: str) -> None:
    last = clock.today() + timedelta(days=days)
    assert formats.until(last) == words.format(formats.in_words(last))
