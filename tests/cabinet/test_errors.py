"""Every failure is a plain Russian page: what happened, what to do, which number to name; with no database needed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from portal.services import appeals
from tests.support import people
from tests.support.ports import free_port
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.page import Page

WORDS = "По вечерам мигает свет"


def is_plain(page: Page, code: int) -> None:
    """An error page says a number to name, and shows nothing of what is inside."""
    assert page.status == code
    assert f"Код ошибки {code}, номер запроса {page.response.headers['X-Request-ID']}" in page.words()
    assert page.link("На главную") == "/"
    assert page.response.headers["Cache-Control"] == "no-store"
    for inside in ("Traceback", "sqlalchemy", "sqlite", "psycopg", "SELECT", "/portal/", "Werkzeug"):
        assert inside not in page.text


@pytest.fixture
def live(make_app: Callable[..., Flask]) -> Flask:
    """The application as it runs for people: errors are pages."""
    app = make_app()
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def person(live: Flask) -> Visitor:
    """A subscriber of it, signed in."""
    with live.app_context():
        login = people.subscriber().login
    return signed_in(live, login)


@pytest.fixture
def broken(make_app: Callable[..., Flask], request: pytest.FixtureRequest) -> Flask:
    """The same installation whose database is not to be reached."""
    urls = {
        "sqlite": "sqlite:////nowhere/at/all/cabinet.db",
        "postgresql": f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing",
    }
    app = make_app(DATABASE_URL=urls[request.config.getoption("--database")])
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return app


def moved_to(app: Flask, visitor: Visitor) -> Visitor:
    """Give the same browser at another server of the installation."""
    other = Visitor(app)
    for name in ("cabinet", "remember"):
        if cookie := visitor.client.get_cookie(name):
            other.client.set_cookie(name, cookie.value)
    return other


def test_a_page_that_is_not_there_is_told_to_guests_and_subscribers(live: Flask, person: Visitor) -> None:
    for visitor in (Visitor(live), person):
        page = visitor.open("/nowhere", status=404)
        assert page.heading() == "Такой страницы нет"
        is_plain(page, 404)


def test_an_address_that_only_takes_forms_is_told(live: Flask, person: Visitor) -> None:
    for visitor in (Visitor(live), person):
        page = visitor.open("/logout", status=405)
        assert page.heading() == "Так эту страницу не открыть"
        is_plain(page, 405)


def test_a_page_of_others_is_told_to_be_shut(person: Visitor) -> None:
    is_plain(person.open("/admin/", status=403), 403)


def test_a_bug_of_ours_is_a_page_with_a_number_that_the_log_knows(
    person: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken_list(*_: object) -> None:
        raise ZeroDivisionError("a secret 42")

    monkeypatch.setattr(appeals, "journal_of", broken_list)
    with caplog.at_level(logging.ERROR):
        page = person.open("/appeals", status=500)
    assert page.heading() == "У нас что-то сломалось"
    is_plain(page, 500)
    assert "secret 42" not in page.text
    assert page.response.headers["X-Request-ID"] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    assert person.open("/appeals").status == 200


def test_without_a_database_pages_say_to_come_back(broken: Flask, person: Visitor) -> None:
    visitor = moved_to(broken, person)
    for path in ("/", "/appeals", "/appeals/1", "/documents/1"):
        page = visitor.open(path, status=503)
        is_plain(page, 503)
        assert int(page.response.headers["Retry-After"]) <= 60


def test_without_a_database_what_was_written_comes_back(broken: Flask, person: Visitor) -> None:
    answers = {"Тема обращения": "Жалоба", "Текст обращения (не более 1000 символов)": WORDS}
    form = person.open("/appeals/new")
    page = moved_to(broken, person).press(form, "Сохранить", answers, status=503)
    is_plain(page, 503)
    assert WORDS in page.words()
    assert page.heading() == "Кабинет ненадолго прервался", "it is not the visitors' number"


def test_without_a_database_error_pages_are_still_pages_with_their_style(broken: Flask, person: Visitor) -> None:
    visitor = moved_to(broken, person)
    page = visitor.open("/nowhere", status=404)
    is_plain(page, 404)
    sheets = [link.get("href") or "" for link in page.root.iter("link") if link.get("rel") == "stylesheet"]
    assert sheets
    for sheet in sheets:
        assert visitor.client.get(sheet, buffered=True).status_code == 200


def test_without_a_database_a_guest_still_sees_the_door(broken: Flask) -> None:
    visitor = Visitor(broken)
    for path in ("/login", "/help", "/privacy", "/accessibility"):
        assert visitor.open(path).status == 200
    page = visitor.press(visitor.open("/login"), "Войти", {"Логин": "ivanov", "Пароль": "тихий омут"}, status=503)
    is_plain(page, 503)


def test_a_watchdog_is_told_what_does_not_work(live: Flask, broken: Flask, person: Visitor) -> None:
    well, ill = Visitor(live).client, moved_to(broken, person).client
    assert (well.get("/healthz").json, well.get("/healthz").status_code) == ({"alive": True}, 200)
    assert (well.get("/readyz").json, well.get("/readyz").status_code) == ({"database": True, "store": True}, 200)
    assert (ill.get("/healthz").json, ill.get("/healthz").status_code) == ({"alive": True}, 200)
    assert (ill.get("/readyz").json, ill.get("/readyz").status_code) == ({"database": False, "store": True}, 503)


def test_a_watchdog_is_told_that_the_store_does_not_work(make_app: Callable[..., Flask], tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    (tmp_path / "file").write_text("not a folder")
    app = make_app(UPLOADS=str(tmp_path / "file"))
    answer = app.test_client().get("/readyz")
    assert (answer.json, answer.status_code) == ({"database": True, "store": False}, 503)


def test_a_program_that_asks_for_json_gets_the_sentence_as_json(person: Visitor) -> None:
    answer = person.client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json == {
        "error": "Такой страницы нет. Проверьте адрес или вернитесь на главную: возможно, номер набран с ошибкой."
    }


@pytest.mark.parametrize("accept", ["*/*", "text/html", "image/png", "", "nonsense;;q="])
def test_whatever_else_is_asked_for_the_page_is_html(person: Visitor, accept: str) -> None:
    answer = person.client.get("/nowhere", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
