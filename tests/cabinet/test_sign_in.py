"""Figs 1–2, the door: who gets in, where to, and what a cookie is worth afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from portal import clock
from portal.extensions import db
from portal.models import SignIn, Subscriber
from portal.transactions import transaction
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

WRONG = "Имя или пароль не подошли. Проверьте раскладку и клавишу Caps Lock"


@pytest.fixture
def ivanov(app: Flask) -> dict[str, str]:
    """Somebody with an account: what to type at the door."""
    with app.app_context():
        people.subscriber(login="Ivanov_77", email="ivanov@example.org")
    return {"Логин": "Ivanov_77", "Пароль": people.PASSWORD}


def enter(visitor: Visitor, answers: dict[str, str], path: str = "/login", **how: object) -> TestResponse:
    return visitor.send(visitor.open(path), "Войти", answers, **how)


def is_inside(visitor: Visitor) -> bool:
    return visitor.client.get("/appeals").status_code == 200


def copy_of(visitor: Visitor, *names: str) -> Visitor:
    """Somebody who copied the visitor's cookies."""
    thief = Visitor(visitor.app)
    for name in names:
        cookie = visitor.client.get_cookie(name)
        assert cookie is not None, name
        thief.client.set_cookie(name, cookie.value)
    return thief


def test_a_guest_is_shown_the_door_with_its_ways(visitor: Visitor) -> None:
    door = visitor.open("/")
    assert door.path == "/login"
    assert door.link("Регистрация") == "/register"
    assert visitor.open(door.link("Забыли пароль?")).heading() == "Забыли пароль?"
    assert door.form("Войти").typed("Логин") == ""
    assert not door.errors()


@pytest.mark.parametrize("typed", ["Ivanov_77", "ivanov_77", " IVANOV_77 ", "ivanov@example.org", "Ivanov@Example.ORG"])
def test_one_gets_in_by_login_or_address_in_any_case(visitor: Visitor, ivanov: dict[str, str], typed: str) -> None:
    home = visitor.press(visitor.open("/login"), "Войти", ivanov | {"Логин": typed})
    assert home.heading() == "Здравствуйте, Пётр Ильич"
    assert "Образцов П.И." in home.text


