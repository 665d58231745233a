"""Readings of many meters in one file: kept at once, checked beside the web server, taken whole or not at all.

First every row is checked, the good ones are written into a temporary file, and the page shows how far it has come.
Then, in one transaction, they are stored; if a reading came by another way meanwhile, all begins anew. Memory holds
the subscriber's meters, never the rows.
"""

from __future__ import annotations

import csv
import logging
import tempfile
from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import IO, TYPE_CHECKING

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import OperationalError

from forms import checks, readings, tables
from forms.choices import ReadingSource
from forms.readings import Point, Said
from forms.tables import RowError, TableKind
from portal import clock, journal, reading_days, storage
from portal.extensions import db
from portal.journal import Actor
from portal.models import FileState, Meter, Reading, ReadingFile, Subscriber
from portal.refusals import Busy, NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


log = logging.getLogger(__name__)
COLUMNS = ("Заводской номер", "Показания", "Дата съема показаний", "Подтверждение")
CONFIRMED, REPLACED = "да", "замена"
SHOWN_ERRORS = 100
LATEST = 10
MOST_WAITING = 3
STEP = 2000
LEASE = timedelta(minutes=10)
UNDER_WAY = (FileState.waiting.value, FileState.checking.value)
BROKEN = "Файл не удалось проверить. Приложите его ещё раз"


@dataclass
class Known:
    """A meter of the subscriber, and its last readings as the rows of the file add to them."""

    id: int
    is_retired: bool
    points: deque[Point] = field(default_factory=lambda: deque(maxlen=readings.REMEMBERED))


@dataclass
class Errors:
    """The first rows that are wrong, and how many there are."""

    count: int = 0
    first: list[list[int | str]] = field(default_factory=list)

    def add(self, number: int, sentence: str) -> None:
        """Note what is wrong with a row."""
        self.count += 1
        if len(self.first) < SHOWN_ERRORS:
            self.first.append([number, sentence])


def keep(subscriber: Subscriber, token: str, name: str, kind: TableKind, stream: IO[bytes]) -> ReadingFile:
    """Keep a file to be checked; the same form sent twice makes one.

    Raises:
        Refusal: too many files wait already.
        StorageError: nothing was kept (see `portal.storage`).

    """
    mine = select(ReadingFile).where(ReadingFile.subscriber_id == subscriber.id)
    before = db.session.scalar(mine.where(ReadingFile.form_token == token))
    if before is not None:
        return before
    if len(db.session.scalars(mine.where(ReadingFile.state.in_(UNDER_WAY))).all()) >= MOST_WAITING:
        raise Refusal("Подождите, пока проверим прежние файлы: их уже несколько")
    total = max(tables.count(stream, kind) - 1, 0)  # the heads are no row
    blob = storage.current().save(stream)
    try:
        with transaction() as session:
            made = ReadingFile(
                subscriber_id=subscriber.id, form_token=token, name=name, media_type=kind.media_type, row_total=total,
                key=blob.key, size=blob.size, sha256=blob.sha256,
            )  # fmt: skip
            session.add(made)
    except BaseException:
        storage.current().delete(blob.key)
        raise
    return made


def owned(subscriber: Subscriber, file_id: int) -> ReadingFile:
    """Open one of the subscriber's own. Raises NotYours where there is no such file among them."""
    mine = select(ReadingFile).where(ReadingFile.subscriber_id == subscriber.id, ReadingFile.id == file_id)
    found = db.session.scalar(mine.execution_options(populate_existing=True))
    if found is None:
        raise NotYours
    return found


def latest_of(subscriber: Subscriber) -> Sequence[ReadingFile]:
    """List the last files of a subscriber, the newest first."""
    mine = select(ReadingFile).where(ReadingFile.subscriber_id == subscriber.id)
    return db.session.scalars(mine.order_by(ReadingFile.id.desc()).limit(LATEST)).all()


def sample(subscriber: Subscriber) -> list[list[str | int | None]]:
    """Give the rows of a file to begin with: one for each of the subscriber's meters, or an example."""
    mine = (
        select(Meter.serial).where(Meter.subscriber_id == subscriber.id, Meter.retired_at.is_(None)).order_by(Meter.id)
    )
    serials = db.session.scalars(mine).all()
    today = f"{clock.today():%d.%m.%Y}"
    rows: list[list[str | int | None]] = [[*COLUMNS]]
    rows += ([serial, "", today, ""] for serial in serials or ["123456ТЭ"])
    return rows


