"""Outages as the public sees them (fig. 18): by address and period; subscriptions to addresses and their calendars."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import current_app
from itsdangerous import BadSignature, Signer
from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError

from forms.choices import OutageState
from portal import clock, ics, journal, settings
from portal.addresses import House
from portal.extensions import db
from portal.journal import Actor
from portal.models import Outage, OutageAddress, OutageSubscription, Street, Subscriber, SupplyPoint
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Select

COMING_DAYS = 14
MOST_SHOWN = 1000
MOST_SUBSCRIPTIONS = 20
FEED_BACK = timedelta(days=90)
NUMBERLESS = House(0)  # what a house without a number is looked up as: only whole streets touch it
HOUSE_ADVICE = "Введите номер дома, например 12 или 12 к. 1"


@dataclass(frozen=True)
class Day:
    """One day of a strip or month, and what there is in it."""

    day: date
    outages: tuple[Outage, ...] = ()

    @property
    def hours(self) -> list[tuple[float, float, Outage]]:
        """Give each outage's part of the day as (from, to) in hours 0–24."""
        return [(*within(outage, self.day), outage) for outage in self.outages]

    @property
    def around(self) -> str:
        """Say in round hours from when to when there is something: «10–14»."""
        if not self.outages:
            return ""
        first, last = min(one[0] for one in self.hours), max(one[1] for one in self.hours)
        return f"{math.floor(first)}–{math.ceil(last)}"


def at(street_id: int, house: str, since: datetime, until: datetime) -> list[Outage]:
    """List the published outages that touch a house between two moments, the latest first."""
    here = _house(street_id, House.of(house) or NUMBERLESS)
    return list(db.session.scalars(_known(here, since, until).order_by(Outage.begins_at.desc()).limit(MOST_SHOWN)))


def between(street_id: int, house: str, since: date, until: date) -> list[Outage]:
    """List them from one day to another, both included, as the company's days go."""
    return at(street_id, house, clock.midnight(since), clock.midnight(until + timedelta(days=1)))


def upcoming(subscriber: Subscriber) -> list[Outage]:
    """List what is or will be at the subscriber's own address and those subscribed to, the nearest first."""
    houses = [_house(street_id, house) for street_id, house in addresses_of(subscriber)]
    if not houses:
        return []
    now = clock.now()
    found = _known(or_(*houses), now, now + timedelta(days=COMING_DAYS)).order_by(Outage.begins_at, Outage.id)
    return list(db.session.scalars(found.limit(MOST_SHOWN)))


def touched(subscriber: Subscriber, outage: Outage) -> list[str]:
    """Name those of the subscriber's addresses that an outage touches: «Ленина ул., д. 12»."""
    known = addresses_of(subscriber)
    here = [exists().where(_house(*address), OutageAddress.outage_id == outage.id) for address in known]
    is_hit = db.session.execute(select(*here)).one() if here else ()
    return [_named(*address) for address, hit in zip(known, is_hit, strict=True) if hit]


def strip(coming: Iterable[Outage]) -> list[Day]:
    """Lay the coming days out for the strip of the home page."""
    return list(laid_out(coming, clock.today(), COMING_DAYS))


def laid_out(outages: Iterable[Outage], first: date, days: int) -> Iterator[Day]:
    """Put outages into the days they touch."""
    known = list(outages)
    for day in (first + timedelta(days=number) for number in range(days)):
        begins, ends = clock.midnight(day), clock.midnight(day + timedelta(days=1))
        yield Day(day, tuple(o for o in known if o.begins_at < ends and o.ends_at > begins))


def within(outage: Outage, day: date) -> tuple[float, float]:
    """Give the part of a day that an outage takes, in hours."""
    begins, ends = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    first, last = max(outage.begins_at, begins), min(outage.ends_at, ends)
    return ((first - begins).total_seconds() / 3600, (last - begins).total_seconds() / 3600)


def time_without(outages: Iterable[Outage], since: date, until: date) -> timedelta:
    """Add up the time without power between two days: what overlaps counts once, the future not at all."""
    begins, ends = clock.midnight(since), min(clock.midnight(until + timedelta(days=1)), clock.now())
    total, reached = timedelta(), begins
    for outage in sorted(outages, key=lambda one: one.begins_at):
        first, last = max(outage.begins_at, reached), min(outage.ends_at, ends)
        if last > first:
            total, reached = total + (last - first), last
    return total


def published(outage_id: int) -> Outage:
    """Open an outage that the public knows of, cancelled ones too.

    Raises:
        NotYours: there is none, or it is a draft.

    """
    found = db.session.get(Outage, outage_id)
    if found is None or found.state == OutageState.draft.code:
        raise NotYours
    return found


def addresses_of(subscriber: Subscriber) -> list[tuple[int, House]]:
    """List the addresses somebody hears of: the profile's own, those of connected objects, those subscribed to."""
    mine = own_address(subscriber)
    objects = db.session.scalars(select(SupplyPoint).where(SupplyPoint.subscriber_id == subscriber.id))
    connected = [(one.street_id, House.of(one.house) or NUMBERLESS) for one in objects]
    subscribed = [(row.street_id, House(row.number, row.suffix)) for row in subscriptions(subscriber)]
    return list(dict.fromkeys([*([mine] if mine else []), *connected, *subscribed]))


def first_address(subscriber: Subscriber) -> tuple[int, str] | None:
    """Give the address to show at once, as it is written: the profile's own, else another one known."""
    if own_address(subscriber):
        return subscriber.street_id or 0, subscriber.house or ""
    return next(((street_id, str(house)) for street_id, house in addresses_of(subscriber) if house.number), None)