@pytest.mark.parametrize(
    "typed",
    [
        {"Пароль": "тихий омут 43"},
        {"Пароль": people.PASSWORD.upper()},
        {"Логин": "petrov"},
        {"Логин": "nobody@example.org"},
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same_and_the_login_stays(
    visitor: Visitor, ivanov: dict[str, str], typed: dict[str, str]
) -> None:
    answers = ivanov | typed
    page = visitor.press(visitor.open("/login"), "Войти", answers, status=422)
    assert page.errors() == {"Пароль": WRONG}
    assert page.form("Войти").typed("Логин") == answers["Логин"]
    assert answers["Пароль"] not in page.text
    assert not is_inside(visitor)


def test_empty_fields_are_named(visitor: Visitor) -> None:
    page = visitor.press(visitor.open("/login"), "Войти", {}, status=422)
    assert page.errors() == {"Логин": "Введите логин или e-mail", "Пароль": "Введите пароль"}


def test_a_blocked_account_gets_the_same_answer_and_loses_what_is_open(
    app: Flask, visitor: Visitor, ivanov: dict[str, str]
) -> None:
    enter(visitor, ivanov | {"Запомнить меня": "y"})
    assert is_inside(visitor)
    with app.app_context(), transaction() as session:
        session.query(Subscriber).update({"blocked_at": clock.now()})
    assert visitor.client.get("/appeals").headers["Location"] == "/login?next=/appeals"
    page = visitor.press(visitor.open("/login"), "Войти", ivanov, status=422)
    assert page.errors() == {"Пароль": WRONG}


GOOD = ["/appeals?x=1", "/appeals/new"]
BAD = [
    "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "///evil.example", "/\t/evil.example",
    "%09//evil.example", "http://host@evil.example", "javascript:alert(1)", "data:text/html,x", "/\r\nSet-Cookie: a=b",
    "http://localhost/appeals", "https://evil.example/", "", "evil", "/\x00", " //evil.example",
]  # fmt: skip


@pytest.mark.parametrize("path", GOOD)
def test_one_lands_where_one_wanted_to_go(visitor: Visitor, ivanov: dict[str, str], path: str) -> None:
    assert enter(visitor, ivanov, f"/login?next={quote(path, safe='')}").headers["Location"] == path


@pytest.mark.parametrize("path", BAD)
def test_one_never_lands_on_another_site(visitor: Visitor, ivanov: dict[str, str], path: str) -> None:
    answer = enter(visitor, ivanov, f"/login?next={quote(path, safe='')}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert "a=b" not in "".join(answer.headers.getlist("Set-Cookie"))


def test_a_very_long_way_stays_on_this_site(visitor: Visitor, ivanov: dict[str, str]) -> None:
    answer = enter(visitor, ivanov, f"/login?next=/{'a' * 2000}")
    assert answer.headers["Location"].startswith("/a")


def test_a_page_asked_for_by_a_guest_opens_after_signing_in(visitor: Visitor, ivanov: dict[str, str]) -> None:
    door = visitor.open("/appeals?number=7")
    assert visitor.press(door, "Войти", ivanov).path == "/appeals"


def test_who_is_inside_is_not_shown_the_door(resident: Visitor) -> None:
    assert resident.client.get("/login").headers["Location"] == "/"


def test_a_session_begins_anew_at_the_door(app: Flask, visitor: Visitor, ivanov: dict[str, str]) -> None:
    visitor.open("/login")
    before = visitor.client.get_cookie("cabinet")
    thief = copy_of(visitor, "cabinet")
    enter(visitor, ivanov)
    after = visitor.client.get_cookie("cabinet")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert is_inside(visitor)
    assert not is_inside(thief)


def test_what_a_page_had_in_its_session_before_does_not_survive_signing_in(
    visitor: Visitor, ivanov: dict[str, str]
) -> None:
    with visitor.client.session_transaction() as session:
        session["planted"] = "by a stranger"
    enter(visitor, ivanov)
    with visitor.client.session_transaction() as session:
        assert "planted" not in session


def test_copied_cookies_are_worth_nothing_after_signing_out(visitor: Visitor, ivanov: dict[str, str]) -> None:
    enter(visitor, ivanov | {"Запомнить меня": "y"})
    thieves = [copy_of(visitor, "cabinet"), copy_of(visitor, "remember"), copy_of(visitor, "cabinet", "remember")]
    assert all(is_inside(thief) for thief in thieves)
    page = visitor.press(visitor.open("/"), "Выйти")
    assert page.path == "/login"
    assert "Вы вышли из кабинета" in page.words()
    assert not any(is_inside(thief) for thief in [visitor, *thieves])


def test_signing_out_forgets_the_device(visitor: Visitor, ivanov: dict[str, str]) -> None:
    enter(visitor, ivanov | {"Запомнить меня": "y"})
    answer = visitor.send(visitor.open("/"), "Выйти")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert visitor.client.get_cookie("remember") is None


def test_signing_out_is_never_done_by_a_link(resident: Visitor) -> None:
    assert resident.client.get("/logout").status_code == 405
    assert resident.client.post("/logout").status_code == 400
    assert is_inside(resident)


def test_a_remembered_device_opens_the_cabinet_without_its_session(visitor: Visitor, ivanov: dict[str, str]) -> None:
    answer = enter(visitor, ivanov | {"Запомнить меня": "y"})
    (remember,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("remember=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(remember.split("; "))
    assert is_inside(copy_of(visitor, "remember"))


def test_a_device_is_remembered_only_when_asked(visitor: Visitor, ivanov: dict[str, str]) -> None:
    answer = enter(visitor, ivanov)
    assert not [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("remember=")]
    (session,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("cabinet=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))


def test_another_person_at_the_same_browser_ends_the_first_ones_sign_in(
    app: Flask, visitor: Visitor, ivanov: dict[str, str]
) -> None:
    enter(visitor, ivanov | {"Запомнить меня": "y"})
    first = copy_of(visitor, "cabinet", "remember")
    with app.app_context():
        login = people.subscriber(full_name="Соколова Анна Петровна").login
        before = [row.ended_at for row in db.session.query(SignIn)]
    assert before == [None]
    token = visitor.open("/appeals/new").form("Сохранить").values["csrf_token"][0]
    answer = visitor.client.post("/login", data={"login": login, "password": people.PASSWORD, "csrf_token": token})
    assert answer.status_code == 302
    assert visitor.open("/").heading() == "Здравствуйте, Анна Петровна"
    assert not is_inside(first)
    assert visitor.client.get_cookie("remember") is None, "the first person's device is not remembered any more"


BROKEN = ["garbage", "", "a.b.c", "ё", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbb", "x" * 4000, '"', "|", "a|b", "1|ёё"]


@pytest.mark.parametrize("value", BROKEN)
def test_a_broken_cookie_is_no_cookie(visitor: Visitor, value: str) -> None:
    for name in ("cabinet", "remember", "view", "_flashes"):
        visitor.client.set_cookie(name, value)
    answer = visitor.client.get("/appeals")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/appeals")
    assert visitor.open("/login").heading() == "Вход в личный кабинет"


def test_a_cookie_changed_by_one_character_opens_nothing(visitor: Visitor, ivanov: dict[str, str]) -> None:
    enter(visitor, ivanov | {"Запомнить меня": "y"})
    for name in ("cabinet", "remember"):
        cookie = visitor.client.get_cookie(name)
        assert cookie is not None
        for place in (3, len(cookie.value) - 8):
            changed = "A" if cookie.value[place] != "A" else "B"
            thief = Visitor(visitor.app)
            thief.client.set_cookie(name, cookie.value[:place] + changed + cookie.value[place + 1 :])
            assert not is_inside(thief)


def test_a_session_signed_with_another_secret_opens_nothing(
    make_app: Callable[..., Flask], visitor: Visitor, ivanov: dict[str, str]
) -> None:
    enter(visitor, ivanov | {"Запомнить меня": "y"})
    other = Visitor(make_app(SECRET_KEY="another secret of thirty-two letters and more"))
    for name in ("cabinet", "remember"):
        cookie = visitor.client.get_cookie(name)
        assert cookie is not None
        other.client.set_cookie(name, cookie.value)
    assert not is_inside(other)


def test_too_many_guesses_are_stopped_with_a_page_that_says_so(visitor: Visitor, ivanov: dict[str, str]) -> None:
    page = visitor.open("/login")
    for number in range(10):
        # Blanks and capitals make no other login of it.
        login = ["Ivanov_77", " ivanov_77", "IVANOV_77 "][number % 3]
        visitor.press(page, "Войти", {"Логин": login, "Пароль": f"догадка {number}"}, status=422)
    stopped = visitor.press(page, "Войти", ivanov, status=429)
    assert stopped.heading() == "Слишком много попыток"
    assert 1 <= int(stopped.response.headers["Retry-After"]) <= 300


def test_a_stranger_who_guesses_does_not_lock_the_owner_out(app: Flask, ivanov: dict[str, str]) -> None:
    stranger, owner = Visitor(app), Visitor(app)
    page = stranger.open("/login")
    for _ in range(12):
        answer = stranger.send(page, "Войти", ivanov | {"Пароль": "догадка"})
    assert answer.status_code == 429
    enter(owner, ivanov, environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert is_inside(owner)


def test_one_address_that_tries_many_names_is_stopped_too(app: Flask) -> None:
    visitor = Visitor(app)
    page = visitor.open("/login")
    codes = [
        visitor.send(page, "Войти", {"Логин": f"person{number}", "Пароль": "123456789"}).status_code
        for number in range(61)
    ]
    assert codes == [422] * 60 + [429]


def test_the_door_has_a_token_of_its_own(visitor: Visitor, ivanov: dict[str, str]) -> None:
    answer = visitor.client.post("/login", data={"login": ivanov["Логин"], "password": people.PASSWORD})
    assert answer.status_code == 400
    assert not is_inside(visitor)


def test_a_very_long_password_is_refused_and_not_hashed(
    visitor: Visitor, ivanov: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visitor.press(visitor.open("/login"), "Войти", ivanov | {"Пароль": "а" * 500_000}, status=422)
    assert set(page.errors()) == {"Пароль"}


def test_staff_and_subscribers_do_not_share_a_session(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        login = people.subscriber().login
    assert clerk.client.get("/").headers["Location"].startswith("/admin")
    clerk.press(clerk.open("/login"), "Войти", {"Логин": login, "Пароль": people.PASSWORD})
    assert is_inside(clerk)
    assert clerk.client.get("/admin/").status_code == 403
    assert not is_inside(Visitor(app))
    assert is_inside(signed_in(app, login))
