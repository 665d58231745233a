"""What a watchdog asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify

from portal import access
from portal.extensions import limiter
from portal.services import health

if TYPE_CHECKING:
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
    state = health.ready()
    return jsonify(state), 200 if all(state.values()) else 503
