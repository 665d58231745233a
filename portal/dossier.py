"""Every document of a subscriber with what became of it: one state a document, for pages and for SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, exists, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portal import clock, deadlines
from portal.extensions import db
from portal.models import Case, Decision, Document, Receipt, SignatureRequest, Staff, StaffRole, Term, Verdict
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from portal.models import Subscriber

READING = "document_reading"
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class State:
    """What a document is at: its words and the tone of their tag."""

    code: str
    label: str
    tone: str


INCOMING = (
    State("placed", "Размещён", "yours"),
    State("read", "Прочитан", "done"),
    State("signed", "Подписан", "done"),
    State("refused", "Отказ", "closed"),
)
OUTGOING = (
    State("sent", "Отправлен", "ours"),
    State("accepted", "Принят", "done"),
    State("declined", "Отклонён", "yours"),
)
STATES = {state.code: state for state in (*INCOMING, *OUTGOING)}

_NEWER = aliased(Document)
_READ = exists().where(Receipt.document_id == Document.id).correlate(Document)
_ASKED = exists().where(SignatureRequest.document_id == Document.id).correlate(Document)
_REPLACED = exists().where(_NEWER.replaces_id == Document.id).correlate(Document)
_DECIDED = select(Decision.state).where(Decision.document_id == Document.id).correlate(Document).scalar_subquery()


def _of_verdict(column: Any) -> Any:  # noqa: ANN401
    """Look into the verdict that judged a document: the first one after it came, as it was last worded."""
    judged = (Verdict.case_id == Document.case_id, Verdict.kind == Document.kind, Verdict.document_id >= Document.id)
    found = select(column).where(*judged).order_by(Verdict.document_id, Verdict.id.desc()).limit(1)
    return found.correlate(Document).scalar_subquery()


_STATE: ColumnElement[str] = case(
    (_DECIDED.is_not(None), _DECIDED),
    (and_(Document.from_company, _READ), "read"),
    (Document.from_company, "placed"),
    (_of_verdict(Verdict.accepted).is_(True), "accepted"),
    (_of_verdict(Verdict.accepted).is_(False), "declined"),
    else_="sent",
)
_PENDING = and_(Document.from_company, _DECIDED.is_(None), ~_REPLACED)
UNREAD: ColumnElement[bool] = and_(_PENDING, ~_READ)
TO_SIGN: ColumnElement[bool] = and_(_PENDING, _ASKED)
WAITS: ColumnElement[bool] = or_(UNREAD, TO_SIGN)
# What subscribers sent and staff accept or decline here: papers of an application are judged with it.
TO_JUDGE: ColumnElement[bool] = and_(~Document.from_company, Document.kind.is_(None), _DECIDED.is_(None))


@dataclass(frozen=True)
class Paper:
    """A document with everything that happened to it; `newer` is the version that replaced it."""

    document: Document
    state: State
    remark: str | None
    receipt: Receipt | None
    request: SignatureRequest | None
    decision: Decision | None
    newer: Document | None

    @property
    def is_pending(self) -> bool:
        """Whether the owner may still do something about it."""
        return self.document.from_company and self.decision is None and self.newer is None

    @property
    def is_unread(self) -> bool:
        """Whether it waits to be opened."""
        return self.is_pending and self.receipt is None

    @property
    def is_to_sign(self) -> bool:
        """Whether it waits for a signature."""
        return self.is_pending and self.request is not None

    @property
    def due_on(self) -> date | None:
        """The last day to sign it."""
        return self.request.until if self.request and self.is_to_sign else None


def of(owner: Subscriber) -> ColumnElement[bool]:
    """Select the documents of a subscriber."""
    return owned_by(select(literal(owner.id)))


def owned_by(subscriber_ids: Select[int]) -> ColumnElement[bool]:
    """Select the documents of the subscribers that a query finds; each half is a walk along an index of its own."""
    paper, of_whom = aliased(Document), Case.__table__.c
    general = select(paper.id).where(paper.subscriber_id.in_(subscriber_ids))
    of_cases = select(paper.id).join(Case.__table__, of_whom.id == paper.case_id)
    return Document.id.in_(union_all(general, of_cases.where(of_whom.subscriber_id.in_(subscriber_ids))))


def in_state(code: str) -> ColumnElement[bool]:
    """Select the documents that are at a state."""
    return _STATE.in_([code])


def decided(state: str) -> ColumnElement[bool]:
    """Select the documents about which this was the last word, from the few decisions and not from all documents."""
    return Document.id.in_(select(Decision.document_id).where(Decision.state == state))


def papers(*where: ColumnElement[bool]) -> list[Paper]:
    """Read the documents that are meant, newest first."""
    newer = aliased(Document)
    found = (
        select(Document, _STATE, _of_verdict(Verdict.remark), Receipt, SignatureRequest, Decision, newer)
        .outerjoin(Receipt, Receipt.document_id == Document.id)
        .outerjoin(SignatureRequest, SignatureRequest.document_id == Document.id)
        .outerjoin(Decision, Decision.document_id == Document.id)
        .outerjoin(newer, newer.replaces_id == Document.id)
        .where(*where)
        .order_by(Document.id.desc())
    )
    return [_paper(*row) for row in db.session.execute(found)]


def open_to(account: Subscriber | Staff) -> ColumnElement[bool]:
    """Select a subscriber's own documents, or those that this member of staff works with: all see general ones."""
    if not isinstance(account, Staff):
        return of(account)
    kinds = [kind for kind, flow in WORKFLOWS.items() if account.role in {StaffRole.admin, *flow.roles}]
    of_cases = exists().where(Case.id == Document.case_id, Case.kind.in_(kinds)).correlate(Document)
    return or_(Document.subscriber_id.is_not(None), of_cases)


def unread_too_long(session: Session) -> ColumnElement[bool]:
    """Select what its owner has not opened within the term of reading. Raises LookupError where staff deleted it."""
    term = session.scalar(select(Term).where(Term.code == READING))
    if term is None:
        raise LookupError(f"no term {READING}")
    today, day = clock.today(), clock.today()
    days_off = deadlines.days_off(session, today - YEAR)
    while deadlines.count(day, term.amount, term.unit, days_off) >= today:
        day -= timedelta(days=1)
    return and_(UNREAD, Document.created_at < clock.midnight(day + timedelta(days=1)))


def _paper(document: Document, state: str, remark: str | None, *rows: Any) -> Paper:  # noqa: ANN401
    decision = rows[2]
    return Paper(document, STATES[state], decision.note if decision else remark, *rows)
