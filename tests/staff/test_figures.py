"""«Показатели»: what is counted, for whom, and that each number leads to what it counts."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import select, update

from portal import clock, stages
from portal.extensions import db
from portal.models import Clock, Letter, LetterState
from portal.services import figures
from portal.settings import ROOT
from portal.transactions import transaction
from tests.support import people, stories
from tests.support.page import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from portal.models import Case, Staff
    from tests.support.page import Page
    from tests.support.visitor import Visitor

PAGE = "/admin/figures/"
VENDOR = ROOT / "portal" / "static" / "vendor"
LINE = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with time_machine.travel("2026-11-24 09:00 +0300", tick=True):
        yield


def then(*day: int, hour: int = 12) -> Any:
    """Live at noon of that day, or at another hour by the company's clock."""
    moment = clock.midnight(date(*day)) + timedelta(hours=hour)
    return clock.shifted(moment - datetime.now(UTC))


def due(case: Case, days: int) -> None:
    with transaction():
        case.due_on = case.clocks[0].due_on = clock.today() + timedelta(days=days)


@pytest.fixture
def appeals(app: Flask) -> None:
    """Appeals that have many days left, few and none, in several statuses."""
    with app.app_context():
        author, clerk = people.subscriber(), people.staff()
        for days in (-20, -3, 0, 2, 5, 20, 40):
            due(people.appeal(author), days)
        for status in ("in_work", "clarification", "answered", "withdrawn"):
            stories.appeal_in(status, author, clerk)


@pytest.fixture
def work(app: Flask, appeals: None) -> None:
    """Cases of the other kinds as well."""
    with app.app_context():
        author, clerk, engineer = people.subscriber(), people.staff(), people.staff("engineer")
        for status in ("registered", "checking", "agreeing", "worked"):
            stories.service_in(status, author, clerk)
        for status in ("registered", "checking", "documents_missing", "works", "done", "cancelled"):
            stories.connection_in(status, author, engineer)
        with transaction() as session:
            waits = Clock.code == "missing_supply"
            session.execute(update(Clock).where(waits).values(due_on=clock.today() - timedelta(days=4)))


def tables(page: Page) -> dict[str, list[list[str]]]:
    """Read every table of the page by the heading above it."""
    found = {}
    for card in page.root.iter("div"):
        if card.get("class") == "card":
            title = words(next(card.iter("h3")))
            found[title] = [[words(cell) for cell in row] for row in card.iter("tr")]
    return found


def numbers(page: Page, title: str) -> dict[str, list[str]]:
    """Read a table's rows by their names; what screen readers hear of a link is left out."""
    return {name: [cell.partition(" — ")[0] for cell in cells] for name, *cells in tables(page)[title][1:]}


def links(page: Page) -> Iterator[tuple[int, str]]:
    for table in page.root.iter("table"):
        for cell in table.iter("td"):
            yield from ((int(words(link).partition(" ")[0]), link.get("href") or "") for link in cell.iter("a"))


@pytest.mark.usefixtures("work")
def test_every_number_leads_to_as_many_rows(admin: Visitor) -> None:
    found = list(links(admin.open(PAGE)))
    assert len({href for _, href in found}) > 20
    for count, href in found:
        page = admin.open(href)
        rows = page.table()[1:] if list(page.root.iter("table")) else []
        assert len(rows) == min(count, 20), href


@pytest.mark.usefixtures("appeals")
def test_cases_stand_by_status_and_by_whose_turn_it_is(clerk: Visitor) -> None:
    found = numbers(clerk.open(PAGE), "Обращения: по статусам")
    assert found == {
        "Регистрация": ["7", ""],
        "На рассмотрении": ["1", ""],
        "Запрошены уточнения": ["", "1"],
        "Срок продлён": ["0", ""],
    }


@pytest.mark.usefixtures("appeals")
def test_cases_stand_by_the_days_left(clerk: Visitor) -> None:
    found = {name: cells[0] for name, cells in numbers(clerk.open(PAGE), "Сколько дней до срока").items()}
    assert found == {
        "Просрочено больше 10 дней": "1", "Просрочено до 10 дней": "1", "Сегодня": "1", "1–2 дня": "1",
        "3–7 дней": "1", "8–30 дней": "3", "Больше 30 дней": "1", "Без срока": "0",
    }  # fmt: skip


