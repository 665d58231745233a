"""«Электронный документооборот»: the register, the page of a document, signing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for

from forms.answers import DocumentFilter
from forms.exchange import AgreementForm, CodeForm, RefusalForm, RegisterForm, SignatureForm
from portal import access, dossier
from portal.extensions import limiter
from portal.refusals import FieldRefusal, Refusal
from portal.services import exchange, signing
from portal.views import moving, submitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from forms.base import Figure

blueprint = Blueprint("exchange", __name__, url_prefix="/documents")
ID = "<int(max=2147483647):document_id>"
LAST_PAGE = 100_000
SENT = "Код отправлен на почту {}. Он действует 10 минут"
SENT_BEFORE = "Код уже отправлен на почту {}. Новый можно получить через минуту"


def _mine() -> str:
    return f"exchange:{access.subscriber().id}"


@blueprint.get("")
@access.subscribers_only
def index() -> ResponseReturnValue:
    """Every document of the subscriber, over all applications, appeals and services."""
    subscriber = access.subscriber()
    form = RegisterForm(request.args)
    cases = exchange.cases(subscriber)
    states = [(state.code, state.label) for state in dossier.STATES.values()]
    choices = [(exchange.GENERAL, "Общие документы"), *((case.id, case.title) for case in cases)]
    form.settle(exchange.titles(subscriber), states, choices)
    wanted = form.answers() if form.validate() else DocumentFilter()
    page, papers = exchange.register(subscriber, wanted, min(request.args.get("page", 1, type=int), LAST_PAGE))
    chosen = next((case for case in cases if case.id == wanted.case_id), None)
    is_narrowed = wanted != DocumentFilter() or bool(form.errors)
    args = {name: value for name, value in request.args.items() if name in form}
    shown = {"form": form, "page": page, "papers": papers, "chosen": chosen, "is_narrowed": is_narrowed, "args": args}
    return render_template("exchange/index.html", **shown, address=moving.address), 422 if form.errors else 200


@blueprint.get("/case/<int(max=2147483647):case_id>.zip")
@access.subscribers_only
@limiter.limit("30 per hour", key_func=_mine)
def archive(case_id: int) -> Response:
    """«Скачать всё по заявке»."""
    name, pieces = exchange.archive(access.subscriber(), case_id, access.origin())
    response = Response(stream_with_context(pieces), mimetype="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response


@blueprint.get(f"/{ID}/card")
@access.subscribers_only
def show(document_id: int) -> ResponseReturnValue:
    """One document: what it is, what happened to it, and what may be done."""
    return _page(document_id)


@blueprint.post(f"/{ID}/<any(agree, code, confirm, attach, refuse):step>")
@access.subscribers_only
@limiter.limit("60 per hour", key_func=_mine)
def take(document_id: int, step: str) -> ResponseReturnValue:
    """Do one step of signing, or refuse."""
    form = FORMS[step]() if step in FORMS else None
    if form is not None and not form.validate():
        return _page(document_id, {step: form}, 422)
    try:
        category, words = STEPS[step](document_id, form)
    except FieldRefusal as refusal:
        if form is None:
            raise
        submitting.refuse(form, refusal)
        return _page(document_id, {step: form}, 422)
    except Refusal as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(words, category)
    return redirect(url_for("exchange.show", document_id=document_id))


def _agree(document_id: int, _: Figure | None) -> tuple[str, str]:
    exchange.paper(access.subscriber(), document_id)
    signing.agree(access.subscriber(), access.origin())
    return "success", "Соглашение принято. Теперь получите код"


def _send_code(document_id: int, _: Figure | None) -> tuple[str, str]:
    subscriber = access.subscriber()
    is_sent = signing.send_code(subscriber, document_id, access.origin())
    return "info", (SENT if is_sent else SENT_BEFORE).format(subscriber.email)


def _confirm(document_id: int, form: Figure | None) -> tuple[str, str]:
    signing.confirm(access.subscriber(), document_id, form["signing_code"].answer, access.origin())  # type: ignore[index]
    return "success", "Документ подписан"


def _attach(document_id: int, form: Figure | None) -> tuple[str, str]:
    signing.attach(access.subscriber(), document_id, form["signature_file"].chosen[0], access.origin())  # type: ignore[index]
    return "success", "Подпись приложена, документ подписан"


def _refuse(document_id: int, form: Figure | None) -> tuple[str, str]:
    signing.refuse(access.subscriber(), document_id, form["refusal"].answer, access.origin())  # type: ignore[index]
    return "success", "Отказ от подписи отправлен"


FORMS: dict[str, type[Figure]] = {
    "agree": AgreementForm,
    "confirm": CodeForm,
    "attach": SignatureForm,
    "refuse": RefusalForm,
}
STEPS: dict[str, Callable[[int, Figure | None], tuple[str, str]]] = {
    "agree": _agree,
    "code": _send_code,
    "confirm": _confirm,
    "attach": _attach,
    "refuse": _refuse,
}


def _page(document_id: int, filled: dict[str, Figure] | None = None, code: int = 200) -> ResponseReturnValue:
    subscriber = access.subscriber()
    paper = exchange.paper(subscriber, document_id)
    forms = {step: form() for step, form in FORMS.items()} | (filled or {})
    text, accepted = signing.agreement(subscriber)
    case = paper.document.case
    shown = render_template(
        "exchange/show.html",
        paper=paper,
        forms=forms,
        has_errors=bool(filled),
        agreement=text,
        is_agreed=accepted is not None,
        code=signing.code_of(subscriber, document_id),
        case_href=moving.address(case) if case else None,
    )
    return shown, code
