"""Two people in two browsers: an application from fig. 12 to «Присоединение завершено», and a clerk's three actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forms.papers import PAPERS
from portal import clock
from portal.extensions import db
from portal.models import Connection, SupplyPoint
from tests.browser.test_new_connection import fill
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.house import House
    from tests.browser.person import Person

ASK = "Запросить недостающие документы и отправить письмо"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file on somebody's disk."""
    path = tmp_path / "Документ.pdf"
    path.write_bytes(people.PDF)
    return path


@pytest.fixture
def engineer(house: House, visit: Callable[..., Person]) -> Person:
    """Somebody of the company at another browser."""
    with house.inside():
        login = people.staff("engineer").login
    person = visit()
    person.sign_in(login, "/admin/login")
    return person


def today(house: House) -> str:
    with house.inside():
        return clock.today().isoformat()


def latest(house: House) -> Connection:
    with house.inside():
        case = db.session.scalars(select(Connection).order_by(Connection.id.desc())).first()
        assert case is not None
        return case


def take(clerk: Person, case: Connection, step: str, button: str, **answers: object) -> None:
    """Make one move on the card."""
    clerk.open(f"/admin/connections/{case.id}")
    clerk.choose(step)
    clerk.fill(answers)
    clerk.press(button)


def test_what_is_missing_takes_three_actions_on_one_screen(engineer: Person, house: House) -> None:
    with house.inside():
        first, second = (people.connection(people.subscriber()).id for _ in range(2))
    page = engineer.page
    engineer.open(f"/admin/connections/{first}?preset=all")  # 1: opened from the queue
    button = engineer.button(ASK).bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= 800, "the button is below the screen"
    page.get_by_text("Ещё ", exact=False).first.click()
    page.locator("#verdict-consent").check()  # 2: marked, with the usual remark
    expect(page.locator(".letter:visible")).to_contain_text("Приложите согласие собственников")
    page.keyboard.press("Control+Enter")  # 3: sent
    expect(page.get_by_role("main")).to_contain_text("ожидание недостающих документов. Перед вами следующее дело.")
    assert page.url.split("?")[0].rstrip("/").split("/")[-1] == str(second)


def test_an_application_comes_to_its_end_between_two_browsers(
    resident: Callable[..., Person], engineer: Person, house: House, paper: Path
) -> None:
    author = resident()
    author.open("/connections/new")
    fill(author)
    for code in ("plan", "ownership"):
        author.fill({PAPERS[code].label: paper})
        expect(author.page.locator(".file-ok")).to_have_count(1 if code == "plan" else 2)
    author.press("Сохранить")
    author.sees("Заявка успешно сохранена. Регистрационный номер Вашей заявки")
    case, day = latest(house), today(house)
    own, files = f"/connections/{case.year}/{case.number}", {"Технические условия": paper, "Условия договора": paper}

    engineer.open(f"/admin/connections/{case.id}")
    engineer.page.locator("#verdict-plan").check()
    engineer.page.locator("[name=remark-plan]").fill("Не видно границы участка")
    engineer.press(ASK)
    engineer.sees("ожидание недостающих документов")

    author.menu("Информация по заявкам на технологическое присоединение")
    author.page.get_by_role("link", name="Направить недостающие сведения/документы").first.click()
    author.sees("Не видно границы участка")
    author.fill({PAPERS["plan"].label: paper})
    expect(author.page.locator(".file-ok")).to_have_count(1)
    author.press("Сохранить")
    author.sees("Файл добавлен в заявку")
    author.open(own)
    author.follow("Завершить загрузку")
    author.press("Завершить загрузку")
    author.sees("Проверка документов")

    take(engineer, case, "Принять документы", "Принять документы и отправить письмо")
    take(
        engineer, case, "Выдать технические условия и счёт", "Выдать технические условия и счёт и отправить письмо",
        **{"Номер ТУ": "ТУ-9", "Дата ТУ": day, "Номер счёта": "С-9", "Сумма счёта, ₽": "12 345,60"}, **files,
        Счёт=paper,
    )  # fmt: skip
    engineer.sees("технические условия выданы")
    author.open(own)
    author.sees("12 345,60")
    take(
        engineer, case, "Отметить оплату", "Отметить оплату и отправить письмо",
        **{"Дата оплаты": day, "Сумма оплаты, ₽": "12345,6", "Номер договора": "Д-9", "Дата договора": day},
    )  # fmt: skip
    author.open(own)
    author.follow("Сообщить о готовности")
    author.page.get_by_label("Технические условия выполнены").check()
    author.press("Сообщить о готовности")
    author.sees("Заявитель сообщил о готовности")
    take(
        engineer,
        case,
        "Подтвердить выполнение условий",
        "Подтвердить выполнение условий и отправить письмо",
        **{"Дата осмотра": day},
    )
    take(
        engineer, case, "Составить акт", "Составить акт и отправить письмо",
        **{"Дата подачи напряжения": day, "Номер акта": "А-9", "Дата акта": day, "Акт": paper},
    )  # fmt: skip
    take(
        engineer, case, "Присвоить лицевой счёт", "Присвоить лицевой счёт и отправить письмо",
        **{"Номер лицевого счета": "3612345678"},
    )  # fmt: skip
    author.open(own)
    author.sees("Присоединение завершено")
    author.sees("3612345678")
    author.open("/connections")
    author.sees("3612345678")
    with house.inside():
        assert "3612345678" in db.session.scalars(select(SupplyPoint.account_number)).all()
