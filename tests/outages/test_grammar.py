"""Published addresses: real announcements against what they mean, and texts that come back as they were."""

from __future__ import annotations

import csv
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.addresses import House, Parity, Place, Span, Streets, read
from portal.services.reference import FOLDER
from tests.outages.gold import FILE, scores

with (FOLDER / "streets.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [(number, row["name"], row["type"]) for number, row in enumerate(csv.DictReader(file))]
STREETS = Streets(ROWS)


def test_real_announcements_are_understood_and_nothing_is_invented() -> None:
    read_all = scores()
    understood = sum(len(score.found) for score in read_all)
    missed = [meaning for score in read_all for meaning in score.missed]
    strange = [(score.segment, meaning) for score in read_all for meaning in score.invented]
    assert understood + len(missed) == 258
    assert understood >= 252, missed
    # The four that are named otherwise than meant: «на Елизвете», «Заводкая». Neither names a street of a directory.
    assert {name for name, _ in strange} == {"ekb-2014-08-05"}
    assert len(strange) <= 4


def test_streets_of_the_companys_own_city_are_found_in_its_directory() -> None:
    lost = []
    for announcement in json.loads(FILE.read_text(encoding="utf-8")):
        if announcement["city"] == "Воронеж":
            for segment in announcement["segments"]:
                matches = STREETS.match(read(segment["text"]).places)
                lost += [match.place for match in matches if len(match.street_ids) != 1]
    assert all(place.locality for place in lost), "other settlements are for a person, the city's own streets are known"


def test_the_example_of_the_figure() -> None:
    reading = read("ул. Ленина, д. 1–25 (нечёт.), 30, 32/1, 40а; пер. Садовый (полностью)")
    lenin, garden = reading.places
    assert (lenin.type, lenin.name) == ("ул.", "Ленина")
    assert lenin.spans == (
        Span(House(1), House(25), Parity.odd), Span(House(30)), Span(House(32, "/1")), Span(House(40, "а")),
    )  # fmt: skip
    assert (garden.type, garden.name, garden.spans) == ("пер.", "Садовый", ())
    assert reading.unread == ()


@pytest.mark.parametrize(
    ("text", "found", "unread"),
    [
        ("несколько улиц Ленинского района", 0, "Ленинского района"),
        ("в квадрате улиц Мира – Победы – Лесная – Садовая", 0, "в квадрате"),
        ("ряд домов вблизи проспекта Патриотов", 0, "вблизи проспекта Патриотов"),
        ("Верховому, д. 1-7", 0, "Верховому"),
        ("=cmd|'/c calc'!A1", 0, "cmd"),
        ("ул. Мира, 5, подстанция № 7а, ул. Лесная", 2, "подстанция"),
        ("", 0, ""),
    ],
)
def test_what_is_not_understood_is_kept_for_a_person(text: str, found: int, unread: str) -> None:
    reading = read(text)
    assert len(reading.places) == found
    assert unread in " ".join(reading.unread)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("30", House(30)), ("32/1", House(32, "/1")), ("40а", House(40, "а")), ("40А", House(40, "а")),
        ("40-а", House(40, "а")), ("40 a", House(40, "а")), ("12 к. 1", House(12, "к1")), ("12 корп. 1", House(12, "к1")),
        ("12, корпус 1", House(12, "к1")), ("31 стр.1", House(31, "стр1")), ("вл.9", House(9, "вл")), ("№ 7", House(7)),
        ("д. 7", House(7)), ("без номера", None), ("", None), ("12 и дальше", None), ("12345", None), ("7, кв. 3", None),
    ],
)  # fmt: skip
def test_house_numbers_have_one_normal_form(text: str, normal: House | None) -> None:
    assert House.of(text) == normal
    assert normal is None or House.of(str(normal)) == normal


