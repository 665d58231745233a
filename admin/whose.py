"""A list narrowed to one subscriber: ways lead there from his card."""

from __future__ import annotations

from typing import Any

from flask import request

from admin.parts import OneOf
from portal.extensions import db
from portal.models import Subscriber

KEY = "subscriber_id"
NAME = f"flt0_{KEY}"  # in the address of a list


class OfSubscriber(OneOf):
    """Rows of one subscriber; not offered to be chosen, only shown and dropped where somebody came with it."""

    def __init__(self, column: Any) -> None:  # noqa: ANN401
        """Take the column that says whose a row is; it must be called `subscriber_id`."""
        super().__init__(column, "Абонент", _asked)


def _asked() -> list[tuple[str, str]]:
    key = request.args.get(NAME, "")
    found = db.session.get(Subscriber, int(key)) if key.isascii() and key.isdigit() and len(key) < 10 else None  # noqa: PLR2004
    return [(str(found.id), found.short_name)] if found else []
