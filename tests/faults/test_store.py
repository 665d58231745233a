"""The store of files: on a full disk, in a bucket, and out of reach."""

from __future__ import annotations

import errno
import hashlib
import io
import time
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Case, Document, Upload
from portal.services import uploads
from portal.storage import Storage, StorageError
from portal.views import submitting
from tests.faults.conftest import login_of
from tests.support.people import PDF
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.faults.conftest import Bucket

TOPIC, TEXT, FILE = "Тема обращения", "Текст обращения (не более 1000 символов)", "Документ"
WORDS = "По вечерам мигает свет"
BIG = ("Большой.pdf", PDF + b"0" * 3_000_000)
ANSWERS = {TOPIC: "Жалоба", TEXT: WORDS}


def counted(app: Flask, *models: type) -> list[int]:
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def send(visitor: Visitor, answers: dict[str, object], status: int = 200) -> object:
    return visitor.press(visitor.open("/appeals/new"), "Сохранить", answers, status)


def test_a_full_disk_is_told_beside_the_field_and_nothing_is_half_kept(
    live: Callable[..., Flask], small_disk: Path
) -> None:
    app = live(UPLOADS=str(small_disk))
    visitor = signed_in(app, login_of(app))
    page = visitor.press(visitor.open("/appeals/new"), "Сохранить", ANSWERS | {FILE: BIG}, status=422)
    assert page.errors() == {FILE: submitting.NO_ROOM}
    assert page.form("Сохранить").typed(TEXT) == WORDS
    assert counted(app, Case, Upload, Document) == [0, 0, 0]
    assert files(small_disk) == []
    token = page.form("Сохранить").values
    form = {"csrf_token": token["csrf_token"], "file": (io.BytesIO(BIG[1]), BIG[0])}
    answer = visitor.client.post(f"/uploads/{token['token'][0]}/document", data=form)
    assert (answer.status_code, answer.json) == (507, {"error": submitting.NO_ROOM})
    answer.request.environ["wsgi.input"].close()
    # It passes by itself: the next file has room.
    visitor.press(page, "Сохранить", {FILE: ("Схема.pdf", PDF)})
    assert counted(app, Case, Upload, Document) == [1, 0, 1]
    assert [path.read_bytes() for path in files(small_disk)] == [PDF]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_is_known_by_its_number_too(
    live: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    app = live()
    visitor = signed_in(app, login_of(app))
    page = visitor.open("/appeals/new")
    monkeypatch.setattr(obstore, "put", lambda *_, **__: (_ for _ in ()).throw(OSError(number, "no room")))
    page = visitor.press(page, "Сохранить", ANSWERS | {FILE: ("Схема.pdf", PDF)}, status=422)
    assert page.errors() == {FILE: submitting.NO_ROOM}


@pytest.mark.sqlite_only
def test_a_full_disk_under_the_database_gives_the_words_back(
    live: Callable[..., Flask], small_disk: Path, environ: dict[str, str]
) -> None:
    import shutil

    from sqlalchemy import make_url

    database = small_disk / "cabinet.db"
    shutil.copy(str(make_url(environ["DATABASE_URL"]).database), database)
    app = live(DATABASE_URL=f"sqlite:///{database}")
    visitor = signed_in(app, login_of(app))
    page = visitor.open("/appeals/new")
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb") as file:
        while True:
            file.write(b"0" * 4096)
            file.flush()
    full = visitor.press(page, "Сохранить", ANSWERS, status=507)
    assert full.heading() == "Не получилось сохранить"
    assert WORDS in full.words()
    assert visitor.open("/help").status == 200
    filler.unlink()
    visitor.press(page, "Сохранить", ANSWERS)
    assert counted(app, Case) == [1]


def test_a_bucket_keeps_gives_back_lists_and_forgets(bucket: Bucket) -> None:
    store = Storage("s3://papers/cabinet", Path("/nowhere"))
    content = PDF + bytes(range(256)) * 30_000
    blob = store.save(io.BytesIO(content))
    assert (blob.size, blob.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert bucket.keys() == [f"cabinet/{blob.key}"]
    assert b"".join(store.open(blob.key)) == content
    store.check()
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    assert [key for keys in store.stored_before(now + timedelta(minutes=1)) for key in keys] == [blob.key]
    assert [key for keys in store.stored_before(now - timedelta(minutes=1)) for key in keys] == []
    store.delete(blob.key)
    store.delete(blob.key)
    assert bucket.keys() == []
    with pytest.raises(StorageError):
        list(store.open(blob.key))


@pytest.mark.alone
def test_an_appeal_with_a_file_goes_through_a_bucket_and_without_it_the_words_are_kept(
    bucket: Bucket, live: Callable[..., Flask]
) -> None:
    app = live(UPLOADS="s3://papers")
    visitor = signed_in(app, login_of(app))
    visitor.press(visitor.open("/appeals/new"), "Сохранить", ANSWERS | {FILE: ("Схема.pdf", PDF)})
    with app.app_context():
        paper = db.session.scalars(select(Document)).one()
    assert bucket.keys() == [paper.key]
    assert visitor.client.get(f"/documents/{paper.id}/download").data == PDF
    bucket.stop()
    page = visitor.open("/appeals/new")
    started = time.monotonic()
    page = visitor.press(page, "Сохранить", ANSWERS | {FILE: ("Фото.pdf", PDF)}, status=422)
    assert time.monotonic() - started < 8, "nobody waits for a store that is gone"
    assert page.errors() == {FILE: submitting.NO_ANSWER}
    assert page.form("Сохранить").typed(TEXT) == WORDS
    assert counted(app, Case, Upload, Document) == [1, 0, 1]
    lost = visitor.open(f"/documents/{paper.id}/download", status=503)
    assert lost.words()
    assert app.test_client().get("/readyz").json == {"database": True, "store": False}
    assert visitor.open("/appeals/1").status == 200
    visitor.press(page, "Сохранить")
    assert counted(app, Case) == [2]


def test_a_store_that_is_away_is_no_reason_to_stop_sweeping(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError(errno.EHOSTUNREACH, "No route to host")

    with app.app_context():
        monkeypatch.setattr(obstore, "list", away)
        assert uploads.sweep() == 0
