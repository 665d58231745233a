"""Readings (figs 22-23): giving one, correcting one, the history of a meter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forms.choices import ReadingSource
from forms.readings import REMEMBERED, Doubt, Point, Said, judge, used
from portal import clock, journal, reading_days
from portal.extensions import db
from portal.journal import Actor
from portal.models import Meter, Reading, ReadingCheck, ReadingPhoto, Staff, StaffRole, Subscriber, Upload
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from sqlalchemy.orm import Session

    from forms.answers import CorrectionAnswers, ReadingAnswers
    from forms.choices import Oddity

PHOTO = "photo"
# Whose work readings are.
READERS = (StaffRole.operator, StaffRole.admin)
TWICE = "Показания за этот день только что переданы из другого окна. Обновите страницу"
TOO_LATE = (
    "Исправить можно только последние показания и только до конца их расчётного месяца. "
    "Напишите нам обращение, и мы исправим сами"
)


@dataclass(frozen=True)
class Line:
    """A reading in the history of its meter; `used` kWh since the one before, where it is in force and there is one."""

    reading: Reading
    is_in_force: bool
    used: int | None

    @property
    def notes(self) -> list[str]:
        """What is to be known of it beside the numbers."""
        found = [] if self.is_in_force else ["Исправлено"]
        if self.reading.reason:
            found.append(f"Исправление: {self.reading.reason}")
        return [*found, *([self.reading.odd_label] if self.reading.odd_label else [])]


def add(meter: Meter, answers: ReadingAnswers, by: Subscriber | Staff) -> Reading:
    """Keep a reading (fig. 22), given by its owner or entered by a clerk; the same form sent twice makes one.

    What an owner gives counts for the month of the day it is received, what a clerk enters for that of its own day.

    Raises:
        FieldRefusal: the day or the value can't be right, or needs a tick.

    """
    before = _same_form(meter, answers.token)
    if before is not None:
        return before
    day = answers.taken_on if isinstance(by, Staff) else clock.today()
    made = Reading(
        meter_id=meter.id, value=answers.reading, taken_on=answers.taken_on, form_token=answers.token,
        month=reading_days.month_for(day),
        **_source(by),
    )  # fmt: skip
    said = Said(made.point, restarted=answers.restarted, sure=answers.sure)
    return _kept(meter, made, by, lambda: judge(said, _points(meter, REMEMBERED), clock.today()))


def correct(reading: Reading, answers: CorrectionAnswers, by: Subscriber | Staff) -> Reading:
    """Put another value beside a reading, with the reason; the first one stays in the history.

    Raises:
        FieldRefusal: the value is the same, can't be right or needs a tick.
        Refusal: it was corrected already, or its owner comes too late.

    """
    meter = reading.meter
    before = _same_form(meter, answers.token)
    if before is not None:
        return before
    made = Reading(
        meter_id=meter.id, value=answers.reading, taken_on=reading.taken_on, month=reading.month,
        form_token=answers.token, corrects_id=reading.id, reason=answers.reason, **_source(by),
    )  # fmt: skip
    said = Said(made.point, restarted=answers.restarted, sure=answers.sure)
    return _kept(meter, made, by, lambda: _judge_correction(reading, said, by))


def may_correct(reading: Reading, by: Subscriber | Staff) -> bool:
    """Whether somebody may still correct a reading: its owner the last one, until its month is over."""
    if _is_corrected(reading):
        return False
    if isinstance(by, Staff):
        return True
    last = _points(reading.meter, 1)
    return reading.month >= reading_days.window().month and last[-1:] == [reading.point]


def check(reading_ids: Collection[int], by: Staff) -> int:
    """Write down that a clerk looked at odd readings and lets them stand; gives how many there were to look at."""
    with transaction() as session:
        asked = select(Reading).where(Reading.id.in_(reading_ids), Reading.to_check())
        found = session.scalars(asked.with_for_update(of=Reading)).all()
        for reading in found:
            session.add(ReadingCheck(reading_id=reading.id, staff_id=by.id))
            data = {"reading": reading.value, "taken_on": reading.taken_on.isoformat()}
            _record(session, by, "reading.check", reading.meter, data)
    return len(found)


def reading_of(meter: Meter, reading_id: int) -> Reading:
    """Open a reading of a meter. Raises NotYours where it is another meter's."""
    found = db.session.scalar(select(Reading).where(Reading.meter_id == meter.id, Reading.id == reading_id))
    if found is None:
        raise NotYours
    return found


