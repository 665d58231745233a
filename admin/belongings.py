"""Everything of one subscriber, part by part, as far as whoever looks may see it; what is being filled in stays his."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import select

from admin import whose
from admin.base import link, tag
from admin.journal import way_to
from admin.letters import TONES, may_read
from admin.meters import sent_tag
from portal import access, dossier, formats, moves
from portal.extensions import db
from portal.models import (
    Case,
    Document,
    JournalEntry,
    Letter,
    LetterState,
    Meter,
    OutageSubscription,
    SupplyPoint,
)
from portal.origin import device
from portal.services import consents, meters, sign_ins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from sqlalchemy import Select

    from admin.base import Screen
    from portal.models import Subscriber

SHOWN = 6


@dataclass(frozen=True)
class Line:
    """One thing: when it was, what it is, what it is at, and what more there is to say of it."""

    when: str
    what: str
    state: str = ""
    note: str = ""


@dataclass(frozen=True)
class Part:
    """Things of one sort; `ways` are (address, words) of the lists with all of them."""

    code: str
    name: str
    lines: list[Line]
    ways: list[tuple[str, str]]
    is_cut: bool


def parts(view: Screen, subscriber: Subscriber) -> Iterator[Part]:
    """Give the parts in the order in which clerks are asked about them."""
    yield _part(view, "cases", "Обращения и заявки", _cases(view, subscriber), _queues(view, subscriber))
    yield _part(view, "meters", "Приборы учёта", _meters(subscriber), _way(view, "meters", subscriber))
    yield _part(view, "documents", "Документы", _documents(subscriber), _way(view, "exchange", subscriber))
    yield _part(view, "letters", "Письма", _letters(subscriber), _way(view, "letters", subscriber))
    yield _part(view, "points", "Присоединённые объекты", _points(subscriber))
    yield _part(view, "outages", "Подписки на отключения", _subscriptions(subscriber))
    yield _part(view, "consents", "Согласия", _consents(subscriber))
    yield _part(view, "sign-ins", "Входы и устройства", _sign_ins(subscriber))


def _part(view: Screen, code: str, name: str, lines: Iterable[Line], ways: Iterable[tuple[str, str, str]] = ()) -> Part:
    first = list(islice(lines, SHOWN + 1))
    open_ways = [(href, words) for endpoint, href, words in ways if view.may(endpoint)]
    return Part(code, name, first[:SHOWN], open_ways if first else [], len(first) > SHOWN)


def _queues(view: Screen, subscriber: Subscriber) -> Iterator[tuple[str, str, str]]:
    names = {"appeal": "Все обращения", "service": "Все заявки на услуги", "connection": "Все заявки на присоединение"}
    for kind, words in names.items():
        yield from _way(view, f"{kind}s", subscriber, words)


def _way(view: Screen, path: str, subscriber: Subscriber, words: str = "Все") -> Iterator[tuple[str, str, str]]:
    endpoint = f"staff_{path}.index_view"
    yield endpoint, view.get_url(endpoint, preset="all", **{whose.NAME: subscriber.id}), words


def _newest(model: Any, *which: Any) -> Select[Any]:  # noqa: ANN401
    return select(model).where(*which).order_by(model.id.desc()).limit(SHOWN + 1)


def _cases(view: Screen, subscriber: Subscriber) -> Iterator[Line]:
    for case in db.session.scalars(_newest(Case, Case.subscriber_id == subscriber.id)):
        status = moves.workflow_of(case).status(case.status)
        yield Line(formats.date(case.registered_at), way_to(view, case), tag(status.tone, status.label))


def _meters(subscriber: Subscriber) -> Iterator[Line]:
    mine = list(db.session.scalars(_newest(Meter, Meter.subscriber_id == subscriber.id)))
    for row in meters.rows(mine):
        meter, last = row.meter, row.last
        said = [f"лицевой счёт {meter.account_number}", meter.place]
        said += [f"{formats.grouped(last.value)} кВт·ч {formats.date(last.taken_on)}"] if last else ["показаний нет"]
        state = tag("closed", "снят") if meter.retired_at else sent_tag(is_sent=row.is_sent)
        yield Line("", link(url_for("staff_meters.card", meter_id=meter.id), meter.serial), state, "; ".join(said))


def _documents(subscriber: Subscriber) -> Iterator[Line]:
    which = (dossier.of(subscriber), dossier.open_to(access.staff()))
    keys = [document.id for document in db.session.scalars(_newest(Document, *which))]
    for paper in dossier.papers(Document.id.in_(keys)):
        document, state = paper.document, paper.state
        href = url_for("staff_exchange.card", document_id=document.id)
        yield Line(formats.date(document.dated), link(href, document.title), tag(state.tone, state.label))


def _letters(subscriber: Subscriber) -> Iterator[Line]:
    for letter in db.session.scalars(_newest(Letter, Letter.subscriber_id == subscriber.id, may_read())):
        state = LetterState(letter.state)
        href = url_for("staff_letters.details_view", id=letter.id)
        yield Line(formats.date(letter.created_at), link(href, letter.subject), tag(TONES[state], state.label))


def _points(subscriber: Subscriber) -> Iterator[Line]:
    for point in db.session.scalars(_newest(SupplyPoint, SupplyPoint.subscriber_id == subscriber.id)):
        yield Line("", f"Лицевой счёт {point.account_number}", note=point.address)


def _subscriptions(subscriber: Subscriber) -> Iterator[Line]:
    for one in db.session.scalars(_newest(OutageSubscription, OutageSubscription.subscriber_id == subscriber.id)):
        yield Line(formats.date(one.created_at), str(one))


def _consents(subscriber: Subscriber) -> Iterator[Line]:
    for one in consents.of(subscriber):
        if one.consent:
            yield Line(formats.date(one.consent.given_at), one.text.title, note=f"редакция {one.consent.version}")
        else:
            yield Line("", one.text.title, tag("closed", "не дано"))


def _sign_ins(subscriber: Subscriber) -> Iterator[Line]:
    """Give who came in and who was refused; a device that is still signed in is marked."""
    alive = {row.id for row in sign_ins.devices(subscriber)}
    for row, is_let_in in sign_ins.history(subscriber):
        when = formats.moment(sign_ins.moment_of(row))
        if isinstance(row, JournalEntry):
            agent, address = row.data.get("user_agent", ""), row.data.get("ip_address", "")
        else:
            agent, address = row.user_agent, row.ip_address
        state = tag("late", "не получилось") if not is_let_in else ""
        state = tag("done", "открыт сейчас") if is_let_in and row.id in alive else state
        yield Line(when, device(agent), state, address)
