"""«Информация по заявкам на технологическое присоединение» (figs 13.1-13.3, 16) and an application's own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from forms.base import Figure
from forms.choices import ConnectionService
from forms.labels import LABELS
from forms.search import SearchForm
from portal import access, formats, timeline, verdicts
from portal.extensions import limiter
from portal.moves import workflow_of
from portal.refusals import Refusal
from portal.services import connections, drafts
from portal.views import moving, submitting
from portal.workflow import By

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from portal.models import Case, Connection

blueprint = Blueprint("connections", __name__)
NUMBER = "<int(min=2000, max=2999):year>/<int(max=2147483647):number>"
LAST_PAGE = 100_000
WHOLE = "connections/show.html"
PAGES = {
    "add_documents": "connections/documents.html",
    "complete_documents": "connections/complete.html",
    "report_ready": "connections/ready.html",
}
NOT_CANCELLED = "Подать заново можно только аннулированную заявку."


@blueprint.get("/connections")
@access.subscribers_only
def index() -> ResponseReturnValue:
    """Fig. 13.1: one's own applications, newest first, with a search by number; drafts above them."""
    subscriber, form = access.subscriber(), SearchForm(request.args)
    number = form.number.data if form.validate() else None
    page = connections.journal_of(subscriber, number, min(request.args.get("page", 1, type=int), LAST_PAGE))
    rows = [(case, workflow_of(case).status(case.status), _row_actions(case)) for case in page.items]
    searched = "" if number is None else str(number)
    begun = drafts.of(subscriber, connections.FORM)
    return render_template("connections/index.html", form=form, page=page, rows=rows, searched=searched, drafts=begun)


@blueprint.get(f"/connections/{NUMBER}")
@access.subscribers_only
def show(year: int, number: int) -> ResponseReturnValue:
    """One application: what to do now, its way with terms, its documents (fig. 13.3), what it says."""
    return _page(WHOLE, _owned(year, number))


@blueprint.get(f"/connections/{NUMBER}/documents")
@access.subscribers_only
def documents(year: int, number: int) -> ResponseReturnValue:
    """Fig. 13.2: what was asked for, what has been sent, and more."""
    return _page(PAGES["add_documents"], _owned(year, number))


@blueprint.get(f"/connections/{NUMBER}/complete")
@access.subscribers_only
def complete(year: int, number: int) -> ResponseReturnValue:
    """«Завершить загрузку»: what is handed over, and that nothing can be added afterwards."""
    return _page(PAGES["complete_documents"], _owned(year, number))


@blueprint.get(f"/connections/{NUMBER}/ready")
@access.subscribers_only
def ready(year: int, number: int) -> ResponseReturnValue:
    """Fig. 16: the technical conditions are met."""
    return _page(PAGES["report_ready"], _owned(year, number))


@blueprint.post(f"/connections/{NUMBER}/<code>")
@access.subscribers_only
@limiter.limit("120 per hour", key_func=lambda: f"moves:{access.subscriber().id}")
def move(year: int, number: int, code: str) -> ResponseReturnValue:
    """Add documents and hand them over, report readiness, withdraw."""
    connection = _owned(year, number)
    back = url_for("connections.show", year=year, number=number)
    if code == "add_documents":
        is_last = "complete" in request.form
        back = url_for("connections.complete" if is_last else "connections.documents", year=year, number=number)
        if is_last and _has_nothing_to_add(connection):
            return redirect(back)
    return moving.take(connection, code, back, lambda *sent: _page(PAGES.get(code, WHOLE), connection, *sent))


@blueprint.post(f"/connections/{NUMBER}/copy")
@access.subscribers_only
@limiter.limit("30 per hour", key_func=lambda: f"copies:{access.subscriber().id}")
def copy(year: int, number: int) -> ResponseReturnValue:
    """«Подать заново на основе этой заявки»: a draft with the same words and files."""
    connection, token = _owned(year, number), Figure().token.data
    if connection.status != "cancelled":
        raise Refusal(NOT_CANCELLED)
    connections.copy(connection, token)
    return redirect(url_for("connection_form.draft", token=token))


def _owned(year: int, number: int) -> Connection:
    return connections.owned(access.subscriber(), year, number)


def _row_actions(case: Case) -> list[tuple[str, str]]:
    """Give what a row offers, as (label, address)."""
    allowed = workflow_of(case).allowed(case.status, By.applicant)
    return [(move.label, moving.address(case, move)) for move in allowed if move.code in PAGES]


def _has_nothing_to_add(connection: Connection) -> bool:
    """Whether «Завершить загрузку» was pressed on a page with nothing new on it, after something has been sent."""
    move = workflow_of(connection).move("add_documents")
    if move is None or not connection.has_sent_documents:
        return False
    form = moving.form_of(connection, move)
    form.kept = submitting.kept_by_slot(access.subscriber(), form.token.data)
    sent = any(file.filename for file in request.files.values())
    return not sent and not moving.brings_something(connection, move, form)


def _page(
    template: str, connection: Connection, filled: moving.Forms | None = None, code: int = 200
) -> ResponseReturnValue:
    may, forms = moving.offered(connection, filled)
    entered = timeline.entered(connection)
    letters = [one for one in connection.documents if one.entry_id == entered.id and one.from_company]
    shown = render_template(
        template,
        connection=connection,
        status=workflow_of(connection).status(connection.status),
        entered=entered,
        letters=letters,
        invoice=next((one for one in letters if one.title == LABELS["invoice_file"]), None),
        since=timeline.since(connection),
        timeline=timeline.steps(connection),
        clocks=timeline.running(connection) + timeline.paused(connection),
        lapsed=timeline.lapsed(connection),
        terms=timeline.terms(),
        returned=verdicts.returned(connection),
        applicant=submitting.applicant_facts(connection.applicant),
        facts=_facts(connection),
        moves={move.code: move for move in may},
        forms=forms,
        next=timeline.next_move(connection),
        address=moving.address,
        unsent=moving.unsent(filled, forms),
        again=Figure(),
    )
    return shown, code


def _facts(connection: Connection) -> list[tuple[str, str]]:
    """Lay out what matters most of an application."""
    return [
        *connection.headline,
        (LABELS["service"], ConnectionService[connection.service].label),
        (LABELS["terms_number"], connection.terms_number or "ещё нет"),
        (LABELS["terms_date"], formats.date(connection.terms_date) if connection.terms_date else "ещё нет"),
        (LABELS["account_number"], connection.account_number or "присвоим в конце"),
    ]
