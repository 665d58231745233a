"""Announcements as companies publish them, cut at their days and hours: nothing beneath or beside those gets lost."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.announcements import MOST_DAYS, Part, parts
from tests.outages.gold import FILE

TODAY = dt.date(2026, 11, 30)
NOON = (dt.datetime(2026, 12, 1, 12), dt.datetime(2026, 12, 1, 13))  # noqa: DTZ001 - wall clock


def when(part: Part) -> list[str]:
    """The outages of a part: «25.12 09:00-16:30»."""
    return [f"{begins:%d.%m %H:%M}-{ends:%H:%M}" for begins, ends in part.periods(None)]


def read(text: str) -> list[tuple[list[str], str]]:
    return [(when(part), " ".join(part.text.split())) for part in parts(text, TODAY)]


@pytest.mark.parametrize(
    ("heading", "outages"),
    [
        ("25.12.2026 с 9.00 до 16.30", ["25.12 09:00-16:30"]),
        ("25.12.26 9:00–16:30", ["25.12 09:00-16:30"]),
        ("25 декабря 2026 г., с 9 до 17 часов", ["25.12 09:00-17:00"]),
        ("В среду, 2 декабря 2026 года, с 9 часов до 17 ч.", ["02.12 09:00-17:00"]),
        ("2 ДЕКАБРЯ (среда) с 22:00 до 2:00", ["02.12 22:00-02:00"]),
        ("3 января с 10.00 до 24.00", ["03.01 10:00-00:00"]),
        ("25 и 27 декабря с 9.00 до 12.00", ["25.12 09:00-12:00", "27.12 09:00-12:00"]),
        ("1-3 декабря 2026 с 9.00 до 10.00", [f"0{day}.12 09:00-10:00" for day in (1, 2, 3)]),
        ("с 30 декабря по 1 января с 9.00 до 10.00", [f"{day} 09:00-10:00" for day in ("30.12", "31.12", "01.01")]),
        ("с 30.12.2026 по 31.12.2026 с 9.00 до 10.00", ["30.12 09:00-10:00", "31.12 09:00-10:00"]),
        ("5 декабря с 9:00 до 12:00 и с 13:00 до 16:00", ["05.12 09:00-12:00", "05.12 13:00-16:00"]),
    ],
)
def test_days_and_hours_are_read_as_they_are_written(heading: str, outages: list[str]) -> None:
    assert read(f"{heading}: ул. 9 Января, 5") == [(outages, "ул. 9 Января, 5")]
    assert read(f"{heading}\nул. 9 Января, 5") == [(outages, "ул. 9 Января, 5")]


def test_an_announcement_with_a_title_districts_and_hours_of_its_own_for_a_street() -> None:
    text = (
        "Плановые отключения на неделю\n25 декабря 2026 г.\nЛенинский район\nс 9.00 до 16.30:\n- ул. Мира, 5;\n"
        "ул. Лесная, д. 3 с 10:00 до 12:00\nпос. Луч (13:00 – 14:00): ул. Садовая, 1-25\n26 декабря\nс 8 до 9 часов\nул. Мира, 7"
    )
    assert read(text) == [
        (["25.12 09:00-16:30"], "Плановые отключения на неделю Ленинский район - ул. Мира, 5;"),
        (["25.12 10:00-12:00"], "ул. Лесная, д. 3"),
        (["25.12 13:00-14:00"], "пос. Луч: ул. Садовая, 1-25"),
        (["26.12 08:00-09:00"], "ул. Мира, 7"),
    ]


@pytest.mark.parametrize(
    "line",
    ["ул. 9 января, 5", "ул. 8 Марта, дома с 1 по 25", "ул. 20-летия Октября, 9-15", "Мира, 5; 1 Мая, 7; 9 Января, 3"],
)
def test_streets_named_after_days_are_no_days(line: str) -> None:
    assert read(f"25 декабря с 9.00 до 10.00\n{line}") == [(["25.12 09:00-10:00"], line)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ул. Мира, 5", "не нашли дату над этим текстом"),
        ("25 декабря\nул. Мира, 5", "Допишите их или укажите выше начало и конец"),
        ("ул. А с 9:00 до 10:00, ул. Б с 11:00 до 12:00", "Строка 1: в ней несколько часов"),
        ("ул. Мира, 5, 25 декабря с 9:00 до 10:00", "Строка 1: в ней не отличить дату от дома"),
        ("Лесная 5, 25 декабря с 9:00 до 10:00", "не отличить дату от дома"),
        ("ул. Мира, д. 5 – 25 декабря", "не отличить дату от дома"),
        ("ул. Мира, 8 марта, 9 января", "не отличить дату от дома или улицы"),
        ("\nс 9:00 до 27:00", "Строка 2: проверьте часы: 27:00 не бывает"),
        ("31 ноября с 9:00 до 10:00", "31.11.2026 нет в календаре"),
        ("с 10 декабря по 5 декабря", "05.12.2026 не позже, чем 10.12.2026"),
        ("с 01.01.2027 по 31.12.2027", f"больше {MOST_DAYS} дней"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_asked_about(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(text)


def test_a_text_without_a_time_takes_the_one_that_the_clerk_gives() -> None:
    (bare,) = parts("Без света улицы Мира и Лесная", TODAY)
    assert list(bare.periods(NOON)) == [NOON]
    (dated,) = parts("5 декабря\nул. Мира", TODAY)
    assert [f"{begins:%d %H}" for begins, _ in dated.periods(NOON)] == ["05 12"]


TEXTS = [segment["text"] for one in json.loads(FILE.read_text(encoding="utf-8")) for segment in one["segments"]]


@pytest.mark.parametrize(
    "text", [text for text in TEXTS if not any(part.hours or part.days for part in parts(text, TODAY))]
)
def test_real_announcements_come_whole_from_beneath_their_headings(text: str) -> None:
    assert read(f"25 декабря 2026 г.\nс 9.00 до 16.30:\n{text}") == [(["25.12 09:00-16:30"], " ".join(text.split()))]


HEADINGS = ["25 декабря", "26.12.2026 г.", "с 9.00 до 16.30:", "28 и 29 декабря с 9 до 17 часов", "(8:00–12:00)"]
WORDS = ["ул. Мира", "Лесная", "5;", "7а", "д. 9-15", "пос. Луч:", "возле ларька", "район", "9 Января", "Центр"]
lines = st.lists(st.sampled_from(HEADINGS + WORDS), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(lines, max_size=8).map("\n".join))
def test_no_word_beside_or_beneath_a_heading_gets_lost(text: str) -> None:
    try:
        said = " ".join(part.text for part in parts(text, TODAY))
    except ValueError:
        return  # a person was asked
    wanted = text
    for heading in sorted(HEADINGS, key=len, reverse=True):
        wanted = wanted.replace(heading, " ")
    letters = [word.strip(",:;") for word in wanted.split()]
    assert [word.strip(",:;") for word in said.split()] == [word for word in letters if word]


@pytest.mark.parametrize("piece", ["1, ", "1 ", "25 декабря, ", "с 9 до ", "9:00 ", "по ", "в среду ", "1.1.", "и "])
def test_no_text_takes_long(piece: str) -> None:
    begun = time.process_time()
    with suppress(ValueError):
        parts(piece * (200_000 // len(piece)), TODAY)
    assert time.process_time() - begun < 5
