"""«Забыли пароль?» end to end, over a real SMTP server (security: R1–R16)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from portal import clock, outbox
from portal.extensions import db
from portal.models import Letter, Subscriber, TemporaryPassword
from portal.services import office, recovery
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.smtp import Mailbox

NEW = "ранний чай 77"
SAID = "Если такой кабинет есть, письмо придёт в течение пяти минут."


@pytest.fixture
def app(make_app: Callable[..., Flask], mailbox: Mailbox) -> Flask:
    """A cabinet that sends its letters by the real server."""
    mailbox.clear()
    return make_app(**mailbox.settings())


@pytest.fixture
def owner(app: Flask) -> str:
    """Somebody who is about to forget a password."""
    with app.app_context():
        login = people.subscriber(login="forgetful").login
        outbox.deliver()
    return login


def ask(app: Flask, login: str) -> None:
    page = Visitor(app).open("/password/forgot")
    answer = Visitor.press(
        visitor := Visitor(app), visitor.open("/password/forgot"), "Отправить", {"Логин или e-mail": login}
    )
    assert SAID in answer.words()
    assert page.heading() == answer.heading() == "Забыли пароль?"


def post(app: Flask, later: timedelta = timedelta(0)) -> None:
    """Let the delivery process do its round."""
    with app.app_context(), clock.shifted(later):
        recovery.answer_requests()
        outbox.deliver()
        db.session.remove()


def passwords_in(mailbox: Mailbox) -> list[str]:
    letters = [letter for letter in mailbox.received if letter["Subject"].startswith("Временный пароль")]
    bodies = [letter.get_body(("plain",)) for letter in letters]
    return [re.search(r"Временный пароль: (\S+)", body.get_content()).group(1) for body in bodies if body]  # type: ignore[union-attr]


def knock(app: Flask, login: str, password: str, status: int = 200) -> Visitor:
    visitor = Visitor(app)
    visitor.press(visitor.open("/login"), "Войти", {"Логин": login, "Пароль": password}, status)
    return visitor


def test_the_letter_opens_the_change_of_password_and_nothing_else(app: Flask, owner: str, mailbox: Mailbox) -> None:
    ask(app, owner)
    post(app)
    (secret,) = passwords_in(mailbox)
    visitor = knock(app, owner, secret)
    for path in ("/", "/appeals", "/appeals/new", "/profile", "/profile/devices", "/documents/1"):
        assert visitor.open(path).heading() == "Смена пароля", path
    answers = {"Старый пароль": secret, "Новый пароль": NEW, "Повтор нового пароля": NEW}
    page = visitor.press(visitor.open("/profile/password"), "Сохранить", answers)
    assert page.heading().startswith("Здравствуйте")
    knock(app, owner, secret, 422)
    knock(app, owner, people.PASSWORD, 422)
    assert knock(app, owner, NEW).open("/").heading().startswith("Здравствуйте")
    post(app)
    assert "Пароль изменён" in [letter["Subject"] for letter in mailbox.received]


def test_a_restricted_session_can_send_nothing(app: Flask, owner: str, mailbox: Mailbox) -> None:
    ask(app, owner)
    post(app)
    visitor = knock(app, owner, passwords_in(mailbox)[0])
    app.config["WTF_CSRF_ENABLED"] = False
    for path in ("/appeals/new", f"/uploads/{'a' * 32}/document", "/profile", "/profile/data", "/profile/delete"):
        answer = visitor.client.post(path)
        assert (answer.status_code, answer.location) == (302, "/profile/password"), path


def test_the_old_password_works_until_a_temporary_one_is_used(app: Flask, owner: str, mailbox: Mailbox) -> None:
    for _ in range(3):
        ask(app, owner)
        post(app)
    home = knock(app, owner, people.PASSWORD).open("/")
    assert home.heading().startswith("Здравствуйте")
    knock(app, owner, passwords_in(mailbox)[0])
    knock(app, owner, people.PASSWORD, 422)


def test_first_use_ends_every_other_session(app: Flask, owner: str, mailbox: Mailbox) -> None:
    elsewhere = signed_in(app, owner)
    ask(app, owner)
    post(app)
    knock(app, owner, passwords_in(mailbox)[0])
    assert elsewhere.open("/appeals").heading() == "Вход в личный кабинет"


def test_it_works_for_a_day_and_not_a_second_longer(app: Flask, owner: str, mailbox: Mailbox) -> None:
    ask(app, owner)
    post(app)
    with app.app_context():
        made = db.session.scalars(select(TemporaryPassword)).one()
        assert made.expires_at - made.created_at == timedelta(hours=24)
    (secret,) = passwords_in(mailbox)
    with clock.shifted(timedelta(hours=24, seconds=1)):
        knock(app, owner, secret, 422)
    with clock.shifted(timedelta(hours=23, minutes=59)):
        knock(app, owner, secret)


def test_the_last_two_of_three_letters_work(app: Flask, owner: str, mailbox: Mailbox) -> None:
    for minutes in (0, 16, 32):
        ask(app, owner)
        post(app, timedelta(minutes=minutes))
    first, second, third = passwords_in(mailbox)
    with clock.shifted(timedelta(minutes=33)):
        knock(app, owner, first, 422)
        knock(app, owner, second)
        knock(app, owner, third)


def test_a_storm_of_requests_is_three_letters_an_hour_and_five_a_day(app: Flask, owner: str, mailbox: Mailbox) -> None:
    for minutes in range(0, 60, 2):
        with app.app_context():
            recovery.ask(owner, "192.0.2.1")
        post(app, timedelta(minutes=minutes))
    assert len(passwords_in(mailbox)) == 3
    for hours in range(2, 24):
        with app.app_context():
            recovery.ask(owner, "192.0.2.1")
        post(app, timedelta(hours=hours))
    assert len(passwords_in(mailbox)) == 5


def test_known_unknown_and_blocked_get_the_same_answer_and_only_the_known_a_letter(
    app: Flask, owner: str, mailbox: Mailbox
) -> None:
    with app.app_context():
        blocked = people.subscriber(login="blocked_one")
        office.block(blocked, "проверка", people.actor())
        outbox.deliver()
    mailbox.clear()
    for login in (owner, "nobody_at_all", "blocked_one", "forgetful@EXAMPLE.org", "mıke@example.org"):
        ask(app, login)
    post(app)
    assert len(mailbox.received) == 1


def test_the_secret_of_the_letter_is_nowhere(app: Flask, owner: str, mailbox: Mailbox) -> None:
    ask(app, owner)
    post(app)
    (secret,) = passwords_in(mailbox)
    bare = secret.replace("-", "")
    with app.app_context():
        for table in db.metadata.sorted_tables:
            for row in db.session.execute(text(f"SELECT * FROM {table.name}")):  # noqa: S608 - our own tables
                assert secret not in str(tuple(row)), table.name
                assert bare not in str(tuple(row)), table.name


def test_a_dead_mail_server_sends_one_working_letter_later(app: Flask, owner: str, mailbox: Mailbox) -> None:
    mailbox.answer = "451 later"
    ask(app, owner)
    post(app)
    assert passwords_in(mailbox) == []
    mailbox.answer = "250 OK"
    post(app, timedelta(minutes=2))
    (secret,) = passwords_in(mailbox)
    knock(app, owner, secret)


def test_a_request_only_writes_one_row(app: Flask, owner: str) -> None:
    with app.app_context():
        before = {
            table.name: db.session.scalar(select(func.count()).select_from(table))
            for table in db.metadata.sorted_tables
        }
        db.session.remove()
    ask(app, owner)
    with app.app_context():
        after = {
            table.name: db.session.scalar(select(func.count()).select_from(table))
            for table in db.metadata.sorted_tables
        }
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "recovery_requests": 1
    }


def test_changing_the_password_in_the_profile_voids_what_is_pending(app: Flask, owner: str, mailbox: Mailbox) -> None:
    ask(app, owner)
    post(app)
    (secret,) = passwords_in(mailbox)
    visitor = signed_in(app, owner)
    answers = {"Старый пароль": people.PASSWORD, "Новый пароль": NEW, "Повтор нового пароля": NEW}
    visitor.press(visitor.open("/profile/password"), "Сохранить", answers)
    knock(app, owner, secret, 422)


def test_it_is_never_remembered(app: Flask, owner: str, mailbox: Mailbox) -> None:
    ask(app, owner)
    post(app)
    visitor = Visitor(app)
    answers = {"Логин": owner, "Пароль": passwords_in(mailbox)[0], "Запомнить меня": True}
    visitor.press(visitor.open("/login"), "Войти", answers)
    assert visitor.client.get_cookie("remember") is None


def test_a_clerk_opens_an_account_whose_owner_gets_in_by_letter(app: Flask, mailbox: Mailbox) -> None:
    with app.app_context():
        people.office_account("visitor_1")
        outbox.deliver()
        assert db.session.scalars(select(Letter.name).order_by(Letter.id.desc())).first() == "account_made"
        assert db.session.scalars(select(Subscriber)).one().must_change_password is False
    body = mailbox.received[-1].get_body(("plain",))
    assert body is not None
    secret = re.search(r"Временный пароль: (\S+)", body.get_content()).group(1)  # type: ignore[union-attr]
    assert knock(app, "visitor_1", secret).open("/").heading() == "Смена пароля"
