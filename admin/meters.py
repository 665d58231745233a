"""«Приборы учёта» and «Показания»: whose meters there are, what they showed, and the month for billing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, flash, g, redirect, request
from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import joinedload

from admin.base import LARGEST_ID, Screen, link, row_id, tag
from admin.guard import bulk, page
from admin.parts import OneOf, Preset, narrowed
from admin.whose import OfSubscriber
from forms.choices import ReadingSource
from forms.meters import CorrectionForm, ReadingForm
from forms.readings import later, serial_key
from forms.tables import TableKind
from portal import access, clock, exports, formats, journal, reading_days
from portal.extensions import db
from portal.journal import Actor
from portal.models import Meter, Reading, StaffRole, Subscriber
from portal.refusals import FieldRefusal, Refusal
from portal.services import meters, reading_export, readings
from portal.transactions import transaction
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy import ColumnElement

    from admin.looking import Find

CLERKS = (StaffRole.admin, StaffRole.operator)
METER = f"/<int(max={LARGEST_ID}):meter_id>"
READING = f"{METER}/readings/<int(max={LARGEST_ID}):reading_id>"
MONTHS_BACK = 24


def months() -> list[tuple[str, str]]:
    """List the month that counts now and those before it, as (first day, words)."""
    now = reading_days.window().month
    past = (later(now, -back) for back in range(MONTHS_BACK + 1))
    return [(month.isoformat(), formats.month(month)) for month in past]


class Meters(Screen):
    """The list, and a card on which a clerk enters and corrects readings."""

    roles = CLERKS
    column_list = ("serial", "account_number", "object_address", "subscriber", "value", "retired_at")
    column_sortable_list = ("serial", "account_number")
    column_searchable_list = ("serial", "account_number", "place", "object_address")
    column_select_related_list = (Meter.subscriber,)
    column_filters = (OfSubscriber(Meter.subscriber_id),)
    column_formatters: ClassVar[Any] = {
        "serial": lambda view, _context, meter, _name: link(view.get_url(".card", meter_id=meter.id), meter.serial),
        "subscriber": lambda view, _context, meter, _name: _owner(view, meter),
        "object_address": lambda _view, _context, meter, _name: f"{meter.place}, {meter.object_address}",
        "value": lambda _view, _context, meter, _name: _last(meter),
        "retired_at": lambda _view, _context, meter, _name: _state(meter),
    }
    labels: Mapping[str, str] = {
        "serial": "Номер счетчика", "account_number": "Лицевой счет", "object_address": "Объект",
        "value": "Последние показания", "retired_at": "Показания за",
    }  # fmt: skip
    can_export = can_keep = True
    presets = (
        Preset("all", "В работе", meters.PARTS["all"]),
        Preset("missing", "Не передано за месяц", meters.PARTS["missing"]),
        Preset("retired", "Снятые", meters.PARTS["retired"]),
    )
    empty = "Счётчиков здесь нет."

    def prepare(self, rows: list[Meter]) -> None:
        """Read at once what the meters of the page showed last."""
        g.meter_rows = {row.meter.id: row for row in meters.rows(rows)}

    def order(self) -> tuple[Any, ...]:
        """Put the newest first."""
        return (Meter.id.desc(),)

    def indexed(self, find: Find) -> Iterator[ColumnElement[bool]]:
        """Find by the words of the meter and of its owner."""
        yield Meter.id.in_(find("meter"))
        yield Meter.subscriber_id.in_(find("subscriber"))

    def matches(self, word: str) -> ColumnElement[bool]:
        """Find by number of account or meter, by place, address and owner."""
        return or_(_finds(word), Meter.subscriber.has(_is_called(word)))

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Счетчик, лицевой счет, адрес"

    @page(METER, "GET", "POST")
    def card(self, meter_id: int) -> ResponseReturnValue:
        """One meter: whose, what it showed; a reading that came by telephone or on paper is entered here."""
        meter, form = _found(Meter, meter_id), ReadingForm(data={"taken_on": clock.today()})
        if form.validate_on_submit():
            try:
                readings.add(meter, form.answers(), access.staff())
            except FieldRefusal as refusal:
                submitting.refuse(form, refusal)
            except Refusal as refusal:
                flash(refusal.sentence, "error")
            else:
                flash("Показания внесены", "success")
                return redirect(self.get_url(".card", meter_id=meter.id))
        said = {"lines": readings.history_of(meter), "bars": meters.bars_of(meter), "window": reading_days.window()}
        return self.render("staff/meters/card.html", meter=meter, form=form, **said), 422 if form.errors else 200

    @page(READING, "GET", "POST")
    def correct(self, meter_id: int, reading_id: int) -> ResponseReturnValue:
        """Another value beside a reading, with the reason."""
        meter, form = _found(Meter, meter_id), CorrectionForm()
        reading = readings.reading_of(meter, reading_id)
        if form.validate_on_submit():
            try:
                readings.correct(reading, form.answers(), access.staff())
            except FieldRefusal as refusal:
                submitting.refuse(form, refusal)
            except Refusal as refusal:
                flash(refusal.sentence, "error")
                return self.render("staff/meters/correct.html", meter=meter, reading=reading, form=form), 409
            else:
                flash("Показания исправлены", "success")
                return redirect(self.get_url(".card", meter_id=meter.id))
        shown = self.render("staff/meters/correct.html", meter=meter, reading=reading, form=form)
        return shown, 422 if form.errors else 200


class OfMonth(OneOf):
    """A drop-down of months."""

    def __init__(self) -> None:
        """Offer the last two years."""
        super().__init__(Reading.month, "Месяц", months)

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:  # noqa: ANN401, ARG002
        """Narrow the list."""
        return narrowed(query, Reading.month == date.fromisoformat(value))


class Readings(Screen):
    """Every reading, corrections among them, and the month for billing."""

    roles = editors = CLERKS
    column_list = ("taken_on", "serial", "account_number", "subscriber", "value", "source", "odd")
    column_sortable_list = ()
    column_searchable_list = ("value",)
    column_formatters: ClassVar[Any] = {
        "serial": lambda view, _context, row, _name: link(_card(view, row.meter), row.meter.serial),
        "account_number": lambda _view, _context, row, _name: row.meter.account_number,
        "subscriber": lambda view, _context, row, _name: _owner(view, row.meter),
        "value": lambda _view, _context, row, _name: formats.grouped(row.value),
        "source": lambda _view, _context, row, _name: row.source_label,
        "odd": lambda _view, _context, row, _name: _flags(row),
    }
    column_filters = (OfMonth(), OneOf(Reading.source, "Источник", ReadingSource.pairs))
    labels: Mapping[str, str] = {
        "taken_on": "Дата", "serial": "Номер счетчика", "account_number": "Лицевой счет", "value": "Показания",
        "source": "Источник", "odd": "Отметки",
    }  # fmt: skip
    can_export = can_keep = True
    loads = (joinedload(Reading.meter).joinedload(Meter.subscriber), joinedload(Reading.check))
    list_template = "staff/readings/list.html"
    presets = (
        Preset("month", "За этот месяц", lambda: Reading.month == reading_days.window().month),
        Preset("odd", "Проверить", lambda: _is_odd()),  # noqa: PLW0108 - defined below
        Preset("corrections", "Исправления", lambda: Reading.corrects_id.is_not(None)),
        Preset("all", "Все", true),
    )
    empty = "Показаний здесь нет."

    def order(self) -> tuple[Any, ...]:
        """Put the newest first."""
        return (Reading.id.desc(),)

    def indexed(self, find: Find) -> Iterator[ColumnElement[bool]]:
        """Find by the words of the meter and of its owner."""
        of_owner = select(Meter.id).where(Meter.subscriber_id.in_(find("subscriber")))
        yield Reading.meter_id.in_(find("meter"))
        yield Reading.meter_id.in_(of_owner)

    def matches(self, word: str) -> ColumnElement[bool]:
        """Find by number of account or meter, by place and address."""
        # The answer for each reading's own meter: a planner that joins here would read all meters.
        return select(_finds(word)).where(Meter.id == Reading.meter_id).scalar_subquery()

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Счетчик, лицевой счет, адрес"

    def months(self) -> list[tuple[str, str]]:
        """Offer months for billing."""
        return months()

    @bulk("check", "Проверено", "Отмеченные показания верны и уйдут из части «Проверить».")
    def check(self, ids: list[str]) -> None:
        """Let odd readings stand."""
        asked = [reading_id for reading_id in map(row_id, ids[: self.page_size]) if reading_id is not None]
        count = readings.check(asked, access.staff())
        if count:
            flash(f"Проверено показаний: {count}", "success")
        else:
            flash("Отметьте необычные показания, которых ещё не проверяли.", "error")

    @page("/billing", "POST")
    def billing(self) -> ResponseReturnValue:
        """Give a month for billing as CSV or XLSX; who took it is in the journal."""
        month, kind = request.form.get("month", ""), request.form.get("kind", "")
        if month not in dict(months()) or kind not in set(TableKind):
            abort(404)
        with transaction() as session:
            journal.record(
                session,
                Actor.of(access.staff()),
                "readings.billing",
                subject=f"readings:{month[:7]}",
                data={"month": month, "kind": kind.upper()},
            )
        rows = reading_export.billing(date.fromisoformat(month))
        return exports.download(TableKind(kind), rows, self.name, f"pokazaniya-{month[:7]}")


def _found(model: type[Meter], key: int) -> Meter:
    return db.session.get(model, key) or abort(404)


def _finds(word: str) -> ColumnElement[bool]:
    key = serial_key(word)
    found = [Meter.account_number.contains(word, autoescape=True), Meter.place.icontains(word, autoescape=True)]
    found.append(Meter.object_address.icontains(word, autoescape=True))
    return or_(*found, Meter.serial_key.contains(key, autoescape=True)) if key else or_(*found)


def _is_called(word: str) -> ColumnElement[bool]:
    names = (Subscriber.full_name, Subscriber.organisation_short)
    return or_(*(name.icontains(word, autoescape=True) for name in names))


def _is_odd() -> ColumnElement[bool]:
    """Select what staff have still to look at, of the month that counts now and the one before."""
    since = later(reading_days.window().month, -1)
    return and_(Reading.month >= since, Reading.to_check())


def _owner(view: Screen, meter: Meter) -> Markup:
    return link(view.get_url("staff_subscribers.card", subscriber_id=meter.subscriber_id), meter.subscriber.short_name)


def _card(view: Screen, meter: Meter) -> str:
    return view.get_url("staff_meters.card", meter_id=meter.id)


def _last(meter: Meter) -> str | None:
    last = g.meter_rows[meter.id].last
    return f"{formats.grouped(last.value)} от {formats.date(last.taken_on)}" if last else None


def _state(meter: Meter) -> Markup:
    if meter.retired_at is not None:
        return tag("closed", f"снят {formats.date(meter.retired_at)}")
    return sent_tag(is_sent=g.meter_rows[meter.id].is_sent)


def sent_tag(*, is_sent: bool) -> Markup:
    """Say whether there is a reading for the month that counts now, and which month that is."""
    month = formats.month_alone(reading_days.window().month)
    return tag("done", f"{month}: передано") if is_sent else tag("yours", f"{month}: не передано")


def _flags(reading: Reading) -> Markup | None:
    if reading.odd_label and reading.check:
        return tag("closed", "проверено")
    if reading.odd_label:
        return tag("late", reading.odd_label.lower())
    return tag("closed", "исправление") if reading.corrects_id is not None else None
