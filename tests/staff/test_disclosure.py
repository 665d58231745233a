"""«Раскрытие информации»: the report on the stages of applications, opened as a workbook."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select

from forms.answers import PeriodAnswers
from portal import clock
from portal.extensions import db
from portal.models import JournalEntry
from portal.services import disclosure
from tests.support import people, stories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from portal.models import Case, Staff
    from tests.support.visitor import Visitor

PAGE = "/admin/disclosure/"
BUTTON = "Скачать XLSX"
SINCE, TILL = "С даты", "По дату"
QUARTER = {SINCE: "01.07.2026", TILL: "30.09.2026"}
WHOLE_WAY = (
    ("take", 2), ("accept_documents", 3), ("issue_terms", 10), ("conclude", 14), ("report_ready", 40),
    ("find_remarks", 44), ("report_ready", 50), ("inspect", 53), ("make_act", 55), ("finish", 57),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _on_a_tuesday() -> Iterator[None]:
    with time_machine.travel("2026-11-24 09:00 +0300", tick=True):
        yield


def lived(engineer: Staff, filed: date, *acts: tuple[str, int]) -> Case:
    """File an application, and let things happen so many days later."""
    author = people.subscriber()
    with on(filed):
        case = people.connection(author)
    for code, days in acts:
        with on(filed + timedelta(days=days)):
            move = next(move for move in disclosure.CONNECTION.moves if move.code == code)
            stories.make(case, code, engineer if move.by == "staff" else author)
    return case


def on(day: date) -> Any:
    return clock.shifted(clock.midnight(day) + timedelta(hours=12) - datetime.now(UTC))


@pytest.fixture
def year(app: Flask) -> None:
    """Five applications: done, cancelled for papers, withdrawn, filed in the quarter after, done with long before it."""
    with app.app_context():
        engineer = people.staff("engineer")
        lived(engineer, date(2026, 3, 2), ("cancel", 3))
        lived(engineer, date(2026, 7, 6), *WHOLE_WAY)
        lived(engineer, date(2026, 8, 3), ("request_documents", 1), ("cancel", 40))
        lived(engineer, date(2026, 9, 28), ("take", 1), ("withdraw", 10))
        lived(engineer, date(2026, 10, 5), ("take", 1))


def taken(visitor: Visitor, **changes: str) -> dict[str, list[tuple[Any, ...]]]:
    answer = visitor.send(visitor.open(PAGE), BUTTON, QUARTER | changes)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    book = load_workbook(io.BytesIO(answer.data))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows()] for sheet in book}


def days(row: tuple[Any, ...]) -> list[str]:
    return [f"{value:%d.%m}" if value else "" for value in row[2 : 2 + len(disclosure.STAGES)]]


@pytest.mark.usefixtures("year")
def test_a_row_tells_when_an_application_came_to_each_stage_and_names_nobody(engineer: Visitor) -> None:
    sheets = taken(engineer)
    heads, *rows = sheets["Заявки"]
    assert heads == disclosure.HEADS
    assert [row[0] for row in rows] == ["2/2026", "3/2026", "4/2026"]
    done = rows[0]
    assert done[1] == 12.5
    assert days(done) == [
        "06.07", "", "09.07", "16.07", "20.07", "25.08", "19.08", "28.08", "30.08", "30.08", "01.09", "",
    ]  # fmt: skip
    assert done[-1] == "Присоединение завершено"
    said = " ".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    for secret in ("Образцов", "ул.", "Срок истёк", "Передумали", "+7900", "Нет заземления"):
        assert secret not in said


@pytest.mark.usefixtures("year")
def test_a_cancelled_application_tells_why_and_earlier_periods_stay_as_they_were(engineer: Visitor) -> None:
    rows = {row[0]: row for row in taken(engineer, **{TILL: "24.11.2026"})["Заявки"]}
    assert rows["3/2026"][-2:] == ("Не поступили недостающие документы", "Аннулирована")
    assert days(rows["3/2026"])[-1] == "12.09"
    assert rows["4/2026"][-2:] == ("Отозвана заявителем", "Аннулирована")
    before = taken(engineer)["Заявки"][3]
    assert (before[0], before[-1], days(before)[-1]) == ("4/2026", "Проверка документов", "")


@pytest.mark.usefixtures("year")
def test_the_summary_counts_each_stage_and_measures_it_against_its_term(engineer: Visitor) -> None:
    rows = taken(engineer)["Сводка"]
    came, lasted = ({row[0]: row[1:] for row in part} for part in (rows[:17], rows[17:]))
    assert "п. 19 «л»" in rows[0][0]
    assert rows[2][0] == "За период с 01.07.2026 по 30.09.2026"
    assert came["Заявка поступила"][:2] == (3, 37.5)
    assert came["Заявитель сообщил о готовности"][:2] == (1, 12.5)  # twice the same application
    assert came["Заявка аннулирована"][:2] == (1, 12.5)
    assert came["Запрошены недостающие документы"][:2] == (1, 12.5)
    preparing = lasted["Подготовка технических условий и договора"]
    assert preparing == (1, 5, "рабочие дни", "10 (рабочие дни)", "ПП 861, п. 105")
    assert lasted["Фактические действия по присоединению"][:4] == (1, 0, "рабочие дни", None)


def test_the_last_quarter_is_offered_first(engineer: Visitor) -> None:
    page = engineer.open(PAGE)
    form = page.form(BUTTON)
    assert (dict(form.data(BUTTON))["since"], dict(form.data(BUTTON))["till"]) == (["2026-07-01"], ["2026-09-30"])


@pytest.mark.parametrize(
    ("today", "since", "till"),
    [
        ("2026-01-01", date(2025, 10, 1), date(2025, 12, 31)),
        ("2026-04-30", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-12-31", date(2026, 7, 1), date(2026, 9, 30)),
    ],
)
@pytest.mark.usefixtures("inside")
def test_a_quarter_is_three_months_that_are_over(today: str, since: date, till: date) -> None:
    with time_machine.travel(f"{today} 09:00 +0300"):
        assert disclosure.last_quarter() == PeriodAnswers(since, till)


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({SINCE: ""}, SINCE, "Введите дату начала"),
        ({TILL: "31.02.2026"}, TILL, "31.02.2026 нет в календаре"),
        ({SINCE: "01.10.2026"}, TILL, "она раньше даты начала"),
        ({TILL: "25.11.2026"}, TILL, "Введите дату не позже 24.11.2026"),
        ({SINCE: "01.01.2099", TILL: "02.01.2099"}, SINCE, "Введите дату не позже 24.11.2026"),
        ({SINCE: "вчера"}, SINCE, "Введите дату начала"),
    ],
)
def test_a_period_that_can_not_be_is_refused_beside_its_field(
    engineer: Visitor, app: Flask, answers: dict[str, str], field: str, sentence: str
) -> None:
    page = engineer.press(engineer.open(PAGE), BUTTON, QUARTER | answers, status=422)
    assert sentence in page.errors()[field]
    with app.app_context():
        assert db.session.scalar(select(JournalEntry.id).where(JournalEntry.event == "disclosure.take")) is None


def test_a_period_without_applications_gives_a_report_that_says_so(engineer: Visitor) -> None:
    sheets = taken(engineer, **{SINCE: "24.11.2026", TILL: "24.11.2026"})
    assert len(sheets["Заявки"]) == 1
    assert next(row for row in sheets["Сводка"] if row[0] == "Заявка поступила")[1:3] == (0, 0)


def test_the_journal_tells_who_took_which_period(engineer: Visitor, admin: Visitor) -> None:
    taken(engineer)
    said = admin.open("/admin/journal/").words()
    assert "Выгрузить отчёт об этапах заявок" in said
    assert "С даты: 01.07.2026" in said
    assert "По дату: 30.09.2026" in said
