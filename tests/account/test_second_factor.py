"""The second step of the panel's door, and what administrators do to colleagues and subscribers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import select

from portal import clock, outbox
from portal.extensions import db
from portal.models import JournalEntry, Staff, Subscriber
from portal.services import accounts
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask

PASSWORD = {"Пароль": people.PASSWORD}


def knock(app: Flask, login: str) -> tuple[Visitor, object]:
    visitor = Visitor(app)
    return visitor, visitor.press(visitor.open("/admin/login"), "Войти", PASSWORD | {"Логин": login})


def test_an_administrator_sets_the_second_step_up_before_anything_else(app: Flask) -> None:
    with app.app_context():
        accounts.add_staff("boss", "boss@example.org", "admin", people.PASSWORD, must_change=False)
    visitor, _ = knock(app, "boss")
    for path in ("/admin/", "/admin/appeals/", "/admin/streets/"):
        assert visitor.open(path).heading() == "Второй шаг входа", path
    page = visitor.open("/admin/second-factor")
    assert "<svg" in page.text
    with app.app_context():
        secret = db.session.scalars(select(Staff.totp_secret).where(Staff.login == "boss")).one()
    page = visitor.press(page, "Подключить", {"Код из приложения": "000000"}, 422)
    assert page.errors()
    page = visitor.press(page, "Подключить", {"Код из приложения": pyotp.TOTP(secret or "").now()})
    codes = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page.words())
    assert len(codes) == 10
    assert visitor.open("/admin/").heading() == "Сводка"

    again, step = knock(app, "boss")
    assert step.heading() == "Второй шаг входа"  # type: ignore[attr-defined]
    assert again.open("/admin/").heading() == "Вход для сотрудников", "the password alone lets nobody in"
    again, step = knock(app, "boss")
    assert again.press(step, "Войти", {"Код из приложения": codes[0].lower()}).heading() == "Сводка"  # type: ignore[arg-type]
    third, step = knock(app, "boss")
    third.press(step, "Войти", {"Код из приложения": codes[0]}, 422)  # type: ignore[arg-type]


def test_a_code_opens_the_door_once(app: Flask) -> None:
    with app.app_context():
        login = people.staff("admin").login
    first, step = knock(app, login)
    second, other = knock(app, login)
    code = people.code()
    assert first.press(step, "Войти", {"Код из приложения": code}).heading() == "Сводка"  # type: ignore[arg-type]
    second.press(other, "Войти", {"Код из приложения": code}, 422)  # type: ignore[arg-type]


def test_whoever_dawdles_at_the_second_step_begins_again(app: Flask) -> None:
    with app.app_context():
        login = people.staff("admin").login
    visitor, _ = knock(app, login)
    with clock.shifted(timedelta(minutes=6)):
        assert visitor.open("/admin/code").heading() == "Вход для сотрудников"


def test_codes_are_guessed_five_times_and_no_more(app: Flask) -> None:
    with app.app_context():
        login = people.staff("admin").login
    visitor, step = knock(app, login)
    for _ in range(5):
        step = visitor.press(step, "Войти", {"Код из приложения": "111111"}, 422)  # type: ignore[arg-type]
    visitor.press(step, "Войти", {"Код из приложения": people.code()}, 429)  # type: ignore[arg-type]


def test_an_administrator_employs_somebody_who_changes_the_password_first(app: Flask) -> None:
    with app.app_context():
        login = people.staff("admin").login
    admin = signed_in(app, login, "/admin/login")
    answers = {
        "Имя пользователя (login)": "novikov",
        "ФИО": "Новиков Новый Новикович",
        "E-mail": "novikov@example.org",
        "Роль": "Оператор",
    }
    page = admin.press(admin.open("/admin/colleagues/new"), "Добавить", answers)
    secret = re.search(r"Одноразовый пароль для novikov: (\S+)", page.words())
    assert secret is not None
    newcomer = Visitor(app)
    newcomer.press(newcomer.open("/admin/login"), "Войти", {"Логин": "novikov", "Пароль": secret[1]})
    assert newcomer.open("/admin/appeals/").heading() == "Смена пароля"
    page = admin.press(admin.open("/admin/colleagues/new"), "Добавить", answers, 422)
    assert "уже занят" in page.errors()["Имя пользователя (login)"]


def test_the_last_administrator_stays_and_nobody_shuts_themselves_out(app: Flask) -> None:
    with app.app_context():
        mine = people.staff("admin")
        login, staff_id = mine.login, mine.id
    admin = signed_in(app, login, "/admin/login")
    page = admin.press(admin.open(f"/admin/colleagues/{staff_id}"), "Да, закрыть", {"Причина": "проверка"}, 409)
    assert "Себя заблокировать нельзя" in page.words()
    assert admin.open("/admin/").heading() == "Сводка"


def test_a_blocked_subscriber_is_out_at_the_next_page(app: Flask, resident: Visitor) -> None:
    with app.app_context():
        login = people.staff("admin").login
        subscriber_id = db.session.scalars(select(Subscriber.id)).one()
    admin = signed_in(app, login, "/admin/login")
    page = admin.open(f"/admin/subscribers/{subscriber_id}")
    page = admin.press(page, "Да, заблокировать", {"Причина": "Просьба владельца"})
    assert resident.open("/appeals").heading() == "Вход в личный кабинет"
    admin.press(page, "Да, разблокировать")
    with app.app_context():
        events = db.session.scalars(select(JournalEntry.event)).all()
        assert {"account.block", "account.unblock"} <= set(events)


def test_numbers_are_masked_until_an_administrator_looks_and_the_look_is_journalled(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        subscriber_id = people.subscriber().id
        login = people.staff("admin").login
    page = clerk.open(f"/admin/subscribers/{subscriber_id}")
    assert "112-233-445 95" not in page.text
    assert "11*-***-*** *5" in page.words()
    assert "Показать номера целиком" not in page.words()
    admin = signed_in(app, login, "/admin/login")
    page = admin.press(admin.open(f"/admin/subscribers/{subscriber_id}"), "Да, показать")
    assert "112-233-445 95" in page.words()
    with app.app_context():
        assert "subscriber.look" in db.session.scalars(select(JournalEntry.event)).all()


def test_the_office_opens_an_account_with_the_paper_that_came_along(app: Flask, clerk: Visitor) -> None:
    answers = {
        "ФИО": "Образцова Анна Петровна",
        "СНИЛС": "112-233-445 95",
        "Улица": "20-летия Октября ул.",
        "Номер дома": "1",
        "Почтовый индекс": "394006",
        "Телефон": "8 900 000 00 02",
        "Имя пользователя (login)": "anna",
        "E-mail": "anna@example.org",
        "Согласие на обработку персональных данных подписано на бумаге": True,
        "Тема обращения": "Жалоба",
        "Документ": ("Заявление.pdf", people.PDF),
    }
    page = clerk.press(clerk.open("/admin/subscribers/new"), "Создать кабинет", answers, 422)
    assert set(page.errors()) == {"Текст обращения (не более 1000 символов)"}
    assert "Заявление.pdf" in page.words()
    page = clerk.press(page, "Создать кабинет", {"Текст обращения (не более 1000 символов)": "Написано на бумаге"})
    assert "Обращение № 1 зарегистрировано" in page.words()
    assert page.heading() == "Образцова Анна Петровна"
    with app.app_context():
        anna = db.session.scalars(select(Subscriber)).one()
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "filed")).one()
        assert (anna.login, entry.staff_id is not None) == ("anna", True)
        outbox.deliver()
