"""«Заявки на услуги» (fig. 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_

from admin import queue
from admin.cases import CaseScreen
from admin.parts import OneOf
from admin.queue import DaysLeft
from admin.whose import OfSubscriber
from portal.models import ExtraService
from portal.workflow import SERVICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement


class ExtraServices(CaseScreen):
    """Applications for extra services, moved by operators."""

    queue = queue.Queue(ExtraService, SERVICE)
    card_template = "staff/cases/service.html"
    column_list = ("due_on", "number", "registered_at", "applicant", "topic", "visit_on", "status", "responsible")
    column_sortable_list = ("due_on", "number", "registered_at", "visit_on")
    column_select_related_list = (ExtraService.subscriber, ExtraService.responsible)
    column_searchable_list = ("number", "text")
    column_filters = (
        OfSubscriber(ExtraService.subscriber_id),
        DaysLeft(),
        OneOf(ExtraService.status, "Статус", lambda: [(status.code, status.label) for status in SERVICE.statuses]),
    )
    labels: Mapping[str, str] = {"registered_at": "Дата подачи", "topic": "Услуга", "visit_on": "Выезд"}
    empty = "Заявок здесь нет."

    def matches(self, word: str) -> ColumnElement[bool]:
        """Find by number, by the applicant's name and by the words of the application."""
        name = ExtraService.applicant["name"].as_string()
        number = queue.number(word)
        found = [name.icontains(word, autoescape=True), ExtraService.text.icontains(word, autoescape=True)]
        return or_(*found, *([] if number is None else [ExtraService.number == number]))

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Номер, ФИО или слова"
