"""«Статистика отключений» (fig. 18) as guests and subscribers meet it, calendars included."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import icalendar
import pytest
from sqlalchemy import select

from portal import ics
from portal.extensions import db
from portal.models import Street
from portal.services import outage_desk, outages
from tests.support import people, power
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask

STREET = "20-летия Октября ул."


@pytest.fixture
def street_id(app: Flask) -> int:
    """The street of the tests."""
    with app.app_context():
        return db.session.scalars(select(Street.id).where(Street.display == STREET)).one()


def tomorrow(app: Flask) -> datetime:
    """When the invented outages begin."""
    with app.app_context():
        return power.wall().replace(tzinfo=app.config["SETTINGS"].organisation.zone)


def publish(app: Flask, street_id: int, houses: str = "12", **changes: Any) -> int:
    with app.app_context():
        return power.published(street_id, houses, **changes).id


def events(visitor: Visitor, path: str) -> list[Any]:
    answer = visitor.client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_a_guest_sees_the_outages_of_any_address(app: Flask, visitor: Visitor, street_id: int) -> None:
    publish(app, street_id)
    publish(app, street_id, "14")
    page = visitor.open("/outages")
    assert page.heading() == "Статистика отключений"
    assert "Начало" not in page.words(), "nobody said which address"
    form = page.form("Показать").fill({"Улица": STREET, "Номер дома": "12"})
    found = visitor.open(f"/outages?street_id={form.values['street_id'][0]}&house=12")
    head, row = found.table()
    assert head[:3] == ["Начало", "Конец", "Вид отключения"]
    assert row[2:4] == ["Плановое", "плановый ремонт"]
    assert f"{tomorrow(app):%d.%m.%Y}, 09:00" in row[0]
    assert "1 отключение" in found.words()
    assert "Подписаться" not in found.words()


def test_a_guest_comes_back_to_the_address_after_signing_in(app: Flask, visitor: Visitor, street_id: int) -> None:
    page = visitor.open(f"/outages?street_id={street_id}&house=12")
    with app.app_context():
        login = people.subscriber().login
    door = visitor.open(page.link("Войдите в кабинет"))
    assert (
        "Подписаться на этот адрес" in visitor.press(door, "Войти", {"Логин": login, "Пароль": people.PASSWORD}).words()
    )


def test_a_period_without_outages_is_said_in_words(visitor: Visitor, street_id: int) -> None:
    page = visitor.open(f"/outages?street_id={street_id}&house=12&since=2024-01-01&until=2024-12-31")
    assert "За этот период отключений не было" in page.words()
    assert "2024 год" in page.words()


@pytest.mark.parametrize(
    ("query", "label", "sentence"),
    [
        ("house=12", "Улица", "Выберите улицу"),
        ("house=", "Номер дома", "Введите номер дома"),
        (f"house={'1' * 2000}", "Номер дома", "до 25 знаков"),
        ("house=12&since=2026-05-01&until=2026-04-01", "По", "Проверьте дату «По»: она раньше даты «С»"),
        ("house=12&since=32.13.2026", "С", "Проверьте дату начала"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    visitor: Visitor, street_id: int, query: str, label: str, sentence: str
) -> None:
    chosen = "" if label == "Улица" else street_id
    page = visitor.open(f"/outages?street_id={chosen}&{query}", 422)
    assert sentence in page.errors()[label]


@pytest.mark.parametrize(
    "query",
    ["street_id=99999999999999999999&house=1", "street_id=x", "house=%00", "street_id=1&street_id=2", "since=а"],
)
def test_a_bent_address_breaks_nothing(visitor: Visitor, query: str) -> None:
    assert visitor.client.get(f"/outages?{query}").status_code in {200, 422}


def test_a_subscriber_sees_the_own_address_at_once_and_is_told_by_one_press(app: Flask, street_id: int) -> None:
    publish(app, street_id, kind=power.OutageKind.emergency)
    with app.app_context():
        login = people.subscriber(street_id=street_id, house="12").login
    mine = signed_in(app, login)
    page = mine.open("/outages")
    assert f"{STREET}, д. 12" in page.words()
    assert page.table()[1][2] == "Аварийное"
    page = mine.press(page, "Подписаться на этот адрес")
    assert "Подписка оформлена" in page.words()
    assert "Вы подписаны" in page.words()
    page = mine.press(page, "Отписаться")
    assert "Подпишитесь на адрес" in page.words()


def test_somebody_out_of_town_sees_the_address_subscribed_to_at_once(app: Flask, street_id: int) -> None:
    publish(app, street_id)
    with app.app_context():
        away = people.subscriber(in_city=False, street_id=None, house=None, flat=None, address="Орёл, Лесная, 1")
        login = away.login
        outages.subscribe(away, street_id, "12")
    assert f"{STREET}, д. 12" in signed_in(app, login).open("/outages").words()


def test_an_outage_goes_into_a_calendar(app: Flask, visitor: Visitor, street_id: int) -> None:
    number = publish(app, street_id)
    (event,) = events(visitor, f"/outages/{number}.ics")
    assert event["SUMMARY"] == "Плановое отключение электричества"
    assert event.start == tomorrow(app).astimezone(UTC)
    assert event["STATUS"] == "CONFIRMED"
    with app.app_context():
        draft = power.draft("ул. Мира, 1").id
    assert visitor.client.get(f"/outages/{draft}.ics").status_code == 404


def test_a_private_calendar_follows_its_address_and_shuts_when_told(
    app: Flask, visitor: Visitor, street_id: int
) -> None:
    number = publish(app, street_id)
    with app.app_context():
        owner, stranger = people.subscriber(street_id=street_id, house="12").login, people.subscriber().login
    mine = signed_in(app, owner)
    page = mine.open("/outages")
    page = mine.press(page, "Подписаться на этот адрес")
    page = mine.press(page, "Получить ссылку на календарь")
    path = re.findall(r"/outages/calendar/[\w.-]+\.ics", page.text)[0]
    (event,) = events(visitor, path)
    assert str(event["UID"]).startswith(f"outage-{number}@")
    with app.app_context():
        outage_desk.cancel(number, "починили", people.actor())
    (event,) = events(visitor, path)
    assert event["STATUS"] == "CANCELLED"
    assert int(event["SEQUENCE"]) == 2
    assert signed_in(app, stranger).client.get(path).status_code == 404, "another person's"
    mine.press(page, "Выключить календарь")
    assert visitor.client.get(path).status_code == 404


def test_a_long_russian_text_is_folded_so_that_readers_put_it_together() -> None:
    words = "Причина: расчистка трасс, обрезка (опиловка) деревьев; перенос\nна другой день \\ и ещё раз " * 4
    now = datetime.now(UTC).replace(microsecond=0)
    made = ics.calendar("Отключения", [ics.Event("1@x", now, now, "Плановое", words, now, 1)])
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    (event,) = icalendar.Calendar.from_ical(made).walk("VEVENT")
    assert str(event["DESCRIPTION"]) == words


def test_the_year_is_told_in_words_beside_its_picture(app: Flask, visitor: Visitor, street_id: int) -> None:
    publish(app, street_id)
    page = visitor.open(
        f"/outages?street_id={street_id}&house=12&since={tomorrow(app):%Y}-01-01&until={tomorrow(app):%Y}-12-31"
    )
    listed = [item for item in page.root.iter("ol") if item.get("class") == "sr"]
    said = " ".join("".join(item.itertext()) for item in listed)
    assert "9:00 – 17:00: плановое отключение" in " ".join(said.split())
    assert page.text.count('class="day day-planned"') == 1
    assert "Допустимо 72 часа в год" in page.words()
