"""Pages that say something: help, personal data, consents, and how pages look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from forms.accessibility import ViewForm
from portal import access, settings
from portal.refusals import NotYours
from portal.services import consents
from portal.view_options import COOKIE, YEAR_S, ViewOptions

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("pages", __name__)


@blueprint.route("/accessibility", methods=["GET", "POST"])
@access.public
def accessibility() -> ResponseReturnValue:
    """«Версия для слабовидящих»: a plain form and a cookie, so that it works without JavaScript and before sign-in."""
    if request.method == "GET":
        return render_template("pages/accessibility.html", form=ViewForm(obj=_now()))
    chosen = ViewOptions() if "reset" in request.form else ViewOptions.of(request.form)
    response = redirect(access.local_path(request.form.get("next")) or url_for("pages.accessibility"))
    response.set_cookie(
        COOKIE, chosen.cookie(), max_age=YEAR_S, samesite="Lax", httponly=True, secure=settings.current().is_secure
    )
    flash("Вид страниц изменён", "info")
    return response


@blueprint.get("/consents/<kind>")
@access.public
def consent(kind: str) -> str:
    """One consent, a document of its own."""
    found = consents.texts().get(kind)
    if found is None:
        raise NotYours
    return render_template("pages/consent.html", consent=found)


@blueprint.get("/privacy")
@access.public
def privacy() -> str:
    """What becomes of personal data."""
    return render_template("pages/privacy.html")


@blueprint.get("/help", endpoint="help")
@access.public
def help_() -> str:
    """The manual by tasks, and where «Единое окно» is."""
    return render_template("pages/help.html")


def _now() -> ViewOptions:
    return ViewOptions.from_cookie(request.cookies.get(COOKIE, ""))
