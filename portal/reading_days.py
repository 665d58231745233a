"""When readings of meters are expected: the days of the month by the settings, and what counts for which month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.readings import month_of
from portal import clock, formats, settings

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Window:
    """The days `first` to `last`, and grace until `grace`, of the month that a reading received today counts for."""

    today: date
    month: date
    first: date
    last: date
    grace: date

    @property
    def is_open(self) -> bool:
        """Whether readings are expected today."""
        return self.first <= self.today <= self.last

    @property
    def is_late(self) -> bool:
        """Whether readings still count for the month though the days are over."""
        return self.last < self.today <= self.grace

    @property
    def days(self) -> str:
        """«с 23 по 25 ноября»."""
        return f"с {self.first.day} по {formats.in_words(self.last)}"

    @property
    def says(self) -> str:
        """What a reading given today counts for."""
        name = formats.month_alone(self.month)
        if self.is_open:
            return f"Идёт приём показаний за {name}: по {formats.in_words(self.last)} включительно."
        if self.is_late:
            return f"Дни приёма прошли, но {formats.in_words(self.grace)} показания ещё войдут в расчёт за {name}."
        return f"Показания ждём {self.days}. Переданные сегодня войдут в следующий расчёт, за {name}."


def window(today: date | None = None) -> Window:
    """Give the days that matter today."""
    today = today or clock.today()
    ours = settings.current()
    month = month_for(today)
    days = (ours.reading_first_day, ours.reading_last_day, ours.reading_grace_day)
    return Window(today, month, *(month.replace(day=day) for day in days))


def month_for(day: date) -> date:
    """Give the first day of the month that a reading of this day counts for."""
    return month_of(day, settings.current().reading_grace_day)
