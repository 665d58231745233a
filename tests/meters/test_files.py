"""Readings of many meters in one file: all or nothing, whatever it was written with, and however long it is."""

from __future__ import annotations

import gc
import io
import tracemalloc
import zipfile
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from forms import tables
from forms.tables import TableKind
from portal import clock, storage
from portal.extensions import db
from portal.models import JournalEntry, Meter, Reading, ReadingFile
from portal.services import reading_files
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from flask import Flask

    from portal.models import Subscriber

HEADS = list(reading_files.COLUMNS)
LABEL = "Файл с показаниями"


@pytest.fixture(autouse=True)
def _in_the_days() -> Iterator[None]:
    with time_machine.travel("2026-11-24 09:00 +0300", tick=True):
        yield


@pytest.fixture
def firm(inside: Flask) -> Subscriber:
    """A firm with two meters, one of them read in September and October."""
    owner = people.subscriber()
    one = people.meter(owner, "НЗ-204511")
    people.meter(owner, "00457812")
    people.reading_of_then(one, 1000, date(2026, 9, 24))
    people.reading_of_then(one, 1300, date(2026, 10, 24))
    return owner


def checked(owner: Subscriber, content: bytes, kind: TableKind = TableKind.csv) -> ReadingFile:
    """Send a file and have it checked."""
    kept = reading_files.keep(owner, people.token(), "показания", kind, io.BytesIO(content))
    assert reading_files.work()
    return reading_files.owned(owner, kept.id)


def in_csv(*rows: str, encoding: str = "utf-8", heads: str = ";".join(HEADS)) -> bytes:
    return "\r\n".join((heads, *rows, "")).encode(encoding)


def in_xlsx(*rows: list[Any]) -> bytes:
    book, packed = Workbook(), io.BytesIO()
    for row in (HEADS, *rows):
        book.active.append(row)
    book.save(packed)
    return packed.getvalue()


def values() -> list[int]:
    return list(db.session.scalars(select(Reading.value).where(Reading.source == "file").order_by(Reading.id)))


GOOD = ("НЗ-204511;1600;24.11.2026;", "00457812;77;24.11.26;")


@pytest.mark.parametrize(
    "content",
    [
        in_csv(*GOOD),
        in_csv(*GOOD, encoding="utf-8-sig"),
        in_csv(*GOOD, encoding="cp1251"),
        in_csv(*GOOD, encoding="utf-16"),
        in_csv(*(row.replace(";", ",") for row in GOOD), heads=",".join(HEADS)),
        in_csv(*(row.replace(";", "\t") for row in GOOD), heads="\t".join(HEADS)),
        in_csv(*("лишнее;" + row for row in GOOD), "", ";;;;", heads="Столбец;" + ";".join(HEADS).upper()),
        in_csv('"hз 204511";"1 600";2026-11-24', "00457812;077;24/11/2026"),
    ],
    ids=["utf-8", "with-mark", "cp1251", "utf-16", "commas", "tabs", "more-columns", "look-alikes"],
)
def test_a_csv_of_any_spelling_is_taken_whole(firm: Subscriber, content: bytes) -> None:
    file = checked(firm, content)
    assert (file.state, file.errors, file.row_count) == ("taken", [], 2)
    assert values() == [1600, 77]


def test_a_workbook_is_taken_with_its_numbers_and_dates(firm: Subscriber) -> None:
    file = checked(
        firm,
        in_xlsx(["НЗ-204511", 1600, date(2026, 11, 24), None], ["00457812", 77.0, "24.11.2026", ""]),
        TableKind.xlsx,
    )
    assert (file.state, file.errors) == ("taken", [])
    assert values() == [1600, 77]
    rows = db.session.scalars(select(Reading).where(Reading.source == "file")).all()
    assert {row.month for row in rows} == {date(2026, 11, 1)}
    assert {row.file_id for row in rows} == {file.id}
    assert db.session.scalars(select(JournalEntry.event).order_by(JournalEntry.id)).all()[-1] == "readings.file_taken"


def test_one_wrong_row_refuses_the_whole_file_and_names_every_wrong_row(firm: Subscriber) -> None:
    file = checked(
        firm,
        in_csv(
            GOOD[0],
            "00457812;12,5;24.11.2026;",
            "=cmd|' /C calc'!A0;1;24.11.2026;",
            "00457812;=1+1;24.11.2026;",
            "нет 1;1;24.11.2026;",
            "00457812;77;25.11.2026;",
            "00457812;77;;",
            "00457812;77;24.11.2026;может быть",
            "НЗ-204511;1700;24.11.2026;",
        ),
    )
    assert (file.state, file.error_count, values()) == ("refused", 8, [])
    said = dict(tuple(error) for error in file.errors)
    assert sorted(said) == [3, 4, 5, 6, 7, 8, 9, 10]
    for row, words in (
        (3, "целым числом"), (4, "вместо формул"), (5, "вместо формул"), (6, "нет среди ваших"), (7, "ещё не наступило"),
        (8, "Введите дату"), (9, "«да» или «замена»"), (10, "уже переданы"),
    ):  # fmt: skip
        assert words in said[row]


