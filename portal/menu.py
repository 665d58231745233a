"""The cabinet's sections: the manual's labels letter by letter (fig. 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_login import current_user

from portal.services import exchange

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Section:
    """One item of the menu; `waiting` counts what waits there for a subscriber."""

    label: str
    endpoint: str
    icon: str
    waiting: Callable[[Any], int] | None = None

    @property
    def href(self) -> str:
        """Where it is."""
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        """Whether the page being shown is its own."""
        return request.endpoint == self.endpoint

    @property
    def badge(self) -> int | None:
        """How many things wait there."""
        return self.waiting(current_user) if self.waiting else None


HOME = Section("Главная", "home.show", "home")
NEW_APPEAL = Section("Обращение", "appeals.new", "appeal")
NEW_CONNECTION = Section("Заявка на технологическое присоединение", "connection_form.new", "plug")
NEW_SERVICE = Section("Заявка на дополнительную услугу", "extra_services.new", "tools")
METERS = Section("Направить показания прибора учёта", "meters.index", "gauge")
APPEALS = Section("Информация по обращениям", "appeals.index", "inbox")
CONNECTIONS = Section("Информация по заявкам на технологическое присоединение", "connections.index", "list")
OUTAGES = Section("Статистика отключений", "outages.show", "bolt")
DOCUMENTS = Section(
    "Электронный документооборот",
    "exchange.index",
    "document",
    waiting=exchange.count_waiting,
)
MENU = (
    (None, (HOME,)),
    ("Подать", (NEW_APPEAL, NEW_CONNECTION, NEW_SERVICE, METERS)),
    ("Посмотреть", (APPEALS, CONNECTIONS, OUTAGES, DOCUMENTS)),
)
SECTIONS = tuple(item for _, items in MENU for item in items)
