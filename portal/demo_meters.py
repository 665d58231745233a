"""Meters of the demonstration: two years of readings of a flat, a house and a firm, two months of their neighbours'."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from forms.answers import MeterAnswers, ReadingAnswers
from forms.readings import later
from portal import clock
from portal.services import meters, readings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.models import Meter, Subscriber

# kWh a month from January on: more in winter than in summer.
YEAR = (268, 241, 233, 205, 190, 174, 168, 181, 198, 215, 239, 262)
MONTHS = 25
DAY = 24
# On which days the neighbours give theirs: most of them on the last but one, some too early, some too late.
DAYS = (20, 23, 24, 24, 25, 25, 24, 26, 23, 24, 28)
# account, serial, place, first value, how much more than a flat uses
METERS = (
    ("123456", "123456ТЭ", "на опоре у дома", 6120, 1),
    ("123457", "00457812", "в щитке на площадке", 310, 2),
    ("778001", "НЗ-204511", "ввод 1, склад", 48200, 14),
    ("778001", "НЗ-204512", "ввод 2, склад", 51730, 11),
)


def fill(people: list[Subscriber]) -> None:
    """Give everybody meters, and readings up to today; of its person's own the current month is not given yet."""
    tokens = (f"meter{number:027}" for number in range(10_000))
    for number, (account, serial, place, value, times) in enumerate(METERS):
        owner = people[0] if number < 2 else people[-1]  # noqa: PLR2004 - the first two are the person's
        with clock.shifted(timedelta(days=-31 * (MONTHS + 1))):
            said = MeterAnswers(place=place, account_number=account, serial=serial, token=next(tokens))
            meter = meters.register(owner, said)
        _read(meter, owner, value, times, tokens)
    for number, owner in enumerate(people[1:-1]):
        _read_lately(owner, number, tokens)


def _read_lately(owner: Subscriber, number: int, tokens: Iterator[str]) -> None:
    said = MeterAnswers(f"квартира {number + 1}", f"{123500 + number}", f"ЛК-{4100 + number}", next(tokens))
    with clock.shifted(timedelta(days=-59)):
        meter = meters.register(owner, said)
    this = clock.today().replace(day=1)
    for back in (1, 0):
        day = later(this, -back).replace(day=DAYS[(number + back) % len(DAYS)])
        if day <= clock.today():
            with clock.shifted(timedelta(days=(day - clock.today()).days)):
                value = 1500 + number * 37 + YEAR[day.month - 1] * (2 - back)
                readings.add(meter, ReadingAnswers(reading=value, taken_on=day, token=next(tokens)), owner)


def _read(meter: Meter, owner: Subscriber, value: int, times: int, tokens: Iterator[str]) -> None:
    this = clock.today().replace(day=1)
    for back in range(MONTHS, 0, -1):
        day = later(this, -back).replace(day=DAY)
        value += YEAR[day.month - 1] * times + back * 3
        with clock.shifted(timedelta(days=(day - clock.today()).days)):
            readings.add(meter, ReadingAnswers(reading=value, taken_on=day, token=next(tokens)), owner)
