"""Letters that remind of readings: to whom, when, and only once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select, update

from portal import letters, reading_days
from portal.extensions import db
from portal.models import Letter, ReadingReminder, ReminderRound, Subscriber
from portal.services import meters, reading_reminders, readings
from portal.transactions import transaction
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture(autouse=True)
def _in_the_days() -> Iterator[None]:
    with time_machine.travel("2026-11-23 09:00 +0300", tick=True):
        yield


def somebody() -> Subscriber:
    """Somebody with a meter that has no reading."""
    owner = people.subscriber()
    people.meter(owner)
    return owner


def a_round() -> int:
    """Go on until the round is over."""
    total = 0
    while written := reading_reminders.remind():
        total += written
    return total


def reminded() -> set[int]:
    return set(db.session.scalars(select(ReadingReminder.subscriber_id)))


def test_who_has_a_meter_without_a_reading_is_reminded_and_nobody_else() -> None:
    waits, given, retired, refused, blocked = (somebody() for _ in range(5))
    people.subscriber()
    people.reading(people.meter(given))
    for meter in meters.page_of(given, "missing", "", 1)[0].items:
        people.reading(meter)
    meters.retire(meters.page_of(retired, "all", "", 1)[0].items[0], retired)
    reading_reminders.set_for(refused, wanted=False)
    with transaction() as session:
        session.execute(update(Subscriber).where(Subscriber.id == blocked.id).values(blocked_at=waits.created_at))
    assert a_round() == 1
    assert reminded() == {waits.id}
    letter = db.session.scalars(select(Letter).where(Letter.name == "readings_due")).one()
    assert letter.subject == "Передайте показания за ноябрь до 25 ноября"
    assert "с 23 по 25 ноября" in letter.text
    assert letters.public_link("meters.index") in letter.text


def test_each_is_reminded_once_a_month_however_often_rounds_run() -> None:
    for _ in range(45):
        somebody()
    assert a_round() == 45
    assert a_round() == 0
    with time_machine.travel("2026-11-24 09:00 +0300"):
        late = somebody()
        assert a_round() == 1
        assert late.id in reminded()
    with time_machine.travel("2026-12-23 09:00 +0300"):
        assert a_round() == 46
    count = select(func.count()).select_from(Letter).where(Letter.name == "readings_due")
    assert db.session.scalar(count) == 92


@pytest.mark.parametrize("day", ["22", "26", "27"])
def test_outside_the_days_nobody_is_reminded(day: str) -> None:
    somebody()
    with time_machine.travel(f"2026-11-{day} 09:00 +0300"):
        assert a_round() == 0


def test_days_when_nothing_ran_are_caught_up_with() -> None:
    somebody()
    with time_machine.travel("2026-11-25 23:00 +0300"):
        assert a_round() == 1


def test_a_round_that_is_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(50):
        somebody()
    assert reading_reminders.remind() == reading_reminders.BATCH
    told = letters.tell
    left = iter(range(7))

    def die(*args: object, **kwargs: object) -> Letter:
        next(left, None) if next(left, None) is not None else exec("raise SystemExit")  # noqa: S102 - dies on the way
        return told(*args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(letters, "tell", die)
        with pytest.raises(SystemExit):
            reading_reminders.remind()
    assert len(reminded()) == reading_reminders.BATCH
    assert a_round() == 50 - reading_reminders.BATCH
    assert len(reminded()) == 50


def test_a_finished_round_costs_one_look_at_one_row() -> None:
    somebody()
    a_round()
    day = db.session.get(ReminderRound, reading_days.window().today)
    assert day is not None
    assert day.finished_at is not None


def test_rounds_at_once_write_each_letter_once(app: Flask) -> None:
    for _ in range(60):
        somebody()
    db.session.commit()
    together = threading.Barrier(3)

    def work(_: int) -> int:
        with app.app_context():
            together.wait()
            return sum(reading_reminders.remind() for _ in range(6))

    with ThreadPoolExecutor(3) as pool:
        written = sum(pool.map(work, range(3)))
    assert written + a_round() == 60
    count = select(func.count()).select_from(Letter).where(Letter.name == "readings_due")
    assert db.session.scalar(count) == 60


def test_a_reading_of_this_month_ends_the_wait() -> None:
    owner = somebody()
    meter = meters.page_of(owner, "missing", "", 1)[0].items[0]
    reading = people.reading(meter)
    assert readings.history_of(meter)[0].reading == reading
    assert a_round() == 0
