"""What staff do in the exchange of documents: place one for a subscriber, accept or decline one that came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, cast, or_, select
from sqlalchemy.exc import IntegrityError

from portal import clock, document_letters, dossier, journal
from portal.extensions import db
from portal.journal import Actor
from portal.models import (
    Case,
    Decision,
    Document,
    JournalEntry,
    SignatureRequest,
    StaffRole,
    Subscriber,
    SupplyPoint,
    Upload,
)
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.transactions import transaction
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from forms.answers import PlacedAnswers
    from portal.models import Staff
    from portal.origin import Origin

SLOT = "document"
MOST_FOUND = 20
MOST_WORDS = 6


def found(words: str) -> Sequence[Subscriber]:
    """Find subscribers by login, name, e-mail or account number; every word has to fit, a blank search finds nobody."""
    chosen = words.split()[:MOST_WORDS]
    if not chosen:
        return ()
    return db.session.scalars(
        select(Subscriber).where(*map(fits, chosen)).order_by(Subscriber.login_key).limit(MOST_FOUND)
    ).all()


def subscriber(subscriber_id: int) -> Subscriber:
    """Find whom a document is for. Raises NotYours where there is none."""
    chosen = db.session.get(Subscriber, subscriber_id)
    if chosen is None:
        raise NotYours
    return chosen


def cases(owner: Subscriber, clerk: Staff) -> list[Case]:
    """List the subscriber's cases that this member of staff works with, newest first."""
    kinds = [kind for kind, flow in WORKFLOWS.items() if clerk.role in {StaffRole.admin, *flow.roles}]
    mine = select(Case).where(Case.subscriber_id == owner.id, Case.kind.in_(kinds)).order_by(Case.id.desc())
    return list(db.session.scalars(mine))


def replaceable(owner: Subscriber, clerk: Staff) -> list[Document]:
    """List the company's documents that a new version may replace, newest first."""
    mine = dossier.papers(dossier.of(owner), dossier.open_to(clerk), Document.from_company.is_(True))
    return [paper.document for paper in mine if paper.newer is None]


def place(owner: Subscriber, answers: PlacedAnswers, clerk: Staff) -> Document:
    """Place the file kept under the form's token; sent twice, it is one document.

    Raises:
        FieldRefusal: the case or the version before is not among those that may be chosen, or the last day is over.

    """
    done = _placed(answers.token)
    if done is not None:
        return done
    case, old = _checked(owner, answers, clerk)
    try:
        with transaction() as session:
            return _place(session, owner, case, old, answers, clerk)
    except IntegrityError:
        done = _placed(answers.token)  # the other of two clicks was first
        if done is None:
            raise FieldRefusal("replaces_id", "Этот документ уже заменили: откройте страницу заново") from None
        return done


def judge(document_id: int, remark: str | None, clerk: Staff, origin: Origin) -> None:
    """Accept a document that a subscriber sent, or decline it with a remark that says what is wrong.

    Raises:
        NotYours: it is not there, or of no case that this member of staff works with.
        Refusal: it is judged already, or is judged with its application.

    """
    state = "declined" if remark else "accepted"
    try:
        with transaction() as session:
            papers = dossier.papers(Document.id == document_id, dossier.open_to(clerk))
            if not papers or papers[0].document.from_company:
                raise NotYours
            if not may_judge(papers[0]):
                raise Refusal(f"Документ уже рассмотрен: «{papers[0].state.label.lower()}».")
            session.add(
                Decision(
                    document_id=document_id, state=state, note=remark, at=clock.now(), staff_id=clerk.id,
                    ip_address=origin.ip_address,
                )
            )  # fmt: skip
            subject = f"documents:{document_id}"
            journal.record(session, Actor.of(clerk), f"document.{state}", subject=subject, note=remark)
            if remark:
                document_letters.tell_of(session, "document_declined", papers[0].document, papers[0].document.owner)
    except IntegrityError:
        raise Refusal("Документ уже рассмотрел кто-то другой.") from None


def fits(word: str) -> ColumnElement[bool]:
    """Select the subscribers that one word means."""
    columns = (Subscriber.login, Subscriber.email, Subscriber.full_name, Subscriber.organisation_short)
    of_account = select(SupplyPoint.subscriber_id).where(SupplyPoint.account_number == word)
    named = (cast(column, String).icontains(word, autoescape=True) for column in columns)
    return or_(*named, Subscriber.id.in_(of_account))


def may_judge(paper: dossier.Paper) -> bool:
    """Whether staff still have to accept or decline it here: papers of an application are judged with it."""
    return paper.state.code == "sent" and not paper.document.kind


def _placed(token: str) -> Document | None:
    entry = db.session.scalar(select(JournalEntry.id).where(JournalEntry.form_token == token))
    return None if entry is None else db.session.scalar(select(Document).where(Document.entry_id == entry))


def _checked(owner: Subscriber, answers: PlacedAnswers, clerk: Staff) -> tuple[Case | None, Document | None]:
    """Hold what was chosen to what may be chosen."""
    case = next((one for one in cases(owner, clerk) if one.id == answers.case_id), None)
    if answers.case_id and case is None:
        raise FieldRefusal("case_id", "Выберите заявку или обращение из списка")
    old = next((one for one in replaceable(owner, clerk) if one.id == answers.replaces_id), None)
    if answers.replaces_id and old is None:
        raise FieldRefusal("replaces_id", "Выберите документ из списка")
    if answers.wants_signature and answers.sign_until and answers.sign_until < clock.today():
        raise FieldRefusal("sign_until", "Введите дату не раньше сегодняшней")
    return case, old


def _place(
    session: Session, owner: Subscriber, case: Case | None, old: Document | None, answers: PlacedAnswers, clerk: Staff
) -> Document:
    mine = (Upload.token == answers.token, Upload.slot == SLOT, Upload.staff_id == clerk.id)
    upload = session.scalar(select(Upload).where(*mine).with_for_update())
    if upload is None:
        raise FieldRefusal(SLOT, "Приложите файл")
    named = {"title": answers.document_title, "number": answers.document_number}
    entry = journal.record(
        session, Actor.of(clerk), "document.placed", subject=f"subscribers:{owner.id}", data=named, token=answers.token
    )
    session.delete(upload)
    session.flush()
    document = Document(
        case_id=case.id if case else None, subscriber_id=None if case else owner.id, entry_id=entry.id,
        replaces_id=old.id if old else None, from_company=True, title=answers.document_title,
        number=answers.document_number, dated=answers.document_date, created_at=clock.now(), **upload.bytes_of(),
    )  # fmt: skip
    session.add(document)
    session.flush()
    _announce(session, owner, document, answers, clerk)
    return document


def _announce(session: Session, owner: Subscriber, document: Document, answers: PlacedAnswers, clerk: Staff) -> None:
    """Ask to read it, or to sign it."""
    if not answers.wants_signature:
        document_letters.tell_of(session, "document_placed", document, owner)
        return
    session.add(SignatureRequest(document_id=document.id, staff_id=clerk.id, until=answers.sign_until))
    document_letters.tell_of(session, "document_to_sign", document, owner, until=answers.sign_until)