@pytest.mark.parametrize(
    ("written", "house", "is_meant"),
    [
        ("1-25", "7", True), ("1-25", "8", False), ("1-24", "8", True), ("2-16 (чётная сторона)", "8а", True),
        ("94-140А", "140а", True), ("7-1", "3", True), ("7-1", "4", False), ("30", "30а", False), ("с 1 по 48", "48", True),
    ],
)  # fmt: skip
def test_a_range_means_a_side_where_both_ends_are_on_it(written: str, house: str, is_meant: object) -> None:
    span = read(f"ул. Мира, д. {written}").places[0].spans[0]
    number = House.of(house)
    assert number is not None
    assert span.holds(number) is is_meant


@pytest.mark.parametrize(
    ("kind", "name", "display"),
    [
        ("пр-кт", "Московском", "Московский"), ("ул.", "Краснознамённой", "Краснознаменная"), ("ул.", "К. Маркса", "Карла Маркса"),
        ("ул.", "Лизюкова", "Генерала Лизюкова"), ("ул.", "20-летия октября", "20-летия Октября"),
        ("ул.", "121-й Стрелковой дивизии", "121 Стрелковой Дивизии"), ("пр.", "Революции", "Революции"),
    ],
)  # fmt: skip
def test_a_street_is_found_however_it_is_written(kind: str, name: str, display: str) -> None:
    found = [ROWS[number][1] for number in STREETS.find(kind, name)]
    assert [spelled.replace("ё", "е") for spelled in found] == [display]


def test_what_could_be_two_streets_is_not_guessed() -> None:
    both = Streets([(1, "Тихий", "проезд"), (2, "Тихий", "пр-кт")])
    assert both.find("пр.", "Тихий") == [1, 2] or both.find("пр.", "Тихий") == [2, 1]
    assert Streets(ROWS).find("ул.", "Небывалая") == []


numbers = st.integers(1, 999)
suffixes = st.sampled_from(["", "а", "б", "/1", "/12", "к1", "стр2", "а/2"])
houses = st.builds(House, numbers, suffixes)
ranges = st.builds(Span.between, houses, houses, st.sampled_from(list(Parity)))
street_names = st.sampled_from([(kind, name) for _, name, kind in ROWS if kind != "съезд" and " и " not in name])


@st.composite
def places(draw: st.DrawFn) -> Place:
    kind, name = draw(street_names)
    spans = draw(st.lists(st.one_of(st.builds(Span, houses), ranges), max_size=6))
    return Place("", kind, name, tuple(spans))


def plain(place: Place) -> Place:
    """Forget what text does not carry: how the range was written at first."""
    spans = tuple(Span(span.first, span.last, span.parity) for span in place.spans)
    return Place(place.locality, place.type, place.name, spans)


@settings(max_examples=150, deadline=None)
@given(st.lists(places(), min_size=1, max_size=5))
def test_text_that_was_written_is_read_back_as_the_same(wanted: list[Place]) -> None:
    text = "; ".join(map(str, wanted))
    reading = read(text)
    assert [plain(place) for place in reading.places] == [plain(place) for place in wanted], text
    assert reading.unread == (), text
    assert str(read(str(reading))) == str(reading)


pieces = st.sampled_from(
    ["ул.", "Мира", "пер.", "д.", "№", "5", "7а", "–", "-", ",", ";", ":", "(", ")", "«", "»", "с", "по", "и", "СНТ",
     "г.", "\n", "вл.", "стр.", "чёт.", "(нечёт.)", "дома", "в районе", "на улицах", "9 Января", "района", "1905 года", '"']
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(pieces, max_size=40).map(" ".join)))
def test_any_text_can_be_read(text: str) -> None:
    reading = read(text)
    assert all(piece.strip() for piece in reading.unread)


@pytest.mark.parametrize("piece", ["дом ", "ул. ", "« ", "с 1 ", "1", "А", "Аа-", "( ", " ", "вблизи ", "1-", "№"])
def test_no_text_takes_long(piece: str) -> None:
    begun = time.process_time()
    read(piece * (20_000 // len(piece)))
    assert time.process_time() - begun < 3
