"""Looking up by house, subscriptions, letters each once, and what staff write down."""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select

from forms.choices import OutageKind
from portal import clock
from portal.extensions import db
from portal.models import JournalEntry, Letter, Outage, OutageAddress, OutageNotice, Street
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.services import outage_desk, outage_notices, outages
from portal.transactions import transaction
from tests.support import people, power

if TYPE_CHECKING:
    from sqlalchemy import Select

    from portal.models import Subscriber

pytestmark = pytest.mark.usefixtures("inside")
SUMMER = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


def street(number: int = 0) -> int:
    return db.session.scalars(select(Street.id).where(Street.type == "ул.").order_by(Street.id)).all()[number]


def found(street_id: int, house: str) -> bool:
    return bool(outages.at(street_id, house, *SUMMER))


def letters_of(who: Subscriber) -> list[str]:
    return list(
        db.session.scalars(
            select(Letter.name).where(Letter.subscriber_id == who.id, Letter.name.like("outage%")).order_by(Letter.id)
        )
    )


def spread_all() -> None:
    while outage_notices.spread():
        pass


def subscribed(street_id: int, house: str = "12") -> Subscriber:
    who = people.subscriber()
    outages.subscribe(who, street_id, house)
    return who


def test_an_outage_is_found_by_the_houses_it_touches() -> None:
    here, there = street(0), street(1)
    power.published(here, "1–25 (нечёт.), 30, 32/1, 40а")
    assert [found(here, house) for house in ("7", "7б", "25", "30", "32/1", "40А")] == [True] * 6
    assert [found(here, house) for house in ("8", "27", "30а", "32", "40", "без номера")] == [False] * 6
    assert not found(there, "7")
    power.published(there)
    assert found(there, "7")
    assert found(there, "без номера"), "the whole street is without power"


def test_drafts_and_cancelled_ones_are_not_shown() -> None:
    here = street()
    street_row = db.session.get_one(Street, here)
    draft = power.draft(f"ул. {street_row.name} (полностью)")
    assert not found(here, "1")
    outage_desk.publish(draft.id, people.actor())
    assert found(here, "1")
    outage_desk.cancel(draft.id, "работы перенесли", people.actor())
    assert not found(here, "1")


def test_time_across_midnight_belongs_to_both_days_and_overlaps_count_once() -> None:
    here = street()
    night = {"begins_at": datetime(2026, 3, 28, 23, 0), "ends_at": datetime(2026, 3, 29, 5, 0)}  # noqa: DTZ001 - wall clock
    made = power.published(here, **night)
    power.published(here, begins_at=datetime(2026, 3, 29, 4, 0), ends_at=datetime(2026, 3, 29, 6, 0))  # noqa: DTZ001
    assert made.begins_at == datetime(2026, 3, 28, 20, 0, tzinfo=UTC), "Moscow has no summer time"
    assert outages.within(made, date(2026, 3, 28)) == (23, 24)
    assert outages.within(made, date(2026, 3, 29)) == (0, 5)
    both = outages.between(here, "1", date(2026, 3, 28), date(2026, 3, 29))
    assert len(both) == 2
    assert outages.time_without(both, date(2026, 3, 28), date(2026, 3, 29)) == timedelta(hours=7)
    assert outages.time_without(both, date(2026, 3, 29), date(2026, 3, 29)) == timedelta(hours=6)
    assert outages.between(here, "1", date(2026, 3, 30), date(2026, 3, 30)) == []


def test_the_nearest_outage_of_ones_addresses_is_for_the_home_page() -> None:
    here, there = street(0), street(1)
    who = people.subscriber(street_id=here, house="12 к. 1")
    assert outages.upcoming(who) == []
    outages.subscribe(who, there, "5")
    power.published(there, begins_at=power.wall(3), ends_at=power.wall(3, 17))
    nearest = power.published(here, "12 к. 1", begins_at=power.wall(2), ends_at=power.wall(2, 17))
    power.published(here, "14")
    first = next(iter(outages.upcoming(who)), None)
    assert first is not None
    assert first.id == nearest.id
    assert [len(day.outages) for day in outages.strip(outages.upcoming(who))] == [0, 0, 1, 1, *[0] * 10]


def test_each_version_is_told_once_to_those_it_touches() -> None:
    here = street()
    mine, other = subscribed(here, "12"), subscribed(here, "13")
    outages.subscribe(mine, here, "14")
    made = power.published(here, "12, 14")
    spread_all()
    spread_all()
    assert letters_of(mine) == ["outage_published"]
    assert letters_of(other) == []
    outage_desk.save(power.said(made.text, ends_at=power.wall(hour=19)), people.actor(), made.id)
    outage_desk.save(power.said(made.text, ends_at=power.wall(hour=19)), people.actor(), made.id)
    spread_all()
    assert letters_of(mine) == ["outage_published", "outage_moved"], "saving what is there already tells nobody"
    outage_desk.cancel(made.id, "работы перенесли", people.actor())
    spread_all()
    assert letters_of(mine) == ["outage_published", "outage_moved", "outage_cancelled"]
    last = db.session.scalars(select(Letter).where(Letter.name == "outage_cancelled")).one()
    assert "Почему отменено: работы перенесли" in last.text