def test_a_formula_in_a_workbook_is_text_and_refused_with_its_row(firm: Subscriber) -> None:
    file = checked(
        firm, in_xlsx(["НЗ-204511", "=1+1", "24.11.2026", ""], ["=cmd()", 1, "24.11.2026", ""]), TableKind.xlsx
    )
    assert [row for row, _ in file.errors] == [2, 3]
    assert {sentence for _, sentence in file.errors} == {"Вставьте значения вместо формул"}


@pytest.mark.parametrize(
    ("row", "word", "odd"),
    [("НЗ-204511;5;24.11.2026;", "замена", "less"), ("НЗ-204511;9000;24.11.2026;", "да", "much")],
)
def test_a_doubt_is_answered_by_a_word_in_the_row(firm: Subscriber, row: str, word: str, odd: str) -> None:
    refused = checked(firm, in_csv(row))
    assert f"напишите «{word}» в столбце «Подтверждение»" in str(refused.errors[0][1])
    assert checked(firm, in_csv(row + word.upper())).state == "taken"
    assert db.session.scalar(select(Reading.odd).where(Reading.source == "file")) == odd


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (in_csv(), "ни одной строки"),
        (in_csv("1;2;3;4", heads="a;b;c;d"), "Назовите столбцы в первой строке"),
        (b"\x01\x02 what\xff", "Назовите столбцы"),
        (in_csv('"' + "x" * 200_000), "Строка не читается"),
    ],
    ids=["no-rows", "no-heads", "noise", "one-endless-cell"],
)
def test_what_is_no_table_of_readings_is_refused_in_words(firm: Subscriber, content: bytes, sentence: str) -> None:
    file = checked(firm, content)
    assert file.state == "refused"
    assert sentence in str(file.errors[0][1])


def test_a_workbook_that_is_broken_inside_is_refused_in_words(firm: Subscriber) -> None:
    whole, broken = io.BytesIO(in_xlsx(["НЗ-204511", 1600, "24.11.2026", ""])), io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    assert "не читается" in str(checked(firm, broken.getvalue(), TableKind.xlsx).errors[0][1])


