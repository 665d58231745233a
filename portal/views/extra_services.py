"""«Заявка на дополнительную услугу» (fig. 14) and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for

from forms.extra_service import ExtraServiceForm
from portal import access, timeline
from portal.extensions import limiter
from portal.moves import workflow_of
from portal.refusals import FieldRefusal
from portal.services import extra_services, streets
from portal.views import moving, submitting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from portal.models import ExtraService

blueprint = Blueprint("extra_services", __name__)
NUMBER = "<int(max=2147483647):number>"


@blueprint.route("/services/new", methods=["GET", "POST"])
@access.subscribers_only
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: f"services:{access.subscriber().id}")
def new() -> ResponseReturnValue:
    """Fig. 14; the address of the profile is offered, since most ask for their own home."""
    subscriber = access.subscriber()
    form = ExtraServiceForm(obj=subscriber)
    form.street_id.lay(streets.choices())
    form.service_topic_id.lay([(topic.id, topic.name) for topic in extra_services.topics()])
    if submitting.is_whole(form, subscriber):
        try:
            service = extra_services.submit(subscriber, form.answers())
        except FieldRefusal as refusal:
            submitting.refuse(form, refusal)
        else:
            flash(submitting.SAVED.format(service.number), "success")
            return redirect(url_for("home.show"))
    applicant = submitting.applicant_facts(subscriber.frozen())
    return render_template("services/new.html", form=form, applicant=applicant), 422 if form.errors else 200


@blueprint.get(f"/services/{NUMBER}")
@access.subscribers_only
def show(number: int) -> ResponseReturnValue:
    """One application: where it is, when the crew comes, its files, and what may be done."""
    return _page(extra_services.owned(access.subscriber(), number))


@blueprint.post(f"/services/{NUMBER}/<code>")
@access.subscribers_only
@limiter.limit("60 per hour", key_func=lambda: f"moves:{access.subscriber().id}")
def move(number: int, code: str) -> ResponseReturnValue:
    """Answer a question, agree to a day and cost, ask for another day, withdraw."""
    service = extra_services.owned(access.subscriber(), number)
    back = url_for("extra_services.show", number=number)
    return moving.take(service, code, back, lambda *sent: _page(service, *sent))


def _page(service: ExtraService, filled: moving.Forms | None = None, code: int = 200) -> ResponseReturnValue:
    may, forms = moving.offered(service, filled)
    status = workflow_of(service).status(service.status)
    steps = timeline.steps(service)
    shown = {"case": service, "status": status, "timeline": steps, "moves": may, "forms": forms}
    shown["unsent"] = moving.unsent(filled, forms)
    return render_template("services/show.html", **shown), code
