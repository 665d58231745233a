"""«Электронный документооборот»: the register of one's documents, proof of delivery, an archive of a case's papers."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from forms.files import safe_name
from portal import clock, dossier, journal, storage
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Document, Receipt, Subscriber
from portal.refusals import NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from flask_sqlalchemy.pagination import Pagination
    from sqlalchemy import ColumnElement

    from forms.answers import DocumentFilter
    from portal.dossier import Paper
    from portal.models import Staff
    from portal.origin import Origin

PER_PAGE = 20
MOST_WORDS = 6
GENERAL = 0  # stands for «no case» in the filter


def register(subscriber: Subscriber, wanted: DocumentFilter, page: int = 1) -> tuple[Pagination, list[Paper]]:
    """List the subscriber's documents that are wanted, newest first: the page, and what is on it."""
    found = select(Document.id).where(dossier.of(subscriber), *_meant(wanted)).order_by(Document.id.desc())
    shown = db.paginate(found, page=page, per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False)
    return shown, dossier.papers(Document.id.in_(shown.items))


def paper(account: Subscriber | Staff, document_id: int) -> Paper:
    """Open one of the subscriber's own documents, or one that this member of staff works with.

    Raises:
        NotYours: it is not there, or somebody else's.

    """
    found = dossier.papers(Document.id == document_id, dossier.open_to(account))
    if not found:
        raise NotYours
    return found[0]


def titles(subscriber: Subscriber) -> list[str]:
    """List what the subscriber's documents are called."""
    mine = select(Document.title).where(dossier.of(subscriber)).distinct().order_by(Document.title)
    return list(db.session.scalars(mine))


def cases(subscriber: Subscriber) -> list[Case]:
    """List the subscriber's cases that have documents, newest first."""
    with_papers = select(Document.case_id).where(Document.case_id.is_not(None))
    mine = select(Case).where(Case.subscriber_id == subscriber.id, Case.id.in_(with_papers)).order_by(Case.id.desc())
    return list(db.session.scalars(mine))


def waiting(subscriber: Subscriber) -> list[Paper]:
    """List what is to be signed or read: the nearest last day first, then without one, then what is only to be read."""
    mine = dossier.papers(dossier.of(subscriber), dossier.WAITS)
    return sorted(mine, key=lambda one: (one.due_on is None, one.due_on or clock.today(), not one.is_to_sign))


def count_waiting(subscriber: Subscriber) -> int:
    """Count what is to be signed or read."""
    mine = select(func.count()).select_from(Document).where(dossier.of(subscriber), dossier.WAITS)
    return db.session.scalar(mine) or 0


def read(account: Subscriber | Staff, document: Document, origin: Origin) -> None:
    """Note that its owner opens a document of the company for the first time; anybody else leaves no trace."""
    if not isinstance(account, Subscriber) or not document.from_company or _was_read(document):
        return
    with suppress(IntegrityError), transaction() as session:  # two tabs at once: one of them is the first
        session.add(Receipt(document_id=document.id, at=clock.now(), ip_address=origin.ip_address))
        session.flush()
        journal.record(session, Actor.of(account), "document.read", subject=f"documents:{document.id}")


def archive(subscriber: Subscriber, case_id: int, origin: Origin) -> tuple[str, Iterator[bytes]]:
    """Pack all papers of a case while they are being sent: the name of the archive, and its bytes.

    Raises:
        NotYours: it is not there, or somebody else's.

    """
    case = db.session.scalar(select(Case).where(Case.id == case_id, Case.subscriber_id == subscriber.id))
    if case is None:
        raise NotYours
    documents = list(case.documents)
    for document in documents:
        read(subscriber, document, origin)
    packed = [(_name_in_archive(number, one), one.key, one.dated) for number, one in enumerate(documents, 1)]
    return f"{safe_name(case.title)}.zip", _zipped(storage.current(), packed)


def _meant(wanted: DocumentFilter) -> Iterator[ColumnElement[bool]]:
    """Turn what is wanted into conditions."""
    if wanted.direction:
        yield Document.from_company.is_(wanted.direction == "incoming")
    if wanted.document_state:
        yield dossier.in_state(wanted.document_state)
    if wanted.document_kind:
        yield Document.title == wanted.document_kind
    if wanted.case_id is not None:
        yield Document.case_id == wanted.case_id if wanted.case_id else Document.case_id.is_(None)
    if wanted.since:
        yield Document.dated >= wanted.since
    if wanted.till:
        yield Document.dated <= wanted.till
    for word in (wanted.words or "").split()[:MOST_WORDS]:
        columns = (Document.title, Document.number, Document.name)
        yield or_(*(column.icontains(word, autoescape=True) for column in columns), _of_case(word))


def _of_case(word: str) -> ColumnElement[bool]:
    """Select the documents of the case with this number."""
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 10 else -1  # noqa: PLR2004
    return and_(Document.case_id.is_not(None), Document.case_id.in_(select(Case.id).where(Case.number == number)))


def _was_read(document: Document) -> bool:
    return db.session.scalar(select(Receipt.id).where(Receipt.document_id == document.id)) is not None


def _name_in_archive(number: int, document: Document) -> str:
    """«03 Акт.pdf»: the number keeps names apart, and away from those that Windows keeps for itself."""
    plain = "".join("_" if char in '<>:"|?*' else char for char in safe_name(document.name))
    return f"{number:02} {plain}"


class _Pipe(io.RawIOBase):
    """Where an archive is written to, and taken from piece by piece: nothing of it is kept."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self.pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def _zipped(store: storage.Storage, files: Sequence[tuple[str, str, date]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as packed:
        for name, key, dated in files:
            with packed.open(zipfile.ZipInfo(name, dated.timetuple()[:6]), "w") as target:
                for piece in store.open(key):
                    target.write(piece)
                    yield pipe.take()
    yield pipe.take()
