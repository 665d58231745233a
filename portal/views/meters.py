"""«Направить показания прибора учёта» (figs 19-23): meters, readings, what was used by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from forms.meters import CorrectionForm, MeterChangeForm, MeterForm, ReadingForm
from forms.tables import TableKind
from portal import access, clock, exports, formats, reading_days
from portal.extensions import limiter
from portal.refusals import FieldRefusal, Refusal
from portal.services import meters, reading_reminders, readings
from portal.views import sending, submitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from forms.base import Figure
    from portal.models import Meter, Reading

blueprint = Blueprint("meters", __name__)
METER = "<int(max=2147483647):meter_id>"
READING = "<int(max=2147483647):reading_id>"
LAST_PAGE = 100_000
LONGEST_SEARCH = 100
REGISTERED = "Счетчик зарегистрирован в системе!"
SAVED = "Ваши показания сохранены успешно!"
HISTORY = ("Дата снятия показаний", "Показания, кВт·ч", "Расход, кВт·ч", "Кто передал", "Примечание")


def _mine() -> str:
    return f"meters:{access.subscriber().id}"


@blueprint.get("/meters")
@access.subscribers_only
def index() -> ResponseReturnValue:
    """Figs 19, 21, 23: one's own meters with their last readings."""
    subscriber = access.subscriber()
    search = request.args.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    part = request.args.get("part", "all")
    asked = min(request.args.get("page", 1, type=int), LAST_PAGE)
    page, rows = meters.page_of(subscriber, part, search, asked)
    shown = {"page": page, "rows": rows, "search": search, "part": part if part in meters.PARTS else "all"}
    told = {"window": reading_days.window(), "wants": reading_reminders.wanted_by(subscriber)}
    return render_template("meters/index.html", counts=meters.counts_of(subscriber), **shown, **told)


