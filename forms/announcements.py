"""The text of an announcement, cut at its days and hours: what stands beneath a heading belongs to it.

A heading is a line that names days («25 и 27 ноября», «с 28.11.2026 по 02.12.2026»), hours («с 9 до 17 часов») or both.
Whatever else stands in it goes with the lines beneath: no word gets lost.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from forms import checks, months

Hours = tuple[str, str]

MOST_DAYS: Final = 92
HALF_A_YEAR: Final = dt.timedelta(days=182)
_MONTHS: Final = "|".join((*months.OF_DATES, *map(str.upper, months.OF_DATES)))
_CAPITALS: Final = "|".join(map(str.capitalize, months.OF_DATES))  # «9 Января» is a street, «9 Января 2027» is none
_WEEK_DAY: Final = r"(?i:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье)"
_OF_YEAR: Final = r"(?:\s*г(?:ода|\.)?(?!\w))?"
_YEAR: Final = rf"\d{{4}}(?!\d){_OF_YEAR}"
# «25.12.2026 г.», «25 декабря», «25 декабря 2026 года»
_DAY: Final = (
    rf"\d{{1,2}}(?:\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}})(?![\d.:]){_OF_YEAR}"
    rf"|\s+(?:{_MONTHS})(?!\w)(?:\s+{_YEAR})?|\s+(?:{_CAPITALS})\s+{_YEAR})(?!\d)"
)
_JOINT: Final = r"\s*(?:,|(?<!\w)и(?!\w)|(?<!\w)по(?!\w)|[-–—])\s*"
# «в среду, 25 декабря», «25, 26 и 28 декабря», «с 28 декабря по 2 января»
_DAYS: Final = re.compile(
    rf"(?:(?<!\w)(?:[Вв]о?\s+)?{_WEEK_DAY},?\s+)?(?<![\d.:/])(?:(?<!\w)[Сс]о?\s+)?"
    rf"(?:(?:{_DAY}|\d{{1,2}}(?!\d)){_JOINT}){{0,31}}{_DAY}(?:\s*,?\s*\(?{_WEEK_DAY}(?!\w)\)?)?"
)
_ONE: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?!\d)"
    rf"(?:\.(\d{{1,2}})\.(\d{{4}}|\d{{2}})|\s+({_MONTHS}|{_CAPITALS})(?:\s+(\d{{4}}))?)?"
)
_NUMBER: Final = r"(?<![\d.:])\d{1,2}"
_WORD: Final = r"\s*ч(?:ас\w*|\.)?(?!\w)"
_MINUTES: Final = r"[.:]\d{2}(?!\d)"
_FROM: Final = r"(?:(?<!\w)[Сс]\s*)?"
_UPTO: Final = r"\s*(?:[-–—]|до)\s*"
# Either end has minutes, or the last one says that it is an hour: «дома с 1 по 25» are no hours.
_HOURS: Final = re.compile(
    rf"{_FROM}({_NUMBER})({_MINUTES})(?:{_WORD})?{_UPTO}({_NUMBER})({_MINUTES})(?:{_WORD})?"
    rf"|(?<!\w)[Сс]\s*({_NUMBER})({_MINUTES})?(?:{_WORD})?\s*до\s*({_NUMBER})(?:({_MINUTES})(?:{_WORD})?|{_WORD})"
)
_STREET: Final = re.compile(r"\b(?:ул|улиц\w*|пер|переул\w*|пр-кт|просп\w*|б-р|д|дом\w*)\b", re.IGNORECASE)
_NAMES_A_STREET: Final = re.compile(r"(?:ул|улиц\w*|пер|переул\w*|пл|площад\w*)\.?\s*$", re.IGNORECASE)
_NAMES_A_HOUSE: Final = re.compile(r"(?:(?<!\w)(?:д\.?|дом\w*)|№)\s*$", re.IGNORECASE)
_NEAR: Final = 100
_BESIDE: Final = " \t\u00a0:;,.–—-"


@dataclass(frozen=True)
class Part:
    """Addresses with the days and hours above them; `line` counts from 1, None is what no heading said."""

    line: int
    days: tuple[dt.date, ...] | None
    hours: tuple[Hours, ...] | None
    text: str

    def periods(self, usual: tuple[dt.datetime, dt.datetime] | None) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Give (begin, end) of each outage; what was not said is `usual`. Raises ValueError where nobody said it."""
        if usual and not self.days and not self.hours:
            yield usual
            return
        days = self.days or ((usual[0].date(),) if usual else None)
        hours = self.hours or ((tuple(f"{end:%H:%M}" for end in usual),) if usual else None)
        if days is None or hours is None:
            missing = "дату" if days is None else "часы"
            raise ValueError(f"не нашли {missing} над этим текстом. Допишите их или укажите выше начало и конец")
        for day in days:
            for first, last in hours:
                yield _period(day, first, last)


def parts(text: str, today: dt.date) -> list[Part]:
    """Cut a text. Raises ValueError with a sentence that names the line."""
    reader = _Reader(today)
    for number, line in enumerate(text.splitlines(), 1):
        try:
            reader.take(number, line)
        except ValueError as error:
            raise ValueError(f"Строка {number}: {error}") from None
    reader.finish()
    return reader.found


