"""What the calendar does by itself, once a day: reminders to applicants, and proposals to cancel. It never cancels."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from portal import case_letters, clock, deadlines, journal
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Clock, Term
from portal.transactions import transaction
from portal.workflow import WORKFLOWS, By

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

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
        case = session.get_one(Case, one.case_id)
        left = deadlines.working_days_left(one.due_on, deadlines.days_off(session, clock.today()))
        name = session.scalar(select(Term.name).where(Term.code == one.term)) or ""
        entry = journal.record(session, Actor.calendar(), "remind", case=case, data={"left": left, "term": name})
        case_letters.send(session, "term_near", case, entry)
    return True


def _propose(case_id: int) -> bool:
    with transaction() as session:
        # The table itself: PostgreSQL locks no row through the outer joins that the model brings along.
        session.execute(select(Case.__table__.c.id).where(Case.__table__.c.id == case_id).with_for_update())
        case = session.get_one(Case, case_id, populate_existing=True)
        session.expire(case, ["clocks"])
        lapse = WORKFLOWS[case.kind].lapse
        over = [one for one in case.clocks if one.runs and not one.is_ours and one.due_on < clock.today()]
        if lapse is None or not over or any(one.code == lapse and one.runs for one in case.clocks):
            return False
        deadlines.turn(session, case, (lapse,))
        deadlines.settle(case)
        journal.record(session, Actor.calendar(), "propose_cancel", case=case)
    return True
