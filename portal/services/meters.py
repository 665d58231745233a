"""Meters and readings (figs 19-23): one's own meters, giving a reading, correcting one, what was used by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import IntegrityError

from forms import readings
from portal import clock, journal, reading_days, settings
from portal.extensions import db
from portal.journal import Actor
from portal.models import Meter, Reading, Subscriber, SupplyPoint
from portal.refusals import FieldRefusal, NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from flask_sqlalchemy.pagination import Pagination
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from forms.answers import MeterAnswers, MeterChangeAnswers
    from forms.readings import MonthUse

PER_PAGE = 20
MOST_METERS = 5000
MONTHS_SHOWN = 12
BARS = 6


@dataclass(frozen=True)
class Row:
    """A meter in a list, with its last two readings; `is_sent` for the month that counts now."""

    meter: Meter
    last: Reading | None
    previous: Reading | None
    is_sent: bool


@dataclass(frozen=True)
class Bar:
    """A month of the chart, and the same month a year before; None where nothing is known."""

    month: date
    use: MonthUse | None
    before: MonthUse | None


@dataclass(frozen=True)
class State:
    """What the first page says of meters: one of them, how many there are and how many have no reading yet."""

    meter: Meter
    last: Reading | None
    difference: int | None
    bars: list[Bar]
    total: int
    missing: int
    window: reading_days.Window

    @property
    def is_due(self) -> bool:
        """Whether readings are expected now."""
        return bool(self.missing) and (self.window.is_open or self.window.is_late)


# --- meters ---


def account_numbers_of(subscriber: Subscriber) -> list[tuple[str, str]]:
    """List the account numbers that the company has given to the subscriber's objects, each with its address."""
    mine = select(SupplyPoint.account_number, SupplyPoint.address).where(SupplyPoint.subscriber_id == subscriber.id)
    return [(number, address) for number, address in db.session.execute(mine.order_by(SupplyPoint.id))]


def register(subscriber: Subscriber, answers: MeterAnswers) -> Meter:
    """Add a meter (fig. 20); the same form sent twice makes one.

    Raises:
        FieldRefusal: the meter is there already, or there are too many.

    """
    known = dict(account_numbers_of(subscriber))
    made = Meter(
        subscriber_id=subscriber.id, place=answers.place, account_number=answers.account_number, serial=answers.serial,
        object_address=known.get(answers.account_number, subscriber.postal_address),
        serial_key=readings.serial_key(answers.serial), form_token=answers.token,
    )  # fmt: skip
    before = _sent_before(subscriber, answers.token)
    if before is not None:
        return before
    try:
        with transaction() as session:
            _refuse_known(subscriber, made.serial_key)
            session.add(made)
            session.flush()
            _record(session, subscriber, "meters.create", made, {"serial": made.serial})
    except IntegrityError:
        before = _sent_before(subscriber, answers.token)
        if before is None:
            raise FieldRefusal("serial", "Этот счётчик только что добавлен из другого окна") from None
        return before
    return made


def change(meter: Meter, answers: MeterChangeAnswers, by: Subscriber) -> None:
    """Say better where a meter is."""
    with transaction() as session:
        said = {"place": answers.place, "object_address": answers.object_address}
        data = {
            name: {"old": getattr(meter, name), "new": new} for name, new in said.items() if getattr(meter, name) != new
        }
        for name, new in said.items():
            setattr(meter, name, new)
        if data:
            _record(session, by, "meters.edit", meter, data)


def retire(meter: Meter, by: Subscriber) -> None:
    """Take no more readings of a meter; its history stays."""
    with transaction() as session:
        meter.retired_at = meter.retired_at or clock.now()
        _record(session, by, "meters.retire", meter)


def restore(meter: Meter, by: Subscriber) -> None:
    """Take readings again."""
    with transaction() as session:
        meter.retired_at = None
        _record(session, by, "meters.restore", meter)


def owned(subscriber: Subscriber, meter_id: int) -> Meter:
    """Open one of the subscriber's own. Raises NotYours where there is no such meter among them."""
    found = db.session.scalar(select(Meter).where(Meter.subscriber_id == subscriber.id, Meter.id == meter_id))
    if found is None:
        raise NotYours
    return found


def page_of(subscriber: Subscriber, part: str, search: str, page: int) -> tuple[Pagination, list[Row]]:
    """List the subscriber's meters of a part («all», «missing», «retired») that a few words find."""
    mine = select(Meter).where(Meter.subscriber_id == subscriber.id, PARTS.get(part, PARTS["all"])())
    for word in search.split()[:6]:
        mine = mine.where(_matches(word))
    found = db.paginate(mine.order_by(Meter.id), page=page, per_page=PER_PAGE, max_per_page=PER_PAGE)
    return found, rows(found.items)