@pytest.mark.usefixtures("work")
def test_it_is_told_whose_term_has_passed_and_for_how_long(admin: Visitor) -> None:
    found = numbers(admin.open(PAGE), "Чей срок прошёл")
    assert found["Обращения"] == ["2", "0", "20"]
    assert found["Заявки на присоединение"] == ["0", "1", "4"]


@pytest.mark.usefixtures("work")
def test_each_role_sees_the_figures_of_what_it_may_open(clerk: Visitor, engineer: Visitor, admin: Visitor) -> None:
    shown = [set(tables(visitor.open(PAGE))) for visitor in (clerk, engineer, admin)]
    of_clerk, of_engineer, of_admin = shown
    assert {"Обращения: по статусам", "Заявки на услуги: по статусам", "Показания по дням приёма"} <= of_clerk
    assert {"Заявки на присоединение: по статусам", "Заявки на присоединение: сколько длится этап"} <= of_engineer
    assert not of_clerk & {"Заявки на присоединение: по статусам", "Открытые дела у сотрудников"}
    assert not of_engineer & {"Обращения: по статусам", "Показания по дням приёма", "Открытые дела у сотрудников"}
    assert of_admin == of_clerk | of_engineer | {"Открытые дела у сотрудников"}
    assert "Письма, которые не ушли" in of_clerk & of_engineer


@pytest.mark.usefixtures("work")
def test_administrators_see_who_has_how_much_to_do(admin: Visitor, app: Flask) -> None:
    found = numbers(admin.open(PAGE), "Открытые дела у сотрудников")
    assert list(found)[-1] == "Без ответственного"
    assert found["Без ответственного"] == ["9", "0", "2"]
    assert sorted(cells[:2] for name, cells in found.items() if name != "Без ответственного") == [
        ["1", "1"],
        ["1", "1"],
        ["1", "2"],
    ]
    with app.app_context():
        assert sum(one.ours + one.yours for one in figures.load()) == sum(
            one.count for one in figures.open_by_status(["appeal", "connection", "service"])
        )


def lived(engineer: Staff, *days: tuple[int, int, int]) -> Case:
    """File an application, begin with it and accept its documents, each on its day."""
    with then(*days[0]):
        case = people.connection(people.subscriber())
    for code, day in zip(("take", "accept_documents", "issue_terms"), days[1:], strict=False):
        with then(*day):
            stories.make(case, code, engineer)
    return case


def test_a_stage_lasts_as_many_days_as_its_term_is_counted_in(inside: Flask) -> None:
    engineer = people.staff("engineer")
    # 4 November is a day off: from the 2nd to the 5th there are two working days.
    lived(engineer, (2026, 10, 30), (2026, 11, 2), (2026, 11, 5), (2026, 11, 12))
    lived(engineer, (2026, 11, 9), (2026, 11, 9), (2026, 11, 12))
    found, _ = figures.lasting(["connection"], 90)
    assert [(one.code, one.count, one.median) for one in found] == [
        ("registered", 2, 0.5), ("checking", 2, 2.5), ("preparing", 1, 5),
    ]  # fmt: skip
    assert all(one.is_working for one in found)
    checking = found[1].term
    assert checking is not None
    assert (checking.amount, checking.unit) == (3, "working")


def test_a_day_ends_when_it_does_at_the_company(inside: Flask) -> None:
    engineer = people.staff("engineer")
    with then(2026, 11, 9, hour=23):  # 20:00 UTC
        case = people.connection(people.subscriber())
    with then(2026, 11, 10, hour=1):  # 22:00 UTC, still of the 9th
        stories.make(case, "take", engineer)
    found = stages.statuses(db.session(), ["connection"], date(2026, 11, 10), date(2026, 11, 10))
    assert [(one.code, one.median) for one in found] == [("registered", 1)]
    assert stages.statuses(db.session(), ["connection"], date(2026, 11, 9), date(2026, 11, 9)) == []


