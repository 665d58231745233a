"""«Заявки на присоединение» (figs 12-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from admin import queue
from admin.base import link
from admin.cases import CaseScreen
from admin.parts import OneOf
from admin.queue import DaysLeft
from admin.whose import OfSubscriber
from forms.choices import ConnectionService
from forms.labels import LABELS
from portal import formats
from portal.models import Connection, Street
from portal.workflow import CONNECTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from sqlalchemy import ColumnElement


class Connections(CaseScreen):
    """Moved by engineers; a card is addressed by id, since numbers begin anew each year."""

    queue = queue.Queue(Connection, CONNECTION, key="id")
    card_template = "staff/cases/connection.html"
    column_list = (
        "due_on", "number", "registered_at", "applicant", "address", "power_requested", "status", "responsible",
    )  # fmt: skip
    column_sortable_list = ("due_on", "number", "registered_at")
    column_select_related_list = (Connection.subscriber, Connection.responsible)
    column_searchable_list = ("number", "terms_number", "account_number")
    own_columns: Mapping[str, Any] = {
        "number": lambda view, _context, case, _name: link(view.card_of(case.id), f"{case.number} / {case.year}"),
        "power_requested": lambda _view, _context, case, _name: formats.kilowatts(case.power),
    }
    column_filters = (
        OfSubscriber(Connection.subscriber_id),
        DaysLeft(),
        OneOf(Connection.status, "Статус", lambda: [(one.code, one.short or one.label) for one in CONNECTION.statuses]),
        OneOf(Connection.service, "Вид услуги", ConnectionService.pairs),
    )
    labels: Mapping[str, str] = {
        "registered_at": "Дата подачи",
        "address": "Адрес объекта",
        "power_requested": "Мощность",
    }
    empty = "Заявок здесь нет."

    def matches(self, word: str) -> ColumnElement[bool]:
        """Find by number, by the applicant's name, by street, by the numbers of conditions and account."""
        name = Connection.applicant["name"].as_string()
        streets = select(Street.id).where(Street.display.icontains(word, autoescape=True))
        number = queue.number(word)
        return or_(
            name.icontains(word, autoescape=True),
            Connection.street_id.in_(streets),
            Connection.terms_number == word,
            Connection.account_number == word,
            *([] if number is None else [Connection.number == number]),
        )

    def facts_of(self, case: Connection) -> list[tuple[str, str]]:
        """Lay out the object, what is asked for, and what the power is made of."""
        address, (power, total) = case.headline
        said = [(label, words) for section in case.sheet for label, words in section["facts"]]
        kind = [fact for fact in said if fact[0] == LABELS["object_type_id"]]
        sum_of = f" = {_number(case.power_requested)} + {_number(case.power_previous)}" if case.power_previous else ""
        return [address, *kind, (LABELS["service"], ConnectionService[case.service].label), (power, total + sum_of)]

    def search_placeholder(self) -> str:
        """Say what can be looked for."""
        return "Номер, ФИО, улица, ТУ"


def _number(value: Decimal) -> str:
    return formats.kilowatts(value).removesuffix(" кВт")
