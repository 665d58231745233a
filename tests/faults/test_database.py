"""A database that is locked, restarted or cut off: people hear of it, and what they wrote comes back."""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import func, make_url, select

from portal import database, registers
from portal.extensions import db
from portal.models import Case, Letter
from tests.faults.conftest import login_of
from tests.support.databases import END_OTHERS
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.support.page import Page
    from tests.support.visitor import Visitor

ANSWERS = {"Тема обращения": "Жалоба", "Текст обращения (не более 1000 символов)": "По вечерам мигает свет"}


def send(visitor: Visitor, page: Page, status: int = 200) -> Page:
    return visitor.press(page, "Сохранить", ANSWERS, status)


def numbers(app: Flask) -> list[int]:
    with app.app_context():
        found = list(db.session.scalars(select(Case.number).order_by(Case.id)))
        letters = db.session.scalar(select(func.count()).where(Letter.name == "appeal_registered"))
        assert letters == len(found), "a number for each letter and a letter for each number"
        return found


@pytest.fixture
def lock(environ: dict[str, str]) -> Callable[[float], threading.Thread]:
    """Hold the write lock of the database file from outside for some seconds."""
    held = threading.Event()

    def hold(seconds: float) -> None:
        with sqlite3.connect(str(make_url(environ["DATABASE_URL"]).database), isolation_level=None) as connection:
            connection.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        connection.close()

    def start(seconds: float) -> threading.Thread:
        held.clear()
        thread = threading.Thread(target=hold, args=(seconds,))
        thread.start()
        assert held.wait(5)
        return thread

    return start


@pytest.mark.sqlite_only
@pytest.mark.alone
def test_a_lock_of_three_seconds_is_waited_for(
    live: Callable[..., Flask], lock: Callable[[float], threading.Thread]
) -> None:
    app = live()
    visitor = signed_in(app, login_of(app))
    page = visitor.open("/appeals/new")
    other = lock(3)
    started = time.monotonic()
    assert "Вашей заявки 1" in send(visitor, page).words()
    assert time.monotonic() - started > 2
    other.join()
    assert numbers(app) == [1]


@pytest.mark.sqlite_only
@pytest.mark.alone
def test_a_longer_lock_is_told_and_the_words_come_back(
    live: Callable[..., Flask], lock: Callable[[float], threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SQLITE_WAITS_MS", 100)
    app = live()
    visitor = signed_in(app, login_of(app))
    page = visitor.open("/appeals/new")
    other = lock(1)
    locked = send(visitor, page, 503)
    assert ANSWERS["Текст обращения (не более 1000 символов)"] in locked.words()
    assert int(locked.response.headers["Retry-After"]) < 60
    assert "слишком много посетителей" in locked.heading()
    assert visitor.open("/appeals").status == 200, "reading goes on"
    other.join()
    assert numbers(app) == []
    assert "Вашей заявки 1" in send(visitor, page).words()


@pytest.fixture
def cut(request: pytest.FixtureRequest, environ: dict[str, str]) -> Callable[[], None]:
    """End every connection to the database from outside, as a restart does."""
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("an embedded database has no connections to cut")

    def end() -> None:
        with psycopg.connect(environ["DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(END_OTHERS)

    return end


def test_after_a_restart_the_next_request_works(live: Callable[..., Flask], cut: Callable[[], None]) -> None:
    app = live()
    visitor = signed_in(app, login_of(app))
    for number in range(1, 4):
        page = visitor.open("/appeals/new")
        cut()
        assert f"Вашей заявки {number}" in send(visitor, page).words()
    assert numbers(app) == [1, 2, 3]


def test_a_connection_cut_in_the_middle_of_saving_leaves_nothing_and_the_words_come_back(
    live: Callable[..., Flask], cut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = live()
    visitor = signed_in(app, login_of(app))
    page = visitor.open("/appeals/new")
    take = registers.next_number

    def take_and_lose(session: Session, journal: str, year: int = 0) -> int:
        number = take(session, journal, year)
        cut()
        return number

    monkeypatch.setattr(registers, "next_number", take_and_lose)
    lost = send(visitor, page, 503)
    assert "По вечерам мигает свет" in lost.words()
    monkeypatch.undo()
    assert numbers(app) == []
    assert "Вашей заявки 1" in send(visitor, page).words(), "the number that was lost is given again"
    assert numbers(app) == [1]