def test_a_reading_given_while_the_file_is_checked_makes_it_be_checked_again(
    firm: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading_files._check

    def slow(*args: Any) -> Any:
        found = real(*args)
        if not values() and not db.session.scalar(select(Reading.id).where(Reading.value == 1500)):
            people.reading(db.session.scalars(select(Meter).where(Meter.serial == "НЗ-204511")).one(), 1500)
        return found

    monkeypatch.setattr(reading_files, "_check", slow)
    file = checked(firm, in_csv("НЗ-204511;1600;24.11.2026;"))
    assert file.state == "waiting"
    assert values() == []
    assert reading_files.work()
    assert "уже переданы" in str(reading_files.owned(firm, file.id).errors[0][1])


def test_a_checker_that_dies_gives_the_file_back_in_time_and_nothing_is_stored_twice(
    firm: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> bool:
        raise SystemExit

    kept = people.readings_file(firm, GOOD[0] + "\n")
    with monkeypatch.context() as patch:
        patch.setattr(reading_files, "_store", die)
        with pytest.raises(SystemExit):
            reading_files.work()
    assert not reading_files.work()
    with clock.shifted(reading_files.LEASE + timedelta(seconds=1)):
        assert reading_files.work()
    assert reading_files.owned(firm, kept.id).state == "taken"
    assert values() == [1600]
    assert not reading_files.work()


def test_whatever_breaks_the_next_file_is_checked(firm: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = people.readings_file(firm, GOOD[0] + "\n"), people.readings_file(firm, GOOD[1] + "\n")
    storage.current().delete(first.key)
    assert reading_files.work()
    assert reading_files.work()
    states = {file.id: file.state for file in reading_files.latest_of(firm)}
    assert states == {first.id: "refused", second.id: "taken"}


def many_rows(owner: Subscriber, count: int) -> str:
    """Write so many rows of eight further meters."""
    serials = [f"НЗ-3{number}0000" for number in range(8)]
    known = set(db.session.scalars(select(Meter.serial).where(Meter.subscriber_id == owner.id)))
    for serial in set(serials) - known:
        people.meter(owner, serial)
    first = db.session.scalar(select(func.max(Reading.taken_on)).where(Reading.source == "file")) or date(1990, 1, 1)
    days = (first + timedelta(days=number + 1) for number in range(count // 8))
    return "".join(f"{serial};{day.toordinal()};{day:%d.%m.%Y};\n" for day in days for serial in serials)


def test_a_hundred_thousand_rows_are_taken_and_their_progress_is_seen(
    firm: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = people.readings_file(firm, many_rows(firm, 100_000))
    assert kept.row_total == 100_000
    seen: list[int] = []
    real = reading_files._progress
    monkeypatch.setattr(reading_files, "_progress", lambda file, number: (seen.append(number), real(file, number)))
    assert reading_files.work()
    found = reading_files.owned(firm, kept.id)
    assert (found.state, found.row_count, found.errors) == ("taken", 100_000, [])
    assert len(seen) == 50
    assert db.session.scalar(select(func.count()).where(Reading.file_id == kept.id)) == 100_000


@pytest.fixture
def _collector_as_in_service() -> Iterator[None]:
    """Let go of what is done with as often as the real process does; the tests' own pace keeps it for longer."""
    pace = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*pace)


@pytest.mark.usefixtures("_collector_as_in_service")
def test_four_times_as_many_rows_take_no_more_memory(firm: Subscriber) -> None:
    peaks = []
    for count in (4_000, 16_000):
        people.readings_file(firm, many_rows(firm, count))
        gc.collect()
        tracemalloc.start()
        assert reading_files.work()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert {file.state for file in reading_files.latest_of(firm)} == {"taken"}
    assert peaks[1] < peaks[0] * 1.5


def test_a_workbook_that_is_large_inside_is_refused_at_the_door() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", b"<si><t>" + bytes(range(32, 122)) * 400_000 + b"</t></si>")
    with pytest.raises(ValueError, match=r"Разделите|больше|Архив|распаков|велика"):
        tables.recognise(io.BytesIO(packed.getvalue()))


# --- the pages ---


@pytest.fixture
def visitor_of(app: Flask) -> Visitor:
    """A firm's person at the page."""
    with app.app_context():
        owner = people.subscriber()
        people.meter(owner, "НЗ-204511")
        people.meter(owner, "00457812")
        login = owner.login
    return signed_in(app, login)


def work(app: Flask) -> None:
    with app.app_context():
        assert reading_files.work()


def test_a_file_is_sent_watched_and_taken_without_a_script(visitor_of: Visitor, app: Flask) -> None:
    page = visitor_of.open(visitor_of.open("/meters").link("Передать файлом"))
    page = visitor_of.press(page, "Отправить", {LABEL: ("Показания.csv", in_csv(*GOOD, encoding="cp1251"))})
    assert page.heading() == "Ждёт проверки: Показания.csv"
    assert page.response.headers["Refresh"] == f"3; url={page.path}"
    assert [item.get("max") for item in page.root.iter("progress")] == ["2"]
    work(app)
    page = visitor_of.open(page.path)
    assert "Ваши показания сохранены успешно! Принято строк: 2" in page.words()
    assert "Refresh" not in page.response.headers
    assert [row[5] for row in visitor_of.open("/meters").table()[1:]] == ["1 600", "77"]


def test_what_is_wrong_is_a_table_of_rows_and_words(visitor_of: Visitor, app: Flask) -> None:
    rows = in_csv("00457812;12,5;24.11.2026;", *("00457812;x;24.11.2026;" for _ in range(150)))
    page = visitor_of.press(visitor_of.open("/meters/files/new"), "Отправить", {LABEL: ("Показания.csv", rows)})
    work(app)
    page = visitor_of.open(page.path)
    assert "Ничего не принято: 151 ошибка" in page.words()
    assert page.table()[1][0] == "2"
    assert len(page.table()) == 101
    assert "Показаны первые 100" in page.words()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "Файл пустой"),
        ("a.xlsx", b"\x00\x01\x02", "не таблица"),
        ("a.zip", b"PK\x03\x04zip", "повреждён"),
        ("a.csv", b"x" * (10 * 1024 * 1024 + 1), "больше 10 МБ"),
    ],
    ids=["empty", "binary", "broken-archive", "too-large"],
)
def test_what_is_no_table_is_refused_at_the_door(visitor_of: Visitor, name: str, content: bytes, sentence: str) -> None:
    page = visitor_of.press(visitor_of.open("/meters/files/new"), "Отправить", {LABEL: (name, content)}, status=422)
    assert sentence in page.errors()[LABEL]


def test_a_file_sent_twice_is_one_and_somebody_elses_is_not_there(visitor_of: Visitor, app: Flask) -> None:
    page = visitor_of.open("/meters/files/new")
    paths = {visitor_of.press(page, "Отправить", {LABEL: ("a.csv", in_csv(*GOOD))}).path for _ in range(2)}
    assert len(paths) == 1
    with app.app_context():
        login = people.subscriber().login
    assert signed_in(app, login).client.get(paths.pop()).status_code == 404


def test_the_sample_has_ones_own_meters_and_comes_back_as_it_is(visitor_of: Visitor, app: Flask) -> None:
    sheet = load_workbook(io.BytesIO(visitor_of.client.get("/meters/files/sample.xlsx").get_data())).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == HEADS
    assert [row[0] for row in rows[1:]] == ["НЗ-204511", "00457812"]
    text = visitor_of.client.get("/meters/files/sample.csv").get_data().decode("utf-8-sig")
    filled = text.replace(";;24", ";100;24").encode("cp1251")
    page = visitor_of.press(visitor_of.open("/meters/files/new"), "Отправить", {LABEL: ("a.csv", filled)})
    work(app)
    assert "Принято строк: 2" in visitor_of.open(page.path).words()
    assert visitor_of.client.get("/meters/files/sample.exe").status_code == 404
