"""«Обращения»: the queue, and one appeal on one screen with everything a clerk does to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, flash, redirect, render_template, request
from markupsafe import Markup
from sqlalchemy import select

from admin import journal, queue
from admin.base import LARGEST_ID, OneOf, Screen, link, page, tag
from forms.answers import MoveAnswers
from forms.staff import Note, move_form
from portal import access, formats, moves
from portal.extensions import db
from portal.journal import Actor
from portal.models import Appeal, AppealTopic, StaffRole
from portal.refusals import FieldRefusal, Refusal
from portal.views import submitting
from portal.workflow import APPEAL, By, Move, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement

    from admin.base import Preset
    from forms.staff import MoveForm
    from portal.letters import Preview

ROLES = (StaffRole.admin, *(StaffRole(role) for role in APPEAL.roles))
CARD = f"/<int(max={LARGEST_ID}):number>"


@dataclass(frozen=True)
class Sent:
    """What the clerk sent: `inputs` where all of it is right, `seen` the version of the appeal that the page showed."""

    move: Move
    form: MoveForm
    inputs: MoveAnswers | None
    seen: int


@dataclass(frozen=True)
class Step:
    """A move that may be made now: its form, the status after it, and the letter as it would go."""

    move: Move
    form: MoveForm
    becomes: str
    letter: Preview | None

    @property
    def does(self) -> str:
        """Words of its button."""
        return f"{self.move.label} и отправить письмо" if self.move.letter else self.move.label


class Appeals(Screen):
    """The queue is Flask-Admin's list; the card is ours, and its moves are those of the workflow."""

    roles = ROLES
    column_list = ("due_on", "number", "registered_at", "applicant", "topic", "status", "responsible")
    column_sortable_list = ("due_on", "number", "registered_at", "topic")
    column_select_related_list = (Appeal.subscriber, Appeal.responsible)
    column_searchable_list = ("number", "text")
    column_formatters: ClassVar[Any] = {
        "due_on": lambda _view, _context, appeal, _name: _due(appeal),
        "number": lambda view, _context, appeal, _name: link(view.card_of(appeal.number), appeal.number),
        "registered_at": lambda _view, _context, appeal, _name: formats.date(appeal.registered_at),
        "applicant": lambda _view, _context, appeal, _name: queue.short_name(appeal),
        "topic": lambda _view, _context, appeal, _name: Markup('<span class="cut">{}</span>').format(appeal.topic),
        "status": lambda _view, _context, appeal, _name: _status(appeal),
        "responsible": lambda _view, _context, appeal, _name: appeal.responsible and appeal.responsible.short_name,
    }
    column_filters = (
        OneOf(Appeal.status, "Статус", lambda: [(status.code, status.label) for status in APPEAL.statuses]),
        OneOf(Appeal.topic_id, "Тема", lambda: _topics()),  # noqa: PLW0108 - defined below
    )
    labels: Mapping[str, str] = {"registered_at": "Дата подачи", "topic": "Тема"}
    presets = queue.PRESETS
    empty = "Обращений здесь нет."

    def order(self) -> tuple[Any, ...]:
        """Put the nearest term first."""
        return queue.order()

    def matches(self, word: str) -> ColumnElement[bool]:
        """Find by number, by the applicant's name and by the words of the appeal."""
        return queue.matches(word)

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Номер, ФИО или слова"

    @page(CARD, "GET", "POST")
    def card(self, number: int) -> ResponseReturnValue:
        """One appeal: who, what, files, history, and the next step."""
        appeal = _found(number)
        return self._show(appeal) if request.method == "GET" else self._take(appeal)

    @page(f"{CARD}/letter", "POST")
    def letter(self, number: int) -> ResponseReturnValue:
        """Write the letter of a move as it is being typed; nothing is kept or sent."""
        appeal = _found(number)
        move = _asked(appeal)
        form = _form(move)
        inputs = form.answers() if form.validate() else None
        return render_template("staff/appeals/letter.html", letter=_letter(appeal, move, inputs))

    def _take(self, appeal: Appeal) -> ResponseReturnValue:
        """Make the move, or show the card again with everything that was typed."""
        move = _asked(appeal)
        form = _form(move)
        is_whole = submitting.is_whole(form, access.staff())
        sent = Sent(move, form, form.answers() if is_whole else None, request.form.get("seen", 0, type=int))
        if sent.inputs is None or "show" in request.form:
            return self._show(appeal, sent, 422 if form.errors else 200)
        following = queue.after(appeal, self._part)
        try:
            moves.make(appeal, move.code, Actor.of(access.staff()), sent.inputs, sent.seen)
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
            return self._show(appeal, replace(sent, inputs=None), 422)
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return self._show(appeal, replace(sent, seen=appeal.version), 409)
        return self._go_on(appeal, move, following)

    def _go_on(self, appeal: Appeal, move: Move, following: int | None) -> ResponseReturnValue:
        """Open what waits for the clerk next: this very appeal, if it still does, or the next of the queue."""
        done = f"{appeal.title}: {APPEAL.status(move.target).label.lower()}."
        if APPEAL.status(move.target).tone is Tone.ours:
            flash(done, "success")
            return redirect(self.card_of(appeal.number))
        following = following or queue.first(self._part)
        flash(f"{done} Перед вами следующее." if following else f"{done} Больше в очереди ничего нет.", "success")
        return redirect(self.card_of(following) if following else self.get_url(".index_view", preset=self._part.code))

    def _show(self, appeal: Appeal, sent: Sent | None = None, code: int = 200) -> ResponseReturnValue:
        steps = [_step(appeal, move, sent) for move in moves.offered(appeal, By.staff)]
        shown = self.render(
            "staff/appeals/card.html",
            appeal=appeal,
            status=APPEAL.status(appeal.status),
            workflow=APPEAL,
            event_of=journal.event_of,
            facts_of=journal.facts_of,
            steps=steps,
            sent=sent,
            is_lost=sent is not None and sent.move not in [step.move for step in steps],
            seen=sent.seen if sent else appeal.version,
            part=self._part,
            urgency=queue.urgency(appeal.due_on) if appeal.due_on else None,
            previous=queue.before(appeal, self._part),
            following=queue.after(appeal, self._part),
        )
        return shown, code

    def card_of(self, number: int) -> str:
        """Give the address of a card, in the part of the queue that the clerk is in."""
        return self.get_url(".card", number=number, preset=self._part.code)

    @property
    def _part(self) -> Preset:
        return self.preset or queue.MINE


