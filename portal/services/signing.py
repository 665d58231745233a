"""Signing a document by a one-time code or by an attached signature, and refusing to (63-ФЗ)."""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock, document_letters, dossier, formats, journal, outbox, papers, passwords, storage
from portal.extensions import db
from portal.journal import Actor
from portal.models import AGREEMENT, Consent, ConsentText, Decision, Document, SignatureRequest, SigningCode
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from forms.files import ChosenFile
    from portal.models import JournalEntry, Letter, Subscriber
    from portal.origin import Origin

LETTER = "signing_code"
FIELD = "signing_code"
LIFE = timedelta(minutes=10)
TRIES = 5
PAUSE = timedelta(minutes=1)  # between two letters: a double click sends one
HOURLY = 10
DIGITS = 6
WAYS = {
    "code": "Одноразовый код из письма на почту учётной записи",
    "file": "Приложен файл электронной подписи, проверка вне системы",
}
TOO_OFTEN = "За час вы получили слишком много кодов. Подождите час и попробуйте снова."
CHANGED = "Файл на сервере отличается от размещённого, подписывать его нельзя. Позвоните в «Единое окно»."
SPENT = "Код не подошёл пять раз и больше не действует. Получите новый"
DONE_MEANWHILE = "С документом уже что-то сделали в другом окне. Обновите страницу."


@dataclass(frozen=True)
class _Act:
    """Who does what to which document, from where."""

    subscriber: Subscriber
    request: SignatureRequest
    document: Document
    origin: Origin
    written: list[str]

    @property
    def subject(self) -> str:
        return f"documents:{self.document.id}"


def agreement(subscriber: Subscriber) -> tuple[ConsentText, Consent | None]:
    """Give the latest text of the agreement, and the subscriber's consent to it, None where there is none yet."""
    text = ConsentText.latest(db.session())[AGREEMENT]
    given = (Consent.subscriber_id == subscriber.id, Consent.kind == AGREEMENT, Consent.withdrawn_at.is_(None))
    accepted = select(Consent).where(*given, Consent.version == text.version).order_by(Consent.id.desc())
    return text, db.session.scalar(accepted.limit(1))


def agree(subscriber: Subscriber, origin: Origin) -> None:
    """Accept the agreement in its latest wording; done already, it stays as it was."""
    text, accepted = agreement(subscriber)
    if accepted is None:
        with transaction() as session:
            session.add(Consent.to(text, subscriber.id, origin.ip_address))
            subject, said = f"subscribers:{subscriber.id}", {"kind": AGREEMENT, "version": text.version}
            journal.record(session, Actor.of(subscriber), "consent.give", subject=subject, data=said)


def send_code(subscriber: Subscriber, document_id: int, origin: Origin) -> bool:
    """Put a letter with a code into the outbox; False where one has been sent within the last minute.

    Raises:
        NotYours: the document is not there, or somebody else's, or needs no signature.
        Refusal: it can't be signed (any more), or too many codes were asked for.

    """
    with _acting(subscriber, document_id, origin) as (session, act):
        _consent(subscriber)
        mine = (SigningCode.subscriber_id == subscriber.id, SigningCode.created_at > clock.now() - timedelta(hours=1))
        of_late = session.scalars(select(SigningCode).where(*mine)).all()
        if any(_is_fresh(code, act.document) for code in of_late):
            return False
        if len(of_late) >= HOURLY:
            raise Refusal(TOO_OFTEN)
        letter = document_letters.tell_of(session, LETTER, act.document, subscriber)
        named = {"document_id": document_id, "subscriber_id": subscriber.id, "letter_id": letter.id}
        session.add(SigningCode(**named, sha256=act.document.sha256, created_at=clock.now()))
        journal.record(session, Actor.of(subscriber), "document.code", subject=act.subject)
    return True


def code_of(subscriber: Subscriber, document_id: int) -> SigningCode | None:
    """Find the code that may be typed now, its letter sent or about to be."""
    code = _latest(db.session(), subscriber, document_id)
    if code is None or code.used_at or code.tries >= TRIES:
        return None
    return None if code.expires_at and code.expires_at <= clock.now() else code


