"""Appeals (figs 10, 11, 17): filing one, reading one's own, answering back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal import moves
from portal.extensions import db
from portal.models import Appeal, AppealTopic, Case
from portal.refusals import FieldRefusal, NotYours

if TYPE_CHECKING:
    from flask_sqlalchemy.pagination import Pagination

    from forms.answers import AppealAnswers
    from portal.models import Staff, Subscriber

PER_PAGE = 20
JOURNAL = "requests"


def topics() -> list[AppealTopic]:
    """List the topics that may be chosen, in the order of fig. 10."""
    return AppealTopic.offered(db.session())


def submit(subscriber: Subscriber, answers: AppealAnswers, clerk: Staff | None = None) -> Case:
    """Register an appeal with the file kept under the form's token; sent twice, it is one appeal.

    Raises:
        FieldRefusal: the topic is no longer offered.

    """
    topic = db.session.get(AppealTopic, answers.topic_id)
    if topic is None or not topic.is_active:
        raise FieldRefusal("topic_id", "Выберите тему из списка")

    def build() -> Appeal:
        return Appeal(topic_id=topic.id, topic=topic.name, text=answers.text)

    return moves.file(subscriber, answers.token, build, clerk)


def journal_of(subscriber: Subscriber, number: int | None = None, page: int = 1) -> Pagination:
    """List the subscriber's part of the journal that appeals and extra services share, newest first (fig. 17)."""
    mine = select(Case).where(Case.subscriber_id == subscriber.id, Case.journal == JOURNAL)
    if number is not None:
        mine = mine.where(Case.number == number)
    return db.paginate(mine.order_by(Case.id.desc()), page=page, per_page=PER_PAGE, max_per_page=PER_PAGE)


def owned(subscriber: Subscriber, number: int) -> Appeal:
    """Open one of the subscriber's own.

    Raises:
        NotYours: there is no such number among them.

    """
    mine = select(Appeal).where(Appeal.subscriber_id == subscriber.id, Appeal.number == number)
    found = db.session.scalar(mine)
    if found is None:
        raise NotYours
    return found
