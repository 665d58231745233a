"""Extra services (figs 14, 17): asking for one, opening one's own, reminding of the visit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from portal import case_letters, clock, journal, moves
from portal.extensions import db
from portal.journal import Actor
from portal.models import ExtraService, ServiceTopic, Street
from portal.refusals import FieldRefusal, NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from forms.answers import ExtraServiceAnswers
    from portal.models import Case, Staff, Subscriber


def topics() -> list[ServiceTopic]:
    """List the services that may be asked for, in the order of fig. 14."""
    return ServiceTopic.offered(db.session())


def submit(subscriber: Subscriber, answers: ExtraServiceAnswers, clerk: Staff | None = None) -> Case:
    """Register an application with the file kept under the form's token; sent twice, it is one.

    Raises:
        FieldRefusal: the service or the street is no longer offered.

    """
    topic = db.session.get(ServiceTopic, answers.service_topic_id)
    if topic is None or not topic.is_active:
        raise FieldRefusal("service_topic_id", "Выберите услугу из списка")
    if db.session.get(Street, answers.street_id) is None:
        raise FieldRefusal("street_id", "Выберите улицу из списка")

    def build() -> ExtraService:
        return ExtraService(
            topic_id=topic.id, topic=topic.name, text=answers.text, street_id=answers.street_id, house=answers.house,
            flat=answers.flat,
        )  # fmt: skip

    return moves.file(subscriber, answers.token, build, clerk)


def owned(subscriber: Subscriber, number: int) -> ExtraService:
    """Open one of the subscriber's own. Raises NotYours where there is no such number among them."""
    mine = (ExtraService.subscriber_id == subscriber.id, ExtraService.number == number)
    found = db.session.scalar(select(ExtraService).where(*mine))
    if found is None:
        raise NotYours
    return found


def remind_of_visits() -> int:
    """Write, once for each appointed day, that the crew comes tomorrow (or today, after an hour off line)."""
    today = clock.today()
    unsaid = or_(ExtraService.visit_reminded_on.is_(None), ExtraService.visit_reminded_on != ExtraService.visit_on)
    soon = ExtraService.visit_on.between(today, today + timedelta(days=1))
    due = select(ExtraService.id).where(ExtraService.status == "visit", soon, unsaid)
    return sum(_remind(service_id) for service_id in db.session.scalars(due).all())


def _remind(service_id: int) -> bool:
    with transaction() as session:
        service = session.get_one(
            ExtraService, service_id, with_for_update={"of": ExtraService}, populate_existing=True
        )
        if service.visit_reminded_on == service.visit_on:
            return False
        service.visit_reminded_on = service.visit_on
        entry = journal.record(session, Actor.calendar(), "remind_of_visit", case=service)
        case_letters.send(session, "service_visit_near", service, entry)
    return True
