"""Readings: what is taken as typed, what is odd, which month it is, and that no kWh is lost between months."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import readings
from forms.choices import Oddity
from forms.readings import Doubt, Point, Said

TODAY = dt.date(2026, 11, 24)
YEAR = [Point(dt.date(2026, month, 24), 1000 + month * 200) for month in range(1, 11)]
LAST = YEAR[-1]

# A meter's life: it counts up, and now and then shows less, on days one after another.
steps = st.tuples(st.integers(1, 70), st.integers(0, 3000))
lives = st.lists(steps, min_size=2, max_size=40).map(
    lambda life: [
        Point(dt.date(2020, 1, 1) + dt.timedelta(days=sum(days for days, _ in life[: place + 1])), value)
        for place, (_, value) in enumerate(life)
    ]
)


@pytest.mark.parametrize(
    ("typed", "value"), [("340", 340), (" 12 340 ", 12340), ("00457", 457), ("0", 0), ("12\u00a0340", 12340)]
)
def test_a_reading_is_whole_kilowatt_hours_however_they_are_spaced(typed: str, value: int) -> None:
    assert readings.kilowatt_hours(typed) == value


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12,5", "целым числом"),
        ("12.5", "целым числом"),
        ("", "Введите показания"),
        ("-5", "цифрами"),
        ("12a", "цифрами"),
        ("１２", "цифрами"),
        ("1e3", "цифрами"),
        ("1000000000000", "не больше 9 цифр"),
        ("9" * 5000, "не больше 9 цифр"),
        ("=1+1", "цифрами"),
        ("12\u202e3", "невидимые символы"),
    ],
)
def test_what_is_no_reading_is_refused_with_what_to_do(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        readings.kilowatt_hours(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_a_reading_that_fits_or_a_sentence(typed: str) -> None:
    said = ""
    value = 0
    try:
        value = readings.kilowatt_hours(typed)
    except ValueError as error:
        said = str(error)
    assert said.startswith(("Введите", "Проверьте")) if said else 0 <= value <= readings.LARGEST


@pytest.mark.parametrize(
    ("one", "other"), [("123456ТЭ", "123456tэ"), ("АВЕКМНОРСТУХ-1", "ABEKMHOPCTYX 1"), ("12 34–56", "123456")]
)
def test_look_alike_letters_blanks_and_dashes_make_no_other_meter(one: str, other: str) -> None:
    assert readings.serial_key(readings.serial(one)) == readings.serial_key(readings.serial(other))


@given(st.text("АВЕКМНОРСТУХABEKMHOPCTYX0123456789- ", max_size=20))
def test_comparing_numbers_twice_changes_nothing(typed: str) -> None:
    assert readings.serial_key(readings.serial_key(typed)) == readings.serial_key(typed)


@pytest.mark.parametrize("typed", ["", "№", "12", "=cmd()1", "счётчик", "1" * 31, "12;34", "12😀34"])
def test_what_is_no_serial_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="заводской номер"):
        readings.serial(typed)


@pytest.mark.parametrize(("typed", "digits"), [("123456", "123456"), (" 12-34 56 ", "123456")])
def test_an_account_number_is_its_digits(typed: str, digits: str) -> None:
    assert readings.account_number(typed) == digits


@pytest.mark.parametrize("typed", ["", "12", "1" * 21, "12А4", "1,5"])
def test_what_is_no_account_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="лицевого счета"):
        readings.account_number(typed)


@pytest.mark.parametrize(
    ("point", "field"),
    [
        (Point(dt.date(2026, 11, 25), 3300), "taken_on"),
        (Point(LAST.taken_on, 3300), "taken_on"),
        (Point(dt.date(2026, 9, 1), 3300), "taken_on"),
        (Point(TODAY, LAST.value - 1), "restarted"),
        (Point(TODAY, LAST.value + 700), "sure"),
    ],
)
def test_what_may_be_a_mistake_is_asked_about_beside_its_field(point: Point, field: str) -> None:
    with pytest.raises(Doubt) as doubt:
        readings.judge(Said(point), YEAR, TODAY)
    assert doubt.value.field == field


@pytest.mark.parametrize(
    ("said", "odd"),
    [
        (Said(Point(TODAY, LAST.value)), None),
        (Said(Point(TODAY, LAST.value + 600)), None),
        (Said(Point(TODAY, LAST.value + 700), sure=True), Oddity.much),
        (Said(Point(TODAY, 5), restarted=True), Oddity.less),
    ],
)
def test_an_answered_doubt_is_taken_and_flagged(said: Said, odd: Oddity | None) -> None:
    assert readings.judge(said, YEAR, TODAY) is odd


def test_a_first_reading_may_be_any_and_few_kilowatt_hours_are_never_asked_about() -> None:
    assert readings.judge(Said(Point(TODAY, 99999)), [], TODAY) is None
    idle = [Point(dt.date(2026, 9, 24), 10), Point(dt.date(2026, 10, 24), 10)]
    assert readings.judge(Said(Point(TODAY, 60)), idle, TODAY) is None
    with pytest.raises(Doubt):
        readings.judge(Said(Point(TODAY, 61)), idle, TODAY)


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2026-11-01", "2026-11-01"),
        ("2026-11-26", "2026-11-01"),
        ("2026-11-27", "2026-12-01"),
        ("2026-12-31", "2027-01-01"),
    ],
)
def test_a_month_ends_with_its_last_day_of_grace(day: str, month: str) -> None:
    assert readings.month_of(dt.date.fromisoformat(day), 26) == dt.date.fromisoformat(month)


@given(lives, st.integers(1, 28))
def test_no_kilowatt_hour_is_lost_or_counted_twice(life: list[Point], grace: int) -> None:
    months = readings.by_month(life, grace)
    assert sum(use.kwh for use in months.values()) == sum(readings.used(*pair) for pair in pairwise(life))


@given(lives, st.integers(1, 28))
def test_every_month_between_the_first_reading_and_the_last_has_its_use(life: list[Point], grace: int) -> None:
    months = list(readings.by_month(life, grace))
    first, last = (readings.month_of(point.taken_on, grace) for point in (life[0], life[-1]))
    assert months[-1] == last
    assert months[0] in {first, readings.later(first, 1)}
    assert months == [readings.later(months[0], place) for place in range(len(months))]


def test_skipped_months_share_what_was_used_and_say_so() -> None:
    months = readings.by_month([Point(dt.date(2026, 7, 24), 100), Point(dt.date(2026, 10, 24), 201)], 26)
    assert [(month.month, use.kwh, use.is_shared) for month, use in months.items()] == [
        (8, 33, True), (9, 33, True), (10, 35, True),
    ]  # fmt: skip


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(-300, 300))
def test_counting_months_there_and_back_ends_where_it_began(day: dt.date, count: int) -> None:
    month = day.replace(day=1)
    assert readings.later(readings.later(month, count), -count) == month
