"""What the calendar does by itself, once a day: reminders to applicants, and proposals to cancel. It never cancels."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from portal import case_letters, clock, deadlines, formats, journal, moves
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Clock, Term
from portal.refusals import Refusal
from portal.transactions import transaction
from portal.workflow import WORKFLOWS, By, Tone

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

REMIND = "remind"
# Working days before the last one.
BEFORE = (10, 5, 2, 1)
# Ten working days last no longer, the New Year's holidays among them.
HORIZON = timedelta(days=30)


def remind() -> int:
    """Write to applicants whose term ends soon, once per threshold; gives how many letters there are.

    After days off line only the nearest threshold is made up for: nobody gets four letters at once.
    """
    today = clock.today()
    near = (*_runs(By.applicant), Clock.due_on.between(today, today + HORIZON))
    found = select(Clock.id).where(*near).order_by(Clock.id)
    return sum(_remind(clock_id) for clock_id in db.session.scalars(found).all())


def remind_now(case: Case, actor: Actor) -> None:
    """Write to the applicant about the term that runs because a clerk wants it, once a day at most.

    Raises Refusal where the applicant has nothing to do, or was reminded today.
    """
    with transaction() as session:
        moves.lock(session, case)
        running = [one for one in case.clocks if one.runs and not one.is_ours]
        if moves.workflow_of(case).status(case.status).tone is not Tone.yours or not running:
            raise Refusal("Сейчас от заявителя ничего не ждут.")
        one = min(running, key=lambda one: one.due_on)
        if one.days_left < 0:
            raise Refusal(f"Срок заявителя истёк {formats.date(one.due_on)}, напоминать о нём поздно.")
        if any(entry.event == REMIND and clock.local(entry.at).date() == clock.today() for entry in case.entries):
            raise Refusal("Сегодня заявителю уже напомнили.")
        _write(session, case, one, actor)


def propose() -> int:
    """Start the company's clock to decide about applications whose applicant let the term pass; gives their count."""
    decided = aliased(Clock)
    codes = {workflow.lapse for workflow in WORKFLOWS.values() if workflow.lapse}
    waits = exists().where(decided.case_id == Clock.case_id, decided.code.in_(codes), decided.ended_on.is_(None))
    over = select(Clock.case_id).where(*_runs(By.applicant), Clock.due_on < clock.today(), ~waits).distinct()
    return sum(_propose(case_id) for case_id in db.session.scalars(over).all())


def threshold(started_on: date, due_on: date, exceptions: dict[date, bool]) -> int | None:
    """Give the threshold that is reached today; None where it is still early, or the term is shorter than that."""
    left = deadlines.working_days_left(due_on, exceptions)
    whole = deadlines.working_days_between(started_on, due_on, exceptions)
    return min((days for days in BEFORE if left <= days < whole), default=None)


def _runs(side: By) -> tuple[ColumnElement[bool], ...]:
    return Clock.ended_on.is_(None), Clock.paused_on.is_(None), Clock.side == side


def _remind(clock_id: int) -> bool:
    with transaction() as session:
        one = session.get_one(Clock, clock_id, with_for_update=True, populate_existing=True)
        reached = threshold(one.started_on, one.due_on, deadlines.days_off(session, one.started_on))
        if reached is None or not one.runs or (one.reminded is not None and one.reminded <= reached):
            return False
        one.reminded = reached
        _write(session, session.get_one(Case, one.case_id), one, Actor.calendar())
    return True


def _write(session: Session, case: Case, one: Clock, actor: Actor) -> None:
    left = deadlines.working_days_left(one.due_on, deadlines.days_off(session, clock.today()))
    name = session.scalar(select(Term.name).where(Term.code == one.term)) or ""
    entry = journal.record(session, actor, REMIND, case=case, data={"left": left, "term": name})
    case_letters.send(session, "term_near", case, entry)


def _propose(case_id: int) -> bool:
    with transaction() as session:
        case = session.get_one(Case, case_id)
        moves.lock(session, case)
        lapse = WORKFLOWS[case.kind].lapse
        over = [one for one in case.clocks if one.runs and not one.is_ours and one.due_on < clock.today()]
        if lapse is None or not over or any(one.code == lapse and one.runs for one in case.clocks):
            return False
        deadlines.turn(session, case, (lapse,))
        deadlines.settle(case)
        journal.record(session, Actor.calendar(), "propose_cancel", case=case)
    return True
