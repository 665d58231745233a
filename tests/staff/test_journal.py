"""«Журнал»: found by person, record and day; ways there from the cards."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from admin.words import worded
from portal import clock, journal
from portal.extensions import db
from portal.journal import Actor
from portal.models import Staff, Street, Subscriber
from portal.transactions import transaction
from tests.support import people

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor


def written(author: Subscriber | Staff, event: str, subject: str = "streets:1", days: int = 0) -> None:
    with clock.shifted(timedelta(days=days)), transaction() as session:
        journal.record(session, Actor.of(author), event, subject=subject)


@pytest.fixture
def past(app: Flask) -> dict[str, int]:
    """Entries of two clerks and a subscriber about two streets, not in the order of their days; gives the ids."""
    with app.app_context():
        one, other, author = people.staff(), people.staff(), people.subscriber()
        written(one, "streets.edit", "streets:1")
        written(one, "streets.delete", "streets:2", days=-40)
        written(other, "streets.create", "streets:1", days=-10)
        written(author, "profile.save", f"subscribers:{author.id}", days=-5)
        people.appeal(author, "Мигает свет")
        return {"one": one.id, "other": other.id, "author": author.id}


def told(page: Page) -> list[tuple[str, str, str]]:
    return [(row[1], row[2], row[3]) for row in page.table()[1:]] if "<table" in page.text else []


def day(app: Flask, days: int) -> str:
    with app.app_context():
        return (clock.today() + timedelta(days=days)).isoformat()


def test_entries_of_a_clerk_are_found_and_newest_stand_first(admin: Visitor, past: dict[str, int]) -> None:
    page = admin.open(f"/admin/journal/?staff_id={past['one']}")
    assert [row[1:] for row in told(page)] == [("Изменить", "Улицы, № 1"), ("Удалить", "Улицы, № 2")]
    about = [row[1] for row in told(admin.open("/admin/journal/")) if "Улицы" in row[2] or row[1] == "Изменить данные"]
    assert about == ["Изменить", "Изменить данные", "Добавить", "Удалить"]


def test_a_record_and_a_subscriber_lead_to_all_about_them(
    admin: Visitor, clerk: Visitor, past: dict[str, int], app: Flask
) -> None:
    page = admin.open("/admin/streets/edit/?id=1")
    page = admin.open(page.link("История в журнале"))
    assert [row[1] for row in told(page)] == ["Изменить", "Добавить"]
    assert "Только: Улицы, № 1" in page.words()
    card = admin.open(f"/admin/subscribers/{past['author']}")
    done = [row[1] for row in told(admin.open(card.link("Что делал абонент")))]
    assert {"Изменить данные", "Подать"} <= set(done)
    about = [row[1] for row in told(admin.open(card.link("Всё о кабинете в журнале")))]
    assert "Изменить данные" in about
    assert "Подать" not in about
    assert "журнале" not in clerk.open(f"/admin/subscribers/{past['author']}").words()
    card = admin.open(f"/admin/colleagues/{past['other']}")
    assert [row[1] for row in told(admin.open(card.link("Что делал сотрудник")))] == ["Добавить"]


def test_words_find_people_and_what_was_done_to(admin: Visitor, past: dict[str, int], app: Flask) -> None:
    with app.app_context():
        name = db.session.get_one(Subscriber, past["author"]).name.split()[0]
    found = told(admin.open(f"/admin/journal/?words={name}"))
    assert {row[1] for row in found} >= {"Изменить данные", "Подать"}
    assert all("Улицы" not in row[2] for row in found)
    assert not told(admin.open("/admin/journal/?words=никтотакой"))
    filed = told(admin.open("/admin/journal/?words=1"))
    assert ("Подать", "Обращение № 1") in [row[1:] for row in filed]


def test_days_bound_the_list_both_ends_included(admin: Visitor, past: dict[str, int], app: Flask) -> None:
    period = f"since={day(app, -40)}&till={day(app, -10)}&staff_id="
    assert [row[1] for row in told(admin.open(f"/admin/journal/?{period}"))] == ["Добавить", "Удалить"]
    assert [row[1] for row in told(admin.open(f"/admin/journal/?till={day(app, -11)}"))] == ["Удалить"]
    page = admin.open(f"/admin/journal/?since={day(app, -10)}&staff_id={past['other']}")
    assert [row[1] for row in told(page)] == ["Добавить"]
    page = admin.press(page, "Показать", {"С даты": day(app, -9)})
    assert not told(page)


def test_a_filter_that_is_not_right_says_so_and_hides_nothing(admin: Visitor, past: dict[str, int]) -> None:
    page = admin.press(admin.open("/admin/journal/"), "Показать", {"С даты": "31.02.2026"}, status=422)
    assert "31.02.2026 нет в календаре" in page.errors()["С даты"]
    assert page.form("Показать").typed("С даты") == "31.02.2026"
    assert len(told(page)) > 3
    for query in (
        "staff_id=9999999999999999999999",
        "staff_id=x",
        "words=%00",
        "subscriber_id=-1",
        "subject=%00",
        "till=1",
    ):
        assert admin.client.get(f"/admin/journal/?{query}").status_code in {200, 422}, query


def test_filters_stay_while_one_leafs_through(admin: Visitor, past: dict[str, int], app: Flask) -> None:
    with app.app_context():
        one = db.session.get_one(Staff, past["one"])
        for _ in range(25):
            written(one, "streets.edit", "streets:3")
    page = admin.open(f"/admin/journal/?staff_id={past['one']}&subject=streets:3")
    following = admin.open(page.link("Дальше"))
    assert len(told(following)) == 5
    assert {row[2] for row in told(following)} == {"Улицы, № 3"}


def test_an_entry_leads_to_the_card_of_what_it_is_about(admin: Visitor, past: dict[str, int], app: Flask) -> None:
    with app.app_context():
        display = db.session.get_one(Street, 1).display
    page = admin.open("/admin/journal/?subject=streets:1")
    assert admin.open(page.link("Улицы, № 1")).heading() == display
    page = admin.open(f"/admin/journal/?subject=subscribers:{past['author']}")
    assert "Номер" not in admin.open(page.link(f"Абонент, № {past['author']}")).heading()


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "query",
    [
        "",
        "staff_id=1",
        "subscriber_id=1",
        "since=2026-01-10&till=2026-01-11",
        "staff_id=1&since=2026-01-10",
        "till=2025-01-01",
    ],
)
def test_each_way_walks_along_an_index_in_the_order_of_the_list(app: Flask, query: str) -> None:
    asked: list[tuple[str, object]] = []
    with app.test_request_context(f"/admin/journal/?{query}"):
        (panel,) = app.extensions["admin"]
        screen = next(view for view in panel._views if view.endpoint == "staff_journal")
        people.staff()
        event.listen(db.engine, "before_cursor_execute", lambda *about: asked.append((about[2], about[3])))
        screen.get_query().order_by(*screen.order()).limit(21).all()
        statement, given = asked[-1]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # type: ignore[arg-type]
        steps = [row.detail for row in plan]
    assert any("USING INDEX ix_journal_" in step for step in steps), steps
    assert not [step for step in steps if "B-TREE" in step], steps


def test_what_only_looks_like_a_day_is_told_as_it_was_typed() -> None:
    assert worded("2026-11-30") == "30.11.2026"
    assert worded("9999-99-99") == "9999-99-99"
    assert worded("2026-11-30T25:61+03:00") == "2026-11-30T25:61+03:00"
