"""The clerks' queue: its parts, its order, what is found in it, and who stands next to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from admin.queue import urgency
from forms.choices import ApplicantKind
from portal import clock
from portal.transactions import transaction
from tests.support import people, stories

if TYPE_CHECKING:
    from flask import Flask

    from portal.models import Case
    from tests.support.page import Page
    from tests.support.visitor import Visitor


def due_in(case: Case, days: int) -> None:
    with transaction():
        case.due_on = case.clocks[0].due_on = clock.today() + timedelta(days=days)


@pytest.fixture
def queue(app: Flask) -> None:
    """Five appeals: 1 in ten days, 2 overdue, 3 due today, 4 waits for its author, 5 is answered."""
    with app.app_context():
        author, other = people.subscriber(), people.staff()
        for days in (10, -2, 0):
            due_in(people.appeal(author, f"Обращение со сроком {days}"), days)
        stories.appeal_in("clarification", author, other)
        firm = people.subscriber(kind=ApplicantKind.ul, full_name=None, organisation_short="ООО «Луч»", snils=None)
        stories.appeal_in("answered", firm, other, "Просим вернуть фонарь")


def numbers(page: Page) -> list[str]:
    if not list(page.root.iter("table")):
        return []
    return [row[2] for row in page.table()[1:]]


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("mine", ["2", "3", "1"]),
        ("late", ["2"]),
        ("today", ["3"]),
        ("waiting", ["4"]),
        ("open", ["2", "3", "1", "4"]),
        ("all", ["2", "3", "1", "4", "5"]),
    ],
)
def test_each_part_of_the_queue_the_nearest_term_first(clerk: Visitor, preset: str, expected: list[str]) -> None:
    page = clerk.open(f"/admin/appeals/?preset={preset}")
    assert numbers(page) == expected
    current = next(link for link in page.root.iter("a") if link.get("class") == "preset" and link.get("aria-current"))
    assert current.find("b").text == str(len(expected))  # type: ignore[union-attr]


@pytest.mark.usefixtures("queue")
def test_it_opens_on_what_waits_for_me_and_not_for_my_colleague(clerk: Visitor, app: Flask) -> None:
    with app.app_context():
        stories.appeal_in("in_work", people.subscriber(), people.staff())
    assert numbers(clerk.open("/admin/appeals/")) == ["2", "3", "1"]


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("5", ["5"]),
        ("образцов", ["2", "3", "1", "4"]),
        ("ЛУЧ", ["5"]),
        ("образцов сроком", ["2", "3", "1"]),
        ("фонарь", ["5"]),
        ("100%", []),
        ("_", []),
        ("9" * 30, []),
    ],
)
def test_it_finds_by_number_name_and_words(clerk: Visitor, words: str, expected: list[str]) -> None:
    page = clerk.open(f"/admin/appeals/?preset=all&search={quote(words)}")
    assert numbers(page) == expected
    assert expected or "Ничего не нашли" in page.words()


@pytest.mark.usefixtures("queue")
def test_it_is_narrowed_by_status_and_sorted_by_heading(clerk: Visitor) -> None:
    assert numbers(clerk.open("/admin/appeals/?preset=all&flt0_status=answered")) == ["5"]
    page = clerk.open("/admin/appeals/?preset=all")
    page = clerk.open(clerk.open(page.link("Рег. номер")).link("Рег. номер"))
    assert numbers(page) == ["5", "4", "3", "2", "1"]
    assert 'aria-sort="descending"' in page.text


@pytest.mark.usefixtures("queue")
def test_a_row_says_who_what_and_how_urgent(clerk: Visitor) -> None:
    page = clerk.open("/admin/appeals/?preset=all")
    rows = {row[2]: row for row in page.table()[1:]}
    assert rows["2"][1].startswith("просрочено 2 дн.")
    assert rows["3"][1].startswith("сегодня")
    assert rows["3"][4:7] == ["Образцов П.И.", "Запрос справочной информации", "Регистрация"]
    assert rows["5"][1] == "—"
    assert rows["5"][4] == "ООО «Луч»"


@pytest.mark.usefixtures("queue")
def test_a_card_knows_its_neighbours(clerk: Visitor) -> None:
    page = clerk.open("/admin/appeals/3")
    assert clerk.open(page.link("2")).heading().startswith("Обращение № 2 от")
    assert clerk.open(page.link("1")).heading().startswith("Обращение № 1 от")
    assert 'rel="next"' not in clerk.open("/admin/appeals/1").text


@pytest.mark.usefixtures("queue")
def test_the_summary_counts_and_leads_to_what_it_counts(clerk: Visitor) -> None:
    page = clerk.open("/admin/")
    for words, heading in (("1 Просрочено", "Обращения"), ("4 Открытые", "Обращения"), ("0 Не доставлены", "Письма")):
        assert clerk.open(page.link(words)).heading() == heading
    start = page.link("Обращения: начать с № 2")
    assert clerk.open(start).heading().startswith("Обращение № 2 от")


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [(-3, "просрочено 3 дн.", "late"), (0, "сегодня", "yours"), (2, "2 дн.", "yours"), (3, "3 дн.", "closed")],
)
@pytest.mark.usefixtures("inside")
def test_urgency_counts_days_from_today(days: int, words: str, tone: str) -> None:
    left = urgency(clock.today() + timedelta(days=days))
    assert (left.words, left.tone) == (words, tone)
