"""The second step of the panel's door: a code from an app, and setting the app up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import segno
from flask import flash, redirect, render_template, session, url_for

from forms.second_factor import CodeForm, EnrolForm
from portal import access, clock
from portal.extensions import limiter
from portal.journal import Actor
from portal.refusals import FieldRefusal
from portal.services import second_factor, sign_ins
from portal.views import submitting

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from portal.models import Staff

HALF_WAY = "second_factor"
PATIENCE = timedelta(minutes=5)


def ask_for_code(staff: Staff, next_path: str | None) -> ResponseReturnValue:
    """Remember for a few minutes whose password was right, and ask for the code; nobody is signed in yet."""
    session.clear()
    session[HALF_WAY] = {"staff": staff.id, "at": clock.now().isoformat(), "next": next_path}
    return redirect(url_for("staff.code"))


def add_to(blueprint: Blueprint) -> None:
    """Hang both pages into the door's blueprint."""
    blueprint.add_url_rule("/code", "code", _code, methods=["GET", "POST"])
    blueprint.add_url_rule("/second-factor", "second_factor", _enrol, methods=["GET", "POST"])


@access.public
@limiter.limit("5 per 5 minutes", methods=["POST"], key_func=lambda: f"code:{_half_way_id()}")
def _code() -> ResponseReturnValue:
    """The code of the app, or one from paper."""
    staff = sign_ins.staff_of(_half_way_id())
    if staff is None:
        return redirect(url_for("staff.sign_in"))
    form = CodeForm()
    if form.validate_on_submit():
        if second_factor.passes(staff, form.answers().code):
            next_path = session[HALF_WAY]["next"]
            access.sign_in(staff, remember=False)
            return redirect(next_path or url_for("admin.index"))
        submitting.refuse(form, FieldRefusal("code", second_factor.WRONG))
    return render_template("staff/code.html", form=form), 422 if form.errors else 200


@access.audience(access.staff_audience(unfinished=True))
@limiter.limit("10 per 5 minutes", methods=["POST"], key_func=lambda: f"enrol:{access.staff().id}")
def _enrol() -> ResponseReturnValue:
    """Set the app up: scan the picture, prove it by a code, keep the codes on paper."""
    staff = access.staff()
    if staff.must_change_password:
        return redirect(url_for("staff.password"))
    form = EnrolForm()
    codes: list[str] = []
    if staff.totp_since is None and form.validate_on_submit():
        try:
            codes = second_factor.confirm(staff, form.answers().code, Actor.of(staff))
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        else:
            flash("Второй шаг входа подключён", "success")
    picture = None if staff.totp_since else segno.make(second_factor.enrolment(staff), error="m")
    shown = picture.svg_inline(border=4, light="#fff", omitsize=True) if picture else ""
    page = render_template("staff/second_factor.html", form=form, staff=staff, picture=shown, codes=codes)
    return page, 422 if form.errors else 200


def _half_way_id() -> int:
    """Give the id of whose password was right a moment ago; 0 for nobody."""
    half_way = session.get(HALF_WAY) or {}
    if not half_way or clock.now() - datetime.fromisoformat(half_way["at"]) > PATIENCE:
        return 0
    return int(half_way["staff"])