def photo(account: Subscriber | Staff, reading_id: int) -> ReadingPhoto:
    """Open the picture of a reading: the owner's, or any for whoever works with readings. Raises NotYours otherwise."""
    wanted = select(ReadingPhoto).join(Reading).join(Meter).where(ReadingPhoto.reading_id == reading_id)
    if isinstance(account, Subscriber):
        wanted = wanted.where(Meter.subscriber_id == account.id)
    found = db.session.scalar(wanted)
    if found is None or (isinstance(account, Staff) and account.role not in READERS):
        raise NotYours
    return found


def history_of(meter: Meter) -> list[Line]:
    """List every reading, the latest day first, corrections before what they correct."""
    every = select(Reading).where(Reading.meter_id == meter.id).order_by(Reading.taken_on, Reading.id)
    found = db.session.scalars(every).all()
    corrected = {reading.corrects_id for reading in found}
    lines: list[Line] = []
    before: Point | None = None
    for reading in found:
        is_in_force = reading.id not in corrected
        lines.append(Line(reading, is_in_force, used(before, reading.point) if is_in_force and before else None))
        before = reading.point if is_in_force else before
    return lines[::-1]


def _kept(meter: Meter, made: Reading, by: Subscriber | Staff, judge: Callable[[], Oddity | None]) -> Reading:
    try:
        with transaction() as session:
            # Who gives two readings of a meter at once stands in line here.
            locked = session.scalars(select(Meter).where(Meter.id == meter.id).with_for_update()).one()
            if locked.retired_at is not None:
                raise Refusal("Счётчик снят с учёта. Верните его в список, чтобы передать показания")
            odd = judge()
            made.odd = odd.code if odd else None
            session.add(made)
            session.flush()
            _keep_photo(session, made, by)
            _record_reading(session, meter, made, by)
    except Doubt as doubt:
        raise FieldRefusal(doubt.field, str(doubt)) from None
    except IntegrityError:
        before = _same_form(meter, made.form_token or "")
        if before is None:
            raise Refusal(TWICE) from None
        return before
    return made


def _keep_photo(session: Session, made: Reading, by: Subscriber | Staff) -> None:
    """Turn the picture kept under the form's token into the reading's; the bytes stay where they are."""
    mine = Upload.staff_id == by.id if isinstance(by, Staff) else Upload.subscriber_id == by.id
    kept = session.scalars(select(Upload).where(Upload.token == made.form_token, Upload.slot == PHOTO, mine)).first()
    if kept is not None:
        session.delete(kept)
        session.flush()
        session.add(ReadingPhoto(reading_id=made.id, **kept.bytes_of()))


def _judge_correction(reading: Reading, said: Said, by: Subscriber | Staff) -> Oddity | None:
    if not may_correct(reading, by):
        raise Refusal("Эти показания уже исправлены" if _is_corrected(reading) else TOO_LATE)
    if said.point.value == reading.value:
        raise Doubt("reading", "Введите другое число: сейчас записано столько же")
    following = select(Reading.value).where(
        Reading.meter_id == reading.meter_id, Reading.in_force(), Reading.taken_on > reading.taken_on
    )
    after = db.session.scalar(following.order_by(Reading.taken_on).limit(1))
    if after is not None and after < said.point.value and not said.restarted:
        raise Doubt("restarted", f"Проверьте показания: следующие меньше, {after}. Если счётчик заменили, отметьте это")
    before = _points(reading.meter, REMEMBERED, before=reading.taken_on)
    return judge(said, before, clock.today())


def _source(by: Subscriber | Staff) -> dict[str, Any]:
    if isinstance(by, Staff):
        return {"source": ReadingSource.staff.code, "staff_id": by.id}
    return {"source": ReadingSource.subscriber.code}


def _record_reading(session: Session, meter: Meter, made: Reading, by: Subscriber | Staff) -> None:
    """Write down what staff do, and every correction; the rest is in the readings themselves."""
    data = {"reading": made.value, "taken_on": made.taken_on.isoformat()}
    if made.corrects_id is not None:
        _record(session, by, "reading.correct", meter, data, made.reason)
    elif isinstance(by, Staff):
        _record(session, by, "reading.enter", meter, data)


def _record(
    session: Session,
    by: Subscriber | Staff,
    event: str,
    meter: Meter,
    data: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    journal.record(session, Actor.of(by), event, subject=f"meters:{meter.id}", data=data, note=note)


def _same_form(meter: Meter, token: str) -> Reading | None:
    return db.session.scalar(select(Reading).where(Reading.form_token == token, Reading.meter_id == meter.id))


def _is_corrected(reading: Reading) -> bool:
    return db.session.scalar(select(Reading.id).where(Reading.corrects_id == reading.id)) is not None


def _points(meter: Meter, limit: int, before: date | None = None) -> list[Point]:
    return Reading.points(db.session(), meter.id, limit, before)