class _Reader:
    """Goes down the lines; remembers the days and hours that hold."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.found: list[Part] = []
        self.days: tuple[dt.date, ...] | None = None
        self.hours: tuple[Hours, ...] | None = None
        self.start = 1
        self.lines: list[str] = []
        self.is_used = False  # whether addresses stood beneath the hours that hold

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        days, hours, rest = _heading(line, self.today)
        if days is None and hours is None:
            self.lines.append(line)
            return
        above = self._close()
        if hours is not None or self.is_used:
            self.hours = hours
        self.days = days or self.days
        self.is_used = False
        self.start, self.lines = (number if not above else self.start), [*above, rest]

    def finish(self) -> None:
        """Take what stands under the last heading."""
        text = "\n".join(self.lines).strip()
        if text:
            self.found.append(Part(self.start, self.days, self.hours, text))

    def _close(self) -> list[str]:
        """End a part; words without a time that name no street are a title, and go with what comes next."""
        text = "\n".join(self.lines).strip()
        if not text:
            return []
        if (self.days is None or self.hours is None) and not _STREET.search(text):
            return [text]
        self.found.append(Part(self.start, self.days, self.hours, text))
        self.is_used = True
        return []


def _heading(line: str, today: dt.date) -> tuple[tuple[dt.date, ...] | None, tuple[Hours, ...] | None, str]:
    """Give the days and hours that a line names, and what else is in it."""
    hours = list(_HOURS.finditer(line))
    days = [found for found in _DAYS.finditer(line) if _is_date(line, found)]
    _refuse_scattered(line, days, "дат")
    _refuse_scattered(line, hours, "часов")
    rest = line
    for found in sorted([*days, *hours], key=re.Match.start, reverse=True):
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    named = tuple(day for found in days for day in _days(found[0], today))
    return named or None, tuple(map(_hours, hours)) or None, _tidy(rest) if days or hours else line


def _is_date(line: str, found: re.Match[str]) -> bool:
    """Tell «25 ноября» from «ул. 9 января». Raises ValueError for «Мира, 5, 25 ноября»: is 5 a house or a day?"""
    before = line[: found.start()].rstrip()[-_NEAR:]
    if _NAMES_A_STREET.search(before):
        return False
    is_list = re.match(r"\d{1,2}\s*(?:,|и)", found[0]) and before and not re.search(r"(?:(?<!\S)[а-я]+|:)$", before)
    is_named = re.match(r"\D*\d+\s", found[0]) and before.endswith(",") and _STREET.search(before)
    if is_list or is_named or _NAMES_A_HOUSE.search(before):
        raise ValueError("в ней не отличить дату от дома или улицы. Напишите даты отдельной строкой над адресами")
    return True


def _refuse_scattered(line: str, found: Sequence[re.Match[str]], what: str) -> None:
    """Refuse a line whose words stand between two times: nobody can tell which of them is theirs."""
    for one, other in pairwise(found):
        if line[one.end() : other.start()].strip(f"{_BESIDE}и"):
            raise ValueError(f"в ней несколько {what}. Начните каждый адрес со своим временем с новой строки")


def _days(text: str, today: dt.date) -> Iterator[dt.date]:
    """Read «25, 26 и 28 ноября», «с 28 ноября по 2 декабря 2026»: what a day lacks, the one after it has."""
    ones = list(_ONE.finditer(re.sub(_WEEK_DAY, " ", text)))
    month, year, days = "", "", list[dt.date]()
    for one in reversed(ones):
        month = one[2] or (str(_month(one[4])) if one[4] else month)
        year = one[3] or one[5] or year
        days.insert(0, _made(int(one[1]), int(month), year, today))
    for number, (one, day) in enumerate(zip(ones, days, strict=True)):
        is_range = number and re.search(r"(?:по|[-–—])\s*$", text[: one.start()].rstrip())
        yield from _between(days[number - 1], day) if is_range else (day,)


def _between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Give the days after the first, which has been given, up to the last."""
    count = (last - first).days
    if count <= 0:
        raise ValueError(f"проверьте даты: {last:%d.%m.%Y} не позже, чем {first:%d.%m.%Y}")
    if count >= MOST_DAYS:
        raise ValueError(f"проверьте даты: с {first:%d.%m.%Y} по {last:%d.%m.%Y} больше {MOST_DAYS} дней")
    return (first + dt.timedelta(days=number) for number in range(1, count + 1))


def _made(day: int, month: int, year: str, today: dt.date) -> dt.date:
    """Make a date; one without a year is at most half a year ago, or else still to come."""
    made = checks.day(f"{day}.{month:02}.{year or today.year}")
    is_next_year = not year and today - made > HALF_A_YEAR
    return checks.day(f"{day}.{month:02}.{today.year + 1}") if is_next_year else made


def _month(word: str) -> int:
    return months.OF_DATES.index(word.lower()) + 1


def _hours(found: re.Match[str]) -> Hours:
    """Give both ends as «9:00»; midnight may be written as 24:00."""
    first, first_minutes, last, last_minutes = found.groups()[:4] if found[1] else found.groups()[4:]
    return _time(first, first_minutes), _time(last, last_minutes)


def _time(hour: str, minutes: str | None) -> str:
    text = f"{int(hour) % 24 if int(hour) == 24 else int(hour):02}:{(minutes or ':00')[1:]}"  # noqa: PLR2004
    try:
        dt.time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"проверьте часы: {text} не бывает") from None
    return text


def _period(day: dt.date, first: str, last: str) -> tuple[dt.datetime, dt.datetime]:
    """Lay hours into a day; those that end before they begin go over midnight."""
    begins, ends = (dt.datetime.combine(day, dt.time.fromisoformat(text)) for text in (first, last))
    return begins, ends + dt.timedelta(days=ends <= begins)


def _tidy(rest: str) -> str:
    """Take away what only held a time: «( ):», «–», a dash at the start."""
    bare = re.sub(r"\(\s*(?:[,;и]\s*)?\)", " ", " ".join(rest.split()))
    bare = re.sub(r"^\W*и(?!\w)", "", re.sub(r"\s+(?=[:;,.])", "", bare))
    return bare.strip(" \t:;,–—-")