def _due(appeal: Appeal) -> Markup | None:
    if appeal.due_on is None:
        return None
    left = queue.urgency(appeal.due_on)
    return tag(left.tone, left.words) + " " + formats.short_date(appeal.due_on)


def _status(appeal: Appeal) -> Markup:
    status = APPEAL.status(appeal.status)
    return tag(status.tone, status.label)


def _found(number: int) -> Appeal:
    return queue.numbered(number) or abort(404)


def _asked(appeal: Appeal) -> Move:
    """Give the move that was sent, whether or not it can be made any more: what was typed must come back."""
    move = moves.workflow_of(appeal).move(request.form.get("move", ""))
    if move is None or move.by is not By.staff:
        abort(404)
    return move


def _form(move: Move) -> MoveForm:
    # Several forms stand on one page: a prefix keeps their ids apart.
    return move_form(move.inputs, Note(move.asks, move.asks_for))(prefix=f"{move.code}-")


def _step(appeal: Appeal, move: Move, sent: Sent | None) -> Step:
    if sent is not None and sent.move is move:
        form, inputs = sent.form, sent.inputs
    else:
        form, inputs = _form(move), _nothing(move)
    return Step(move, form, APPEAL.status(move.target).label, _letter(appeal, move, inputs))


def _nothing(move: Move) -> MoveAnswers | None:
    """Give the inputs of a form not yet filled in, where the move can do without."""
    return MoveAnswers(token="") if all(name.endswith("?") for name in move.inputs) else None


def _letter(appeal: Appeal, move: Move, inputs: MoveAnswers | None) -> Preview | None:
    """Write the letter as soon as what it says is known."""
    return moves.preview(appeal, move, Actor.of(access.staff()), inputs) if inputs else None


def _topics() -> list[tuple[str, str]]:
    rows = db.session.execute(select(AppealTopic.id, AppealTopic.name).order_by(AppealTopic.position, AppealTopic.id))
    return [(str(row.id), row.name) for row in rows]
