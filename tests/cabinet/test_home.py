"""The first page: what one has to do, the nearest term first, and how one's cases stand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from portal import clock, formats
from portal.extensions import db
from portal.models import Street, Subscriber
from portal.services import outages
from tests.support import people, power, stories
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.cabinet.conftest import Applications
    from tests.support.page import Page
    from tests.support.visitor import Visitor


def titles(page: Page) -> list[str]:
    return ["".join(h.itertext()).strip() for h in page.root.iter("h3")]


def said(page: Page) -> str:
    return " ".join(page.words().split())


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


def test_parts_stand_in_the_order_of_what_missing_them_would_cost(
    app: Flask, resident: Visitor, applications: Applications
) -> None:
    applications.bring("documents_missing")
    with app.app_context():
        me = db.session.scalars(select(Subscriber)).one()
        people.meter(me, "123456ТЭ")
    headings = ["".join(h.itertext()).strip() for h in resident.open("/").root.iter("h2")]
    assert [heading.replace(" 123456ТЭ", "") for heading in headings] == [
        "Нужно сделать", "Мои заявки", "Отключения по адресу", "Прибор учёта", "Уведомления",
    ]  # fmt: skip


def test_the_nearest_outage_is_told_with_the_address_it_touches(app: Flask, resident: Visitor) -> None:
    assert "В ближайшие 14 дней отключений нет." in resident.open("/").words()
    with app.app_context():
        me = db.session.scalars(select(Subscriber)).one()
        mine, other = me.street_id or 0, db.session.scalars(select(Street.id).where(Street.type == "ул.")).all()[3]
        outages.subscribe(me, other, "5 к. 1")
        power.published(other, "1–9", begins_at=power.wall(2), ends_at=power.wall(2, 17))
        power.published(mine, "14", begins_at=power.wall(1), ends_at=power.wall(1, 17))
        named, then = db.session.get_one(Street, other).display, formats.in_words(power.wall(2).date())
    home = resident.open("/")
    assert f"Плановое отключение: {then}, 9:00 – 17:00. {named}, д. 5 к. 1. Плановый ремонт." in said(home)
    told = ["".join(item.itertext()) for item in home.root.iter("li")]
    assert any(f"{then}: плановое отключение" in item for item in told), "the strip says it too"
    with app.app_context():
        begins = power.wall(0, 0)
        power.published(mine, begins_at=begins, ends_at=begins + timedelta(hours=24))
    assert "Идёт плановое отключение" in said(resident.open("/"))


def test_somebody_out_of_town_is_asked_for_an_address(app: Flask) -> None:
    with app.app_context():
        away = {"in_city": False, "street_id": None, "house": None, "flat": None, "address": "Орёл, Лесная, 1"}
        login = people.subscriber(**away).login
    home = signed_in(app, login).open("/")
    assert "Подпишитесь на адрес в городе" in home.words()
    assert "отключений нет" not in home.words()


def test_readings_of_several_meters_are_asked_for_together(app: Flask) -> None:
    with time_machine.travel("2026-11-24 09:00 +0300", tick=True):
        with app.app_context():
            me = people.subscriber()
            people.meter(me, "123456ТЭ")
            login = me.login
        mine = signed_in(app, login)
        home = mine.open("/")
        assert "Передайте показания: на опоре" in home.words()
        assert "Срок до 25 ноября, завтра последний день" in home.words()
        assert home.link("Добавить показания") == "/meters/1/readings/new"
        with app.app_context():
            people.meter(db.session.scalars(select(Subscriber)).one(), "654321ТЭ")
        home = mine.open("/")
        assert "Передайте показания: 2 прибора" in home.words()
        assert "/meters?part=missing" in home.text
        assert home.text.count("btn-primary") == 1


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
