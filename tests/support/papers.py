"""Documents that staff place, and codes that sign them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from forms.answers import PlacedAnswers
from portal import clock, outbox
from portal.extensions import db
from portal.models import Letter
from portal.services import exchange, placing, signing
from tests.support import people

if TYPE_CHECKING:
    from portal.models import Document, Staff, Subscriber

TITLE = "Дополнительное соглашение"


def placed(
    owner: Subscriber, clerk: Staff, title: str = TITLE, content: bytes = people.PDF, **changes: Any
) -> Document:
    """Place a document for somebody; `changes` to what the clerk fills in."""
    said: dict[str, Any] = {
        "token": people.token(), "case_id": None, "document_title": title, "document_number": "ДС-4",
        "document_date": clock.today(), "replaces_id": None, "wants_signature": False, "sign_until": None,
    }  # fmt: skip
    answers = PlacedAnswers(**(said | changes))
    people.kept(clerk, answers.token, f"{title}.pdf", content)
    return placing.place(owner, answers, clerk)


def to_sign(owner: Subscriber, clerk: Staff, **changes: Any) -> Document:
    """Place a document that is to be signed, and let its owner read it and accept the agreement."""
    document = placed(owner, clerk, wants_signature=True, **changes)
    exchange.read(owner, document, people.HERE)
    signing.agree(owner, people.HERE)
    return document


def code_of(owner: Subscriber, document: Document) -> str:
    """Ask for a code, and make it as the delivery of its letter does."""
    assert signing.send_code(owner, document.id, people.HERE)
    return sealed()


def sealed() -> str:
    """Make the code of the last letter that carries one."""
    letter = db.session.scalars(select(Letter).where(Letter.name == signing.LETTER).order_by(Letter.id.desc())).first()
    assert letter is not None
    return outbox.SEALED[signing.LETTER](letter).replace(" ", "")


def wrong(code: str) -> str:
    """Give another code of six digits."""
    return re.sub(r"\d$", lambda last: str((int(last[0]) + 1) % 10), code)
