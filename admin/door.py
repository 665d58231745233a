"""The panel's own door: sign-in of staff, sign-out, and the change of a one-time password (fig. 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from admin import second_factor
from forms.password import NewPassword
from forms.staff import StaffSignIn
from portal import access
from portal.extensions import limiter
from portal.models import Staff
from portal.refusals import FieldRefusal
from portal.services import sign_ins
from portal.views import submitting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("staff", __name__, url_prefix="/admin")
second_factor.add_to(blueprint)
WRONG = "Логин или пароль не подошли. Проверьте раскладку и клавишу Caps Lock"


@blueprint.route("/login", methods=["GET", "POST"])
@access.public
@limiter.limit("10 per 5 minutes", methods=["POST"], key_func=access.typed_login)
@limiter.limit("60 per 5 minutes", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Login and password; a subscriber's session in the same browser ends here."""
    if isinstance(access.visitor(), Staff) and request.method == "GET":
        return redirect(url_for("admin.index"))
    form = StaffSignIn()
    if form.validate_on_submit():
        answers = form.answers()
        staff = sign_ins.find_staff(answers.login, answers.password, access.origin())
        if staff is not None and staff.totp_since is not None:
            return second_factor.ask_for_code(staff, _next())
        if staff is not None:
            access.sign_in(staff, remember=False)
            return redirect(_next() or url_for("admin.index"))
        submitting.refuse(form, FieldRefusal("password", WRONG))
    return render_template("staff/sign_in.html", form=form), 422 if form.errors else 200


@blueprint.post("/logout")
@access.public
def sign_out() -> ResponseReturnValue:
    """«Выйти»."""
    access.sign_out()
    flash("Вы вышли", "info")
    response = redirect(url_for("staff.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.route("/password", methods=["GET", "POST"])
@access.audience(access.staff_audience(unfinished=True))
@limiter.limit("10 per 5 minutes", methods=["POST"], key_func=lambda: f"password:{access.staff().id}")
def password() -> ResponseReturnValue:
    """«Смена пароля»; whoever came in with a one-time password sees nothing else until it is done."""
    staff = access.staff()
    form = NewPassword()
    form.settle(staff.login, staff.email)
    if form.validate_on_submit():
        try:
            sign_ins.change_password(staff, form.answers())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        else:
            flash("Пароль изменён", "success")
            return redirect(url_for("admin.index"))
    return render_template("staff/password.html", form=form, staff=staff), 422 if form.errors else 200


def _next() -> str | None:
    path = access.local_path(request.args.get("next"))
    return path if path and path.startswith("/admin") else None
