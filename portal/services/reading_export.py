"""The readings of a month for billing: one row a meter, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from forms.readings import Point, used
from portal.exports import PORTION
from portal.extensions import db
from portal.models import Meter, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from portal.exports import Cell

HEADS = (
    "Лицевой счет", "Наименование объекта", "Адрес объекта", "Номер счетчика", "Дата снятия показаний",
    "Текущие показания", "Предыдущие показания", "Расход, кВт·ч", "Источник", "Отметка",
)  # fmt: skip


def billing(month: date) -> Iterator[list[Cell]]:
    """Yield the heads, then for each meter the last reading that counts for the month and the last one before it."""
    yield list(HEADS)
    latest, earlier = aliased(Reading), aliased(Reading)
    overtaken = exists().where(
        latest.meter_id == Reading.meter_id,
        latest.month == month,
        latest.taken_on > Reading.taken_on,
        latest.in_force(),
    )
    before = (
        select(earlier.value)
        .where(earlier.meter_id == Reading.meter_id, earlier.month < month, earlier.taken_on < Reading.taken_on)
        .where(earlier.in_force())
        .order_by(earlier.taken_on.desc())
        .limit(1)
        .correlate(Reading)
        .scalar_subquery()
    )
    found = select(Reading, Meter, before).join(Meter, Meter.id == Reading.meter_id)
    found = found.where(Reading.month == month, Reading.in_force(), ~overtaken).order_by(Reading.meter_id)
    for reading, meter, previous in db.session.execute(found.execution_options(yield_per=PORTION)):
        yield _row(reading, meter, previous)


def _row(reading: Reading, meter: Meter, previous: int | None) -> list[Cell]:
    point = Point(reading.taken_on, reading.value)
    use = None if previous is None else used(Point(reading.taken_on, previous), point)
    return [
        meter.account_number, meter.place, meter.object_address, meter.serial, f"{reading.taken_on:%d.%m.%Y}",
        reading.value, previous, use, reading.source_label, reading.odd_label,
    ]  # fmt: skip
