"""Files come back as they went in, under their own names, and can do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from forms.files import KINDS
from portal import storage
from portal.extensions import db
from portal.models import Document, Subscriber
from portal.services import uploads
from tests.support import people
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse


def filed(app: Flask, name: str, content: bytes = people.PDF, media_type: str = "application/pdf") -> int:
    """File an appeal of the only subscriber with a file, and give the document's number."""
    import io

    with app.app_context():
        author, form = db.session.scalars(select(Subscriber)).one(), people.token()
        uploads.keep(author, form, "document", io.BytesIO(content), name, media_type)
        people.appeal(author, form_token=form)
        return db.session.scalars(select(Document.id).order_by(Document.id.desc())).first() or 0


def sealed(answer: TestResponse) -> None:
    """Whatever it is, it runs nothing."""
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert not [rule for rule in policy if rule.startswith("script-src")]
    assert answer.headers["Cache-Control"] == "no-store"


NAMES = ['Паспорт "a";b.pdf', "Ответ 1095.pdf", "план\\..\\x.pdf", "100% готово.pdf", "a" * 190 + ".pdf", "ё.PDF"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_downloaded_under_the_name_it_came_with(app: Flask, resident: Visitor, name: str) -> None:
    number = filed(app, name)
    answer = resident.client.get(f"/documents/{number}/download")
    kind, _, encoded = answer.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert kind == "attachment"
    assert unquote(encoded, errors="strict") == name
    assert not set(encoded) & set('";\\ ')
    assert answer.data == people.PDF
    assert answer.headers["Content-Length"] == str(len(people.PDF))
    assert answer.headers["Content-Type"] == "application/pdf"
    sealed(answer)


def test_every_byte_of_a_large_file_comes_back(app: Flask, resident: Visitor) -> None:
    content = people.PDF + bytes(range(256)) * 12_000
    answer = resident.client.get(f"/documents/{filed(app, 'Большой.pdf', content)}/download")
    assert answer.data == content


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_only_what_a_browser_can_show_is_shown_in_it(app: Flask, resident: Visitor, kind: object) -> None:
    assert isinstance(kind, type(KINDS["pdf"]))
    number = filed(app, f"Файл.{kind.extensions[0]}", b"<script>alert(1)</script>", kind.media_type)
    answer = resident.client.get(f"/documents/{number}")
    assert answer.headers["Content-Disposition"].startswith("inline" if kind.previewable else "attachment")
    assert answer.headers["Content-Type"] == kind.media_type
    sealed(answer)


def test_a_file_whose_bytes_are_gone_is_told_in_words(app: Flask, resident: Visitor) -> None:
    number = filed(app, "Схема.pdf")
    with app.app_context():
        storage.current().delete(db.session.get_one(Document, number).key)
    page = resident.open(f"/documents/{number}/download", status=503)
    assert page.words()
