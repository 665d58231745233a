"""What a page shows of a case's course: steps done, the one it is at, and those still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal import moves, verdicts
from portal.extensions import db
from portal.models import Connection, Term
from portal.moves import workflow_of
from portal.workflow import By, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from portal.models import Case, Clock, JournalEntry
    from portal.workflow import Move


@dataclass(frozen=True)
class Step:
    """One step. `state`: done, current, future or closed; `tone` whose turn it is; `note` what was written.

    `clocks` are those that run during the current one; `term` what the rules give to one that is still ahead.
    """

    label: str
    state: str
    tone: str
    at: datetime | None = None
    note: str | None = None
    who: str = ""
    says: str = ""
    clocks: Sequence[Clock] = ()
    term: Term | None = None


def steps(case: Case) -> list[Step]:
    """List the steps of a case in order of time."""
    entries = [entry for entry in case.entries if entry.to_status]
    passed = [_passed(case, entry, is_last=entry is entries[-1]) for entry in entries]
    known = terms()
    statuses = [workflow_of(case).status(code) for code in _ahead(case)]
    return passed + [
        Step(status.label, "future", status.tone, term=known.get(case.term(status.term))) for status in statuses
    ]


def running(case: Case) -> list[Clock]:
    """List the clocks that run, the nearest last day first."""
    return sorted((one for one in case.clocks if one.runs), key=lambda one: (one.due_on, one.id))


def paused(case: Case) -> list[Clock]:
    """List the clocks that stand still meanwhile."""
    return [one for one in case.clocks if one.paused_on and one.ended_on is None]


def lapsed(case: Case) -> Clock | None:
    """Find the term of the applicant that is over: the company may be cancelling the case."""
    return next((one for one in running(case) if not one.is_ours and one.days_left < 0), None)


def entered(case: Case) -> JournalEntry:
    """Find the entry that brought the case into its status."""
    return next(entry for entry in reversed(case.entries) if entry.to_status)


def since(case: Case) -> list[JournalEntry]:
    """List what the applicant has done within the status; what the calendar did is no answer of his."""
    later = case.entries[case.entries.index(entered(case)) + 1 :]
    return [entry for entry in later if entry.subscriber_id is not None]


def next_move(case: Case) -> Move | None:
    """Give the move that the applicant is waited for; None where it is not his turn, or nothing here is done by a move.

    What has been sent is handed over last: not before each document that was asked for is there.
    """
    workflow = workflow_of(case)
    if workflow.status(case.status).tone is not Tone.yours:
        return None
    within, onward = [], []
    for move in moves.offered(case, By.applicant):
        if move.target is None:
            within.append(move)
        elif workflow.is_open(move.target):
            onward.append(move)
    return next(iter(within + onward if _owes(case) else onward + within), None)


def missing(entry: JournalEntry) -> list[str]:
    """List the documents that were asked for by a move, by their names."""
    return [verdict.label for verdict in verdicts.remarks(db.session(), entry)]


def terms() -> dict[str, Term]:
    """Give the terms by their code: what a clock is about, and the clause."""
    return {term.code: term for term in db.session.scalars(select(Term))}


def _passed(case: Case, entry: JournalEntry, *, is_last: bool) -> Step:
    status = workflow_of(case).status(entry.to_status or "")
    state = "done" if not is_last else "current" if workflow_of(case).is_open(status.code) else "closed"
    says, clocks = (status.says, running(case)) if is_last else ("", [])
    return Step(status.label, state, status.tone, entry.at, entry.note, entry.actor, says, clocks)


def _owes(case: Case) -> bool:
    return isinstance(case, Connection) and any(not folder.is_answered for folder in verdicts.returned(case))


def stage(case: Case) -> tuple[int, int]:
    """Say how far a case is on its usual way: (stage it is at, stages in all), counted from one."""
    path = workflow_of(case).path
    return len(path) - len(_ahead(case)), len(path)


def _ahead(case: Case) -> tuple[str, ...]:
    workflow = workflow_of(case)
    if not workflow.is_open(case.status):
        return ()
    on_path = [entry.to_status for entry in case.entries if entry.to_status in workflow.path]
    return workflow.path[workflow.path.index(on_path[-1] or "") + 1 :]