def test_a_change_at_the_very_end_of_a_long_list_is_told_too() -> None:
    here = street()
    come, gone = subscribed(here, "904"), subscribed(here, "902")
    long = ", ".join(str(number) for number in range(2, 400, 2))
    made = power.published(here, f"{long}, 902")
    spread_all()
    assert len(made.text) > 600
    outage_desk.save(power.said(made.text.removesuffix("902") + "904"), people.actor(), made.id)
    spread_all()
    assert letters_of(come) == ["outage_published"]
    assert letters_of(gone) == ["outage_published", "outage_cancelled"]


def test_those_who_come_or_go_with_a_new_version_hear_what_it_is_to_them() -> None:
    here = street()
    gone, come, stays = subscribed(here, "12"), subscribed(here, "20"), subscribed(here, "14")
    made = power.published(here, "12, 14")
    name = db.session.get_one(Street, here).name
    outage_desk.save(power.said(f"ул. {name}, д. 14, 20"), people.actor(), made.id)
    outage_desk.save(power.said(f"ул. {name}, д. 14, 20", ends_at=power.wall(hour=20)), people.actor(), made.id)
    spread_all()
    assert letters_of(gone) == ["outage_cancelled"]
    assert letters_of(come) == ["outage_moved"]
    assert letters_of(stays) == ["outage_moved"], "versions that followed at once are told as one"
    assert not found(here, "12")
    assert found(here, "20")


def test_nobody_is_written_to_about_what_is_over_or_whose_account_is_shut() -> None:
    here = street()
    who, blocked = subscribed(here), subscribed(here)
    with transaction():
        blocked.blocked_at = clock.now()
    power.published(here, begins_at=power.wall(-2), ends_at=power.wall(-2, 17))
    spread_all()
    assert letters_of(who) == []
    power.published(here)
    spread_all()
    assert (letters_of(who), letters_of(blocked)) == (["outage_published"], [])


def test_a_lot_that_breaks_off_is_written_again_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    here = street()
    readers = [subscribed(here) for _ in range(5)]
    monkeypatch.setattr(outage_notices, "LOT", 2)
    power.published(here)
    write, calls = outage_notices.outage_letters.announce, []

    def dies(*args: object) -> Letter:
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(outage_notices.outage_letters, "announce", dies)
    assert outage_notices.spread() == 2
    with pytest.raises(KeyboardInterrupt):
        outage_notices.spread()
    assert sum(len(letters_of(reader)) for reader in readers) == 2, "the second lot is not half there"
    spread_all()
    assert [letters_of(reader) for reader in readers] == [["outage_published"]] * 5


def test_publishing_writes_no_letter_by_itself_however_many_read_it() -> None:
    here = street()
    subscribed(here)
    power.published(here)
    assert db.session.scalar(select(func.count()).select_from(Letter).where(Letter.name == "outage_published")) == 0
    assert db.session.scalars(select(OutageNotice.done_at)).all() == [None]


def test_a_subscription_is_ones_own_and_made_once() -> None:
    who, stranger = people.subscriber(), people.subscriber()
    for house in ("12 к. 1", "12 корпус 1"):
        outages.subscribe(who, street(), house)
    (mine,) = outages.subscriptions(who)
    assert mine.house == "12 к. 1"
    for act in (outages.unsubscribe, lambda one, key: outages.set_feed(one, key, on=True)):
        with pytest.raises(NotYours):
            act(stranger, mine.id)
    with pytest.raises(FieldRefusal):
        outages.subscribe(who, street(), "без номера")
    outages.unsubscribe(who, mine.id)
    assert outages.subscriptions(who) == []


def test_there_is_an_end_to_subscribing() -> None:
    who = people.subscriber()
    for house in range(1, outages.MOST_SUBSCRIPTIONS + 1):
        outages.subscribe(who, street(), str(house))
    with pytest.raises(Refusal, match="не больше чем на 20"):
        outages.subscribe(who, street(), "99")


def test_a_calendar_opens_by_its_own_address_alone() -> None:
    who, stranger = people.subscriber(), people.subscriber()
    outages.subscribe(who, street(), "12")
    (mine,) = outages.subscriptions(who)
    outages.set_feed(who, mine.id, on=True)
    token = outages.feed_token(mine)
    assert b"BEGIN:VCALENDAR" in outages.feed(token, None)
    assert b"BEGIN:VCALENDAR" in outages.feed(token, who)
    for wrong in (token[:-1], token.partition(".")[0], f"{mine.feed}", "", "é", f"x{token}"):
        with pytest.raises(NotYours):
            outages.feed(wrong, None)
    with pytest.raises(NotYours):
        outages.feed(token, stranger)
    outages.set_feed(who, mine.id, on=True)
    with pytest.raises(NotYours):
        outages.feed(token, None)


