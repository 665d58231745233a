"""What the screens of all kinds of cases are: a queue, and one case on one screen with everything a clerk does to it.

A kind is a small class: its queue, its columns, how it is searched, and a template with what is its own on the card.
See appeals.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request
from markupsafe import Markup

from admin import journal, queue
from admin.base import LARGEST_ID, link, tag
from admin.bulk import CaseActions
from admin.guard import page
from forms.answers import MoveAnswers, VerdictAnswer
from forms.labels import LABELS
from forms.papers import PAPERS
from forms.staff import Note, move_form
from portal import access, formats, moves, timeline, verdicts
from portal.journal import Actor
from portal.models import Case, Connection, StaffRole
from portal.refusals import FieldRefusal, Refusal
from portal.services import presence
from portal.views import submitting
from portal.workflow import By, Move, Tone, Verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from admin.parts import Preset
    from admin.queue import Queue
    from forms.staff import MoveForm
    from portal.case_letters import Preview
    from portal.database import Base

CARD = f"/<int(max={LARGEST_ID}):key>"
_SECRET = ("snils", "passport", "ogrn", "inn", "registry_number", "registry_number_ip")
IDENTIFIERS = frozenset(LABELS[name] for name in _SECRET)


@dataclass(frozen=True)
class Sent:
    """What the clerk sent: `inputs` where all of it is right, `seen` the version of the case that the page showed."""

    move: Move
    form: MoveForm
    inputs: MoveAnswers | None
    seen: int
    problem: str = ""


@dataclass(frozen=True)
class Check:
    """A line of the list «Чего не хватает»: a paper, whether it is marked, and the remark as it stands."""

    folder: verdicts.Folder
    is_marked: bool
    remark: str


@dataclass(frozen=True)
class Step:
    """A move that may be made now: its form, the status after it, and the letter as it would go."""

    move: Move
    form: MoveForm
    becomes: str
    letter: Preview | None
    checks: list[Check]

    @property
    def does(self) -> str:
        """Words of its button."""
        return f"{self.move.label} и отправить письмо" if self.move.letter else self.move.label


class CaseScreen(CaseActions):
    """The queue is Flask-Admin's list; the card is ours, and its moves are those of the workflow."""

    queue: Queue
    card_template: str
    can_export = can_keep = True
    export_formatters: Mapping[str, Any] = {
        "due_on": lambda _view, _context, case, _name: case.due_on and formats.date(case.due_on),
    }
    own_columns: Mapping[str, Any] = MappingProxyType({})
    sort_keys: Mapping[str, Any] = {"due_on": Case.stands_on, "number": Case.id, "registered_at": Case.id}

    def __init__(self, name: str, path: str, icon: str) -> None:
        """Take the name in the menu and the path under /admin; who may come in is said by the workflow."""
        model: type[Base] = self.queue.model
        self.roles = self.editors = (StaffRole.admin, *(StaffRole(role) for role in self.queue.workflow.roles))
        self.presets = self.queue.presets
        self.column_formatters = COLUMNS | dict(self.own_columns)
        super().__init__(model, name, path, icon)

    def order(self) -> tuple[Any, ...]:
        """Put the nearest term first."""
        return self.queue.order()

    @page(CARD, "GET", "POST")
    def card(self, key: int) -> ResponseReturnValue:
        """One case: who, what, files, history, and the next step."""
        case = self._found(key)
        return self._show(case) if request.method == "GET" else self._take(case)

    @page(f"{CARD}/letter", "POST")
    def letter(self, key: int) -> ResponseReturnValue:
        """Write the letter of a move as it is being typed; nothing is kept or sent."""
        case = self._found(key)
        move = self._asked()
        form = _form(move)
        inputs = _inputs(case, move, form) if form.validate() else None
        return render_template("staff/cases/letter.html", letter=_letter(case, move, inputs))

    def card_of(self, key: int) -> str:
        """Give the address of a card, in the part of the queue that the clerk is in."""
        return self.get_url(f"{self.endpoint}.card", key=key, preset=self._part.code)

    def key_of(self, case: Case) -> int:
        """Give the key of a card."""
        return int(getattr(case, self.queue.key))

    def facts_of(self, case: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - each kind knows its own
        """Lay out what is the kind's own in the strip of facts."""
        return list(case.headline)

    def _take(self, case: Case) -> ResponseReturnValue:
        """Make the move, or show the card again with everything that was typed."""
        move = self._asked()
        form = _form(move)
        is_whole = submitting.is_whole(form, access.staff())
        inputs = _inputs(case, move, form) if is_whole else None
        sent = Sent(move, form, inputs, request.form.get("seen", 0, type=int))
        if sent.inputs is None or "show" in request.form:
            return self._show(case, sent, 422 if form.errors else 200)
        following = self.queue.after(case, self._part)
        try:
            moves.make(case, move.code, Actor.of(access.staff()), sent.inputs, sent.seen)
        except FieldRefusal as refusal:
            return self._show(case, _refused(sent, refusal), 422)
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return self._show(case, replace(sent, seen=case.version), 409)
        return self._go_on(case, move, following)

    def _go_on(self, case: Case, move: Move, following: int | None) -> ResponseReturnValue:
        """Open what waits for the clerk next: this very case, if it still does, or the next of the queue."""
        status = self.queue.workflow.status(case.status)
        done = f"{case.title}: {status.label.lower()}." if move.target else f"{case.title}: сделано."
        if status.tone is Tone.ours or not move.target:
            flash(done, "success")
            return redirect(self.card_of(self.key_of(case)))
        following = following or self.queue.first(self._part)
        flash(f"{done} Перед вами следующее дело." if following else f"{done} Больше в очереди ничего нет.", "success")
        return redirect(self.card_of(following) if following else self.get_url(".index_view", preset=self._part.code))

    def _show(self, case: Case, sent: Sent | None = None, code: int = 200) -> ResponseReturnValue:
        workflow = self.queue.workflow
        steps = [_step(case, move, sent) for move in moves.offered(case, By.staff)]
        shown = self.render(
            self.card_template,
            case=case,
            status=workflow.status(case.status),
            workflow=workflow,
            event_of=journal.event_of,
            facts_of=journal.facts_of,
            steps=steps,
            sent=sent,
            is_lost=sent is not None and sent.move not in [step.move for step in steps],
            seen=sent.seen if sent else case.version,
            own_facts=self.facts_of(case),
            part=self._part,
            urgency=queue.urgency_of(case),
            clocks=[one for one in case.clocks if one.ended_on is None],
            terms=timeline.terms(),
            folders=verdicts.folders(case) if isinstance(case, Connection) else [],
            sheet=_masked(case.sheet) if isinstance(case, Connection) else [],
            proposal=_proposal(case),
            first=_first(case, steps),
            others=presence.look(case, access.staff()),
            previous=self.queue.before(case, self._part),
            following=self.queue.after(case, self._part),
        )
        return shown, code

    @property
    def _part(self) -> Preset:
        return self.preset or self.queue.mine

    def _found(self, key: int) -> Case:
        return self.queue.found(key) or abort(404)

    def _asked(self) -> Move:
        """Give the move that was sent, whether or not it can be made any more: what was typed must come back."""
        move = self.queue.workflow.move(request.form.get("move", ""))
        if move is None or move.by is not By.staff:
            abort(404)
        return move


def _due(case: Case) -> Markup | None:
    left = queue.urgency_of(case)
    return tag(left.tone, left.words) + " " + formats.short_date(case.due_on) if left and case.due_on else None


def _status(case: Case) -> Markup:
    status = moves.workflow_of(case).status(case.status)
    return tag(status.tone, status.short or status.label)


def _cut(text: str) -> Markup:
    return Markup('<span class="cut">{}</span>').format(text)


# How the columns that all kinds share are shown.
COLUMNS: dict[str, Any] = {
    "due_on": lambda _view, _context, case, _name: _due(case),
    "number": lambda view, _context, case, _name: link(view.card_of(view.key_of(case)), case.number),
    "registered_at": lambda _view, _context, case, _name: formats.date(case.registered_at),
    "applicant": lambda _view, _context, case, _name: queue.short_name(case),
    "topic": lambda _view, _context, case, _name: _cut(case.topic),
    "address": lambda _view, _context, case, _name: _cut(case.address),
    "status": lambda _view, _context, case, _name: _status(case),
    "responsible": lambda _view, _context, case, _name: case.responsible and case.responsible.short_name,
}


def _form(move: Move) -> MoveForm:
    # Several forms stand on one page: a prefix keeps their ids apart.
    return move_form(move.inputs, Note(move.asks, move.asks_for))(prefix=f"{move.code}-")


def _inputs(case: Case, move: Move, form: MoveForm) -> MoveAnswers:
    """Read the move's form, and the verdicts that lie beside it."""
    inputs: MoveAnswers = form.answers()
    if move.verdicts is not Verdicts.returned or not isinstance(case, Connection):
        return inputs
    marked = [kind for kind in PAPERS if f"verdict-{kind}" in request.form]
    said = [VerdictAnswer(kind, accepted=False, remark=_remark(kind)) for kind in marked]
    return replace(inputs, verdicts=tuple(said))


def _remark(kind: str) -> str:
    return " ".join(request.form.get(f"remark-{kind}", "").replace("\0", "").split())


def _refused(sent: Sent, refusal: FieldRefusal) -> Sent:
    """Put the sentence beside its field; verdicts are no field of the form, they have a place of their own."""
    if refusal.field not in sent.form:
        return replace(sent, inputs=None, problem=refusal.sentence)
    submitting.refuse(sent.form, refusal)
    return replace(sent, inputs=None)


def _step(case: Case, move: Move, sent: Sent | None) -> Step:
    if sent is not None and sent.move is move:
        form, inputs = sent.form, sent.inputs
    else:
        form, inputs = _form(move), _nothing(move)
        if move.code == "cancel" and _proposal(case):
            form.note.process_data(queue.reason_to_cancel(case))
            inputs = MoveAnswers(token="", note=form.note.data)
    target = moves.workflow_of(case).status(move.target or case.status).label
    checks = _checks(case, is_sent=sent is not None and sent.move is move) if move.verdicts is Verdicts.returned else []
    return Step(move, form, target, _letter(case, move, inputs), checks)


def _checks(case: Case, *, is_sent: bool) -> list[Check]:
    """List the papers that may be asked for; a remark that says the usual stands there already."""
    if not isinstance(case, Connection):
        return []
    return [
        Check(folder, is_sent and f"verdict-{folder.paper.code}" in request.form, _said(folder, is_sent=is_sent))
        for folder in verdicts.folders(case)
    ]


def _said(folder: verdicts.Folder, *, is_sent: bool) -> str:
    if is_sent:
        return _remark(folder.paper.code)
    return "" if folder.documents else folder.paper.please


def _first(case: Case, steps: list[Step]) -> str:
    """Choose what to begin with: the list of what is missing, so that a mark and a press are enough.

    Never a cancellation that nothing proposes.
    """
    if _proposal(case):
        return "cancel"
    codes = [step.move.code for step in sorted(steps, key=lambda step: not step.checks)]
    return next((code for code in codes if code != "cancel"), "")


def _masked(sheet: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Hide the identifiers of the paper: a card is open all day, and who looks at them is journalled elsewhere."""
    return [
        section
        | {
            "facts": [
                (label, formats.masked(said) if label in IDENTIFIERS else said) for label, said in section["facts"]
            ]
        }
        for section in sheet
    ]


def _proposal(case: Case) -> str:
    """Say that the calendar proposes to cancel, and why."""
    reason = queue.reason_to_cancel(case)
    return reason and f"{reason} Можно аннулировать заявку или подождать."


def _nothing(move: Move) -> MoveAnswers | None:
    """Give the inputs of a form not yet filled in, where the move can do without."""
    return MoveAnswers(token="") if all(name.endswith("?") for name in move.inputs) else None


def _letter(case: Case, move: Move, inputs: MoveAnswers | None) -> Preview | None:
    """Write the letter as soon as what it says is known."""
    return moves.preview(case, move, Actor.of(access.staff()), inputs) if inputs else None
