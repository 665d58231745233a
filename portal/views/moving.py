"""What the pages of one's own cases share: the moves that may be made now, their forms, and making one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, url_for

from forms.fields import UploadField
from forms.staff import Note, move_form
from portal import access, moves, verdicts
from portal.journal import Actor
from portal.models import Connection
from portal.moves import workflow_of
from portal.refusals import FieldRefusal, Refusal
from portal.views import submitting
from portal.workflow import By

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from forms.staff import MoveForm
    from portal.models import Case
    from portal.workflow import Move

Forms = dict[str, "MoveForm"]


def form_of(case: Case, move: Move) -> MoveForm:
    """Make the form of a move; several stand on one page, so that a prefix keeps their ids apart."""
    note = Note(move.asks, move.asks_for, 1000 if "1000" in move.asks else Note.limit)
    return move_form(move.inputs, note, **_asked_papers(case, move))(prefix=f"{move.code}-")


def offered(case: Case, filled: Forms | None = None) -> tuple[list[Move], Forms]:
    """List the moves that the owner may make, with their forms by code; `filled` is what was sent and refused."""
    may = moves.offered(case, By.applicant)
    return may, {move.code: (filled or {}).get(move.code) or form_of(case, move) for move in may}


def take(case: Case, code: str, back: str, show: Callable[[Forms, int], ResponseReturnValue]) -> ResponseReturnValue:
    """Make the owner's move and go `back`, or `show` the page again with everything that was typed."""
    subscriber = access.subscriber()
    move = workflow_of(case).move(code)
    if move is None or move.by is not By.applicant:
        abort(404)
    form = form_of(case, move)
    if submitting.is_whole(form, subscriber):
        try:
            moves.make(case, code, Actor.of(subscriber), form.answers())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return redirect(back)
        else:
            flash(move.done or f"Готово: {workflow_of(case).status(case.status).label.lower()}", "success")
            return redirect(back)
    return show({code: form}, 422 if form.errors else 200)


def _asked_papers(case: Case, move: Move) -> dict[str, UploadField]:
    """Give a field for each document that staff asked for: it lies beside its remark."""
    if not isinstance(case, Connection) or "documents?" not in move.needs or case.status != "documents_missing":
        return {}
    return {
        folder.paper.code: UploadField(folder.paper.label, noun=folder.paper.noun, optional=True)
        for folder in verdicts.returned(case)
    }


# The page of a case by its kind.
WHOLE = {"appeal": "appeals.show", "connection": "connections.show", "service": "extra_services.show"}


def address(case: Case) -> str:
    """Give the page of a case."""
    values: dict[str, Any] = dict(case.page_key)
    return url_for(WHOLE[case.kind], **values)