def counts_of(subscriber: Subscriber) -> dict[str, int]:
    """Count the meters of each part."""
    counts = [func.count().filter(where()) for where in PARTS.values()]
    found = db.session.execute(select(*counts).select_from(Meter).where(Meter.subscriber_id == subscriber.id)).one()
    return dict(zip(PARTS, found, strict=True))


def rows(meters: Sequence[Meter]) -> list[Row]:
    """Give each meter its last two readings."""
    place = func.row_number().over(partition_by=Reading.meter_id, order_by=Reading.taken_on.desc()).label("place")
    keys = [meter.id for meter in meters]
    ranked = select(Reading.id, place).where(Reading.meter_id.in_(keys), Reading.in_force()).subquery()
    latest = select(Reading).join(ranked, ranked.c.id == Reading.id).where(ranked.c.place <= 2)  # noqa: PLR2004
    found: dict[int, list[Reading]] = {}
    for reading in db.session.scalars(latest.order_by(Reading.taken_on.desc())):
        found.setdefault(reading.meter_id, []).append(reading)
    sent = set(db.session.scalars(select(Reading.meter_id).where(Reading.meter_id.in_(keys), _of_this_month())))
    pairs = {key: (*found.get(key, ()), None, None) for key in keys}
    return [Row(meter, pairs[meter.id][0], pairs[meter.id][1], meter.id in sent) for meter in meters]


def state_of(subscriber: Subscriber) -> State | None:
    """Sum up for the first page; None for somebody without meters. The meter shown is one that waits, if any does."""
    counts = counts_of(subscriber)
    if not counts["all"]:
        return None
    part = "missing" if counts["missing"] else "all"
    shown = select(Meter).where(Meter.subscriber_id == subscriber.id, PARTS[part]()).order_by(Meter.id).limit(1)
    row = rows([db.session.scalars(shown).one()])[0]
    difference = readings.used(row.previous.point, row.last.point) if row.last and row.previous else None
    window = reading_days.window()
    return State(row.meter, row.last, difference, bars_of(row.meter, BARS), counts["all"], counts["missing"], window)


# --- what was used ---


def bars_of(meter: Meter, count: int = MONTHS_SHOWN) -> list[Bar]:
    """Give the use of the months up to the last reading's, each beside the same month a year before."""
    points = Reading.points(db.session(), meter.id)
    used = readings.by_month(points, settings.current().reading_grace_day)
    last = max(used, default=reading_days.window().month)
    months = (readings.later(last, -back) for back in reversed(range(count)))
    return [Bar(month, used.get(month), used.get(readings.later(month, -12))) for month in months]


def _sent_before(subscriber: Subscriber, token: str) -> Meter | None:
    return db.session.scalar(select(Meter).where(Meter.form_token == token, Meter.subscriber_id == subscriber.id))


def _refuse_known(subscriber: Subscriber, serial_key: str) -> None:
    mine = select(Meter).where(Meter.subscriber_id == subscriber.id)
    known = db.session.scalar(mine.where(Meter.serial_key == serial_key))
    if known is not None and known.retired_at is not None:
        raise FieldRefusal("serial", f"Счётчик {known.serial} есть среди снятых. Верните его в список")
    if known is not None:
        raise FieldRefusal("serial", f"Счётчик {known.serial} уже есть в вашем списке")
    if (db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST_METERS:
        raise FieldRefusal("serial", f"В списке уже {MOST_METERS} счётчиков, больше не помещается. Позвоните нам")


def _of_this_month() -> ColumnElement[bool]:
    return and_(Reading.month == reading_days.window().month, Reading.in_force())


def _matches(word: str) -> ColumnElement[bool]:
    columns: Iterable[ColumnElement[str]] = (Meter.account_number, Meter.place, Meter.object_address)  # type: ignore[assignment]
    found = [column.icontains(word, autoescape=True) for column in columns]
    return or_(*found, Meter.serial_key.contains(readings.serial_key(word), autoescape=True))


def _is_missing() -> ColumnElement[bool]:
    given = select(Reading.id).where(Reading.meter_id == Meter.id, _of_this_month())
    return and_(Meter.retired_at.is_(None), ~given.exists())


PARTS: dict[str, Callable[[], ColumnElement[bool]]] = {
    "all": lambda: Meter.retired_at.is_(None),
    "missing": _is_missing,
    "retired": lambda: Meter.retired_at.is_not(None),
}


def _record(
    session: Session, subscriber: Subscriber, event: str, meter: Meter, data: dict[str, Any] | None = None
) -> None:
    journal.record(session, Actor.of(subscriber), event, subject=f"meters:{meter.id}", data=data)