@blueprint.route("/meters/new", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("300 per hour", methods=["POST"], key_func=_mine)
def new() -> ResponseReturnValue:
    """Fig. 20."""
    subscriber = access.subscriber()
    form = MeterForm()
    if form.validate_on_submit() and _is_done(form, lambda: meters.register(subscriber, form.answers())):
        flash(REGISTERED, "success")
        return redirect(url_for("meters.index"))
    accounts = meters.account_numbers_of(subscriber)
    return render_template("meters/new.html", form=form, accounts=accounts), 422 if form.errors else 200


@blueprint.get(f"/meters/{METER}")
@access.subscribers_only
def show(meter_id: int) -> str:
    """One meter: what was used by month, and every reading."""
    meter = meters.owned(access.subscriber(), meter_id)
    return render_template(
        "meters/show.html", meter=meter, bars=meters.bars_of(meter), lines=readings.history_of(meter), heads=HISTORY,
        may_correct=_may_correct(meter), window=reading_days.window(),
    )  # fmt: skip


@blueprint.route(f"/meters/{METER}/edit", methods=["GET", "POST"])
@access.subscribers_only
def edit(meter_id: int) -> ResponseReturnValue:
    """Where a meter is, in better words."""
    meter = meters.owned(access.subscriber(), meter_id)
    form = MeterChangeForm(obj=meter)
    if form.validate_on_submit():
        meters.change(meter, form.answers(), access.subscriber())
        flash("Описание счётчика изменено", "success")
        return redirect(url_for("meters.show", meter_id=meter_id))
    return render_template("meters/edit.html", form=form, meter=meter), 422 if form.errors else 200


@blueprint.post(f"/meters/{METER}/retire")
@access.subscribers_only
def retire(meter_id: int) -> ResponseReturnValue:
    """Take no more readings of it."""
    meters.retire(meters.owned(access.subscriber(), meter_id), access.subscriber())
    flash("Счётчик снят. Его показания сохранены, вернуть его можно в любой день", "success")
    return redirect(url_for("meters.index"))


@blueprint.post(f"/meters/{METER}/restore")
@access.subscribers_only
def restore(meter_id: int) -> ResponseReturnValue:
    """Take readings of it again."""
    meters.restore(meters.owned(access.subscriber(), meter_id), access.subscriber())
    flash("Счётчик снова в списке", "success")
    return redirect(url_for("meters.show", meter_id=meter_id))


@blueprint.route(f"/meters/{METER}/readings/new", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("600 per hour", methods=["POST"], key_func=_mine)
def new_reading(meter_id: int) -> ResponseReturnValue:
    """Fig. 22."""
    subscriber = access.subscriber()
    meter = meters.owned(subscriber, meter_id)
    form = ReadingForm(data={"taken_on": clock.today()})
    whole = submitting.is_whole(form, subscriber)
    if whole and _is_done(form, lambda: readings.add(meter, form.answers(), subscriber)):
        flash(SAVED, "success")
        return redirect(url_for("meters.index"))
    row = meters.rows([meter])[0]
    told = {"row": row, "window": reading_days.window(), "may_correct": _may_correct(meter)}
    return render_template("meters/reading.html", form=form, meter=meter, **told), 422 if form.errors else 200


@blueprint.get(f"/meters/readings/{READING}/photo")
@access.signed_in_only
def photo(reading_id: int) -> Response:
    """Show the picture that came with a reading, to its owner and to whoever works with readings."""
    return sending.sent(readings.photo(access.account(), reading_id), "inline")


@blueprint.route(f"/meters/{METER}/readings/{READING}/correct", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("60 per hour", methods=["POST"], key_func=_mine)
def correct(meter_id: int, reading_id: int) -> ResponseReturnValue:
    """Another value beside the last reading, with the reason."""
    subscriber = access.subscriber()
    meter = meters.owned(subscriber, meter_id)
    reading = readings.reading_of(meter, reading_id)
    form = CorrectionForm()
    if form.validate_on_submit() and _is_done(form, lambda: readings.correct(reading, form.answers(), subscriber)):
        flash(SAVED, "success")
        return redirect(url_for("meters.show", meter_id=meter_id))
    if not readings.may_correct(reading, subscriber):
        flash(readings.TOO_LATE, "error")
        return redirect(url_for("meters.show", meter_id=meter_id))
    return render_template("meters/correct.html", form=form, meter=meter, reading=reading), 422 if form.errors else 200


@blueprint.get(f"/meters/{METER}/readings.csv")
@access.subscribers_only
def export(meter_id: int) -> Response:
    """Give the history of a meter as CSV."""
    meter = meters.owned(access.subscriber(), meter_id)
    rows = [
        [
            formats.date(line.reading.taken_on),
            line.reading.value,
            line.used,
            line.reading.source_label,
            "; ".join(line.notes),
        ]
        for line in readings.history_of(meter)
    ]
    return exports.download(TableKind.csv, [list(HISTORY), *rows], "Показания", f"pokazaniya-{meter.id}")


@blueprint.post("/meters/reminders")
@access.subscribers_only
def reminders() -> ResponseReturnValue:
    """Let letters remind of readings, or no more."""
    wanted = request.form.get("wanted") == "yes"
    reading_reminders.set_for(access.subscriber(), wanted=wanted)
    flash("Будем напоминать письмом, если показаний ещё нет" if wanted else "Напоминать не будем", "success")
    return redirect(url_for("meters.index"))


def _is_done(form: Figure, act: Callable[[], object]) -> bool:
    """Do it; what can't be done is said beside its field, or above the page."""
    try:
        act()
    except FieldRefusal as refusal:
        submitting.refuse(form, refusal)
    except Refusal as refusal:
        flash(refusal.sentence, "error")
    else:
        return True
    return False


def _may_correct(meter: Meter) -> Reading | None:
    """Give the reading that its owner may still correct."""
    last = meters.rows([meter])[0].last
    return last if last is not None and readings.may_correct(last, access.subscriber()) else None
