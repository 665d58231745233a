"""The panel's own door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.models import Staff
from portal.services import accounts
from portal.transactions import transaction
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask

DOOR = "/admin/login"


@pytest.fixture
def login(app: Flask) -> str:
    """The login of an operator."""
    with app.app_context():
        return people.staff().login


def enter(visitor: Visitor, path: str, login: str, password: str = people.PASSWORD, status: int = 200) -> str:
    page = visitor.press(visitor.open(path), "Войти", {"Логин": login, "Пароль": password}, status)
    return page.heading()


def test_a_guest_comes_to_the_page_that_was_asked_for(visitor: Visitor, login: str) -> None:
    response = visitor.client.get("/admin/letters/?preset=all")
    assert response.location == "/admin/login?next=/admin/letters/?preset%3Dall"
    assert enter(visitor, response.location, login) == "Письма"


@pytest.mark.parametrize("away", ["//evil.example", "https://evil.example", "/appeals", "/administrator\\evil", ""])
def test_no_other_place_is_gone_to(visitor: Visitor, login: str, away: str) -> None:
    assert enter(visitor, f"{DOOR}?next={away}", login) == "Сводка"


def test_a_wrong_password_and_an_unknown_login_say_the_same(visitor: Visitor, login: str) -> None:
    for name in (login, "nobody"):
        page = visitor.press(visitor.open(DOOR), "Войти", {"Логин": name, "Пароль": "мимо мимо"}, 422)
        assert "Логин или пароль не подошли" in page.errors()["Пароль"]


def test_a_subscriber_is_nobody_here(visitor: Visitor, app: Flask) -> None:
    with app.app_context():
        resident = people.subscriber().login
    assert enter(visitor, DOOR, resident, status=422) == "Вход для сотрудников"


def test_the_session_of_a_subscriber_ends_at_the_door(resident: Visitor, login: str) -> None:
    assert enter(resident, DOOR, login) == "Сводка"
    assert resident.client.get("/appeals").status_code == 403


def test_whoever_signed_out_is_out(clerk: Visitor) -> None:
    page = clerk.press(clerk.open("/admin/"), "Выйти")
    assert page.heading() == "Вход для сотрудников"
    assert clerk.client.get("/admin/").location.startswith(DOOR)
    assert clerk.client.get("/admin/logout").status_code == 405


def test_whoever_is_in_need_not_enter_again(clerk: Visitor) -> None:
    assert clerk.open(DOOR).heading() == "Сводка"


def test_a_one_time_password_must_be_changed_first(visitor: Visitor, app: Flask) -> None:
    with app.app_context():
        accounts.add_staff("newcomer", "newcomer@example.org", "operator", "разовый пароль", must_change=True)
    assert enter(visitor, f"{DOOR}?next=/admin/appeals/", "newcomer", "разовый пароль") == "Смена пароля"
    assert visitor.open("/admin/appeals/").heading() == "Смена пароля"
    page = visitor.open("/admin/password")
    wrong = {"Старый пароль": "не тот", "Новый пароль": people.PASSWORD, "Повтор нового пароля": people.PASSWORD}
    page = visitor.press(page, "Сохранить", wrong, 422)
    assert "этот не подошёл" in page.errors()["Старый пароль"]
    page = visitor.press(page, "Сохранить", wrong | {"Старый пароль": "разовый пароль"})
    assert page.heading() == "Сводка"
    assert "Пароль изменён" in page.words()


def test_a_changed_password_ends_other_sign_ins(app: Flask, login: str) -> None:
    here, there = signed_in(app, login, DOOR), signed_in(app, login, DOOR)
    answers = {
        "Старый пароль": people.PASSWORD,
        "Новый пароль": "другой омут 42",
        "Повтор нового пароля": "другой омут 42",
    }
    here.press(here.open("/admin/password"), "Сохранить", answers)
    assert here.open("/admin/").heading() == "Сводка"
    assert there.open("/admin/").heading() == "Вход для сотрудников"


def test_a_role_taken_away_is_gone_at_once(clerk: Visitor, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        for staff in session.query(Staff):
            staff.role = "engineer"
    clerk.open("/admin/appeals/", 403)


def test_guessing_is_slowed_down(visitor: Visitor) -> None:
    page = visitor.open(DOOR)
    answers = {"Логин": "admin", "Пароль": "мимо мимо"}
    codes = [visitor.send(page, "Войти", answers).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]
