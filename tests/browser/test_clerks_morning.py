"""A clerk's morning from the door to the readings for billing: each action is counted, so that none is added unnoticed."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal import clock, formats
from portal.extensions import db
from portal.models import Appeal, Connection, Outage
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.house import House
    from tests.browser.person import Person

LIST = "{day}\nс 9.00 до 17.00:\nул. 20-летия Октября, д. 75–81 (нечёт.)\nс 10.00 до 12.00:\nпер. Здоровья, д. 2"
NEXT = "Перед вами следующее дело."


class Hands:
    """Whoever works: clicks, typed texts and keys are one action each."""

    def __init__(self, person: Person) -> None:
        self.person, self.actions = person, 0

    def click(self, role: str, name: str) -> None:
        """Point at something."""
        self.actions += 1
        self.person.page.get_by_role(role, name=name, exact=True).filter(visible=True).first.click()  # type: ignore[arg-type]

    def mark(self, place: str) -> None:
        """Tick a box."""
        self.actions += 1
        self.person.page.locator(place).check()

    def write(self, text: str, label: str = "") -> None:
        """Type where the focus is, or into a field."""
        self.actions += 1
        if label:
            self.person.fill({label: text})
        else:
            self.person.page.keyboard.type(text)

    def press(self, keys: str) -> None:
        """Press a key."""
        self.actions += 1
        self.person.page.keyboard.press(keys)


def test_a_clerks_morning(visit: Callable[..., Person], house: House) -> None:
    with house.inside():
        login = people.staff("admin").login
        author = people.subscriber()
        application, appeal = people.connection(author), people.appeal(author)
        people.reading(people.meter(author, "УТРО1"), 340)
        day = clock.today() + timedelta(days=3)
        people.connection(people.subscriber())  # somebody waits behind each of them
        people.appeal(people.subscriber())
    person = visit()
    hands = Hands(person)
    person.sign_in(login, "/admin/login")
    person.fill({"Код из приложения": people.code()})
    person.press("Войти")
    person.is_at("Сводка")

    hands.click("link", "Заявки на присоединение")
    hands.click("link", f"{application.number} / {application.year}")
    hands.mark("#verdict-ownership")
    hands.press("Tab")
    hands.write("Нужна выписка не старше месяца")
    hands.press("Control+Enter")
    person.sees(NEXT)

    hands.click("link", "Обращения")
    hands.click("link", str(appeal.number))
    hands.click("radio", "Ответить")
    hands.write("Напряжение проверили: 231 В, в норме.", "Текст ответа")
    hands.press("Control+Enter")
    person.sees(NEXT)

    hands.click("link", "Отключения")
    hands.click("link", "Загрузить список")
    hands.write("плановый ремонт", "Причина")
    hands.write(LIST.format(day=formats.date(day)), "Или текст объявления")
    hands.click("button", "Проверить")
    person.sees("из них со знакомыми улицами: 2")
    person.page.get_by_text("Опубликовать", exact=True).click()
    hands.click("button", "Да, опубликовать")
    person.sees("Опубликовано")

    hands.click("link", "Показания")
    with person.page.expect_download() as download:
        hands.click("button", "Скачать CSV")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert [row for row in rows if "УТРО1" in row], rows

    assert hands.actions == 19  # with the question before publishing, which is asked by unfolding
    with house.inside():
        done = db.session.get(Connection, application.id), db.session.get(Appeal, appeal.id)
        assert [one.status for one in done if one] == ["documents_missing", "answered"]
        published = db.session.scalars(select(Outage).where(Outage.state == "published").order_by(Outage.id.desc()))
        assert [outage.addresses for outage in list(published)[:2]]
