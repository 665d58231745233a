"""The cabinet's first page (figs 6, 11): what to do, what is begun, what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from portal import access, clock, formats, moves, timeline
from portal.services import cases, connections, drafts, exchange, meters, notifications, outages
from portal.views import moving
from portal.workflow import By, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flask.typing import ResponseReturnValue

    from portal.models import Case, Subscriber
    from portal.workflow import Status

blueprint = Blueprint("home", __name__)
SHOWN = 3
# Journals in the order of the menu: what all of its cases are called, and their page.
JOURNALS = {
    "requests": ("Все обращения", "appeals.index"),
    "connections": ("Все заявки на присоединение", "connections.index"),
}
NOT_HANDED_OVER = "Документы добавлены, но загрузка не завершена: проверка ещё не началась."


@dataclass(frozen=True)
class Todo:
    """Something that waits for the subscriber; `action` are the words of its button, `due_on` its last day."""

    title: str
    text: str
    due_on: date | None
    href: str
    action: str

    @property
    def due(self) -> str:
        """«Срок до 2 декабря, осталось 8 дней»."""
        return f"Срок {formats.until(self.due_on)}" if self.due_on else ""


@dataclass(frozen=True)
class CaseCard:
    """A case in a few words."""

    title: str
    href: str
    status: Status
    facts: list[tuple[str, str]]
    stage: tuple[int, int]


@dataclass(frozen=True)
class Known:
    """What is known of a subscriber when the page is made."""

    subscriber: Subscriber
    cases: Sequence[Case]
    meter: meters.State | None


@blueprint.get("/")
@access.public
def show() -> ResponseReturnValue:
    """The cabinet; a guest is shown the door."""
    if access.visitor() is None:
        return redirect(url_for("auth.sign_in"))
    if not access.SUBSCRIBERS.admits(access.visitor()):
        return access.door(access.SUBSCRIBERS)
    subscriber = access.subscriber()
    still_open, counts = cases.open_of(subscriber), cases.counts_of(subscriber)
    known = Known(subscriber, still_open, meters.state_of(subscriber))
    coming = outages.upcoming(subscriber)
    nearest = next(iter(coming), None)
    todo = [item for source in SOURCES for item in source(known)]
    return render_template(
        "home/show.html",
        meter=known.meter,
        outage=nearest,
        touched=outages.touched(subscriber, nearest) if nearest else [],
        has_address=bool(coming or outages.addresses_of(subscriber)),
        strip=outages.strip(coming),
        now=clock.now(),
        news=notifications.latest(subscriber, SHOWN),
        todo=sorted(todo, key=lambda item: item.due_on or date.max),
        drafts=drafts.of(subscriber, connections.FORM),
        cases=[_card(case) for case in sorted(still_open, key=lambda case: case.id, reverse=True)[:SHOWN]],
        journals=[(words, page, counts[code]) for code, (words, page) in JOURNALS.items() if code in counts],
    )


def _waiting_cases(known: Known) -> Iterator[Todo]:
    """Every case whose turn is the subscriber's."""
    for case in known.cases:
        status = _status(case)
        if status.tone is Tone.yours:
            move = timeline.next_move(case)
            due_on = case.due_on if case.due_side is By.applicant else None
            action = (move.short or move.label) if move else "Открыть заявку"
            title = f"{status.call or status.label}: {case.title[0].lower()}{case.title[1:]}"
            yield Todo(title, _asked(case), due_on, moving.address(case, move), action)


def _waiting_readings(known: Known) -> Iterator[Todo]:
    """Readings of this month, while the company waits for them."""
    state = known.meter
    if state is not None and state.is_due:
        last = state.window.grace if state.window.is_late else state.window.last
        which, page = state.meter.place, url_for("meters.new_reading", meter_id=state.meter.id)
        if state.missing > 1:
            which = formats.plural(state.missing, "прибор", "прибора", "приборов")
            page = url_for("meters.index", part="missing")
        yield Todo(f"Передайте показания: {which}", state.window.says, last, page, "Добавить показания")


def _waiting_documents(known: Known) -> Iterator[Todo]:
    """Papers of the company to sign, and to read where nothing else speaks of their case."""
    for paper in exchange.waiting(known.subscriber):
        page = url_for("exchange.show", document_id=paper.document.id)
        if paper.is_to_sign:
            yield Todo(f"Подпишите: {paper.document.full_title}", "", paper.due_on, page, "Прочитать и подписать")
        elif paper.document.case is None:
            yield Todo(f"Прочитайте: {paper.document.full_title}", "", paper.due_on, page, "Открыть документ")


# Each gives what one part of the cabinet waits for; a new part is one function more.
SOURCES: tuple[Callable[[Known], Iterator[Todo]], ...] = (
    _waiting_cases,
    _waiting_readings,
    _waiting_documents,
)


def _asked(case: Case) -> str:
    """Say what is waited for: the documents, the sum, the words of staff."""
    entry = timeline.entered(case)
    if timeline.since(case):
        return NOT_HANDED_OVER
    missing = timeline.missing(entry)
    if missing:
        return f"Не хватает: {'; '.join(missing)}."
    if "invoice_sum" in entry.data:
        return f"Счёт № {entry.data['invoice_number']} на {formats.money(entry.data['invoice_sum'])}."
    return entry.note or _status(case).says


def _status(case: Case) -> Status:
    return moves.workflow_of(case).status(case.status)


def _card(case: Case) -> CaseCard:
    facts = list(case.headline)
    if case.due_on:
        facts.append(("Ваш срок" if case.due_side is By.applicant else "Наш срок", formats.until(case.due_on)))
    title = f"{case.title} от {formats.date(case.registered_at)}"
    return CaseCard(title, moving.address(case), _status(case), facts, timeline.stage(case))
