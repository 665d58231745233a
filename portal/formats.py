"""How dates, sizes, numbers and names are written in Russian; each function is a template filter of the same name."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import phonenumbers

from forms import months
from portal import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date as Date  # noqa: N812
    from datetime import timedelta

WEEK = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
NEAR = {0: "сегодня", 1: "завтра"}
UNITS = ("Б", "КБ", "МБ", "ГБ")
STEP = 1024


def date(value: Date | datetime) -> str:
    """«24.11.2026»; a moment gives the company's date."""
    return f"{_day(value):%d.%m.%Y}"


def short_date(value: Date | datetime) -> str:
    """«24.11»."""
    return f"{_day(value):%d.%m}"


def in_words(value: Date | datetime) -> str:
    """«2 декабря»."""
    day = _day(value)
    return f"{day.day} {months.OF_DATES[day.month - 1]}"


def moment(value: datetime) -> str:
    """«24.11.2026, 14:32» by the company's clock."""
    return f"{clock.local(value):%d.%m.%Y, %H:%M}"


def month(value: Date) -> str:
    """«ноябрь 2026»."""
    return f"{month_alone(value)} {value.year}"


def month_alone(value: Date) -> str:
    """«ноябрь»."""
    return months.ALONE[value.month - 1]


def week_day(value: Date) -> str:
    """«пт»."""
    return WEEK[value.weekday()]


def grouped(number: int) -> str:
    """«12 340»: thousands apart, never on two lines."""
    return f"{number:,}".replace(",", "\u00a0")


def clock_time(value: datetime) -> str:
    """«9:00» by the company's clock."""
    local = clock.local(value)
    return f"{local.hour}:{local.minute:02}"


def duration(value: timedelta) -> str:
    """«11 ч 20 мин»."""
    hours, minutes = divmod(round(value.total_seconds() / 60), 60)
    parts = (f"{hours} ч" if hours else "", f"{minutes} мин" if minutes or not hours else "")
    return " ".join(filter(None, parts))


def plural(number: int, one: str, few: str, many: str) -> str:
    """«1 день», «2 дня», «5 дней», «11 дней»."""
    last, teens = abs(number) % 10, abs(number) % 100 in range(11, 15)
    word = one if last == 1 and not teens else few if last in {2, 3, 4} and not teens else many
    return f"{number} {word}"


def until(day: Date) -> str:
    """«до 2 декабря, осталось 8 дней», «прошёл 20 ноября»: what follows «срок»."""
    left = (day - clock.today()).days
    if left < 0:
        return f"прошёл {in_words(day)}"
    if left in NEAR:
        return f"до {in_words(day)}, {NEAR[left]} последний день"
    days = plural(left, "день", "дня", "дней")
    return f"до {in_words(day)}, {'остался' if days.endswith('день') else 'осталось'} {days}"


def filesize(size: int) -> str:
    """«840 Б», «84 КБ», «1,4 МБ»: one decimal below ten."""
    value, unit = float(size), 0
    while round(value, 1) >= STEP and unit < len(UNITS) - 1:
        value, unit = value / STEP, unit + 1
    digits = 1 if unit and value < 10 and round(value, 1) != round(value) else 0  # noqa: PLR2004
    return f"{value:.{digits}f} {UNITS[unit]}".replace(".", ",")


def kilowatts(value: Decimal) -> str:
    """«12,5 кВт»."""
    return f"{value.normalize():f} кВт".replace(".", ",")


def money(value: Decimal | str) -> str:
    """«12 345,60 ₽» of a sum in roubles."""
    return f"{Decimal(value):,.2f} ₽".replace(",", "\u00a0").replace(".", ",")


def phone(value: str) -> str:
    """«+7 (473) 200-00-00» of «+74732000000»."""
    number = str(phonenumbers.parse(value, "RU").national_number)
    return f"+7 ({number[:3]}) {number[3:6]}-{number[6:8]}-{number[8:]}"


def snils(value: str) -> str:
    """«112-233-445 95» of eleven digits."""
    return f"{value[:3]}-{value[3:6]}-{value[6:9]} {value[9:]}"


def passport(value: str) -> str:
    """«2011 № 000000» of ten digits (fig. 7)."""
    return f"{value[:4]} № {value[4:]}"


def masked(number: str) -> str:
    """«11*-***-*** *5»: the first two and the last digit, whatever stands between digits stays."""
    places = [place for place, char in enumerate(number) if char.isdigit()]
    hidden = set(places[2:-1])
    return "".join("*" if place in hidden else char for place, char in enumerate(number))


def shortened(text: str, limit: int) -> str:
    """«Акт о технологическом при…»: at most so many characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def short_name(full_name: str) -> str:
    """«Иванов И.И.» of «Иванов Иван Иванович»."""
    surname, *others = full_name.split()
    return f"{surname} {''.join(f'{name[0]}.' for name in others[:2])}".strip()


def first_names(full_name: str) -> str:
    """«Иван Иванович» of «Иванов Иван Иванович»."""
    return " ".join(full_name.split()[1:]) or full_name


FILTERS: tuple[Callable[..., str], ...] = (
    date, short_date, in_words, moment, clock_time, month, month_alone, week_day, grouped, plural, until, filesize,
    kilowatts, money, phone, snils, passport,
)  # fmt: skip


def _day(value: Date | datetime) -> Date:
    return clock.local(value).date() if isinstance(value, datetime) else value
