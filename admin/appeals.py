"""«Обращения»."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from admin import queue
from admin.cases import CaseScreen
from admin.parts import OneOf
from admin.queue import DaysLeft
from admin.whose import OfSubscriber
from forms.labels import LABELS
from portal.extensions import db
from portal.models import Appeal, AppealTopic
from portal.workflow import APPEAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement


class Appeals(CaseScreen):
    """Appeals, answered by operators."""

    queue = queue.Queue(Appeal, APPEAL)
    card_template = "staff/cases/appeal.html"
    column_list = ("due_on", "number", "registered_at", "applicant", "topic", "status", "responsible")
    column_sortable_list = ("due_on", "number", "registered_at")
    column_select_related_list = (Appeal.subscriber, Appeal.responsible)
    column_searchable_list = ("number", "text")
    column_filters = (
        OfSubscriber(Appeal.subscriber_id),
        DaysLeft(),
        OneOf(Appeal.status, "Статус", lambda: [(status.code, status.label) for status in APPEAL.statuses]),
        OneOf(Appeal.topic_id, "Тема", lambda: _topics()),  # noqa: PLW0108 - defined below
    )
    labels: Mapping[str, str] = {"registered_at": "Дата подачи", "topic": "Тема"}
    empty = "Обращений здесь нет."

    def matches(self, word: str) -> ColumnElement[bool]:
        """Find by number, by the applicant's name and by the words of the appeal."""
        name = Appeal.applicant["name"].as_string()
        number = queue.number(word)
        found = [name.icontains(word, autoescape=True), Appeal.text.icontains(word, autoescape=True)]
        return or_(*found, *([] if number is None else [Appeal.number == number]))

    def facts_of(self, case: Appeal) -> list[tuple[str, str]]:
        """Lay out where a letter on paper would go."""
        return [(LABELS["postal_address"], case.applicant["address"])]

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Номер, ФИО или слова"


def _topics() -> list[tuple[str, str]]:
    rows = db.session.execute(select(AppealTopic.id, AppealTopic.name).order_by(AppealTopic.position, AppealTopic.id))
    return [(str(row.id), row.name) for row in rows]