def confirm(subscriber: Subscriber, document_id: int, typed: str, origin: Origin) -> None:
    """Sign a document by the code from the letter.

    Raises:
        NotYours: the document is not there, or somebody else's, or needs no signature.
        Refusal: it can't be signed (any more).
        FieldRefusal: the code is wrong, too old, or was tried too often.

    """
    with _acting(subscriber, document_id, origin) as (session, act):
        consent = _consent(subscriber)
        code = _latest(session, subscriber, document_id)
        problem = _problem(code, typed)
        if code is not None and problem is None:
            code.used_at = clock.now()
            _sign(session, act, Decision(way="code", consent_id=consent.id, sha256=code.sha256))
    if problem:
        raise FieldRefusal(FIELD, problem)


def attach(subscriber: Subscriber, document_id: int, file: ChosenFile, origin: Origin) -> None:
    """Take a signature made elsewhere: it is kept beside the document, and nobody here checks it.

    Raises:
        NotYours: the document is not there, or somebody else's, or needs no signature.
        Refusal: it can't be signed (any more), or a person may not sign this way.

    """
    if subscriber.is_person:
        raise Refusal("Файл подписи прикладывают организации и предприниматели. Подпишите кодом из письма.")
    with _acting(subscriber, document_id, origin) as (session, act):
        decision = Decision(way="file", sha256=act.document.sha256)
        entry = _sign(session, act, decision)
        media_type, content = file.kind.media_type, file.stream.read()
        kept = _beside(session, act, entry, "Файл подписи", name=file.name, media_type=media_type, content=content)
        decision.signature_id = kept.id


def refuse(subscriber: Subscriber, document_id: int, reason: str, origin: Origin) -> None:
    """Decline to sign, saying why.

    Raises:
        NotYours: the document is not there, or somebody else's, or needs no signature.
        Refusal: it is decided already.

    """
    with _acting(subscriber, document_id, origin) as (session, act):
        _decide(session, act, Decision(state="refused", note=reason))
        document_letters.tell_asker(session, "signature_refused", act.request, act.document)


@contextmanager
def _acting(subscriber: Subscriber, document_id: int, origin: Origin) -> Iterator[tuple[Session, _Act]]:
    """Hold the request for a signature while something is done; files that were written go where it fails."""
    written: list[str] = []
    try:
        with transaction() as session:
            request, document = _open(session, subscriber, document_id)
            yield session, _Act(subscriber, request, document, origin, written)
    except BaseException as error:
        for key in written:
            storage.current().delete(key)
        if isinstance(error, IntegrityError):
            raise Refusal(DONE_MEANWHILE) from error
        raise


def _open(session: Session, subscriber: Subscriber, document_id: int) -> tuple[SignatureRequest, Document]:
    """Find what may be signed now, and let nobody else decide it meanwhile."""
    asked = select(SignatureRequest).where(SignatureRequest.document_id == document_id)
    request = session.scalar(asked.with_for_update())
    found = dossier.papers(Document.id == document_id, dossier.open_to(subscriber))
    if request is None or not found:
        raise NotYours
    _check(found[0])
    return request, found[0].document


def _check(paper: dossier.Paper) -> None:
    """Say why a document can't be signed."""
    if paper.decision:
        words = "Документ уже подписан" if paper.decision.state == "signed" else "От подписи уже отказались"
        raise Refusal(f"{words} {formats.moment(paper.decision.at)}.")
    if paper.newer:
        raise Refusal("Этот документ заменён новой редакцией: подпишите её.")
    if paper.receipt is None:
        raise Refusal("Сначала откройте документ: подписывают то, что прочитали.")


def _consent(subscriber: Subscriber) -> Consent:
    accepted = agreement(subscriber)[1]
    if accepted is None:
        raise Refusal("Сначала примите соглашение о простой электронной подписи.")
    return accepted


def _latest(session: Session, subscriber: Subscriber, document_id: int) -> SigningCode | None:
    mine = (SigningCode.subscriber_id == subscriber.id, SigningCode.document_id == document_id)
    return session.scalar(select(SigningCode).where(*mine).order_by(SigningCode.id.desc()).limit(1))


def _is_fresh(code: SigningCode, document: Document) -> bool:
    is_recent = code.created_at > clock.now() - PAUSE
    return is_recent and code.document_id == document.id and code.used_at is None and code.tries < TRIES