def test_only_what_ended_within_the_days_is_measured(inside: Flask) -> None:
    lived(people.staff("engineer"), (2026, 8, 3), (2026, 8, 5), (2026, 11, 20))
    for days, expected in ((30, ["checking"]), (90, ["checking"]), (365, ["registered", "checking"])):
        assert [one.code for one in figures.lasting(["connection"], days)[0]] == expected
    assert figures.lasting(["appeal"], 365) == ([], [])


def test_terms_are_told_that_were_kept_and_that_were_not(inside: Flask) -> None:
    engineer = people.staff("engineer")
    lived(engineer, (2026, 11, 9), (2026, 11, 9), (2026, 11, 10))
    lived(engineer, (2026, 11, 9), (2026, 11, 9), (2026, 11, 20))
    _, found = figures.lasting(["connection", "service"], 30)
    assert [(one.code, one.count, one.late, one.median) for one in found] == [("missing_notice", 2, 1, 5.0)]


def test_the_days_of_another_period_can_be_asked_for_and_nonsense_is_passed_over(clerk: Visitor) -> None:
    assert "Этапы и сроки за 365 дней" in clerk.open(f"{PAGE}?days=365").words()
    for nonsense in ("-1", "100000000000000000000", "x", ""):
        assert "Этапы и сроки за 30 дней" in clerk.open(f"{PAGE}?days={nonsense}").words()


def test_readings_stand_by_the_day_they_came_corrections_left_out(clerk: Visitor, app: Flask) -> None:
    with app.app_context():
        owner = people.subscriber()
        for day in (10, 23, 23, 24):
            people.reading_of_then(people.meter(owner), 100, date(2026, 11, day))
        people.reading_of_then(people.meter(owner), 100, date(2026, 10, 26))
        people.reading_of_then(people.meter(owner), 100, date(2026, 10, 27))  # counts for November
    found = numbers(clerk.open(PAGE), "Показания по дням приёма")
    assert found == {
        "До 23": ["2", "0"], "23": ["2", "0"], "24": ["1", "0"], "25": ["0", "0"], "26": ["0", "1"], "После 26": ["0", "0"],
    }  # fmt: skip


def test_letters_stand_by_how_long_they_wait(clerk: Visitor, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        owner = people.subscriber()
        for _ in range(4):
            people.appeal(owner)
        kept = session.scalars(select(Letter).order_by(Letter.id)).all()
        for letter in kept:
            letter.state = LetterState.sent.value
        for letter, hours in zip(kept, (0, 2, 30), strict=False):
            letter.state, letter.created_at = LetterState.waiting.value, clock.now() - timedelta(hours=hours)
        kept[3].state = LetterState.failed.value
    found = numbers(clerk.open(PAGE), "Письма, которые не ушли")
    assert [cells[0] for cells in found.values()] == ["1", "1", "1", "1"]


def test_nothing_to_count_is_said_in_words_and_nothing_is_drawn(engineer: Visitor) -> None:
    page = engineer.open(PAGE)
    assert "За это время считать нечего" in page.words()
    drawn = [figure for figure in page.root.iter("figure") if figure.get("data-plot")]
    assert drawn == []


@pytest.mark.usefixtures("appeals")
def test_a_picture_says_in_words_what_stands_out(clerk: Visitor) -> None:
    said = {figure.get("data-plot") for figure in clerk.open(PAGE).root.iter("figure")}
    assert (
        "Столбики: Обращения: по статусам. Больше всего — Регистрация, ждут нас: 7. Все числа — в таблице ниже." in said
    )


@pytest.mark.usefixtures("appeals")
def test_a_queue_is_narrowed_to_the_days_left(clerk: Visitor) -> None:
    page = clerk.open("/admin/appeals/?preset=open&flt0_due_on=soon")
    assert len(page.table()) == 2
    assert len(clerk.open("/admin/appeals/?preset=open&flt0_due_on=nonsense").table()) == 10


def test_every_vendored_file_is_what_its_publisher_gave() -> None:
    stated = dict(LINE.findall((VENDOR / "README.md").read_text(encoding="utf-8")))
    kept = {path.name: path for path in VENDOR.iterdir() if path.suffix not in {".md", ".txt"}}
    assert stated.keys() == kept.keys(), "say in the README what it is, its version, licence and checksum"
    for name, path in kept.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == stated[name], name
