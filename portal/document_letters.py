"""Letters about documents of the exchange: one function each, the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal import outbox
from portal.letters import Message, greeting_of, public_link, rendered
from portal.models import Staff, StaffRole

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.models import Document, Letter, SignatureRequest, Subscriber

DOCUMENT_LETTERS: dict[str, Callable[[Document], Message]] = {}


def _document_letter(function: Callable[[Document], Message]) -> Callable[[Document], Message]:
    DOCUMENT_LETTERS[function.__name__] = function
    return function


@_document_letter
def document_placed(document: Document) -> Message:
    """The company has placed a document to be read."""
    return _of_document(document, "Открыть документ")


@_document_letter
def document_to_sign(document: Document) -> Message:
    """The company has placed a document to be signed."""
    return _of_document(document, "Прочитать и подписать")


@_document_letter
def signing_code(document: Document) -> Message:
    """The one-time code: it is made when the letter leaves, and kept nowhere."""
    said = _of_document(document, "Вернуться к документу")
    return replace(said, facts=(("Код", outbox.SECRET), *said.facts))


@_document_letter
def document_signed(document: Document) -> Message:
    """To the owner: it is signed, the sheet lies beside it."""
    return _of_document(document, "Открыть документ")


@_document_letter
def document_declined(document: Document) -> Message:
    """What the owner sent was not accepted; the page says why."""
    return _of_document(document, "Открыть документ")


@_document_letter
def signature_came(document: Document) -> Message:
    """To staff: signed."""
    return _of_document(document, "Открыть карточку")


@_document_letter
def signature_refused(document: Document) -> Message:
    """To staff: refused."""
    return _of_document(document, "Открыть карточку")


def tell_of(session: Session, name: str, document: Document, to: Subscriber | Staff, **fields: Any) -> Letter:  # noqa: ANN401
    """Put a letter about a document into the outbox: to its owner, or to a member of staff."""
    said = DOCUMENT_LETTERS[name](document)
    page = "staff_exchange.card" if isinstance(to, Staff) else "exchange.show"
    said = replace(said, link=(said.link[0], public_link(page, document_id=document.id)))
    letter = rendered(name, greeting_of(to, to.name), said, document=document, **fields)
    letter.recipient, letter.case_id = to.email, document.case_id
    letter.subscriber_id = None if isinstance(to, Staff) else to.id
    session.add(letter)
    session.flush()
    return letter


def tell_asker(session: Session, name: str, request: SignatureRequest, document: Document) -> None:
    """Put a letter to whoever asked for the signature into the outbox; to administrators where that person is gone."""
    bosses = select(Staff).where(Staff.role == StaffRole.admin, Staff.blocked_at.is_(None))
    for person in [request.staff] if request.staff.is_active else session.scalars(bosses):
        tell_of(session, name, document, person)


def _of_document(document: Document, words: str) -> Message:
    facts = [("Документ", document.full_title)]
    facts += [("К чему относится", document.case.title)] if document.case else []
    return Message(tuple(facts), (words, ""))