def work() -> bool:
    """Check and take one file that waits; gives whether there was one. Several processes may do it at once."""
    file_id = _claim()
    if file_id is None:
        return False
    waiting = db.session.get_one(ReadingFile, file_id, populate_existing=True)
    try:
        _take(waiting)
    except (OperationalError, Busy):  # nothing is wrong with the file: it is taken again in a while
        log.exception("file of readings %s waits", file_id)
        db.session.rollback()
    except Exception:  # whatever is wrong with one file, the next one is checked, and letters go on
        log.exception("file of readings %s", file_id)
        db.session.rollback()
        _finish(waiting, Errors(1, [[0, BROKEN]]))
    return True


def _claim() -> int | None:
    """Take a file for ourselves by a lease: a process that dies gives it back by itself."""
    due = select(ReadingFile.id).where(ReadingFile.state.in_(UNDER_WAY), ReadingFile.leased_until <= clock.now())
    due = due.order_by(ReadingFile.id).limit(1)
    anything = db.session.scalar(due)
    db.session.commit()
    if anything is None:
        return None
    with transaction() as session:
        ours = update(ReadingFile).where(ReadingFile.id.in_(due.with_for_update(skip_locked=True)))
        taken = ours.values(leased_until=clock.now() + LEASE, state=FileState.checking.value, row_count=0)
        return session.scalar(taken.returning(ReadingFile.id))


def _take(waiting: ReadingFile) -> None:
    with tempfile.TemporaryFile() as whole, tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as good:
        for piece in storage.current().open(waiting.key):
            whole.write(piece)
        newest = _newest(waiting)
        errors = _check(waiting, whole, good)
        if errors.count:
            _finish(waiting, errors)
            return
        good.seek(0)
        if not _store(waiting, good, newest):
            _again(waiting)


def _check(waiting: ReadingFile, whole: IO[bytes], good: IO[str]) -> Errors:
    """Judge every row, and write the good ones as meter, value, day, oddity."""
    whole.seek(0)
    errors, written, known = Errors(), csv.writer(good), _meters_of(waiting)
    kind = next(kind for kind in TableKind if kind.media_type == waiting.media_type)
    number = count = 0
    try:
        for number, cells in tables.rows(whole, kind, COLUMNS):
            count += 1
            if count % STEP == 0:
                _progress(waiting, count)
            try:
                written.writerow(_judged(cells, known))
            except ValueError as error:
                errors.add(number, str(error))
    except RowError as error:
        errors.add(error.number, str(error))
    except ValueError as error:
        errors.add(0, str(error))
    if not count and not errors.count:
        errors.add(0, "В файле нет ни одной строки с показаниями")
    waiting.row_count = count
    return errors


def _judged(cells: list[str], known: dict[str, Known]) -> tuple[int, int, str, str]:
    """Read a row. Raises ValueError with a sentence."""
    if any(tables.is_formula(cell) for cell in cells):
        raise ValueError("Вставьте значения вместо формул")
    serial, value, day, word = cells
    meter = known.get(readings.serial_key(readings.serial(serial)))
    if meter is None:
        raise ValueError(f"Добавьте счётчик {serial.strip()[:40]} в кабинет: его нет среди ваших")
    if meter.is_retired:
        raise ValueError(f"Верните счётчик {serial.strip()[:40]} в список: он снят с учёта")
    confirmed = _confirmed(word)
    point = Point(checks.day(day.partition(" ")[0], "дату съёма показаний"), readings.kilowatt_hours(value))
    said = Said(point, restarted=confirmed == REPLACED, sure=confirmed in {CONFIRMED, REPLACED})
    try:
        odd = readings.judge(said, list(meter.points), clock.today())
    except readings.Doubt as doubt:
        raise ValueError(_advice(doubt)) from None
    meter.points.append(point)
    return meter.id, point.value, point.taken_on.isoformat(), odd.code if odd else ""


