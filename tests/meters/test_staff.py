"""Staff: lists, entering and correcting readings, the month for billing."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select

from portal.extensions import db
from portal.models import JournalEntry, Reading
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.support.visitor import Visitor

VALUE, DAY, REASON = "Показания (в кВт·ч)", "Дата съема показаний", "Почему исправляете"
EXPORT_HEADS = [
    "Лицевой счет", "Наименование объекта", "Адрес объекта", "Номер счетчика", "Дата снятия показаний",
    "Текущие показания", "Предыдущие показания", "Расход, кВт·ч", "Источник", "Отметка",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _in_the_days() -> Iterator[None]:
    with time_machine.travel("2026-11-24 09:00 +0300", tick=True):
        yield


@pytest.fixture
def clerk(app: Flask, clerk: Visitor) -> Visitor:
    """An operator; meter 1 has readings of September to November, the last one odd, meter 2 has none."""
    with app.app_context():
        owner = people.subscriber()
        meter = people.meter(owner, "123456ТЭ", place="=HYPERLINK(1)")
        people.reading_of_then(meter, 1000, date(2026, 9, 24))
        people.reading_of_then(meter, 1200, date(2026, 10, 24))
        people.reading(meter, 9000, sure=True)
        people.meter(owner, "00457812")
    return clerk


def rows(visitor: Visitor, path: str) -> list[list[str]]:
    page = visitor.open(path)
    return page.table()[1:] if "<table" in page.text else []


@pytest.mark.parametrize("word", ["123456т", "нигде"])
def test_meters_are_found_by_what_is_written_on_them(clerk: Visitor, word: str) -> None:
    found = rows(clerk, f"/admin/meters/?search={word}")
    assert [row[0] for row in found] == (["123456ТЭ"] if word != "нигде" else [])


def test_meters_are_found_by_account_place_and_owner_and_told_apart_by_the_month(clerk: Visitor) -> None:
    assert len(rows(clerk, "/admin/meters/?search=123456")) == 2
    assert len(rows(clerk, "/admin/meters/?search=Образцов")) == 2
    assert [row[0] for row in rows(clerk, "/admin/meters/?preset=missing")] == ["00457812"]
    assert rows(clerk, "/admin/meters/?preset=retired") == []


def test_readings_are_listed_by_part_month_and_source(clerk: Visitor) -> None:
    assert [row[5] for row in rows(clerk, "/admin/readings/?preset=all")] == ["9 000", "1 200", "1 000"]
    assert [row[-1] for row in rows(clerk, "/admin/readings/?preset=odd")] == ["втрое больше обычного"]
    assert len(rows(clerk, "/admin/readings/?preset=all&flt0_month=2026-10-01")) == 1
    assert len(rows(clerk, "/admin/readings/?preset=all&flt0_month=nonsense&flt0_source=staff")) == 0
    assert len(rows(clerk, "/admin/readings/?preset=all&search=123456тэ")) == 3


def test_a_clerk_enters_a_reading_that_counts_for_its_own_month(clerk: Visitor, app: Flask) -> None:
    page = clerk.press(clerk.open("/admin/meters/2"), "Сохранить", {VALUE: "50", DAY: "24.10.2026"})
    assert "Показания внесены" in page.words()
    with app.app_context():
        reading = db.session.scalars(select(Reading).where(Reading.meter_id == 2)).one()
        assert (reading.month, reading.source) == (date(2026, 10, 1), "staff")
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "reading.enter")).one()
        assert (entry.staff_id, entry.subject) == (reading.staff_id, "meters:2")


def test_what_can_not_be_right_is_said_to_a_clerk_too(clerk: Visitor) -> None:
    page = clerk.press(clerk.open("/admin/meters/1"), "Сохранить", {VALUE: "10"}, status=422)
    assert "уже переданы" in page.errors()[DAY]


def test_a_clerk_corrects_any_reading_with_a_reason_that_the_journal_keeps(
    clerk: Visitor, admin: Visitor, app: Flask
) -> None:
    page = clerk.open("/admin/meters/1/readings/2")
    page = clerk.press(page, "Сохранить", {VALUE: "1250", REASON: "Опечатка в ведомости"})
    assert "Показания исправлены" in page.words()
    assert "Исправление: Опечатка в ведомости" in page.words()
    second = {VALUE: "1260", REASON: "Ещё раз"}
    page = clerk.press(clerk.open("/admin/meters/1/readings/2"), "Сохранить", second, status=409)
    assert "Эти показания уже исправлены" in page.words()
    assert page.form("Сохранить").typed(REASON) == "Ещё раз"
    page = clerk.press(
        clerk.open("/admin/meters/1/readings/4"), "Сохранить", {VALUE: "9500", REASON: "Проба"}, status=422
    )
    assert "следующие меньше, 9000" in page.text
    assert [row[5] for row in rows(clerk, "/admin/readings/?preset=corrections")] == ["1 250"]
    assert "Исправить показания" in admin.open("/admin/journal/").words()
    assert "Приборы учёта, № 1" in admin.open("/admin/journal/").words()


@pytest.fixture
def admin(app: Flask) -> Visitor:
    """An administrator."""
    from tests.support.visitor import signed_in

    with app.app_context():
        login = people.staff("admin").login
    return signed_in(app, login, "/admin/login")


def taken(visitor: Visitor, kind: str, month: str = "ноябрь 2026") -> bytes:
    answer = visitor.send(visitor.open("/admin/readings/"), f"Скачать {kind}", {"Для расчётов за": month})
    assert answer.status_code == 200
    assert f"2026-11.{kind.lower()}" in answer.headers["Content-Disposition"] or month != "ноябрь 2026"
    return answer.get_data()


def expected() -> list[Any]:
    return [
        "123456",
        "'=HYPERLINK(1)",
        None,
        "123456ТЭ",
        "24.11.2026",
        9000,
        1200,
        7800,
        "Абонент",
        "Втрое больше обычного",
    ]


def test_a_month_for_billing_is_a_csv_that_excel_opens_and_runs_nothing_of(clerk: Visitor, app: Flask) -> None:
    whole = taken(clerk, "CSV")
    assert whole.startswith(b"\xef\xbb\xbf")
    heads, row = csv.reader(io.StringIO(whole.decode("utf-8-sig")), delimiter=";")
    assert heads == EXPORT_HEADS
    assert [cell for place, cell in enumerate(row) if place != 2] == [
        str(cell) for place, cell in enumerate(expected()) if place != 2
    ]
    with app.app_context():
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "readings.billing")).one()
        assert entry.data == {"month": "2026-11-01", "kind": "CSV"}


def test_a_month_for_billing_is_a_workbook_with_numbers_in_it(clerk: Visitor) -> None:
    sheet = load_workbook(io.BytesIO(taken(clerk, "XLSX"))).active
    heads, row = sheet.iter_rows()
    assert [cell.value for cell in heads] == EXPORT_HEADS
    assert [cell.value for cell in row][3:] == expected()[3:]
    assert all(cell.data_type != "f" for cell in row)


def test_the_month_takes_what_is_in_force_and_what_was_billed_before(clerk: Visitor) -> None:
    page = clerk.open("/admin/meters/1/readings/3")
    clerk.press(page, "Сохранить", {VALUE: "1450", REASON: "Звонок абонента"})
    row = list(csv.reader(io.StringIO(taken(clerk, "CSV").decode("utf-8-sig")), delimiter=";"))[1]
    assert row[5:9] == ["1450", "1200", "250", "Сотрудник"]
    october = list(csv.reader(io.StringIO(taken(clerk, "CSV", "октябрь 2026").decode("utf-8-sig")), delimiter=";"))
    assert [line[5:8] for line in october[1:]] == [["1200", "1000", "200"]]
    empty = list(csv.reader(io.StringIO(taken(clerk, "CSV", "июль 2026").decode("utf-8-sig")), delimiter=";"))
    assert empty == [EXPORT_HEADS]


def test_a_month_or_kind_that_is_not_offered_is_not_found(clerk: Visitor) -> None:
    form = clerk.open("/admin/readings/").form("Скачать CSV")
    for wrong in ({"month": "2026-11-02"}, {"kind": "exe"}, {"month": ""}):
        assert clerk.client.post(form.action, data=form.data("Скачать CSV") | wrong).status_code == 404


def test_an_engineer_has_no_business_here(app: Flask) -> None:
    from tests.support.visitor import signed_in

    with app.app_context():
        login = people.staff("engineer").login
    engineer = signed_in(app, login, "/admin/login")
    assert engineer.client.get("/admin/meters/").status_code == 403
    assert engineer.client.get("/admin/readings/").status_code == 403


def test_what_was_looked_at_leaves_the_part_to_check_and_the_journal_says_who_looked(
    clerk: Visitor, app: Flask
) -> None:
    page = clerk.open("/admin/readings/?preset=odd")
    assert [row[-1] for row in page.table()[1:]] == ["втрое больше обычного"]
    with app.app_context():
        odd, plain = (db.session.scalar(select(Reading.id).where(Reading.value == value)) for value in (9000, 1200))
    for chosen, said in ((plain, "Отметьте необычные"), (odd, "Проверено показаний: 1"), (odd, "Отметьте необычные")):
        form = page.form("Да, проверено")
        form.values["rowid"] = [str(chosen)]
        sent = clerk.client.post(form.action, data=form.data("Да, проверено"))
        assert said in clerk.open(sent.headers["Location"]).words()
    assert rows(clerk, "/admin/readings/?preset=odd") == []
    assert rows(clerk, "/admin/readings/?preset=all&search=123456")[0][-1] == "проверено"
    with app.app_context():
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "reading.check")).one()
        assert entry.data["reading"] == 9000


def test_the_list_says_what_each_meter_showed_last_and_whether_the_month_has_come(clerk: Visitor) -> None:
    found = {row[0]: row[4:] for row in rows(clerk, "/admin/meters/")}
    assert found == {"123456ТЭ": ["9 000 от 24.11.2026", "ноябрь: передано"], "00457812": ["—", "ноябрь: не передано"]}
