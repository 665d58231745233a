"""Files with readings of many meters: sending one, its progress and what is wrong with it, a sample to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for

from forms.meters import ReadingsFileForm
from forms.tables import TableKind
from portal import access, exports
from portal.extensions import limiter
from portal.refusals import FieldRefusal, Refusal
from portal.services import reading_files
from portal.storage import StorageError
from portal.views import submitting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("reading_files", __name__)
LOOK_EVERY_S = 3


@blueprint.route("/meters/files/new", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("60 per hour", methods=["POST"], key_func=lambda: f"reading_files:{access.subscriber().id}")
def new() -> ResponseReturnValue:
    """Send a file; it is checked beside the web server, so that the page answers at once."""
    form = ReadingsFileForm()
    if form.validate_on_submit() and form.table.chosen is not None:
        try:
            kept = reading_files.keep(access.subscriber(), form.token.data, *form.table.chosen)
        except StorageError as error:
            submitting.refuse(form, FieldRefusal("table", submitting.storage_sentence(error)))
        except Refusal as refusal:
            submitting.refuse(form, FieldRefusal("table", refusal.sentence))
        else:
            return redirect(url_for("reading_files.show", file_id=kept.id))
    latest = reading_files.latest_of(access.subscriber())
    page = render_template("meters/file.html", form=form, latest=latest, columns=reading_files.COLUMNS)
    return page, 422 if form.errors else 200


@blueprint.get("/meters/files/<int(max=2147483647):file_id>")
@access.subscribers_only
def show(file_id: int) -> Response:
    """Say how far a file has come; until it is done the browser asks again by itself, with or without JavaScript."""
    found = reading_files.owned(access.subscriber(), file_id)
    response = make_response(render_template("meters/file_state.html", file=found))
    if not found.is_finished:
        # The address is named: «…#errors» of the form that led here would make it a jump within the page.
        response.headers["Refresh"] = f"{LOOK_EVERY_S}; url={url_for('reading_files.show', file_id=file_id)}"
    return response


@blueprint.get("/meters/files/sample.<table_kind>")
@access.subscribers_only
def sample(table_kind: str) -> Response:
    """Give a file to begin with, the subscriber's meters in it."""
    if table_kind not in set(TableKind):
        abort(404)
    rows = reading_files.sample(access.subscriber())
    return exports.download(TableKind(table_kind), rows, "Показания", "pokazaniya")
