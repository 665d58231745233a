"""The door: sign-in, sign-out, registration (figs 1–5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from forms.recovery import ForgotForm
from forms.registration import RegistrationForm
from forms.sign_in import SignInForm
from portal import access, settings
from portal.extensions import limiter
from portal.models import Subscriber
from portal.refusals import FieldRefusal
from portal.services import accounts, consents, recovery, sign_ins, streets
from portal.views import submitting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("auth", __name__)
WRONG = "Имя или пароль не подошли. Проверьте раскладку и клавишу Caps Lock"


@blueprint.route("/login", methods=["GET", "POST"])
@access.public
@limiter.limit("10 per 5 minutes", methods=["POST"], key_func=access.typed_login)
@limiter.limit("60 per 5 minutes", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Fig. 2: login or e-mail, password, «Запомнить меня»."""
    if isinstance(access.visitor(), Subscriber) and request.method == "GET":
        return redirect(url_for("home.show"))
    form = SignInForm()
    if form.validate_on_submit():
        answers = form.answers()
        subscriber = sign_ins.find_subscriber(answers.login, answers.password, access.origin())
        if subscriber is not None:
            access.sign_in(subscriber, remember=answers.remember and not subscriber.must_change_password)
            if recovery.pending(subscriber):
                flash("Кто-то просил временный пароль для вас. Если это были не вы, смените пароль", "info")
            return redirect(access.local_path(request.args.get("next")) or url_for("home.show"))
        submitting.refuse(form, FieldRefusal("password", WRONG))
    return render_template("auth/sign_in.html", form=form), 422 if form.errors else 200


@blueprint.post("/logout")
@access.public
def sign_out() -> ResponseReturnValue:
    """«Выйти»."""
    access.sign_out()
    flash("Вы вышли из кабинета", "info")
    response = redirect(url_for("auth.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.route("/register", methods=["GET", "POST"])
@access.public
@limiter.limit("10 per 5 minutes; 30 per hour", methods=["POST"])
def register() -> ResponseReturnValue:
    """Figs 3–5: an account for ФЛ, ИП or ЮЛ; success lands inside the cabinet."""
    organisation = settings.current().organisation
    form = RegistrationForm()
    form.settle(organisation.city_genitive, organisation.postcodes, streets.choices())
    if request.method == "POST" and "refresh" not in request.form and form.validate():
        try:
            subscriber = accounts.register(form.answers(), access.origin())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        else:
            access.sign_in(subscriber, remember=False)
            flash("Вы зарегистрированы. Это ваш личный кабинет", "success")
            return redirect(url_for("home.show"))
    return render_template("auth/register.html", form=form, consents=consents.texts()), 422 if form.errors else 200


@blueprint.route("/password/forgot", methods=["GET", "POST"])
@access.public
@limiter.limit("10 per hour", methods=["POST"])
def forgot() -> ResponseReturnValue:
    """«Забыли пароль?»: notes the request and says the same to everybody; the letter is another process's business."""
    form = ForgotForm()
    asked = form.validate_on_submit()
    if asked:
        recovery.ask(form.answers().login, access.origin().ip_address)
    return render_template("auth/forgot.html", form=form, asked=asked), 422 if form.errors else 200
