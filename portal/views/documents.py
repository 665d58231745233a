"""Documents of cases: «Скачать / Просмотреть» (fig. 13.3)."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request, url_for

from forms import archives
from portal import access, storage
from portal.chrome import FRAMES_POLICY
from portal.services import exchange, uploads
from portal.views import moving, sending

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from portal.models import Document

blueprint = Blueprint("documents", __name__)
ID = "<int(max=2147483647):document_id>"


@blueprint.get(f"/documents/{ID}")
@access.signed_in_only
def show(document_id: int) -> Response:
    """Show a PDF or picture in the browser; anything else is downloaded."""
    document = uploads.document(access.account(), document_id)
    return _sent(document, "inline")


@blueprint.get(f"/documents/{ID}/download")
@access.signed_in_only
def download(document_id: int) -> Response:
    """Give the file under the name it came with."""
    return _sent(uploads.document(access.account(), document_id), "attachment")


@blueprint.get(f"/documents/{ID}/view")
@access.subscribers_only
def view(document_id: int) -> ResponseReturnValue:
    """Show a PDF or picture in a page of the cabinet, an archive as a list of its files."""
    document = uploads.document(access.account(), document_id)
    files = _files_in(document) if document.is_archive else None
    case = document.case
    said = {"case": case, "back": moving.address(case) if case else url_for("exchange.index"), "files": files}
    page = make_response(render_template("documents/view.html", document=document, **said))
    page.headers["Content-Security-Policy"] = FRAMES_POLICY
    return page


def _files_in(document: Document) -> list[tuple[str, int]] | None:
    """List what an archive holds, as (name, size in bytes); None where it can't be read."""
    with tempfile.TemporaryFile() as file:
        file.writelines(storage.current().open(document.key))
        try:
            return archives.listing(file)
        except ValueError:
            return None


def _sent(document: Document, how: str) -> Response:
    """Send the bytes; the first time its owner asks for them is the proof that a document was delivered."""
    response = sending.sent(document, how)
    if request.method == "GET":
        exchange.read(access.account(), document, access.origin())
    return response
