"""«Обращение» (fig. 10) and «Информация по обращениям» (fig. 17)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from forms.appeal import AppealForm
from forms.search import SearchForm
from portal import access, timeline
from portal.extensions import limiter
from portal.moves import workflow_of
from portal.refusals import FieldRefusal
from portal.services import appeals
from portal.views import moving, submitting

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from portal.models import Appeal, JournalEntry

blueprint = Blueprint("appeals", __name__)
NUMBER = "<int(max=2147483647):number>"  # what fits an integer of every database
LAST_PAGE = 100_000


@blueprint.route("/appeals/new", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: f"appeals:{access.subscriber().id}")
def new() -> ResponseReturnValue:
    """Fig. 10; what was saved is told on the cabinet's first page (fig. 11)."""
    subscriber = access.subscriber()
    form = AppealForm()
    form.topic_id.lay([(topic.id, topic.name) for topic in appeals.topics()])
    if submitting.is_whole(form, subscriber):
        try:
            appeal = appeals.submit(subscriber, form.answers())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        else:
            flash(submitting.SAVED.format(appeal.number), "success")
            return redirect(url_for("home.show"))
    return render_template("appeals/new.html", form=form, applicant=_applicant()), 422 if form.errors else 200


@blueprint.get("/appeals")
@access.subscribers_only
def index() -> ResponseReturnValue:
    """Fig. 17: the journal of one's own appeals and service requests, newest first, with a search by number."""
    form = SearchForm(request.args)
    number = form.number.data if form.validate() else None
    asked = min(request.args.get("page", 1, type=int), LAST_PAGE)
    page = appeals.journal_of(access.subscriber(), number, asked)
    rows = [(case, workflow_of(case).status(case.status)) for case in page.items]
    searched = "" if number is None else str(number)  # 0 is a number too, and nobody's
    return render_template(
        "appeals/index.html", form=form, page=page, rows=rows, searched=searched, address=moving.address
    )


@blueprint.get(f"/appeals/{NUMBER}")
@access.subscribers_only
def show(number: int) -> ResponseReturnValue:
    """One appeal: where it is, its files, its answer, and what may be done."""
    return _page(appeals.owned(access.subscriber(), number))


@blueprint.post(f"/appeals/{NUMBER}/<code>")
@access.subscribers_only
@limiter.limit("60 per hour", key_func=lambda: f"moves:{access.subscriber().id}")
def move(number: int, code: str) -> ResponseReturnValue:
    """Answer a question, disagree, withdraw."""
    appeal = appeals.owned(access.subscriber(), number)
    return moving.take(appeal, code, url_for("appeals.show", number=number), lambda *sent: _page(appeal, *sent))


def _page(appeal: Appeal, filled: moving.Forms | None = None, code: int = 200) -> ResponseReturnValue:
    may, forms = moving.offered(appeal, filled)
    answer = next((entry for entry in reversed(appeal.entries) if entry.event == "answer"), None)
    status = workflow_of(appeal).status(appeal.status)
    said = {"answer": answer, "dated": _dated(answer), "moves": may, "forms": forms, "timeline": timeline.steps(appeal)}
    unsent = moving.unsent(filled, forms)
    return render_template("appeals/show.html", case=appeal, status=status, unsent=unsent, **said), code


def _dated(answer: JournalEntry | None) -> date | datetime | None:
    """Give the date of the answer: that of its letter, where the clerk wrote one down."""
    written = answer.data.get("letter_date") if answer else None
    if written:
        return date.fromisoformat(written)
    return answer.at if answer else None


def _applicant() -> list[tuple[str, str]]:
    return submitting.applicant_facts(access.subscriber().frozen())
