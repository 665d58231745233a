"""«Статистика отключений» (fig. 18): for guests too; subscriptions and calendars for subscribers."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from forms.outages import OutageSearch, SubscribeForm
from portal import access, clock, formats, ics, settings
from portal.extensions import limiter
from portal.models import Subscriber
from portal.refusals import FieldRefusal, Refusal
from portal.services import outages, streets

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from portal.models import Outage
    from portal.services.outages import Day

blueprint = Blueprint("outages", __name__)
ID = "int(max=2147483647)"


@dataclass(frozen=True)
class Month:
    """A month's grid; `shift` is how many days of the week pass before its first."""

    name: str
    shift: int
    days: list[Day]


@blueprint.get("/outages")
@access.public
@limiter.limit("120 per minute")
def show() -> ResponseReturnValue:
    """Fig. 18: outages of one's own address at once, of any other by street and house, between two dates."""
    visitor = access.visitor()
    subscriber = visitor if isinstance(visitor, Subscriber) else None
    is_asked = "street_id" in request.args
    form = OutageSearch(request.args if is_asked else None, data=_at_first(subscriber))
    form.street_id.lay(streets.choices())
    is_known = form.validate() if is_asked else form.street_id.data is not None
    found = _found(form) if is_known else {}
    mine = outages.subscriptions(subscriber) if subscriber else []
    page = render_template(
        "outages/show.html",
        form=form,
        has_errors=is_asked and not is_known,
        subscriptions=[(row, _feed(row.feed and outages.feed_token(row))) for row in mine],
        is_subscribed=outages.has(mine, form.street_id.data, form.house.data or ""),
        norm=settings.current().outage_norm_hours,
        **found,
    )
    return page, 422 if is_asked and not is_known else 200


@blueprint.get(f"/outages/<{ID}:outage_id>.ics")
@access.public
def event(outage_id: int) -> Response:
    """One outage for a calendar."""
    outage = outages.published(outage_id)
    return _calendar(ics.calendar("Отключение электричества", [outages.event(outage)]), f"outage-{outage.id}.ics")


@blueprint.get("/outages/calendar/<token>.ics")
@access.public
@limiter.limit("60 per minute")
def feed(token: str) -> Response:
    """The calendar of a subscription: opens to whoever has its address, unless somebody else is signed in."""
    visitor = access.visitor()
    return _calendar(outages.feed(token, visitor if isinstance(visitor, Subscriber) else None), "outages.ics")


@blueprint.post("/outages/subscriptions")
@access.subscribers_only
@limiter.limit("60 per hour", key_func=lambda: f"outages:{access.subscriber().id}")
def subscribe() -> ResponseReturnValue:
    """Let letters come about an address."""
    form = SubscribeForm()
    form.street_id.lay(streets.choices())
    if not form.validate():
        flash(next(sentence for field in form for sentence in field.errors), "error")
        return redirect(url_for("outages.show"))
    try:
        outages.subscribe(access.subscriber(), form.street_id.data, form.house.data)
    except (FieldRefusal, Refusal) as refusal:
        flash(refusal.sentence, "error")
    else:
        flash("Подписка оформлена: об отключениях по этому адресу придёт письмо", "success")
    return redirect(url_for("outages.show", street_id=form.street_id.data, house=form.house.data))


@blueprint.post(f"/outages/subscriptions/<{ID}:subscription_id>/end")
@access.subscribers_only
def unsubscribe(subscription_id: int) -> ResponseReturnValue:
    """End a subscription."""
    outages.unsubscribe(access.subscriber(), subscription_id)
    flash("Писем об этом адресе больше не будет", "success")
    return redirect(url_for("outages.show"))


@blueprint.post(f"/outages/subscriptions/<{ID}:subscription_id>/calendar")
@access.subscribers_only
def set_feed(subscription_id: int) -> ResponseReturnValue:
    """Make a new address of the calendar, or none."""
    is_on = "off" not in request.form
    outages.set_feed(access.subscriber(), subscription_id, on=is_on)
    flash("Ссылка на календарь готова" if is_on else "Ссылка на календарь больше не работает", "success")
    return redirect(url_for("outages.show") + "#subscriptions")


def _at_first(subscriber: Subscriber | None) -> dict[str, object]:
    """Fill the form in with one's own address and this year."""
    this = clock.today().year
    own = outages.first_address(subscriber) if subscriber else None
    address = {"street_id": own[0], "house": own[1]} if own else {}
    return {"since": date(this, 1, 1), "until": date(this, 12, 31), **address}


def _found(form: OutageSearch) -> dict[str, object]:
    street_id, house = form.street_id.data, form.house.data
    this = clock.today().year
    since = form.since.data or date(this, 1, 1)
    until = form.until.data or max(since, date(this, 12, 31))
    listed = outages.between(street_id, house, since, until)
    year = until.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    of_year = outages.between(street_id, house, first, last)
    return {
        "address": f"{dict(streets.choices())[street_id]}, д. {house}",
        "outages": listed,
        "since": since,
        "until": until,
        "total": formats.duration(outages.time_without(listed, since, until)),
        "year": year,
        "year_hours": outages.time_without(of_year, first, last),
        "year_total": formats.duration(outages.time_without(of_year, first, last)),
        "months": [_month(year, number, of_year) for number in range(1, 13)],
        "of_year": sorted(of_year, key=lambda outage: outage.begins_at),
        "now": clock.now(),
    }


def _month(year: int, number: int, found: list[Outage]) -> Month:
    shift, days = calendar.monthrange(year, number)
    first = date(year, number, 1)
    return Month(formats.month_alone(first).capitalize(), shift, list(outages.laid_out(found, first, days)))


def _feed(token: str | None) -> str:
    return settings.current().public_url + url_for("outages.feed", token=token) if token else ""


def _calendar(content: bytes, name: str) -> Response:
    response = Response(content, content_type=ics.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
