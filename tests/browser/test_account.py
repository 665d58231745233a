"""One's own account at the browser: profile, passwords, recovery by letter, devices, consents."""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.extensions import db
from portal.models import Subscriber
from tests.browser.house import link_of, text_of
from tests.browser.person import both_ways
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.house import House
    from tests.browser.person import Person

NEW = "другой омут 43"
CHANGE = {"Старый пароль": people.PASSWORD, "Новый пароль": NEW, "Повтор нового пароля": NEW}
CHANGED = "Пароль изменён"
IN_DIALOG = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
TEMPORARY = re.compile(r"\b(?:[A-Za-z0-9]{5}-){3}[A-Za-z0-9]{5}\b")


@pytest.fixture
def login(house: House) -> str:
    """The login of a new subscriber."""
    with house.inside():
        return people.subscriber().login


def came_in(person: Person, login: str) -> Person:
    """Sign in, and see the cabinet."""
    person.sign_in(login)
    person.is_at("Здравствуйте, Пётр Ильич")
    return person


def email_of(house: House, login: str) -> str:
    """Find somebody's address."""
    with house.inside():
        return db.session.scalars(select(Subscriber.email).where(Subscriber.login == login)).one()


@both_ways
def test_a_forgotten_password_is_replaced_by_the_letter(
    visit: Callable[..., Person], house: House, login: str, how: dict[str, bool]
) -> None:
    before, person = came_in(visit(), login), visit(**how)
    person.open("/login")
    person.follow("Забыли пароль?")
    person.fill({"Логин или e-mail": login})
    person.press("Отправить")
    person.sees("Если такой кабинет есть, письмо придёт")
    letter = house.letter(email_of(house, login), "Временный пароль")
    temporary = TEMPORARY.search(text_of(letter))
    assert temporary

    person.open("/login")
    person.fill({"Логин": login, "Пароль": temporary[0]})
    person.press("Войти")
    person.is_at("Смена пароля")
    person.open("/appeals")  # no page can be reached around it
    person.is_at("Смена пароля")
    before.open("/")
    before.is_at("Вход в личный кабинет")
    person.fill(CHANGE | {"Старый пароль": temporary[0]})
    person.press("Сохранить")
    person.is_at("Здравствуйте, Пётр Ильич")

    before.fill({"Логин": login, "Пароль": people.PASSWORD})
    before.press("Войти")
    before.sees("Имя или пароль не подошли")
    before.fill({"Логин": login, "Пароль": NEW})
    before.press("Войти")
    before.is_at("Здравствуйте, Пётр Ильич")


def test_a_changed_password_ends_the_other_browsers_session(
    visit: Callable[..., Person], house: House, login: str
) -> None:
    person, other = came_in(visit(), login), visit()
    other.open("/login")
    other.fill({"Логин": login, "Пароль": people.PASSWORD, "Запомнить меня": True})
    other.press("Войти")
    other.is_at("Здравствуйте, Пётр Ильич")

    person.page.get_by_role("link", name="Редактировать профиль").click()
    person.is_at("Мои данные")
    person.page.get_by_role("main").get_by_role("link", name="Сменить пароль").dblclick()
    dialog = person.page.get_by_role("dialog", name="Смена пароля")
    expect(dialog).to_have_count(1)
    person.fill(CHANGE)
    dialog.get_by_role("button", name="Сохранить").click()
    person.sees(CHANGED)
    person.is_at("Мои данные")
    assert house.letter(email_of(house, login), CHANGED)

    other.open("/")
    other.is_at("Вход в личный кабинет")
    person.open("/appeals")
    person.is_at("Информация по обращениям")


def test_the_dialog_holds_the_focus_and_gives_it_back(visit: Callable[..., Person], login: str) -> None:
    person = came_in(visit(), login)
    person.open("/profile")
    link = person.page.get_by_role("link", name="Сменить пароль", exact=True)
    link.focus()
    person.page.keyboard.press("Enter")
    dialog = person.page.get_by_role("dialog", name="Смена пароля")
    expect(person.field("Старый пароль")).to_be_focused()
    for _ in range(20):
        person.page.keyboard.press("Tab")
        assert person.page.evaluate(IN_DIALOG)
    person.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    dialog.get_by_role("link", name="Отмена").click()
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    ids = person.page.evaluate("[...document.querySelectorAll('[id]')].map(it => it.id)")
    assert len(ids) == len(set(ids))


