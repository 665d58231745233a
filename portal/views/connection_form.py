"""«Заявка на технологическое присоединение» (fig. 12): the form, its drafts, the summary to check and print."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from forms.base import Figure
from forms.choices import ConnectionService
from forms.connection import ConnectionForm
from forms.fields import titled
from forms.labels import LABELS
from forms.papers import PAPERS
from portal import access, clock, formats, papers, settings
from portal.extensions import limiter
from portal.models import LoadKind, ObjectType, Supplier, VoltageClass
from portal.refusals import FieldRefusal, NotYours, Refusal
from portal.services import connections, drafts, streets
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from portal.models import Case, Draft, Subscriber, Upload

blueprint = Blueprint("connection_form", __name__)
DRAFT = "/connections/drafts/<string(length=32):token>"
NUMBER = "<int(min=2000, max=2999):year>/<int(max=2147483647):number>"
TOKEN = re.compile(r"[0-9a-f]{32}")
# Buttons that send nothing: they look, fill in or take away, and the page comes back.
CHECK, ADDRESS, REMOVE = "check", "take_address", "remove_upload"
SENT_ALREADY = "Эта заявка уже отправлена: её номер {}. Чтобы подать другую, откройте новую заявку."
# What the profile knows of each kind of applicant, in the manual's order, and how it is written.
KNOWN: dict[bool, tuple[str, ...]] = {
    True: ("full_name", "postal_address", "phone", "email", "snils", "passport"),
    False: ("organisation_short", "organisation_full", "head_name", "postal_address", "phone", "email", "ogrn", "inn",
            "registry_number", "registry_date", "okved"),
}  # fmt: skip
SPELLED: dict[str, Any] = {
    "phone": formats.phone,
    "snils": lambda digits: formats.masked(formats.snils(digits)),
    "passport": lambda digits: formats.masked(formats.passport(digits)),
    "registry_date": formats.date,
    "okved": lambda code: titled(code, connections.activities()),
}


def _mine() -> str:
    return f"connection form:{access.subscriber().id}"


@blueprint.route("/connections/new", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("60 per hour", methods=["POST"], key_func=_mine)
def new() -> ResponseReturnValue:
    """Fig. 12; above a fresh form stand the drafts that wait. What was saved is told on the first page (fig. 11)."""
    subscriber = access.subscriber()
    if request.method == "GET":
        begun = [(draft, _share(subscriber, draft)) for draft in drafts.of(subscriber, connections.FORM)]
        return _page(form_for(subscriber), begun=begun)
    said = MultiDict(request.form)
    if ADDRESS in said:
        for name, value in _home(subscriber).items():
            said[name] = value
    return _sent(subscriber, form_for(subscriber, CombinedMultiDict((said, request.files))))


@blueprint.get(DRAFT)
@access.subscribers_only
def draft(token: str) -> ResponseReturnValue:
    """Take a draft up again, on whatever device; one that was sent opens its application."""
    if not TOKEN.fullmatch(token):
        raise NotYours
    subscriber = access.subscriber()
    filed = connections.filed(subscriber, token)
    if filed is not None:
        return redirect(url_for("connections.show", year=filed.year, number=filed.number))
    kept = drafts.owned(subscriber, token)
    return _page(_taken_up(subscriber, kept), draft=kept)


@blueprint.post(DRAFT)
@access.subscribers_only
@limiter.limit("1200 per hour", key_func=_mine)
def save(token: str) -> ResponseReturnValue:
    """Keep what is typed, as the page sends it by itself: `{saved: "14:32"}`, or `{error}`."""
    if not TOKEN.fullmatch(token):
        raise NotYours
    subscriber = access.subscriber()
    try:
        kept = drafts.save(subscriber, connections.FORM, token, ConnectionForm().typed())
    except Refusal as refusal:
        return jsonify(error=refusal.sentence), 409
    if kept is None:
        filed = connections.filed(subscriber, token)
        return jsonify(error=SENT_ALREADY.format(filed.number if filed else "")), 409
    return jsonify(saved=f"{clock.local(kept.saved_at):%H:%M}")


@blueprint.route(f"{DRAFT}/delete", methods=["GET", "POST"])
@access.subscribers_only
def discard(token: str) -> ResponseReturnValue:
    """«Удалить» and «Начать заново»: asks first."""
    subscriber = access.subscriber()
    kept = drafts.owned(subscriber, token)
    if request.method == "GET":
        return render_template("connections/discard.html", draft=kept, form=Figure())
    drafts.discard(subscriber, token)
    flash("Черновик удалён", "success")
    return redirect(url_for("connection_form.new"))


@blueprint.get(f"{DRAFT}/summary")
@access.subscribers_only
def summary(token: str) -> ResponseReturnValue:
    """«Проверить и распечатать»: what is said, what is attached, what is still missing."""
    subscriber = access.subscriber()
    form = _judged(subscriber, drafts.owned(subscriber, token))
    missing = [(field, message) for field in form for message in field.errors]
    page = {"sheet": form.sheet(), "files": _files(form), "missing": missing, "token": token}
    return render_template("connections/summary.html", **page)


@blueprint.get(f"{DRAFT}/print.pdf")
@access.subscribers_only
@limiter.limit("60 per hour", key_func=_mine)
def summary_pdf(token: str) -> Response:
    """Give the summary of a draft as PDF."""
    subscriber = access.subscriber()
    form = _judged(subscriber, drafts.owned(subscriber, token))
    files = [f"{label}: {file.name}" for label, file in _files(form)]
    return _pdf(papers.application(form.sheet(), files, None, None), "draft")


@blueprint.get(f"/connections/{NUMBER}/print.pdf")
@access.subscribers_only
@limiter.limit("60 per hour", key_func=_mine)
def printed(year: int, number: int) -> Response:
    """Give an application as it was filed, as PDF."""
    filed = connections.owned(access.subscriber(), year, number)
    files = [f"{one.title}: {one.name}" for one in filed.documents if one.kind and not one.from_company]
    content = papers.application(filed.sheet, files, str(filed.number), formats.date(filed.registered_at))
    return _pdf(content, f"{filed.year}-{filed.number}")


def form_for(subscriber: Subscriber, said: Any = None, **how: Any) -> ConnectionForm:  # noqa: ANN401 - WTForms has no types
    """Make the form for an applicant: lists laid in, files kept under its token, what the profile has."""
    form = ConnectionForm(said, **how)
    form.today = clock.today
    form.lay(_rows(), {"load_kind_id": connections.household_load() if subscriber.is_person else None})
    form.kept = submitting.kept_by_slot(subscriber, form.token.data)
    form.settle(subscriber, _known(subscriber))
    if "okved" in form:
        form.okved.titles = connections.activities()
    return form


def _taken_up(subscriber: Subscriber, kept: Draft, **how: Any) -> ConnectionForm:  # noqa: ANN401
    """Fill the form from a draft."""
    return form_for(subscriber, MultiDict({**kept.typed, "token": [kept.token]}), **how)


def _judged(subscriber: Subscriber, kept: Draft) -> ConnectionForm:
    """Fill the form from a draft and judge it: it came from no page, so nothing proves which one it was."""
    form = _taken_up(subscriber, kept, meta={"csrf": False})
    form.validate()
    return form


def _files(form: ConnectionForm) -> list[tuple[str, Upload]]:
    """List the files of a form in the order of the figure, each with what it is."""
    return [(paper.label, file) for code, paper in PAPERS.items() for file in form.kept.get(code, ())]  # type: ignore[misc]


def _share(subscriber: Subscriber, kept: Draft) -> tuple[int, int]:
    """Count the required fields of a draft: filled, and all."""
    parts = _taken_up(subscriber, kept).progress()
    total = sum(part.total for part in parts)
    return total - sum(part.left for part in parts), total


def _sent(subscriber: Subscriber, form: ConnectionForm) -> ResponseReturnValue:
    """Answer the form's buttons. Files and words are stored first, whatever becomes of the rest."""
    is_final = not {CHECK, ADDRESS, REMOVE} & request.form.keys()
    whole = False
    if is_final or REMOVE in request.form:
        with suppress(NotYours):  # the file is gone already: another tab took it away
            whole = submitting.is_whole(form, subscriber)
    stored = is_final or _keep(form, subscriber)
    filed: Case | None = connections.filed(subscriber, form.token.data)
    if is_final and whole and filed is None:
        try:
            filed = connections.submit(subscriber, form.answers(), access.origin())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
    if filed is not None:
        flash(submitting.SAVED.format(filed.number), "success")
        return redirect(url_for("home.show"))
    kept = _store(subscriber, form)
    if CHECK in request.form and stored and kept is not None:
        return redirect(url_for("connection_form.summary", token=kept.token))
    return _page(form, draft=kept)


