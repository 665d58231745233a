"""Figures of how the work goes, each counted by the database: what is open, what is late, who has how much to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, func, or_, select

from forms.readings import later
from portal import clock, reading_days, stages
from portal.extensions import db
from portal.models import Case, Clock, Letter, LetterState, Reading, Staff
from portal.models.cases import FINISHED, NEVER
from portal.workflow import WORKFLOWS, By, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from portal.stages import Length

ONE_HOUR, ONE_DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Open cases whose last day is `first` to `last` days from today; None has no end, `never` are without a day."""

    code: str
    label: str
    first: int | None = None
    last: int | None = None
    never: bool = False

    def where(self) -> ColumnElement[bool]:
        """Select them."""
        if self.never:
            return Case.stands_on == NEVER
        today = clock.today()
        first = [] if self.first is None else [Case.stands_on >= today + timedelta(days=self.first)]
        last = Case.stands_on < NEVER if self.last is None else Case.stands_on <= today + timedelta(days=self.last)
        return and_(*first, last)

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.last is not None and self.last < 0


SPANS = (
    Span("long_over", "Просрочено больше 10 дней", None, -11),
    Span("over", "Просрочено до 10 дней", -10, -1),
    Span("today", "Сегодня", 0, 0),
    Span("soon", "1–2 дня", 1, 2),
    Span("week", "3–7 дней", 3, 7),
    Span("month", "8–30 дней", 8, 30),
    Span("later", "Больше 30 дней", 31),
    Span("never", "Без срока", never=True),
)


@dataclass(frozen=True)
class Count:
    """How many open cases of a kind are in a status or a span, by its code."""

    kind: str
    code: str
    count: int


@dataclass(frozen=True)
class Overdue:
    """How many open cases of a kind have let a term of that side pass, and how many days ago the first one did."""

    kind: str
    side: By
    count: int
    days: int


@dataclass(frozen=True)
class Load:
    """The open cases of a clerk, of nobody where `name` is None: who is waited for, and what of ours is late."""

    name: str | None
    ours: int
    yours: int
    late: int


@dataclass(frozen=True)
class Received:
    """Readings that counted for a month by the day they came: before the days they are expected on, on each, after."""

    window: reading_days.Window
    early: int
    by_day: tuple[int, ...]
    late: int


@dataclass(frozen=True)
class Waiting:
    """Letters that wait to be sent, by how long they have, and those that could not be delivered."""

    an_hour: int
    a_day: int
    longer: int
    failed: int


def open_by_status(kinds: Sequence[str]) -> list[Count]:
    """Count what is open by status, in the order of the workflows."""
    rows = db.session.execute(
        select(Case.kind, Case.status, func.count()).where(_is_open(kinds)).group_by(Case.kind, Case.status)
    )
    found = {(kind, status): count for kind, status, count in rows}
    known = ((kind, status) for kind in kinds for status in WORKFLOWS[kind].open_statuses)
    return [Count(*key, found.get(key, 0)) for key in known]


def open_by_days(kinds: Sequence[str]) -> list[Count]:
    """Count what is open by the days left."""
    counts = [func.count().filter(span.where()) for span in SPANS]
    rows = db.session.execute(select(Case.kind, *counts).where(_is_open(kinds)).group_by(Case.kind))
    found = {kind: counted for kind, *counted in rows}
    nothing = [0] * len(SPANS)
    return [
        Count(kind, span.code, count)
        for kind in kinds
        for span, count in zip(SPANS, found.get(kind, nothing), strict=True)
    ]


def overdue(kinds: Sequence[str]) -> list[Overdue]:
    """Count the open cases with a term that has passed, the company's and the applicant's apart."""
    runs = and_(Clock.ended_on.is_(None), Clock.paused_on.is_(None), Clock.due_on < clock.today())
    counted = select(Case.kind, Clock.side, func.count(Clock.case_id.distinct()), func.min(Clock.due_on))
    joined = counted.join_from(Clock, Case, Case.id == Clock.case_id).where(runs, _is_open(kinds))
    rows = db.session.execute(joined.group_by(Case.kind, Clock.side))
    found = {(kind, side): Overdue(kind, By(side), n, (clock.today() - day).days) for kind, side, n, day in rows}
    return [found.get((kind, side), Overdue(kind, side, 0, 0)) for kind in kinds for side in (By.staff, By.applicant)]


