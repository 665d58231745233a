"""The table of an extra service: every pair of status and move, and the day before the visit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import clock, moves
from portal.extensions import db
from portal.models import Letter
from portal.refusals import FieldRefusal, Refusal
from portal.services import extra_services
from portal.workflow import SERVICE, By, Move
from tests.support import people, stories

pytestmark = pytest.mark.usefixtures("inside")

BY_STAFF = {"ask", "offer", "appoint", "refuse"}
ALLOWED = {
    "registered": {"take", "withdraw"} | BY_STAFF,
    "checking": {"withdraw"} | BY_STAFF,
    "clarification": {"clarify", "withdraw", "offer", "appoint", "refuse"},
    "agreeing": {"agree_to_pay", "ask_other_day", "withdraw", "appoint", "refuse"},
    "unpaid": {"mark_paid", "withdraw", "refuse"},
    "visit": {"reschedule", "do", "ask_other_day", "call_off", "refuse"},
    "worked": {"close"},
    "closed": set(),
    "refused": set(),
    "withdrawn": set(),
}


def who(move: Move, author: object, clerk: object) -> object:
    return clerk if move.by is By.staff else author


def near() -> list[str]:
    return list(db.session.scalars(select(Letter.subject).where(Letter.name == "service_visit_near")))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("status", list(ALLOWED))
def test_each_status_allows_its_moves_and_refuses_all_others(status: str) -> None:
    author, clerk = people.subscriber(), people.staff()
    for move in SERVICE.moves:
        case = stories.service_in(status, author, clerk)
        assert {one.code for by in By for one in moves.offered(case, by)} == ALLOWED[status]
        if move.code in ALLOWED[status]:
            before = select(Letter.id).where(Letter.case_id == case.id)
            count = len(db.session.scalars(before).all())
            stories.make(case, move.code, who(move, author, clerk))
            assert case.status == (move.target or status)
            promised = [name for name in (move.letter, move.tells) if name]
            assert len(db.session.scalars(before).all()) == count + len(promised), move.code
        else:
            with pytest.raises(Refusal):
                stories.make(case, move.code, who(move, author, clerk))
            assert case.status == status


def test_what_costs_nothing_is_agreed_to_without_paying() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.service_in("checking", author, clerk)
    stories.make(case, "offer", clerk, cost=None)
    with pytest.raises(Refusal):
        stories.make(case, "agree_to_pay", author)
    stories.make(case, "agree", author)
    assert (case.status, case.due_on) == ("visit", None)


def test_a_visit_is_never_in_the_past_and_needs_its_window_and_phone() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.service_in("checking", author, clerk)
    for name, value in (("visit_on", clock.today() - timedelta(days=1)), ("visit_window", None), ("crew_phone", None)):
        with pytest.raises(FieldRefusal) as refused:
            stories.make(case, "appoint", clerk, **{name: value})
        assert refused.value.field == name


def test_the_day_before_the_visit_brings_one_letter_and_a_new_day_another() -> None:
    with time_machine.travel("2026-03-02 12:00 +0300", tick=False) as now:
        author, clerk = people.subscriber(), people.staff()
        case = stories.service_in("checking", author, clerk)
        stories.make(case, "appoint", clerk, visit_on=date(2026, 3, 6))
        assert extra_services.remind_of_visits() == 0
        now.move_to("2026-03-05 08:00 +0300")
        assert (extra_services.remind_of_visits(), extra_services.remind_of_visits()) == (1, 0)
        stories.make(case, "reschedule", clerk, visit_on=date(2026, 3, 11))
        assert extra_services.remind_of_visits() == 0
        now.move_to("2026-03-10 08:00 +0300")
        assert extra_services.remind_of_visits() == 1
        assert len(near()) == 2
        stories.make(case, "do", clerk)
        assert extra_services.remind_of_visits() == 0


def test_appeals_and_services_share_one_journal() -> None:
    author = people.subscriber()
    numbers = [people.appeal(author).number, people.extra_service(author).number, people.appeal(author).number]
    assert numbers == [1, 2, 3]


def test_the_crew_is_warned_when_nobody_waits_for_it_any_more() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.service_in("visit", author, clerk)
    stories.make(case, "call_off", author)
    told = select(Letter.subject).where(Letter.name == "service_called_off", Letter.recipient == clerk.email)
    assert list(db.session.scalars(told)) == ["Заявка на услугу № 1: заявитель отказался от выезда"]


def test_the_act_bears_its_number_and_day_and_the_owner_hears_what_the_meter_showed() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.service_in("visit", author, clerk)
    day = clock.today()
    stories.make(case, "do", clerk, meter_reading=0)
    act = case.documents[-1]
    assert (act.title, act.number, act.dated) == ("Акт", "А-5", day)
    assert case.work == (("Акт", f"№ А-5 от {day:%d.%m.%Y}"), ("Показания счётчика", "0 кВт·ч"))
    letter = db.session.scalars(select(Letter).where(Letter.name == "service_done")).one()
    assert "0 кВт·ч" in letter.text