def _keep(form: ConnectionForm, subscriber: Subscriber) -> bool:
    """Keep the good files of a form that is not judged; the bad ones are told all the same."""
    stored = submitting.keep_files(form, subscriber)
    for field in form.uploads():
        if field.refusal:
            submitting.refuse(form, FieldRefusal(field.short_name, field.refusal))
            stored = False
    return stored


def _store(subscriber: Subscriber, form: ConnectionForm) -> Draft | None:
    try:
        return drafts.save(subscriber, connections.FORM, form.token.data, form.typed())
    except Refusal as refusal:
        flash(refusal.sentence, "error")
    return None


def _page(
    form: ConnectionForm, draft: Draft | None = None, begun: Sequence[tuple[Draft, tuple[int, int]]] = ()
) -> ResponseReturnValue:
    subscriber = access.subscriber()
    shown = render_template(
        "connections/new.html",
        form=form,
        draft=draft,
        begun=begun,
        progress=form.progress(),
        home=_home(subscriber),
        limits={one.code: one.limit_kw(subscriber.kind) for one in ConnectionService.of(subscriber.kind)},
        papers=PAPERS,
        most=settings.current().application_limit_bytes,
        power_label=LABELS["power"],
    )
    return shown, 422 if form.errors else 200


def _rows() -> dict[str, list[tuple[int, str]]]:
    return {
        "street_id": streets.choices(),
        "supplier_id": connections.lines(Supplier),
        "object_type_id": connections.lines(ObjectType),
        "voltage_id": connections.lines(VoltageClass),
        "load_kind_id": connections.lines(LoadKind),
    }


def _known(subscriber: Subscriber) -> list[tuple[str, str]]:
    """Lay out what the profile has; identifiers of people are masked: a summary is printed and passed on."""
    said = {name: getattr(subscriber, name) for name in KNOWN[subscriber.is_person]}
    return [(LABELS[name], SPELLED.get(name, str)(value)) for name, value in said.items() if value]


def _home(subscriber: Subscriber) -> dict[str, str]:
    """Give the address of the profile as the form takes it; empty where it is in another city."""
    if not subscriber.in_city:
        return {}
    said = {"street_id": subscriber.street_id, "house": subscriber.house, "flat": subscriber.flat}
    return {name: str(value or "") for name, value in said.items()}


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="application-{name}.pdf"'
    return response
