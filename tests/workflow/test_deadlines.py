"""Terms: until what day somebody has to do something, with days off as the country has them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from portal import clock, deadlines
from portal.extensions import db
from portal.models import NonWorkingDay, Term
from portal.refusals import FieldRefusal
from portal.transactions import transaction
from tests.support import people, stories

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
# Exceptions as a country makes them: single days off, and a Saturday worked here and there.
exceptions = st.dictionaries(days, st.booleans(), max_size=60)


@given(start=days, amount=st.integers(0, 90), exceptions=exceptions)
def test_a_calendar_term_never_ends_on_a_day_off_and_never_early(
    start: date, amount: int, exceptions: dict[date, bool]
) -> None:
    end = deadlines.count(start, amount, "calendar", exceptions)
    nominal = start + timedelta(days=amount)
    assert deadlines.is_working(end, exceptions)
    assert end >= nominal
    between = (nominal + timedelta(days=i) for i in range((end - nominal).days))
    assert not any(deadlines.is_working(day, exceptions) for day in between)


@given(start=days, amount=st.integers(1, 60), exceptions=exceptions)
def test_a_term_in_working_days_counts_working_days_alone_from_the_next_one(
    start: date, amount: int, exceptions: dict[date, bool]
) -> None:
    end = deadlines.count(start, amount, "working", exceptions)
    passed = [start + timedelta(days=i + 1) for i in range((end - start).days)]
    assert sum(deadlines.is_working(day, exceptions) for day in passed) == amount
    assert deadlines.is_working(end, exceptions)


@given(start=days, amount=st.integers(1, 60), exceptions=exceptions)
def test_a_longer_term_never_ends_sooner(start: date, amount: int, exceptions: dict[date, bool]) -> None:
    for unit in ("calendar", "working"):
        shorter, longer = (deadlines.count(start, n, unit, exceptions) for n in (amount, amount + 1))
        assert shorter <= longer


EXAMPLES = [
    # 30 days from 2 December fall on 1 January: the first working day after the holidays of 2026 is the 12th.
    (date(2025, 12, 2), 30, "calendar", date(2026, 1, 12)),
    (date(2026, 4, 1), 30, "calendar", date(2026, 5, 4)),  # 1 May is a Friday off, then Saturday and Sunday
    (date(2026, 4, 30), 1, "working", date(2026, 5, 4)),
    (date(2026, 3, 2), 14, "calendar", date(2026, 3, 16)),
]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("start", "amount", "unit", "end"), EXAMPLES)
def test_holidays_of_the_country_move_the_last_day(start: date, amount: int, unit: str, end: date) -> None:
    with transaction() as session:
        session.execute(update(Term).where(Term.code == "appeal_answer").values(amount=amount, unit=unit))
    assert deadlines.due(db.session(), "appeal_answer", start) == end


@pytest.mark.usefixtures("inside")
def test_a_term_that_staff_changed_holds_for_what_starts_afterwards() -> None:
    with time_machine.travel("2026-03-02 12:00 +0300"):
        author = people.subscriber()
        before = people.appeal(author)
        with transaction() as session:
            session.execute(update(Term).where(Term.code == "appeal_answer").values(amount=5, unit="working"))
        after = people.appeal(author)
    assert (before.due_on, after.due_on) == (date(2026, 4, 1), date(2026, 3, 10))  # 9 March: day off after the 8th


@pytest.mark.usefixtures("inside")
def test_a_day_off_that_staff_added_is_one() -> None:
    with transaction() as session:
        session.add(NonWorkingDay(day=date(2026, 3, 16), title="День города", is_working=False))
    assert deadlines.due(db.session(), "appeal_disagreement", date(2026, 3, 2)) == date(2026, 3, 17)


@pytest.mark.usefixtures("inside")
def test_a_day_begins_at_midnight_of_the_company_and_not_of_greenwich() -> None:
    with time_machine.travel("2026-03-01 21:30 +0000"):
        assert clock.today() == date(2026, 3, 2)
        assert people.appeal(people.subscriber()).due_on == date(2026, 4, 1)


@pytest.mark.usefixtures("inside")
def test_the_end_of_the_work_stops_the_clock_and_a_disagreement_starts_it_anew() -> None:
    with time_machine.travel("2026-03-02 12:00 +0300") as now:
        author, clerk = people.subscriber(), people.staff()
        case = stories.appeal_in("answered", author, clerk)
        assert case.due_on is None
        now.move_to("2026-03-10 12:00 +0300")
        stories.make(case, "disagree", author)
        assert case.due_on == date(2026, 4, 9)
        for status in ("redirected", "withdrawn"):
            assert stories.appeal_in(status, author, clerk).due_on is None


@pytest.mark.usefixtures("inside")
def test_a_term_is_extended_by_at_most_thirty_days_and_never_shortened() -> None:
    with time_machine.travel("2026-03-02 12:00 +0300"):
        author, clerk = people.subscriber(), people.staff()
        case = stories.appeal_in("in_work", author, clerk)
    assert case.due_on == date(2026, 4, 1)
    for wrong in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 5)):
        with pytest.raises(FieldRefusal, match=r"Введите дату позже 01\.04\.2026 и не позже 04\.05\.2026") as refusal:
            stories.make(case, "extend", clerk, until=wrong)
        assert refusal.value.field == "until"
        assert case.due_on == date(2026, 4, 1)
    stories.make(case, "extend", clerk, until=date(2026, 5, 4))
    assert case.due_on == date(2026, 5, 4)
