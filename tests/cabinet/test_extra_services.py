"""«Заявка на дополнительную услугу»: fig. 14, its place in the journal of fig. 17, and its own page."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.extensions import db
from portal.models import Case, ExtraService, Subscriber
from tests.support import people, stories
from tests.support.visitor import Visitor, signed_in

FIG_14 = (
    "Улица",
    "Номер дома",
    "Номер квартиры",
    "Тема обращения",
    "Текст обращения (не более 1000 символов)",
    "Документ",
)
ANSWERS = {
    "Тема обращения": "осуществление допуска в эксплуатацию ПУ",
    "Текст обращения (не более 1000 символов)": "Прошу принять счётчик",
}


@pytest.fixture
def author(app: Flask) -> Subscriber:
    with app.app_context():
        return people.subscriber()


@pytest.fixture
def owner(app: Flask, author: Subscriber) -> Visitor:
    return signed_in(app, author.login)


def test_the_figure_is_there_word_by_word(owner: Visitor) -> None:
    page = owner.open("/services/new")
    form = page.form("Сохранить")
    for label in FIG_14:
        assert form._labelled(label) is not None, label
    assert form.options("Тема обращения")[:5] == [
        "-Выберите вид доп. услуги-",
        "снятие показаний существующего прибора учёта (ПУ)",
        "осуществление допуска в эксплуатацию ПУ",
        "оборудование точки поставки приборами учёта",
        "установка, замена и (или) эксплуатация приборов учёта (ПУ)",
    ]
    assert "Местонахождение ЭПУ" in page.words()


def test_an_application_gets_a_number_of_the_journal_that_appeals_are_in(
    app: Flask, owner: Visitor, author: Subscriber
) -> None:
    with app.app_context():
        people.appeal(db.session.merge(author))
    page = owner.press(owner.open("/services/new"), "Сохранить", ANSWERS)
    assert "Заявка успешно сохранена. Регистрационный номер Вашей заявки 2" in page.words()
    listed = owner.open("/appeals").words()
    assert "осуществление допуска в эксплуатацию ПУ" in listed
    shown = owner.open("/services/2").words()
    assert "Прошу принять счётчик" in shown
    with app.app_context():
        service = db.session.get_one(Case, 2)
        assert isinstance(service, ExtraService)
        assert service.house == author.house  # the address of the profile was offered


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(owner: Visitor) -> None:
    page = owner.open("/services/new")
    sent = owner.press(page, "Сохранить", ANSWERS | {"Номер дома": "1" * 26, "Улица": "-Выберите улицу-"}, 422)
    assert sent.errors()["Номер дома"] == "Сократите номер дома до 25 знаков: сейчас 26"
    assert sent.errors()["Улица"] == "Выберите улицу"
    assert sent.form("Сохранить").typed("Текст обращения (не более 1000 символов)") == "Прошу принять счётчик"


def test_a_proposal_is_agreed_to_on_the_page(app: Flask, owner: Visitor, author: Subscriber) -> None:
    with app.app_context():
        mine = db.session.merge(author)
        stories.service_in("agreeing", mine, people.staff())
    page = owner.open("/services/1")
    assert "1 500,00 ₽" in page.words().replace("\xa0", " ")
    assert "10:00–13:00" in page.words()
    done = owner.press(page, "Согласиться и оплатить")
    assert "Готово: ожидание оплаты" in done.words()


def test_another_person_s_application_is_not_there(app: Flask, owner: Visitor) -> None:
    with app.app_context():
        people.extra_service(people.subscriber())
    owner.open("/services/1", 404)
    assert owner.client.post("/services/1/withdraw").status_code in {400, 404}
