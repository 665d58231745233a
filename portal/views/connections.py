"""«Информация по заявкам на технологическое присоединение» (figs 13.1-13.3, 16) and an application's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from forms.search import SearchForm
from portal import access, timeline, verdicts
from portal.extensions import limiter
from portal.moves import workflow_of
from portal.services import connections
from portal.views import moving

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from portal.models import Connection

blueprint = Blueprint("connections", __name__)
NUMBER = "<int(min=2000, max=2999):year>/<int(max=2147483647):number>"
LAST_PAGE = 100_000


@blueprint.get("/connections")
@access.subscribers_only
def index() -> ResponseReturnValue:
    """Fig. 13.1: one's own applications, newest first, with a search by number."""
    form = SearchForm(request.args)
    number = form.number.data if form.validate() else None
    page = connections.journal_of(access.subscriber(), number, min(request.args.get("page", 1, type=int), LAST_PAGE))
    rows = [(case, workflow_of(case).status(case.status)) for case in page.items]
    searched = "" if number is None else str(number)
    return render_template("connections/index.html", form=form, page=page, rows=rows, searched=searched)


@blueprint.get(f"/connections/{NUMBER}")
@access.subscribers_only
def show(year: int, number: int) -> ResponseReturnValue:
    """One application: what to do now, its way with terms, its documents, what it says."""
    return _page(connections.owned(access.subscriber(), year, number))


@blueprint.post(f"/connections/{NUMBER}/<code>")
@access.subscribers_only
@limiter.limit("120 per hour", key_func=lambda: f"moves:{access.subscriber().id}")
def move(year: int, number: int, code: str) -> ResponseReturnValue:
    """Add documents and hand them over, report readiness, withdraw."""
    connection = connections.owned(access.subscriber(), year, number)
    back = url_for("connections.show", year=year, number=number)
    return moving.take(connection, code, back, lambda *sent: _page(connection, *sent))


def _page(connection: Connection, filled: moving.Forms | None = None, code: int = 200) -> ResponseReturnValue:
    may, forms = moving.offered(connection, filled)
    shown = render_template(
        "connections/show.html",
        connection=connection,
        status=workflow_of(connection).status(connection.status),
        timeline=timeline.steps(connection),
        clocks=timeline.running(connection),
        terms=timeline.terms(),
        folders=verdicts.folders(connection),
        moves=may,
        forms=forms,
    )
    return shown, code