def test_what_was_not_matched_is_kept_with_the_outage() -> None:
    name = db.session.get_one(Street, street()).name
    made = power.draft(f"ул. {name}, 5; ул. Небывалая, 7; с. Дальнее; работы бригады")
    assert made.unread == {"places": ["ул. Небывалая, д. 7", "с. Дальнее (полностью)"], "pieces": ["работы бригады"]}
    assert [row.values for row in made.addresses] == [(street(), 5, 5, 0, "")]


def test_nothing_is_published_without_a_known_street_or_twice() -> None:
    strange = power.draft("ул. Небывалая, 7")
    with pytest.raises(Refusal, match="Не нашли в справочнике"):
        outage_desk.publish(strange.id, people.actor())
    made = power.published(street())
    with pytest.raises(Refusal, match="другой сотрудник"):
        outage_desk.publish(made.id, people.actor())
    with pytest.raises(Refusal):
        outage_desk.drop(made.id, people.actor())
    with pytest.raises(FieldRefusal):
        outage_desk.save(power.said("ул. Небывалая, 7"), people.actor(), made.id)
    assert found(street(), "7"), "what was published stays as it was"


def test_a_form_sent_twice_makes_one_outage_and_every_change_is_in_the_journal() -> None:
    name = db.session.get_one(Street, street()).name
    said = power.said(f"ул. {name}, 5")
    first = outage_desk.save(said, people.actor())
    assert outage_desk.save(said, people.actor()).id == first.id
    outage_desk.publish(first.id, people.actor())
    outage_desk.save(power.said(said.text, kind=OutageKind.emergency), people.actor(), first.id)
    outage_desk.cancel(first.id, "починили", people.actor())
    events = db.session.scalars(
        select(JournalEntry.event).where(JournalEntry.subject == f"outages:{first.id}").order_by(JournalEntry.id)
    )
    assert list(events) == ["outages.create", "outages.publish", "outages.edit", "outages.cancel"]


def test_a_list_comes_in_once_and_is_published_as_far_as_it_is_understood() -> None:
    name = db.session.get_one(Street, street()).name
    rows = [power.said(f"ул. {name}, 5"), power.said("ул. Небывалая, 7"), power.said(f"ул. {name}, 9")]
    batch = people.token()
    assert outage_desk.take_in(rows, batch, people.actor()) == 3
    assert outage_desk.take_in(rows, batch, people.actor()) == 3
    assert db.session.scalar(select(func.count()).select_from(Outage)) == 3
    assert outage_desk.publish_batch(batch, people.actor()) == 2
    assert outage_desk.drop_batch(batch, people.actor()) == 1
    assert db.session.scalar(select(func.count()).select_from(Outage)) == 2


def test_a_house_is_found_among_many_rows_in_time() -> None:
    """The whole of a large city's archive: 200,000 rows of 2,000 streets."""
    dice = random.Random(7)
    now = clock.now()
    with transaction() as session:
        fresh = [
            {"name": f"Пробная {n}", "type": "ул.", "display": f"Пробная {n} ул.", "district": "", "is_active": True}
            for n in range(1000)
        ]
        session.execute(insert(Street), fresh)
        keys = session.scalars(select(Street.id)).all()
        kinds = [
            {"kind": "planned", "state": "published", "begins_at": now + timedelta(hours=n), "ends_at": now + timedelta(hours=n + 8),
             "text": "", "unread": {}, "version": 1, "changed_at": now} for n in range(-10_000, 10_000)
        ]  # fmt: skip
        session.execute(insert(Outage), kinds)
        ids = session.scalars(select(Outage.id)).all()
        rows = []
        for number in range(200_000):
            first = dice.randint(1, 200)
            rows.append(
                {
                    "outage_id": ids[number % len(ids)],
                    "street_id": dice.choice(keys),
                    "first": first,
                    "last": first + dice.randint(0, 40),
                    "parity": dice.randint(0, 2),
                    "since": 1,
                }
            )
        session.execute(insert(OutageAddress), rows)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    week = (now, now + timedelta(days=30))
    outages.at(keys[0], "7", *week)
    times = []
    for key in dice.sample(list(keys), 40):
        asked = outages._known(outages._house(key, outages.House(77)), *week).order_by(Outage.begins_at.desc())
        begun = time.perf_counter()
        db.session.execute(asked).all()
        times.append(time.perf_counter() - begun)
    # Streets are alike, so the quickest says what the database needs; the others waited for the rest of the machine.
    assert min(times) < 0.005, f"the quickest took {min(times) * 1000:.2f} ms"
    assert "ix_outage_addresses_street_id_last_first" in plan_of(asked), (
        "found along the street, however busy the machine"
    )
    assert len(keys) > 2000


def plan_of(asked: Select[Outage]) -> str:
    """How the database would go about a statement."""
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    made = asked.compile(db.engine, compile_kwargs={"render_postcompile": True})
    values = (
        made.construct_params() if not made.positional else tuple(made.params[name] for name in made.positiontup or ())
    )
    return "\n".join(str(row) for row in db.session.connection().exec_driver_sql(f"{explain} {made}", values))
