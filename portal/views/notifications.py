"""«Уведомления»: what happened, and marking it as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from portal import access
from portal.services import notifications

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")
LAST_PAGE = 100_000
LARGEST_ID = 2**31 - 1


@blueprint.get("")
@access.subscribers_only
def index() -> str:
    """Everything that the subscriber was told, newest first."""
    subscriber = access.subscriber()
    page, shown = notifications.page_of(subscriber, min(request.args.get("page", 1, type=int), LAST_PAGE))
    return render_template("notifications/index.html", page=page, notifications=shown)


@blueprint.post("/read")
@access.subscribers_only
def read() -> ResponseReturnValue:
    """Mark as read whatever the page showed."""
    upto = min(max(request.form.get("upto", 0, type=int), 0), LARGEST_ID)
    notifications.mark_read(access.subscriber(), upto)
    flash("Уведомления отмечены прочитанными", "success")
    return redirect(url_for("notifications.index"))
