"""Files that wait for their form: kept, replaced, removed, swept; never somebody else's."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from portal import clock, storage
from portal.extensions import db
from portal.models import Document, Subscriber, Upload
from portal.refusals import NotYours, Refusal
from portal.services import uploads
from portal.storage import StorageError
from portal.transactions import transaction
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def folder(environ: dict[str, str]) -> Path:
    """Where the bytes of this installation lie."""
    return Path(environ["UPLOADS"])


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def content(key: str) -> bytes:
    return b"".join(storage.current().open(key))


def test_a_file_is_kept_whole_under_a_name_of_our_own(folder: Path) -> None:
    text = b"%PDF-1.4 " + bytes(range(256)) * 9000
    upload = people.kept(people.subscriber(), people.token(), "../../etc/passwd", text)
    assert content(upload.key) == text
    assert (upload.size, upload.sha256) == (len(text), hashlib.sha256(text).hexdigest())
    assert [str(path.relative_to(folder)) for path in files(folder)] == [upload.key]
    assert "passwd" not in upload.key


def test_a_second_file_in_a_slot_takes_the_place_of_the_first(folder: Path) -> None:
    author, form = people.subscriber(), people.token()
    people.kept(author, form, content=b"first")
    other = people.kept(author, form, content=b"other slot", slot="letter_file")
    second = people.kept(author, form, content=b"second")
    assert {upload.id for upload in uploads.kept(author, form)} == {other.id, second.id}
    assert sorted(path.read_bytes() for path in files(folder)) == [b"other slot", b"second"]


def test_a_removed_file_is_gone_with_its_bytes(folder: Path) -> None:
    author = people.subscriber()
    upload = people.kept(author, people.token())
    uploads.remove(author, upload.id)
    assert files(folder) == []
    with pytest.raises(NotYours):
        uploads.remove(author, upload.id)


def test_nobody_sees_or_removes_files_of_others(folder: Path) -> None:
    owner, stranger, clerk, form = people.subscriber(), people.subscriber(), people.staff(), people.token()
    upload = people.kept(owner, form)
    for other in (stranger, clerk):
        assert list(uploads.kept(other, form)) == []
        with pytest.raises(NotYours):
            uploads.remove(other, upload.id)
    people.kept(stranger, form, content=b"theirs")
    assert [kept.id for kept in uploads.kept(owner, form)] == [upload.id]
    assert len(files(folder)) == 2


def test_the_documents_of_a_case_are_its_authors_and_those_who_answer_it() -> None:
    owner, form = people.subscriber(), people.token()
    people.kept(owner, form)
    people.appeal(owner, form_token=form)
    paper = db.session.scalars(select(Document)).one()
    assert uploads.document(owner, paper.id) is paper
    for role in ("operator", "admin"):
        assert uploads.document(people.staff(role), paper.id) is paper
    for other in (people.subscriber(), people.staff("engineer")):
        with pytest.raises(NotYours):
            uploads.document(other, paper.id)
    with pytest.raises(NotYours):
        uploads.document(owner, paper.id + 1)


def test_nobody_fills_the_store_with_files_that_are_never_sent(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(uploads, "MOST_KEPT", 3)
    author = people.subscriber()
    for _ in range(3):
        people.kept(author, people.token())
    with pytest.raises(Refusal, match="Слишком много файлов"):
        people.kept(author, people.token())
    assert len(files(folder)) == 3
    people.kept(people.subscriber(), people.token())


def test_what_is_never_sent_is_swept_after_a_day_and_what_was_sent_stays(folder: Path) -> None:
    author, form = people.subscriber(), people.token()
    with time_machine.travel("2026-11-24 12:00 +0000", tick=False) as now:
        people.kept(author, people.token(), content=b"forgotten")
        people.kept(author, form, content=b"sent")
        people.appeal(author, form_token=form)
        now.shift(timedelta(hours=23))
        fresh = people.kept(author, people.token(), content=b"fresh")
        assert uploads.sweep() == 0
        now.shift(timedelta(hours=1, seconds=1))
        assert uploads.sweep() == 1
        assert uploads.sweep() == 0
    assert sorted(path.read_bytes() for path in files(folder)) == [b"fresh", b"sent"]
    assert db.session.scalars(select(Upload)).all() == [fresh]


def test_bytes_without_a_row_are_swept_once_they_are_a_month_old(folder: Path) -> None:
    """A process that is killed between the file and its row leaves the file alone; so does an older database."""
    author = people.subscriber()
    row = people.kept(author, people.token(), content=b"with a row")
    people.appeal(author, form_token=row.token)
    storage.current().save(io.BytesIO(b"orphan"))
    uploads.sweep()
    assert len(files(folder)) == 2
    with time_machine.travel(clock.now() + timedelta(days=29), tick=False):
        uploads.sweep()
        assert len(files(folder)) == 2
    with time_machine.travel(clock.now() + timedelta(days=30, minutes=1), tick=False):
        uploads.sweep()
    assert [path.read_bytes() for path in files(folder)] == [b"with a row"]


def test_a_row_that_can_not_be_written_leaves_no_bytes(folder: Path) -> None:
    people.subscriber()
    nobody = people.subscriber()
    nobody_token = people.token()
    db.session.expunge(nobody)
    nobody.id = 2_000_000  # no such subscriber: the foreign key refuses
    with pytest.raises(Exception, match="(?i)foreign key"):
        people.kept(nobody, nobody_token)
    assert files(folder) == []


def test_a_stream_that_breaks_off_leaves_nothing(folder: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece:
                raise OSError(5, "Input/output error")
            return piece

    author = people.subscriber()
    with pytest.raises(StorageError):
        uploads.keep(author, people.token(), "document", Broken(b"half"), "a.pdf", "application/pdf")
    assert files(folder) == []
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_double_click_on_a_form_with_a_file_never_loses_the_file_of_the_appeal(app: Flask, folder: Path) -> None:
    """Both copies of the form bring the file: the second must not throw away what the first has filed."""
    author = people.subscriber().id

    def send(form: str) -> None:
        with app.app_context():
            person = db.session.get_one(Subscriber, author)
            people.kept(person, form, content=form.encode())
            people.appeal(person, form_token=form)

    forms = [people.token() for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, [form for form in forms for _ in range(3)]))
    papers = db.session.scalars(select(Document)).all()
    assert len(papers) >= len(forms)
    for paper in papers:
        assert hashlib.sha256(content(paper.key)).hexdigest() == paper.sha256
    kept = db.session.scalars(select(Upload)).all()
    assert len(kept) + len(papers) <= 3 * len(forms)
    assert {str(path.relative_to(folder)) for path in files(folder)} == {row.key for row in [*papers, *kept]}


def test_a_file_filed_between_the_look_and_the_change_keeps_its_bytes(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst moment of that double click, made certain."""
    author, form = people.subscriber(), people.token()
    people.kept(author, form, content=b"first click")

    def file_it() -> None:
        with app.app_context():
            people.appeal(db.session.get_one(Subscriber, author.id), form_token=form)

    @contextmanager
    def transaction_after_the_other() -> Iterator[Session]:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(file_it).result()
        with transaction() as session:
            yield session

    monkeypatch.setattr(uploads, "transaction", transaction_after_the_other)
    people.kept(author, form, content=b"second click")
    paper = db.session.scalars(select(Document)).one()
    assert content(paper.key) == b"first click"
    assert len(files(folder)) == 2