def lasting(kinds: Sequence[str], days: int) -> tuple[list[Length], list[Length]]:
    """Measure the statuses that were left and the terms that ended in the last so many days."""
    today = clock.today()
    period = (db.session(), kinds, today - timedelta(days=days - 1), today)
    return stages.statuses(*period), stages.clocks(*period)


def load() -> list[Load]:
    """Count what each clerk has to do, whoever has most of it first; nobody's cases come last."""
    kinds = tuple(WORKFLOWS)
    ours = _of_tones(kinds, Tone.ours)
    late = and_(ours, Case.stands_on < clock.today())
    counts = (func.count().filter(ours), func.count().filter(~ours), func.count().filter(late))
    open_cases = select(Case.responsible_id, *counts).where(_is_open(kinds)).group_by(Case.responsible_id)
    rows = db.session.execute(open_cases).all()
    keys = [row.responsible_id for row in rows if row.responsible_id is not None]
    names: dict[int | None, str] = {}
    names |= {one.id: one.short_name for one in db.session.scalars(select(Staff).where(Staff.id.in_(keys)))}
    found = [Load(names.get(key), *counted) for key, *counted in rows]
    return sorted(found, key=lambda one: (one.name is None, -one.ours, -one.yours, one.name or ""))


def readings() -> tuple[Received, Received]:
    """Count the readings of the last month whose days have begun, and of the one before."""
    window = reading_days.window()
    month = window.month if window.first <= window.today else later(window.month, -1)
    return _received(month), _received(later(month, -1))


def letters(kinds: Sequence[str]) -> Waiting:
    """Count the letters about accounts and about these kinds of cases that are not there yet."""
    waits, age = Letter.state == LetterState.waiting.value, clock.now()
    failed = Letter.state == LetterState.failed.value
    counts = (
        func.count().filter(waits, Letter.created_at > age - ONE_HOUR),
        func.count().filter(waits, Letter.created_at <= age - ONE_HOUR, Letter.created_at > age - ONE_DAY),
        func.count().filter(waits, Letter.created_at <= age - ONE_DAY),
        func.count().filter(failed),
    )
    joined = select(*counts).select_from(Letter).outerjoin(Case.__table__, Case.__table__.c.id == Letter.case_id)
    about = or_(Letter.case_id.is_(None), Case.__table__.c.kind.in_(kinds))
    return Waiting(*db.session.execute(joined.where(or_(waits, failed), about)).one())


def _is_open(kinds: Sequence[str]) -> ColumnElement[bool]:
    return and_(Case.kind.in_(kinds), Case.stands_on < FINISHED)


def _of_tones(kinds: Sequence[str], *tones: Tone) -> ColumnElement[bool]:
    """Select the cases of these kinds whose status has one of the tones."""
    codes = {kind: [one.code for one in WORKFLOWS[kind].statuses if one.tone in tones] for kind in kinds}
    return or_(false(), *(and_(Case.kind == kind, Case.status.in_(known)) for kind, known in codes.items()))


def _received(month: date) -> Received:
    window = reading_days.window(month)
    days = [window.first + timedelta(days=number) for number in range((window.grace - window.first).days + 1)]
    edges = [clock.midnight(day) for day in (*days, window.grace + ONE_DAY)]
    at = Reading.received_at
    parts = [at < edges[0], *(and_(at >= a, at < b) for a, b in pairwise(edges)), at >= edges[-1]]
    # Said so that SQLite does not go along the index of corrections: nearly every reading is none.
    month_of = and_(Reading.month == month, func.coalesce(Reading.corrects_id, 0) == 0)
    # A count for each part: a range of the index, whatever the others are.
    counts = [select(func.count()).select_from(Reading).where(month_of, part).scalar_subquery() for part in parts]
    early, *by_day, after = db.session.execute(select(*counts)).one()
    return Received(window, early, tuple(by_day), after)