def _problem(code: SigningCode | None, typed: str) -> str | None:
    """Say why a code does not sign, and count the try; None where it does."""
    obstacle = _obstacle(code)
    if code is None or obstacle:
        return obstacle
    code.tries += 1
    if hmac.compare_digest(code.digest or "", _digest(code, typed)):
        return None
    if code.tries >= TRIES:
        return SPENT
    tries = formats.plural(TRIES - code.tries, "попытка", "попытки", "попыток")
    return f"Введите код из последнего письма об этом документе: этот не подошёл, осталось {tries}"


def _obstacle(code: SigningCode | None) -> str | None:
    """Say why no code can be tried."""
    if code is None or code.used_at:
        return "Сначала получите код для этого документа"
    if code.digest is None or code.expires_at is None:
        return "Письмо с кодом ещё в пути. Подождите минуту и введите код из него"
    if code.expires_at <= clock.now():
        return "Код действовал десять минут. Получите новый"
    return SPENT if code.tries >= TRIES else None


def _sign(session: Session, act: _Act, decision: Decision) -> JournalEntry:
    """Write the signature, its sheet and the letters."""
    if _fingerprint(act.document) != decision.sha256:
        raise Refusal(CHANGED)
    decision.state = "signed"
    entry = _decide(session, act, decision)
    sheet = papers.signing_sheet(_said(act, decision))
    name = f"Лист подписания {act.document.id}.pdf"
    kept = _beside(session, act, entry, "Лист подписания", name=name, media_type="application/pdf", content=sheet)
    decision.sheet_id = kept.id
    session.add(Decision(document_id=kept.id, state="accepted", at=decision.at, ip_address=decision.ip_address))
    document_letters.tell_of(session, "document_signed", act.document, act.subscriber)
    document_letters.tell_asker(session, "signature_came", act.request, act.document)
    return entry


def _decide(session: Session, act: _Act, decision: Decision) -> JournalEntry:
    decision.document_id, decision.at, decision.ip_address = act.document.id, clock.now(), act.origin.ip_address
    session.add(decision)
    session.flush()
    said = {"way": WAYS[decision.way]} if decision.way else {}
    event = f"document.{decision.state}"
    return journal.record(
        session, Actor.of(act.subscriber), event, subject=act.subject, note=decision.note, data=dict(said)
    )


def _said(act: _Act, decision: Decision) -> papers.Signing:
    document, subscriber = act.document, act.subscriber
    return papers.Signing(
        title=document.title,
        number=document.number or "без номера",
        file_name=document.name,
        sha256=document.sha256,
        signer=subscriber.name,
        account=subscriber.login,
        at=decision.at,
        way=WAYS[decision.way or "code"],
        address=act.origin.ip_address,
    )


def _beside(  # noqa: PLR0913
    session: Session, act: _Act, entry: JournalEntry, title: str, *, name: str, media_type: str, content: bytes
) -> Document:
    """Keep a file that goes with a signature: it is the subscriber's, where the document is."""
    blob = storage.current().save(io.BytesIO(content))
    act.written.append(blob.key)
    document = act.document
    kept = Document(
        case_id=document.case_id, subscriber_id=document.subscriber_id, entry_id=entry.id, from_company=False,
        title=f"{title}: {document.title}", dated=clock.today(), created_at=clock.now(), name=name,
        media_type=media_type, key=blob.key, size=blob.size, sha256=blob.sha256,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def _fingerprint(document: Document) -> str:
    """Compute the SHA-256 of the bytes as they lie in the store now."""
    found = hashlib.sha256()
    for piece in storage.current().open(document.key):
        found.update(piece)
    return found.hexdigest()


def _digest(code: SigningCode, typed: str) -> str:
    return passwords.digest(f"{code.id}:{code.document_id}:{code.sha256}:{typed}")


def _seal(letter: Letter) -> str:
    """Make the code of a letter at the moment it is sent; only its digest stays."""
    typed = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    with transaction() as session:
        code = session.scalars(select(SigningCode).where(SigningCode.letter_id == letter.id)).one()
        code.digest, code.expires_at = _digest(code, typed), clock.now() + LIFE
    return f"{typed[:3]} {typed[3:]}"


outbox.SEALED[LETTER] = _seal
