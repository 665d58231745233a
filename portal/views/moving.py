"""What the pages of one's own cases share: the moves that may be made now, their forms and pages, and making one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, request, url_for

from forms.fields import UploadField
from forms.files import safe_name
from forms.staff import Note, move_form
from portal import access, case_letters, formats, moves, verdicts
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
    from portal.models import Case, JournalEntry
    from portal.workflow import Move

Forms = dict[str, "MoveForm"]
# Moves that have a page of their own: any other is made on the case's.
PAGES = {
    "add_documents": "connections.documents",
    "complete_documents": "connections.complete",
    "report_ready": "connections.ready",
}
BRING = "Приложите файл или напишите, почему его нет"


def address(case: Case, move: Move | None = None) -> str:
    """Give the page of a case, or that on which its owner makes a move."""
    page = PAGES.get(move.code) if move else None
    values: dict[str, Any] = dict(case.page_key)
    return url_for(page or case_letters.PAGES[case.kind][1], **values)


def form_of(case: Case, move: Move) -> MoveForm:
    """Make the form of a move; several stand on one page, so that a prefix keeps their ids apart."""
    note = Note(move.asks, move.asks_for, 1000 if "1000" in move.asks else Note.limit)
    figure = move_form(move.inputs, note, **_asked_papers(case, move))
    return figure(prefix=f"{move.code}-", data={"note": beginning(case, move)})


def beginning(case: Case, move: Move) -> str:
    """Give the words that the text begins with (fig. 13.2)."""
    if move.code != "add_documents":
        return ""
    dated = formats.date(case.registered_at)
    return f"Прошу приобщить к заявке на технологическое присоединение № {case.number} от {dated}"


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
            _ask_for_something(case, move, form)
            entry = moves.make(case, code, Actor.of(subscriber), form.answers())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return show({code: form}, 409)
        else:
            flash(_done(case, move, entry), "success")
            return redirect(back)
    return show({code: form}, 422 if form.errors else 200)


def brings_something(case: Case, move: Move, form: MoveForm) -> bool:
    """Whether there is a file, or a text that is more than its beginning."""
    typed = " ".join((form.note.data or "").split())
    return any(form.kept.values()) or typed.rstrip(".") != beginning(case, move)


def unsent(filled: Forms | None, forms: Forms) -> list[dict[str, Any]]:
    """Give back what came too late, by form: its text, and the names of its files."""
    return [_given_back(form) for code, form in (filled or {}).items() if code not in forms]


def _given_back(form: MoveForm) -> dict[str, Any]:
    kept = {upload.name for uploads in form.kept.values() for upload in uploads}
    sent = {safe_name(file.filename) for file in request.files.values() if file.filename}
    return {"text": form.note.data if "note" in form else "", "names": sorted(kept | sent)}


def _ask_for_something(case: Case, move: Move, form: MoveForm) -> None:
    """Hold a text that was begun for the applicant to its purpose; a move made already has used its files up."""
    was_made = any(entry.form_token == form.token.data for entry in case.entries)
    if beginning(case, move) and not was_made and not brings_something(case, move, form):
        raise FieldRefusal("documents", BRING)


def _done(case: Case, move: Move, entry: JournalEntry) -> str:
    """Say what became of it."""
    if not beginning(case, move):
        return move.done or f"Готово: {workflow_of(case).status(case.status).label.lower()}"
    count = sum(document.entry_id == entry.id for document in case.documents)
    if count > 1:
        return f"Файлы добавлены в заявку: {count}"
    return move.done if count else "Обращение добавлено в заявку"


def _asked_papers(case: Case, move: Move) -> dict[str, UploadField]:
    """Give a field for each document that staff asked for: it lies beside its remark."""
    if not isinstance(case, Connection) or move.code != "add_documents":
        return {}
    return {
        folder.paper.code: UploadField(folder.paper.label, noun=folder.paper.noun, optional=True)
        for folder in verdicts.returned(case)
    }
