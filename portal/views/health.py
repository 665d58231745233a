"""What a watchdog asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal import access, storage
from portal.extensions import db, limiter
from portal.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access.public
@limiter.exempt
def alive() -> ResponseReturnValue:
    """Answer: the process lives."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
@access.public
@limiter.exempt
def ready() -> ResponseReturnValue:
    """Answer 200 when database and store both work, 503 with the one that does not."""
    state = {"database": _works(lambda: db.session.execute(text("SELECT 1"))), "store": _works(storage.current().check)}
    return jsonify(state), 200 if all(state.values()) else 503


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SQLAlchemyError, StorageError):
        return False
    return True