def test_what_is_wrong_in_the_dialog_is_said_on_its_page(visit: Callable[..., Person], login: str) -> None:
    person = came_in(visit(), login)
    person.open("/profile")
    person.follow("Сменить пароль")
    dialog = person.page.get_by_role("dialog", name="Смена пароля")
    person.fill(CHANGE | {"Старый пароль": "не тот"})
    dialog.get_by_role("button", name="Сохранить").click()
    person.is_at("Смена пароля")
    expect(person.page.get_by_role("alert")).to_be_focused()
    person.fill(CHANGE)
    person.press("Сохранить")
    person.sees(CHANGED)


def test_the_link_opens_the_page_when_the_dialog_can_not_come(visit: Callable[..., Person], login: str) -> None:
    person = came_in(visit(), login)
    person.open("/profile")
    person.expected.add("net::ERR_FAILED")
    person.page.route("**/profile/password", lambda route: route.abort(), times=1)
    person.follow("Сменить пароль")
    person.is_at("Смена пароля")


def test_a_password_is_changed_without_javascript(visit: Callable[..., Person], login: str) -> None:
    person = came_in(visit(java_script_enabled=False), login)
    person.open("/profile")
    person.follow("Сменить пароль")
    person.is_at("Смена пароля")
    person.fill(CHANGE)
    person.press("Сохранить")
    person.sees(CHANGED)


@both_ways
def test_the_profile_is_changed_and_a_new_address_confirmed_by_its_letter(
    visit: Callable[..., Person], house: House, login: str, how: dict[str, bool]
) -> None:
    person = came_in(visit(**how), login)
    person.open("/profile")
    person.fill({"ФИО": "Новый Пётр Ильич", "Улица": "20-летия Октября ул.", "Телефон": "8 900 000-00-77"})
    person.fill({"E-mail": f"new_{login}@example.org"})
    person.press("Сохранить")
    person.sees("Введите пароль, чтобы сменить почту")
    expect(person.page.locator("[name=street_id] option:checked")).to_have_text("20-летия Октября ул.")
    person.fill({"Пароль": people.PASSWORD})
    person.press("Сохранить")
    person.sees("Данные сохранены")
    expect(person.field("Телефон")).to_have_value("+7 (900) 000-00-77")
    expect(person.page.get_by_text("Новый П.И.").filter(visible=True)).to_be_visible()

    assert house.letter(email_of(house, login), "меняют вашу почту")
    person.open(link_of(house.letter(f"new_{login}@example.org", "Подтвердите новую почту")))
    person.press("Подтвердить почту")
    person.sees("Почта изменена")
    assert email_of(house, login) == f"new_{login}@example.org"


def test_another_device_is_seen_and_signed_out(visit: Callable[..., Person], house: House, login: str) -> None:
    person, other = came_in(visit(), login), came_in(visit(user_agent="Mozilla/5.0 (iPhone) Safari/604.1"), login)
    assert house.letter(email_of(house, login), "Вход с нового устройства")
    person.open("/profile")
    person.follow("Мои устройства")
    table = person.page.get_by_role("table", name="Устройства, на которых открыт кабинет")
    expect(table.get_by_role("row")).to_have_count(3)
    row = table.get_by_role("row").filter(has_not_text="это устройство").last
    row.get_by_role("button", name="Завершить вход").click()
    person.sees("Вход на устройстве завершён")
    expect(table.get_by_role("row")).to_have_count(2)
    other.open("/")
    other.is_at("Вход в личный кабинет")


def test_a_consent_is_withdrawn_and_ones_data_are_taken_home(visit: Callable[..., Person], login: str) -> None:
    person = came_in(visit(), login)
    person.open("/profile/consents")
    with person.page.expect_download() as download:
        person.press("Скачать мои данные")
    with zipfile.ZipFile(download.value.path()) as packed:
        told = [json.loads(packed.read(name)) for name in packed.namelist() if name.endswith(".json")]
    assert login in json.dumps(told)
    person.page.get_by_role("button", name="Отозвать").click()
    person.sees("Согласие отозвано")
    person.open("/profile/delete")
    person.fill({"Понимаю, что документы по заявкам и обращениям компания обязана хранить": True})
    person.press("Отправить запрос")
    person.sees("Запрос принят. Его номер")