def _confirmed(word: str) -> str:
    said = word.strip().lower()
    if said not in {"", CONFIRMED, REPLACED}:
        raise ValueError(f"Оставьте «{COLUMNS[3]}» пустым или напишите «{CONFIRMED}» или «{REPLACED}»")
    return said


def _advice(doubt: readings.Doubt) -> str:
    """Say in a file what a tick says on the page."""
    ticks = {"restarted": REPLACED, "sure": CONFIRMED}
    word = ticks.get(doubt.field)
    return f"{doubt}: напишите «{word}» в столбце «{COLUMNS[3]}»" if word else str(doubt)


def _meters_of(waiting: ReadingFile) -> dict[str, Known]:
    """Load the subscriber's meters by their comparable numbers, each with its last readings."""
    mine = select(Meter.id, Meter.serial_key, Meter.retired_at).where(Meter.subscriber_id == waiting.subscriber_id)
    known = {row.serial_key: Known(row.id, row.retired_at is not None) for row in db.session.execute(mine)}
    by_id = {meter.id: meter for meter in known.values()}
    place = func.row_number().over(partition_by=Reading.meter_id, order_by=Reading.taken_on.desc()).label("place")
    ranked = (
        select(Reading.meter_id, Reading.taken_on, Reading.value, place)
        .where(_of(waiting), Reading.in_force())
        .subquery()
    )
    last = select(ranked.c.meter_id, ranked.c.taken_on, ranked.c.value).where(ranked.c.place <= readings.REMEMBERED)
    for meter_id, taken_on, value in db.session.execute(last.order_by(ranked.c.taken_on)):
        by_id[meter_id].points.append(Point(taken_on, value))
    return known


def _of(waiting: ReadingFile) -> ColumnElement[bool]:
    return Reading.meter_id.in_(select(Meter.id).where(Meter.subscriber_id == waiting.subscriber_id))


def _newest(waiting: ReadingFile) -> int:
    """Name the state of the subscriber's readings and meters that the check starts from."""
    newest = db.session.scalar(select(func.max(Reading.id)).where(_of(waiting))) or 0
    db.session.commit()
    return newest


def _progress(waiting: ReadingFile, count: int) -> None:
    with transaction():
        waiting.row_count, waiting.leased_until = count, clock.now() + LEASE


def _store(waiting: ReadingFile, good: IO[str], newest: int) -> bool:
    """Store all of it; gives False where readings came by another way since the check."""
    now, month = clock.now(), reading_days.month_for(clock.today())
    common = {"month": month, "received_at": now, "source": ReadingSource.file.code, "file_id": waiting.id}
    rows = (
        {"meter_id": int(meter), "value": int(value), "taken_on": date.fromisoformat(day), "odd": odd or None} | common
        for meter, value, day, odd in csv.reader(good)
    )
    with transaction() as session:
        meters = select(Meter.id).where(Meter.subscriber_id == waiting.subscriber_id).with_for_update()
        session.execute(meters)
        if (session.scalar(select(func.max(Reading.id)).where(_of(waiting))) or 0) != newest:
            return False
        for portion in _portions(rows):
            session.execute(insert(Reading), portion)
        _close(session, waiting, Errors())
    storage.current().delete(waiting.key)
    return True


def _portions(rows: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    while portion := list(islice(rows, STEP)):
        yield portion


def _again(waiting: ReadingFile) -> None:
    with transaction():
        waiting.state, waiting.leased_until = FileState.waiting.value, clock.now()


def _finish(waiting: ReadingFile, errors: Errors) -> None:
    with transaction() as session:
        _close(session, waiting, errors)
    storage.current().delete(waiting.key)


def _close(session: Session, waiting: ReadingFile, errors: Errors) -> None:
    waiting.state = (FileState.refused if errors.count else FileState.taken).value
    waiting.errors, waiting.error_count, waiting.finished_at = errors.first, errors.count, clock.now()
    owner = session.get_one(Subscriber, waiting.subscriber_id)
    data = {"rows": waiting.row_count, "errors": errors.count}
    journal.record(
        session, Actor.of(owner), f"readings.file_{waiting.state}", subject=f"subscribers:{owner.id}", data=data
    )
