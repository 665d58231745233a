"""Many people save at once: no number is lost or given twice, and one form is one appeal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal import database, registers
from portal.extensions import db
from portal.models import Case, Document, JournalEntry, Letter, Staff, Subscriber
from portal.models import Counter as Register
from portal.refusals import Refusal
from portal.settings import ROOT
from portal.transactions import transaction
from tests.support import people, stories
from tests.support.server import PATIENCE_S
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

MANY = 200
PROCESSES, EACH = 3, 67
TOPIC, TEXT = "Тема обращения", "Текст обращения (не более 1000 символов)"
SUBMITTER = """
import sys, app
from tests.support import people
made = app.create_app()
with made.app_context():
    name = f"process{sys.argv[1]}"
    author = people.subscriber(login=name, email=f"{name}@example.org", token=f"{int(sys.argv[1]) + 1000:032x}")
    for n in range(int(sys.argv[2])):
        print(people.appeal(author, form_token=f"{int(sys.argv[1]):016x}{n:016x}").number, flush=True)
"""


def numbers_are_whole(app: Flask, count: int) -> None:
    """Everybody has a number of their own, none is missing, and each appeal has its entry and its letter."""
    with app.app_context():
        numbers = sorted(db.session.scalars(select(Case.number)))
        assert numbers == list(range(1, count + 1))
        assert db.session.get_one(Register, ("requests", 0)).value == count
        filed = select(JournalEntry.case_id).where(JournalEntry.event == "filed")
        assert set(Counter(db.session.scalars(filed)).values()) == {1}
        letters = db.session.scalars(select(Letter.case_id).where(Letter.name == "appeal_registered"))
        assert set(Counter(letters).values()) == {1}


@pytest.mark.alone
def test_two_hundred_people_at_once_get_two_hundred_numbers_in_a_row(app: Flask, unlimited: None) -> None:
    with app.app_context():
        logins = [people.subscriber().login for _ in range(10)]
    visitors = [signed_in(app, login) for login in logins]
    page = visitors[0].open("/appeals/new")
    topic = page.form("Сохранить").fill({TOPIC: "Жалоба"}).values["topic_id"]
    app.config["WTF_CSRF_ENABLED"] = False

    def send(number: int) -> int:
        copy = Visitor(app)
        cookie = visitors[number % 10].client.get_cookie("cabinet")
        assert cookie is not None
        copy.client.set_cookie("cabinet", cookie.value)
        form = {"topic_id": topic, "text": f"Вопрос {number}", "token": people.token()}
        return copy.client.post("/appeals/new", data=form).status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(send, range(MANY))) == {302}
    numbers_are_whole(app, MANY)


@pytest.mark.alone
def test_processes_that_file_at_once_get_numbers_in_a_row(app: Flask, environ: dict[str, str]) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SUBMITTER, str(number), str(EACH)],
            cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    said = [process.communicate(timeout=PATIENCE_S) for process in started]
    assert [process.returncode for process in started] == [0] * PROCESSES, said
    told = sorted(int(line) for out, _ in said for line in out.split())
    assert told == list(range(1, PROCESSES * EACH + 1)), "what was acknowledged is what was given"
    numbers_are_whole(app, PROCESSES * EACH)


def test_one_form_sent_twenty_times_at_once_is_one_appeal_and_all_hear_its_number(app: Flask) -> None:
    with app.app_context():
        author = people.subscriber().id
        form = people.token()

    def send(number: int) -> int:
        with app.app_context():
            person = db.session.get_one(Subscriber, author)
            return people.appeal(person, f"Копия {number}", form).number

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(send, range(20))) == {1}
    numbers_are_whole(app, 1)


def test_a_double_click_on_a_page_with_a_file_is_one_appeal_with_one_file(app: Flask, unlimited: None) -> None:
    with app.app_context():
        login = people.subscriber().login
    visitor = signed_in(app, login)
    visitor.open("/")  # the cookie that a form goes with is that of a page
    cookie = visitor.client.get_cookie("cabinet")
    assert cookie is not None
    for _ in range(5):
        page = visitor.open("/appeals/new")

        def click(_: int, page: object = page) -> str:
            copy = Visitor(app)
            copy.client.set_cookie("cabinet", cookie.value)
            answers = {TOPIC: "Жалоба", TEXT: "Мигает свет", "Документ": ("Схема.pdf", people.PDF)}
            return copy.press(page, "Сохранить", answers).words()  # type: ignore[arg-type]

        with ThreadPoolExecutor(3) as pool:
            said = list(pool.map(click, range(3)))
        assert len({words.partition("Регистрационный номер Вашей заявки ")[2].split()[0] for words in said}) == 1
    numbers_are_whole(app, 5)
    with app.app_context():
        filed = Counter(db.session.scalars(select(Document.case_id)))
        assert len(filed) == 5, "no appeal lost its file"


def test_two_clerks_who_answer_at_once_send_one_answer(app: Flask) -> None:
    with app.app_context():
        case = stories.appeal_in("in_work", people.subscriber(), people.staff()).id
        clerks = [people.staff().id for _ in range(6)]

    def answer(clerk: int) -> bool:
        with app.app_context():
            appeal, who = db.session.get_one(Case, case), db.session.get_one(Staff, clerk)
            try:
                stories.make(appeal, "answer", who, note=f"Ответ сотрудника {clerk}")
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(answer, clerks)) == [False] * 5 + [True]
    with app.app_context():
        assert [e.event for e in db.session.get_one(Case, case).entries] == ["filed", "take", "answer"]
        assert list(db.session.scalars(select(Letter.name).where(Letter.name == "appeal_answered"))) == [
            "appeal_answered"
        ]


@pytest.mark.sqlite_only
def test_sqlite_is_durable_checks_references_and_waits_its_turn(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.sqlite_only
@pytest.mark.alone
def test_in_a_storm_of_writers_nobody_asks_in_vain(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SQLITE_WAITS_MS", 1000)
    app = make_app()

    def write(_: int) -> float:
        started = time.monotonic()
        with app.app_context(), transaction() as session:
            registers.next_number(session, "storm")
            time.sleep(0.01)
        return time.monotonic() - started

    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(write, range(320)))
    assert max(waits) < 1
    with app.app_context():
        assert db.session.get_one(Register, ("storm", 0)).value == 320
