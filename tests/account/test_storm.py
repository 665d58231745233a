"""What a storm of sign-ins, or somebody with a stopwatch, finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, event

from portal import passwords
from portal.services import sign_ins
from tests.support import people
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that reaches the database."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement.partition(" WHERE")[0])

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_a_known_login_and_an_unknown_one_take_the_same_path(
    app: Flask, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str | None] = []
    verify = passwords.verify
    monkeypatch.setattr(passwords, "verify", lambda stored, typed: hashed.append(stored) or verify(stored, typed))
    with app.app_context():
        people.subscriber(login="known")
    paths = []
    for login in ("known", "unknown"):
        statements.clear()
        with app.app_context():
            assert sign_ins.find_subscriber(login, "wrong wrong", people.HERE) is None
        paths.append(list(statements))
    assert paths[0] == paths[1]
    assert len(hashed) == 2


def test_a_known_login_and_an_unknown_one_get_the_same_page(app: Flask) -> None:
    with app.app_context():
        people.subscriber(login="known")
    pages = []
    for login in ("known", "nobody"):
        visitor = Visitor(app)
        page = visitor.press(visitor.open("/login"), "Войти", {"Логин": login, "Пароль": "wrong wrong"}, 422)
        pages.append((page.words(), page.errors(), sorted(page.response.headers.keys())))
    assert pages[0] == pages[1]


def test_a_full_line_is_told_to_come_back_while_signed_in_pages_open(app: Flask, resident: Visitor) -> None:
    guest = Visitor(app)
    door = guest.open("/login")
    for _ in range(passwords.LINE):
        passwords._LINE.acquire()
    try:
        page = guest.press(door, "Войти", {"Логин": "somebody", "Пароль": people.PASSWORD}, 503)
        assert page.response.headers["Retry-After"] == "5"
        assert "слишком много посетителей" in page.heading()
        assert resident.open("/").heading().startswith("Здравствуйте")
    finally:
        for _ in range(passwords.LINE):
            passwords._LINE.release()
    guest.press(door, "Войти", {"Логин": "somebody", "Пароль": people.PASSWORD}, 422)


def test_a_stranger_who_guesses_does_not_lock_the_owner_out(app: Flask) -> None:
    with app.app_context():
        login = people.subscriber(login="target").login
    stranger = Visitor(app)
    stranger.client.environ_base["REMOTE_ADDR"] = "192.0.2.66"
    door = stranger.open("/login")
    answers = {"Логин": login, "Пароль": "wrong wrong"}
    for _ in range(10):
        stranger.press(door, "Войти", answers, 422)
    stranger.press(door, "Войти", answers, 429)
    owner = Visitor(app)
    page = owner.press(owner.open("/login"), "Войти", {"Логин": login, "Пароль": people.PASSWORD})
    assert page.heading().startswith("Здравствуйте")
