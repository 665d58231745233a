"""Letters about documents of the exchange: one function each, the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal import formats, outbox
from portal.letter_kinds import LETTERS, TO_STAFF, Group, Message, texts
from portal.letters import greeting_of, public_link, rendered
from portal.models import Staff, StaffRole

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from portal.models import Document, Letter, SignatureRequest, Subscriber

LONGEST_TITLE = 60  # a subject is read in a list
DOCUMENT = Group(
    "Документы",
    ("document",),
    (("Документ", "Акт о присоединении № 5 от 24.11.2026"), ("К чему относится", "Заявка № 7874")),
    "Открыть документ",
)


@DOCUMENT.letter("Новый документ")
def document_placed(document: Document) -> Message:
    """The company has placed a document to be read."""
    return _of_document(document, DOCUMENT.link)


@DOCUMENT.letter("Документ на подпись", "until")
def document_to_sign(document: Document, until: date | None) -> Message:
    """The company has placed a document to be signed."""
    return _of_document(document, "Прочитать и подписать", until=formats.date(until) if until else None)


@DOCUMENT.letter("Код для подписи")
def signing_code(document: Document) -> Message:
    """The one-time code: it is made when the letter leaves, and kept nowhere."""
    said = _of_document(document, "Вернуться к документу")
    return replace(said, facts=(("Код", outbox.SECRET), *said.facts))


@DOCUMENT.letter("Документ подписан")
def document_signed(document: Document) -> Message:
    """To the owner: it is signed, the sheet lies beside it."""
    return _of_document(document, DOCUMENT.link)


@DOCUMENT.letter("Присланный документ не принят")
def document_declined(document: Document) -> Message:
    """What the owner sent was not accepted; the page says why."""
    return _of_document(document, DOCUMENT.link)


@DOCUMENT.letter("Абонент подписал документ", to=TO_STAFF)
def signature_came(document: Document) -> Message:
    """To staff: signed."""
    return _of_document(document, "Открыть карточку")


@DOCUMENT.letter("Абонент отказался подписать", to=TO_STAFF)
def signature_refused(document: Document) -> Message:
    """To staff: refused."""
    return _of_document(document, "Открыть карточку")


def tell_of(session: Session, name: str, document: Document, to: Subscriber | Staff, **more: Any) -> Letter:  # noqa: ANN401
    """Put a letter about a document into the outbox: to its owner, or to a member of staff."""
    said = LETTERS[name].says(document, **more)
    page = "staff_exchange.card" if isinstance(to, Staff) else "exchange.show"
    said = replace(said, link=(said.link[0], public_link(page, document_id=document.id)))
    letter = rendered(name, greeting_of(to, to.name), said)
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


def _of_document(document: Document, words: str, **fields: str | None) -> Message:
    facts = [("Документ", document.full_title)]
    facts += [("К чему относится", document.case.title)] if document.case else []
    named = {"document": formats.shortened(document.title, LONGEST_TITLE)}
    return Message(tuple(facts), (words, ""), texts(**named, **fields))
