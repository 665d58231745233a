"""What is known of a case's documents, kind by kind: what is wanted, what came, what staff said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.papers import PAPERS, Need, Paper, wanted
from portal.extensions import db
from portal.models import Connection, Document, Verdict
from portal.refusals import FieldRefusal
from portal.workflow import Verdicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from forms.answers import VerdictAnswer
    from portal.models import JournalEntry
    from portal.workflow import Move


REMARK_LONGEST = 1000


@dataclass(frozen=True)
class Folder:
    """The documents of one kind, the newest first; `verdict` is the latest one of staff."""

    paper: Paper
    need: Need
    documents: Sequence[Document]
    verdict: Verdict | None

    @property
    def is_answered(self) -> bool:
        """Whether something newer came than what the verdict was about."""
        newest = self.documents[0].id if self.documents else None
        return self.verdict is not None and newest != self.verdict.document_id

    @property
    def state(self) -> str:
        """accepted, returned, missing (demanded and not there), new (not judged yet), or absent."""
        if self.verdict and not self.is_answered:
            return "accepted" if self.verdict.accepted else "returned"
        if self.documents:
            return "new"
        return "missing" if self.need is Need.required else "absent"


def folders(case: Connection) -> list[Folder]:
    """Sort the documents of an application by kind, in the manual's order."""
    latest = {verdict.kind: verdict for verdict in _verdicts(db.session(), case)}
    needs = wanted(case.service, case.applicant_kind, case.circumstances)
    return [Folder(PAPERS[code], needs[code], _of_kind(case, code), latest.get(code)) for code in PAPERS]


def returned(case: Connection) -> list[Folder]:
    """List the kinds that the applicant has been asked for, answered or not."""
    return [folder for folder in folders(case) if folder.verdict and not folder.verdict.accepted]


def judge(session: Session, case: Connection, move: Move, entry: JournalEntry, said: Sequence[VerdictAnswer]) -> None:
    """Write down what was said of each kind; what came and was not returned is accepted.

    Raises:
        FieldRefusal: a remark is missing, nothing is returned where something has to be, or the other way round.

    """
    _check(move, said)
    spoken = {answer.kind: answer for answer in said}
    with_documents = {folder.paper.code for folder in folders(case) if folder.documents}
    for kind in {*spoken, *with_documents}:
        answer = spoken.get(kind)
        newest = next(iter(_of_kind(case, kind)), None)
        session.add(
            Verdict(
                case_id=case.id, entry_id=entry.id, document_id=newest.id if newest else None, kind=kind,
                accepted=answer is None or answer.accepted, remark=answer.remark if answer else None,
            )
        )  # fmt: skip


def _check(move: Move, said: Sequence[VerdictAnswer]) -> None:
    for answer in said:
        label = PAPERS[answer.kind].label
        if not answer.accepted and not answer.remark:
            raise FieldRefusal("verdicts", f"Напишите, что не так: {label}")
        if len(answer.remark or "") > REMARK_LONGEST:
            raise FieldRefusal("verdicts", f"Сократите замечание до {REMARK_LONGEST} знаков: {label}")
    has_returned = any(not answer.accepted for answer in said)
    if move.verdicts is Verdicts.returned and not has_returned:
        raise FieldRefusal("verdicts", "Отметьте документ, которого не хватает, и напишите, что не так")
    if move.verdicts is Verdicts.accepted and has_returned:
        raise FieldRefusal("verdicts", "Есть документы с замечаниями: снимите отметки или запросите эти документы")


def remarks(session: Session, entry: JournalEntry) -> list[Verdict]:
    """List what a move returned, in the manual's order."""
    found = session.scalars(select(Verdict).where(Verdict.entry_id == entry.id, ~Verdict.accepted))
    return sorted(found, key=lambda verdict: list(PAPERS).index(verdict.kind))


def _verdicts(session: Session, case: Connection) -> Sequence[Verdict]:
    return session.scalars(select(Verdict).where(Verdict.case_id == case.id).order_by(Verdict.id)).all()


def _of_kind(case: Connection, kind: str) -> list[Document]:
    return [document for document in reversed(case.documents) if document.kind == kind]
