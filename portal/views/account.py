"""The account: «Мои данные» (figs 7–8), «Смена пароля» (fig. 9), devices, consents, one's own data."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from forms.answers import ProfileAnswers
from forms.choices import YesNo
from forms.consents import DeletionForm
from forms.password import NewPassword
from forms.profile import ProfileForm
from portal import access, clock, formats, settings
from portal.extensions import limiter
from portal.origin import device
from portal.refusals import FieldRefusal
from portal.services import consents, personal_data, profile, sign_ins, streets
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from portal.models import Subscriber

blueprint = Blueprint("account", __name__, url_prefix="/profile")
PIECE = 64 * 1024


def _mine() -> str:
    return f"account:{access.account().id}"


@blueprint.route("", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("30 per hour", methods=["POST"], key_func=_mine)
def show() -> ResponseReturnValue:
    """Figs 7–8: everything but the login can be changed; another e-mail waits for its owner's word."""
    subscriber = access.subscriber()
    organisation = settings.current().organisation
    form = ProfileForm(data=_shown(subscriber))
    form.today = clock.today
    form.settle(subscriber, organisation.city_genitive, organisation.postcodes, streets.choices())
    if form.validate_on_submit():
        try:
            moves_away = profile.save(subscriber, form.answers())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        else:
            flash("Данные сохранены", "success")
            if moves_away:
                flash("Чтобы сменить почту, откройте ссылку из письма, которое мы отправили на новый адрес", "info")
            return redirect(url_for("account.show"))
    waiting = profile.waiting_email(subscriber)
    return render_template("account/show.html", form=form, waiting=waiting), 422 if form.errors else 200


@blueprint.route("/password", methods=["GET", "POST"])
@access.audience(access.Audience(subscribers=True, unfinished=True))
@limiter.limit("10 per 5 minutes", methods=["POST"], key_func=_mine)
def password() -> ResponseReturnValue:
    """Fig. 9. After a temporary password this is the only page that opens."""
    subscriber = access.subscriber()
    form = NewPassword()
    form.settle(subscriber.login, subscriber.email)
    must = subscriber.must_change_password
    if form.validate_on_submit():
        try:
            sign_ins.change_password(subscriber, form.answers())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        else:
            flash("Пароль изменён. На других устройствах вход завершён", "success")
            return redirect(url_for("home.show") if must else url_for("account.show"))
    return render_template("account/password.html", form=form, must=must), 422 if form.errors else 200


@blueprint.route("/email/<token>", methods=["GET", "POST"])
@access.public
@limiter.limit("30 per hour")
def confirm_email(token: str) -> ResponseReturnValue:
    """The link from the letter to a new address; opening it changes nothing, the button does."""
    change = profile.email_change(token)
    if request.method == "POST":
        visitor = access.visitor()
        try:
            profile.confirm_email(token, keep=visitor.token if visitor else "")
        except FieldRefusal as refusal:
            flash(refusal.sentence, "error")
        else:
            flash("Почта изменена: письма теперь приходят на новый адрес", "success")
        return redirect(url_for("home.show"))
    return render_template("account/confirm_email.html", change=change)


@blueprint.get("/devices")
@access.subscribers_only
def devices() -> str:
    """«Мои устройства»: where one is signed in, and who tried to."""
    subscriber = access.subscriber()
    history = [(sign_ins.moment_of(row), _named(row), let_in) for row, let_in in sign_ins.history(subscriber)]
    signed_in = [
        (row, device(row.user_agent), sign_ins.is_here(subscriber, row)) for row in sign_ins.devices(subscriber)
    ]
    return render_template("account/devices.html", devices=signed_in, history=history)


@blueprint.post("/devices/<int(max=2147483647):sign_in_id>/end")
@access.subscribers_only
def end_device(sign_in_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    sign_ins.end_one(access.subscriber(), sign_in_id)
    flash("Вход на устройстве завершён", "success")
    return redirect(url_for("account.devices"))


@blueprint.post("/devices/end-others")
@access.subscribers_only
def end_other_devices() -> ResponseReturnValue:
    """Sign all devices out but this one."""
    sign_ins.end_others(access.subscriber())
    flash("На других устройствах вход завершён", "success")
    return redirect(url_for("account.devices"))


@blueprint.get("/consents")
@access.subscribers_only
def list_consents() -> str:
    """«Мои согласия»."""
    return render_template("account/consents.html", consents=consents.of(access.subscriber()))


@blueprint.post("/consents/<kind>/<any(give, withdraw):what>")
@access.subscribers_only
def change_consent(kind: str, what: str) -> ResponseReturnValue:
    """Give or take back a consent that can be chosen freely."""
    if what == "give":
        consents.give(access.subscriber(), kind, access.origin())
    else:
        consents.withdraw(access.subscriber(), kind)
    flash("Согласие дано" if what == "give" else "Согласие отозвано", "success")
    return redirect(url_for("account.list_consents"))


@blueprint.post("/data")
@access.subscribers_only
@limiter.limit("5 per hour", key_func=_mine)
def export() -> Response:
    """«Скачать мои данные»: a zip of JSON and files."""
    packed = personal_data.export(access.subscriber())
    response = Response(_pieces(packed), mimetype="application/zip")
    response.call_on_close(packed.close)
    response.headers["Content-Disposition"] = f'attachment; filename="cabinet-{clock.today()}.zip"'
    return response


@blueprint.route("/delete", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("5 per hour", methods=["POST"], key_func=_mine)
def delete() -> ResponseReturnValue:
    """«Удалить учётную запись»: a request to staff, since the law obliges to keep some papers."""
    form = DeletionForm()
    if form.validate_on_submit():
        answers = form.answers()
        case = personal_data.ask_deletion(access.subscriber(), answers.reason, answers.token)
        flash(f"Запрос принят. Его номер {case.number}: ответ придёт, как на обращение", "success")
        return redirect(url_for("home.show"))
    return render_template("account/delete.html", form=form), 422 if form.errors else 200


def _pieces(packed: IO[bytes]) -> Iterator[bytes]:
    with packed:
        while piece := packed.read(PIECE):
            yield piece


def _shown(subscriber: Subscriber) -> dict[str, object]:
    """Lay the profile out as people write it; the form reads any spelling back."""
    spelled = {"phone": formats.phone, "snils": formats.snils, "passport": formats.passport}
    known = {
        name: getattr(subscriber, name) for name in ProfileAnswers.__dataclass_fields__ if hasattr(subscriber, name)
    }
    known |= {name: spell(known[name]) for name, spell in spelled.items() if known[name]}
    return known | {"in_city": (YesNo.yes if subscriber.in_city else YesNo.no).code}


def _named(row: object) -> str:
    agent = getattr(row, "user_agent", None) or getattr(row, "data", {}).get("user_agent", "")
    address = getattr(row, "ip_address", None) or getattr(row, "data", {}).get("ip_address", "")
    return f"{device(agent)}, {address}"
