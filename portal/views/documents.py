"""Documents of cases: «Скачать / Просмотреть» (fig. 13.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, request

from portal import access, storage
from portal.chrome import FILE_POLICY
from portal.services import exchange, uploads

if TYPE_CHECKING:
    from portal.models import Document

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<int(max=2147483647):document_id>")
@access.signed_in_only
def show(document_id: int) -> Response:
    """Show a PDF or picture in the browser; anything else is downloaded."""
    document = uploads.document(access.account(), document_id)
    return _sent(document, "inline" if document.previewable else "attachment")


@blueprint.get("/documents/<int(max=2147483647):document_id>/download")
@access.signed_in_only
def download(document_id: int) -> Response:
    """Give the file under the name it came with."""
    return _sent(uploads.document(access.account(), document_id), "attachment")


def _sent(document: Document, how: str) -> Response:
    """Send the bytes; the first time its owner asks for them is the proof that a document was delivered."""
    pieces = storage.current().open(document.key)
    if request.method == "GET":
        exchange.read(access.account(), document, access.origin())
    response = Response(pieces, mimetype=document.media_type)
    response.content_length = document.size
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(document.name, safe='')}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
