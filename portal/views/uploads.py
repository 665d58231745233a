"""Files sent at once by pages with JavaScript; without it they come with their form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, jsonify, request

from forms import files
from portal import access, settings
from portal.extensions import limiter
from portal.moves import SLOTS
from portal.refusals import Refusal
from portal.services import uploads
from portal.services.readings import PHOTO
from portal.storage import StorageError
from portal.views import submitting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

blueprint = Blueprint("uploads", __name__)
TOKEN_LENGTH = 32


@blueprint.post("/uploads/<token>/<slot>")
@access.signed_in_only
@limiter.limit("120 per hour", key_func=lambda: f"uploads:{access.account().token}")
def receive(token: str, slot: str) -> ResponseReturnValue:
    """Keep one file for a form that is still being filled in: `{id, name, size, kind}`, or `{error}` with 422."""
    if slot not in SLOTS | {PHOTO} or len(token) != TOKEN_LENGTH or not token.isalnum():
        abort(404)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return jsonify(error="Выберите файл"), 422
    try:
        return _keep(token, slot, sent)
    except ValueError as error:
        return jsonify(error=str(error)), 422
    except StorageError as error:
        return jsonify(error=submitting.storage_sentence(error)), 507 if error.is_full else 503
    except Refusal as refusal:
        return jsonify(error=refusal.sentence), 409


@blueprint.post("/uploads/<int(max=2147483647):upload_id>/remove")
@access.signed_in_only
def remove(upload_id: int) -> ResponseReturnValue:
    """Drop a kept file."""
    uploads.remove(access.account(), upload_id)
    return "", 204


def _keep(token: str, slot: str, sent: FileStorage) -> ResponseReturnValue:
    chosen = files.choose(sent.filename or "", sent.stream, settings.current().upload_limit_bytes)
    media_type = chosen.kind.media_type
    kept = uploads.keep(access.account(), token, slot, chosen.stream, chosen.name, media_type)
    return jsonify(id=kept.id, name=kept.name, size=kept.size, kind=chosen.kind.label), 201
