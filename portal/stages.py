"""How long the stages of cases last: by the journal, status for status, and by their clocks against the terms.

The database counts how often each pair of days occurs, so that a period with a million moves is a few thousand rows;
lengths in working days and medians, which the databases do not share, are worked out from those.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import aliased

from portal import clock, deadlines, settings
from portal.models import Case, Clock, JournalEntry, Term, TermUnit
from portal.workflow import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    Measure = Callable[[date, date, str], int]


@dataclass(frozen=True)
class Length:
    """How long something lasted that ended `count` times: `median` in working days if `is_working`, else in days.

    `code` is that of the status or the term; `late` says how many ended after their last day, where they have one.
    """

    kind: str
    code: str
    count: int
    median: float
    is_working: bool
    term: Term | None
    late: int = 0


def statuses(session: Session, kinds: Sequence[str], since: date, until: date) -> list[Length]:
    """Measure the statuses that cases left from one day to another, both included, in the order of the workflows."""
    terms = _terms(session)
    known = {(kind, one.code): terms.get(one.term) for kind in kinds for one in WORKFLOWS[kind].statuses}
    rows = session.execute(_stays(session, kinds, since, until)).all()
    measure = _measure(session, [(row.entered, row.gone) for row in rows])
    found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for row in rows:
        term = known[row.kind, row.code]
        found[row.kind, row.code][measure(row.entered, row.gone, _unit(term))] += row.times
    return [_length(*key, found[key], term) for key, term in known.items() if key in found]


def clocks(session: Session, kinds: Sequence[str], since: date, until: date) -> list[Length]:
    """Measure the terms that ended from one day to another, both included; those that stood still are left out."""
    rows = session.execute(_ended(kinds, since, until)).all()
    measure = _measure(session, [(row.started_on, row.ended_on) for row in rows])
    found: dict[str, Counter[int]] = defaultdict(Counter)
    late: Counter[str] = Counter()
    terms = _terms(session)
    for row in rows:
        found[row.term][measure(row.started_on, row.ended_on, _unit(terms.get(row.term)))] += row.times
        late[row.term] += row.late
    kind_of = {row.term: kind for kind in kinds for row in rows if row.code in WORKFLOWS[kind].clocks}
    return [_length(kind_of[code], code, found[code], terms.get(code), late[code]) for code in terms if code in found]


def _stays(session: Session, kinds: Sequence[str], since: date, until: date) -> Select[Any]:
    """Count the stays in a status by their first and last day."""
    left, came, case = aliased(JournalEntry), aliased(JournalEntry), Case.__table__.c
    entered = select(came.at).where(came.case_id == left.case_id, came.id < left.id, came.to_status.is_not(None))
    first = entered.order_by(came.id.desc()).limit(1).correlate(left).scalar_subquery()
    # Asked of each entry: a planner that began with all the cases of a kind would read the whole journal.
    kind = select(case.kind).where(case.id == left.case_id).correlate(left).scalar_subquery()
    stays = (
        select(kind.label("kind"), left.from_status.label("code"))
        .add_columns(_day(session, first).label("entered"), _day(session, left.at).label("gone"))
        .where(left.at >= clock.midnight(since), left.at < clock.midnight(until + timedelta(days=1)))
        .where(left.to_status.is_not(None), left.from_status.is_not(None))
        .cte("stays")
        .prefix_with("MATERIALIZED")
    )
    return select(*stays.c, func.count().label("times")).where(stays.c.kind.in_(kinds)).group_by(*stays.c)


def _ended(kinds: Sequence[str], since: date, until: date) -> Select[Any]:
    """Count the clocks by their first and last day."""
    codes = [code for kind in kinds for code in WORKFLOWS[kind].clocks]
    key: tuple[Any, ...] = (Clock.code, Clock.term, Clock.started_on, Clock.ended_on)
    counts = (func.count().label("times"), func.count().filter(Clock.ended_on > Clock.due_on).label("late"))
    counted = select(*key, *counts).group_by(*key)
    return counted.where(Clock.ended_on.between(since, until), Clock.paused_on.is_(None), Clock.code.in_(codes))


def _day(session: Session, moment: Any) -> ColumnElement[date]:  # noqa: ANN401
    """Say in SQL on which day of the company's a moment falls."""
    zone = settings.current().organisation.zone
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.timezone(zone.key, moment), Date)
    # SQLite knows no zones: the distance of today, which Russian ones have had for years.
    offset = clock.now().astimezone(zone).utcoffset() or timedelta()
    return func.date(moment, f"{offset.total_seconds():+.0f} seconds", type_=Date)


def _measure(session: Session, pairs: Iterable[tuple[date, date]]) -> Measure:
    """Make what measures from one day to another; working days are numbered once, whatever is asked."""
    days = [day for pair in pairs for day in pair]
    first, last = min(days, default=clock.today()), max(days, default=clock.today())
    exceptions = deadlines.days_off(session, first)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    number_of = dict(zip(span, accumulate(deadlines.is_working(day, exceptions) for day in span), strict=True))

    def measure(start: date, end: date, unit: str) -> int:
        return number_of[end] - number_of[start] if unit == TermUnit.working else (end - start).days

    return measure


def _length(kind: str, code: str, days: Counter[int], term: Term | None, late: int = 0) -> Length:
    median = float(statistics.median(days.elements()))
    return Length(kind, code, days.total(), median, _unit(term) == TermUnit.working, term, late)


def _unit(term: Term | None) -> str:
    return term.unit if term else TermUnit.working


def _terms(session: Session) -> dict[str, Term]:
    return {term.code: term for term in session.scalars(select(Term).order_by(Term.id))}
