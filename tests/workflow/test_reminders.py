"""What the calendar does by itself: reminders 10, 5, 2 and 1 working days before, each once, and proposals to cancel."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal import clock, outbox
from portal.extensions import db
from portal.models import Letter
from portal.services import reminders
from tests.support import people, stories

pytestmark = pytest.mark.usefixtures("inside")
START = "2026-03-02 12:00 +0300"  # twenty working days later it is 31 March: 9 March is a day off
LAST = date(2026, 3, 31)


def subjects() -> list[str]:
    return list(db.session.scalars(select(Letter.subject).where(Letter.name == "term_near").order_by(Letter.id)))


def test_an_applicant_is_reminded_four_times_and_never_twice_of_the_same() -> None:
    with time_machine.travel(START, tick=False) as now:
        case = stories.connection_in("documents_missing", people.subscriber(), people.staff("engineer"))
        assert case.due_on == LAST
        sent = {}
        for _ in range(32):
            count = reminders.remind() + reminders.remind()
            if count:
                sent[clock.today().isoformat()] = count
            now.shift(timedelta(days=1))
        assert sent == {"2026-03-17": 1, "2026-03-24": 1, "2026-03-27": 1, "2026-03-30": 1}
        assert [subject.split(": ")[1] for subject in subjects()] == [
            "осталось 10 рабочих дней", "осталось 5 рабочих дней", "осталось 2 рабочих дня", "осталось 1 рабочий день",
        ]  # fmt: skip


def test_after_days_off_line_only_the_nearest_reminder_is_made_up_for() -> None:
    with time_machine.travel(START, tick=False) as now:
        stories.connection_in("documents_missing", people.subscriber(), people.staff("engineer"))
        now.move_to("2026-03-31 09:00 +0300")
        assert reminders.remind() == 1
        assert subjects() == ["Заявка № 1: сегодня последний день"]
        assert reminders.remind() == 0


def test_a_short_term_is_not_reminded_of_on_its_first_day() -> None:
    with time_machine.travel(START, tick=False) as now:
        stories.connection_in("terms_issued", people.subscriber(), people.staff("engineer"))
        assert reminders.remind() == 0
        now.move_to("2026-03-05 09:00 +0300")  # of five working days two are left: 6 and 10 March
        assert reminders.remind() == 1


def test_nobody_is_reminded_of_what_is_done_or_paused() -> None:
    with time_machine.travel(START, tick=False) as now:
        author, engineer = people.subscriber(), people.staff("engineer")
        case = stories.connection_in("documents_missing", author, engineer)
        stories.make(case, "withdraw", author)
        stories.connection_in("checking", author, engineer)
        now.move_to("2026-03-30 09:00 +0300")
        assert (reminders.remind(), reminders.propose()) == (0, 0)


def test_a_term_that_passed_makes_a_proposal_and_a_person_decides() -> None:
    with time_machine.travel(START, tick=False) as now:
        author, engineer = people.subscriber(), people.staff("engineer")
        case = stories.connection_in("documents_missing", author, engineer)
        now.move_to("2026-03-31 23:00 +0300")
        assert reminders.propose() == 0
        now.move_to("2026-04-01 00:30 +0300")
        assert (reminders.propose(), reminders.propose()) == (1, 0)
        assert case.status == "documents_missing"
        running = {one.code: one.due_on for one in case.clocks if one.runs}
        assert running == {"missing_supply": LAST, "annul_notice": date(2026, 4, 6)}
        assert case.entries[-1].event == "propose_cancel"
        stories.make(case, "add_documents", author)
        stories.make(case, "complete_documents", author)  # late, but before anybody cancelled
        assert "annul_notice" not in {one.code for one in case.clocks if one.runs}


def test_reminders_reach_the_mailbox_through_the_day_s_command(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as now:
        stories.connection_in("documents_missing", people.subscriber(), people.staff("engineer"))
        now.move_to("2026-03-30 09:00 +0300")
        said = app.test_cli_runner().invoke(args=["daily"])
        assert said.output == "reminders: 1\n"
        outbox.deliver()
        letter = db.session.scalars(select(Letter).where(Letter.name == "term_near")).one()
        assert "Прислать недостающие документы: последний день 31.03.2026" in letter.text
