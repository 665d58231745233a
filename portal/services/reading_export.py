"""The readings of a month for billing: one row a meter, as CSV or XLSX, however many there are."""

from __future__ import annotations

import csv
import io
import tempfile
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from forms.readings import Point, used
from forms.tables import TableKind, harmless
from portal.extensions import db
from portal.models import Meter, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

HEADS = (
    "Лицевой счет", "Наименование объекта", "Адрес объекта", "Номер счетчика", "Дата снятия показаний",
    "Текущие показания", "Предыдущие показания", "Расход, кВт·ч", "Источник", "Отметка",
)  # fmt: skip
PORTION = 1000  # rows
PIECE = 64 * 1024  # bytes
Cell = str | int | None


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


def as_csv(rows: Iterable[list[Cell]]) -> Iterator[str]:
    """Write rows as Russian Excel opens them at a press: UTF-8 with its mark, semicolons; in portions."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    written = csv.writer(buffer, delimiter=";")
    for number, row in enumerate(rows, 1):
        written.writerow(_safe(row))
        if number % PORTION == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def as_xlsx(rows: Iterable[list[Cell]]) -> Iterator[bytes]:
    """Write rows into a workbook, row by row, on disk; yields it in pieces."""
    from openpyxl import Workbook  # a third of a second that only this needs

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Показания")
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(_safe(row))
    with tempfile.TemporaryFile() as packed:
        book.save(packed)
        packed.seek(0)
        while piece := packed.read(PIECE):
            yield piece


def _row(reading: Reading, meter: Meter, previous: int | None) -> list[Cell]:
    point = Point(reading.taken_on, reading.value)
    use = None if previous is None else used(Point(reading.taken_on, previous), point)
    return [
        meter.account_number, meter.place, meter.object_address, meter.serial, f"{reading.taken_on:%d.%m.%Y}",
        reading.value, previous, use, reading.source_label, reading.odd_label,
    ]  # fmt: skip


def _safe(row: list[Cell]) -> list[Cell]:
    return [harmless(cell) if isinstance(cell, str) else cell for cell in row]


WAYS: dict[TableKind, Callable[[Iterable[list[Cell]]], Iterator[Any]]] = {
    TableKind.csv: as_csv,
    TableKind.xlsx: as_xlsx,
}
