"""Readings of meters: what is taken for one, which month it belongs to, what looks odd, how months are worked out.

Pure rules (domain 4 and 7): whole kWh, dates, and `Point`s of one meter in the order of their dates.

A month ends with the last day of grace: what is taken on 27 October belongs to November. What was used between two
readings belongs to the months after the earlier one's up to the later one's. Months that were skipped share it equally;
what does not divide goes to the last of them. So no kWh is lost or counted twice.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from forms import checks
from forms.choices import Oddity

LARGEST: Final = 999_999_999
MUCH: Final = 3  # times the usual use asks «are you sure»…
LITTLE: Final = 50  # …but nobody is asked about so few kWh
REMEMBERED: Final = 13  # readings that the usual use is worked out from: a year of them

_WHOLE: Final = re.compile(r"[0-9]+")
_FRACTION: Final = re.compile(r"[0-9]+[.,][0-9]+")
_SERIAL: Final = re.compile(r"[A-ZА-ЯЁ0-9]{3,30}")
TWINS: Final = str.maketrans("АВЕЁКМНОРСТУХ", "ABEEKMHOPCTYX")
_ACCOUNT: Final = re.compile(r"[0-9]{4,20}")


@dataclass(frozen=True)
class Point:
    """What a meter showed on a day, in kWh."""

    taken_on: dt.date
    value: int


@dataclass(frozen=True)
class Said:
    """A reading as somebody gives it; `restarted` and `sure` are the ticks that answer our doubts."""

    point: Point
    restarted: bool = False
    sure: bool = False


@dataclass(frozen=True)
class MonthUse:
    """kWh used in a month; `is_shared` where the months around it had no reading and share what was used."""

    kwh: int
    is_shared: bool = False


class Doubt(ValueError):  # noqa: N818 - it is a question, and it may be answered by the tick `field`
    """A reading can't be taken as it stands. The sentence belongs beside `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


# --- what is typed ---


def kilowatt_hours(text: str, noun: str = "показания") -> int:
    """Return a reading in whole kWh. Raises ValueError with the sentence to show."""
    typed = "".join(checks.tidy(text, noun).split())
    if not typed:
        raise ValueError(f"Введите {noun}: цифры со счётчика, например 12340")
    if _FRACTION.fullmatch(typed):
        raise ValueError(f"Введите {noun} целым числом: цифры после запятой не нужны, например 12 вместо 12,5")
    if not typed.isascii() or not _WHOLE.fullmatch(typed):
        raise ValueError(f"Введите {noun} цифрами, например 12340: без букв, знаков и запятых")
    digits = typed.lstrip("0") or "0"
    if len(digits) > len(str(LARGEST)):
        raise ValueError(f"Проверьте {noun}: на счётчике не больше {len(str(LARGEST))} цифр, а введено {len(digits)}")
    return int(digits)


def serial(text: str, noun: str = "заводской номер") -> str:
    """Return a serial number as it was typed, in capitals; it is made of letters and digits."""
    typed = checks.line(text, noun, 40).upper()
    key = serial_key(typed)
    if not _SERIAL.fullmatch(key) or not any(char.isdigit() for char in key):
        raise ValueError(f"Введите {noun} со счётчика: от 3 до 30 букв и цифр, например 123456ТЭ")
    return typed


def serial_key(text: str) -> str:
    """Return the comparable form of a serial number: no blanks or dashes, letters that look alike are one."""
    kept = (char for char in text.upper() if not char.isspace() and char not in "-\u2010\u2011\u2013\u2014")
    return "".join(kept).translate(TWINS)


def account_number(text: str, noun: str = "номер лицевого счета") -> str:
    """Return the digits of an account number."""
    digits = serial_key(checks.line(text, noun, 40))
    if not _ACCOUNT.fullmatch(digits):
        raise ValueError(f"Введите {noun}: от 4 до 20 цифр, например 123456")
    return digits


# --- what is odd ---


def used(earlier: Point, later: Point) -> int:
    """Return kWh used between two readings; a meter that shows less was replaced or went through zero."""
    return later.value - earlier.value if later.value >= earlier.value else later.value


def usual(points: Sequence[Point]) -> float | None:
    """Return the usual use in kWh a day; None as long as there are no two readings to tell it from."""
    if len(points) < 2:  # noqa: PLR2004
        return None
    return sum(used(*pair) for pair in pairwise(points)) / (points[-1].taken_on - points[0].taken_on).days


def judge(said: Said, before: Sequence[Point], today: dt.date) -> Oddity | None:
    """Compare a reading with those before it, and say whether staff should look at it.

    Raises Doubt for a day that is not over or not after the last one, and for a value that needs its tick.
    """
    _judge_day(said.point.taken_on, before, today)
    if not before:
        return None
    last = before[-1]
    if said.point.value < last.value:
        if not said.restarted:
            raise Doubt("restarted", _less(last))
        return Oddity.less
    if not _is_much(said.point, before):
        return None
    if not said.sure:
        kwh = used(last, said.point)
        raise Doubt(
            "sure",
            f"Проверьте показания: расход {_shown(kwh)} кВт·ч втрое больше обычного. Если он верен, отметьте это",
        )
    return Oddity.much


def _judge_day(taken_on: dt.date, before: Sequence[Point], today: dt.date) -> None:
    if taken_on > today:
        raise Doubt("taken_on", f"Проверьте дату: {taken_on:%d.%m.%Y} ещё не наступило")
    if not before or taken_on > before[-1].taken_on:
        return
    last = before[-1].taken_on
    if taken_on == last:
        raise Doubt("taken_on", f"За {last:%d.%m.%Y} показания уже переданы. Если в них ошибка, исправьте их")
    raise Doubt("taken_on", f"Проверьте дату: она должна быть позже предыдущих показаний от {last:%d.%m.%Y}")


def _less(last: Point) -> str:
    shown = f"{_shown(last.value)} от {last.taken_on:%d.%m.%Y}"
    return (
        f"Проверьте показания: предыдущие больше, {shown}. Если счётчик заменили или он прошёл через ноль, отметьте это"
    )


def _shown(kwh: int) -> str:
    return f"{kwh:,}".replace(",", "\u00a0")


def _is_much(point: Point, before: Sequence[Point]) -> bool:
    per_day = usual(before[-REMEMBERED:])
    kwh, days = used(before[-1], point), (point.taken_on - before[-1].taken_on).days
    return per_day is not None and kwh > LITTLE and kwh > MUCH * per_day * days


# --- months ---


def month_of(day: dt.date, grace_day: int) -> dt.date:
    """Return the first day of the month that a reading of this day belongs to."""
    first = day.replace(day=1)
    return first if day.day <= grace_day else later(first, 1)


def later(month: dt.date, count: int) -> dt.date:
    """Return the month so many months later (earlier, where it is negative), by its first day."""
    years, place = divmod(month.month - 1 + count, 12)
    return dt.date(month.year + years, place + 1, 1)


def by_month(points: Iterable[Point], grace_day: int) -> dict[dt.date, MonthUse]:
    """Return the use of each month between the first reading and the last, by the month's first day."""
    months: dict[dt.date, MonthUse] = {}
    for earlier, following in pairwise(points):
        first, last = month_of(earlier.taken_on, grace_day), month_of(following.taken_on, grace_day)
        span = (last.year - first.year) * 12 + last.month - first.month
        share, rest = divmod(used(earlier, following), max(span, 1))
        for place in range(span - 1):
            months[later(first, place + 1)] = MonthUse(share, is_shared=True)
        before = months.get(last, MonthUse(0))
        months[last] = MonthUse(before.kwh + share + rest, before.is_shared or span > 1)
    return months