def own_address(subscriber: Subscriber) -> tuple[int, House] | None:
    """Give the profile's street and house; None for somebody out of town."""
    if not subscriber.in_city or subscriber.street_id is None:
        return None
    return subscriber.street_id, House.of(subscriber.house or "") or NUMBERLESS


# --- subscriptions ---


def subscriptions(subscriber: Subscriber) -> list[OutageSubscription]:
    """List the addresses subscribed to, the oldest first."""
    mine = select(OutageSubscription).where(OutageSubscription.subscriber_id == subscriber.id)
    return list(db.session.scalars(mine.order_by(OutageSubscription.id)))


def owned(subscriber: Subscriber, subscription_id: int) -> OutageSubscription:
    """Open one of the subscriber's own subscriptions.

    Raises:
        NotYours: there is none among them.

    """
    mine = (OutageSubscription.subscriber_id == subscriber.id, OutageSubscription.id == subscription_id)
    found = db.session.scalar(select(OutageSubscription).where(*mine))
    if found is None:
        raise NotYours
    return found


def subscribe(subscriber: Subscriber, street_id: int, house: str) -> None:
    """Let letters come about an address; asked for twice, it is one subscription.

    Raises:
        FieldRefusal: there is no such street, or the house has no number.
        Refusal: there are too many already.

    """
    number = House.of(house)
    if number is None:
        raise FieldRefusal("house", HOUSE_ADVICE)
    if db.session.get(Street, street_id) is None:
        raise FieldRefusal("street_id", "Выберите улицу из списка")
    known = subscriptions(subscriber)
    if has(known, street_id, house):
        return
    if len(known) >= MOST_SUBSCRIPTIONS:
        raise Refusal(f"Подписаться можно не больше чем на {MOST_SUBSCRIPTIONS} адресов. Отпишитесь от ненужного.")
    row = OutageSubscription(
        subscriber_id=subscriber.id, street_id=street_id, number=number.number, suffix=number.suffix
    )
    try:
        with transaction() as session:
            session.add(row)
            session.flush()
            actor = Actor.of(subscriber)
            journal.record(session, actor, "outages.subscribe", subject=f"outage_subscriptions:{row.id}")
    except IntegrityError:
        return  # the same button, pressed twice at once


def unsubscribe(subscriber: Subscriber, subscription_id: int) -> None:
    """End a subscription, its calendar with it.

    Raises:
        NotYours: it is not the subscriber's.

    """
    with transaction() as session:
        row = owned(subscriber, subscription_id)
        journal.record(session, Actor.of(subscriber), "outages.unsubscribe", subject=f"outage_subscriptions:{row.id}")
        session.delete(row)


def has(subscriptions_known: Iterable[OutageSubscription], street_id: int | None, house: str) -> bool:
    """Whether an address is among the subscriptions."""
    wanted = House.of(house)
    return wanted is not None and any(
        (row.street_id, row.number, row.suffix) == (street_id, wanted.number, wanted.suffix)
        for row in subscriptions_known
    )


def set_feed(subscriber: Subscriber, subscription_id: int, *, on: bool) -> None:
    """Give a subscription's calendar a new secret address, or none: the one before stops working.

    Raises:
        NotYours: it is not the subscriber's.

    """
    with transaction():
        owned(subscriber, subscription_id).feed = secrets.token_hex(16) if on else None


def feed_token(subscription: OutageSubscription) -> str:
    """Give the secret part of the calendar's address: who reads the database alone can't make one."""
    return _signer().sign(subscription.feed or "").decode()


def feed(token: str, visitor: Subscriber | None) -> bytes:
    """Write the calendar of a subscription: the last 90 days and all that is to come.

    Raises:
        NotYours: no calendar has this address, or it is another person's than the one signed in.

    """
    try:
        secret = _signer().unsign(token).decode("ascii")
    except (BadSignature, UnicodeError):
        raise NotYours from None
    row = db.session.scalar(select(OutageSubscription).where(OutageSubscription.feed == secret))
    if row is None or (visitor is not None and visitor.id != row.subscriber_id):
        raise NotYours
    here = _house(row.street_id, House(row.number, row.suffix))
    now = clock.now()
    states = (OutageState.published, OutageState.cancelled)
    found = _known(here, now - FEED_BACK, datetime.max.replace(tzinfo=UTC), *states).order_by(Outage.begins_at)
    return ics.calendar(f"Отключения: {row}", map(event, db.session.scalars(found.limit(MOST_SHOWN))))


def event(outage: Outage) -> ics.Event:
    """Make the calendar's event of an outage; no address goes in, since the file may be passed on."""
    host = settings.current().public_url.partition("://")[2]
    return ics.Event(
        uid=f"outage-{outage.id}@{host}",
        begins_at=outage.begins_at,
        ends_at=outage.ends_at,
        summary=f"{outage.kind_label} отключение электричества",
        description=f"Причина: {outage.reason}" if outage.reason else "",
        changed_at=outage.changed_at,
        sequence=outage.version,
        is_cancelled=outage.is_cancelled,
    )


def _named(street_id: int, house: House) -> str:
    street = db.session.get_one(Street, street_id).display
    return f"{street}, д. {house}" if house.number else street


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt="outages.feed")


def _house(street_id: int, house: House) -> ColumnElement[bool]:
    touched = OutageAddress.touch(house.number, house.suffix)
    return (OutageAddress.street_id == street_id) & OutageAddress.holds() & touched


def _known(
    where: ColumnElement[bool],
    since: datetime,
    until: datetime,
    *states: OutageState,
) -> Select[Outage]:
    """Select outages known to the public that touch houses within a period."""
    codes = [state.code for state in states or (OutageState.published,)]
    touched = select(OutageAddress.outage_id).where(where)
    is_then = (Outage.begins_at < until, Outage.ends_at > since)
    return select(Outage).where(Outage.id.in_(touched), Outage.state.in_(codes), *is_then)
