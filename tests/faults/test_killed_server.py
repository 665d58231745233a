"""Workers are killed while people send: what was acknowledged is there once, whole, and with its letter."""

from __future__ import annotations

import hashlib
import io
import os
import re
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal import storage
from portal.extensions import db
from portal.models import Case, Document, Letter, Upload
from tests.support import people
from tests.support.server import Answer, Client, Server, retried

if TYPE_CHECKING:
    from flask import Flask

CLIENTS, EACH = 4, 12
GROWN_S = 4
HIDDEN = re.compile(r'<input id="[^"]*" name="(csrf_token|token)" type="hidden" value="([^"]+)"')
TOPIC = re.compile(r'<option value="([0-9]+)">Жалоба')
TOLD = re.compile("Регистрационный номер Вашей заявки ([0-9]+)")


def send_all(server: Server, login: str) -> dict[str, str]:
    """Write appeals with files; gives the number that was told for each digest of a file."""
    told = {}
    client = Client(server.address)
    retried(lambda: client.sign_in(login, people.PASSWORD))
    for number in range(EACH):
        content = people.PDF + os.urandom(20_000)
        page = retried(lambda: client.get("/appeals/new")).body.decode()
        form = {"topic_id": TOPIC.findall(page)[0], "text": f"{login} {number}", **dict(HIDDEN.findall(page))}

        def send(form: dict[str, Any] = form, content: bytes = content) -> Answer:
            return client.post("/appeals/new", form | {"document": (io.BytesIO(content), "Схема.pdf")})

        home = retried(send)
        assert home.status_code == 200
        told[hashlib.sha256(content).hexdigest()] = TOLD.findall(home.body.decode())[0]
        time.sleep(0.2)
    return told


@pytest.mark.alone
def test_what_was_acknowledged_is_there_once_whole_and_with_its_letter(app: Flask, environ: dict[str, str]) -> None:
    with app.app_context():
        logins = [people.subscriber().login for _ in range(CLIENTS)]
    is_over = threading.Event()
    killed = []
    with Server(environ, WORKERS="3") as server:

        def kill() -> None:
            # One that has had time to start stays: people wait for a server, but not for ever.
            seen = dict.fromkeys(server.workers(), time.monotonic() - GROWN_S + 1)
            while not is_over.wait(1):
                now = time.monotonic()
                seen = {pid: seen.get(pid, now) for pid in server.workers()}
                grown = [pid for pid, since in seen.items() if now - since >= GROWN_S]
                if len(grown) > 1:
                    with suppress(ProcessLookupError):
                        os.kill(grown[0], signal.SIGKILL)
                        killed.append(grown[0])

        killer = threading.Thread(target=kill)
        killer.start()
        started = time.monotonic()
        try:
            with ThreadPoolExecutor(CLIENTS) as pool:
                answers = list(pool.map(lambda login: send_all(server, login), logins))
        finally:
            is_over.set()
            killer.join()
            time.sleep(GROWN_S)  # a worker that has only just been made is deaf to the end
        assert time.monotonic() - started < 120
    assert len(killed) >= 2, "nobody was killed: the test proves nothing"
    told = {digest: number for answer in answers for digest, number in answer.items()}
    assert len(told) == CLIENTS * EACH
    with app.app_context():
        numbers = sorted(db.session.scalars(select(Case.number)))
        assert numbers == list(range(1, len(numbers) + 1)), "numbers in a row"
        assert set(map(int, told.values())) <= set(numbers)
        assert len(set(told.values())) == len(told), "no number told twice"
        assert len(numbers) == len(told), "each form is one appeal: the client came back with the same token"
        for paper, number in db.session.execute(select(Document, Case.number).join(Case, Case.id == Document.case_id)):
            content = b"".join(storage.current().open(paper.key))
            assert hashlib.sha256(content).hexdigest() == paper.sha256
            assert told[paper.sha256] == str(number)
        assert set(db.session.scalars(select(Document.sha256))) == set(told), "every acknowledged file"
        letters = Counter(db.session.scalars(select(Letter.case_id).where(Letter.name == "appeal_registered")))
        assert len(letters) == len(numbers)
        assert set(letters.values()) == {1}
        rows = {*db.session.scalars(select(Document.key)), *db.session.scalars(select(Upload.key))}
        for key in rows:
            assert list(storage.current().open(key))
