"""The staff panel: what Flask-Admin generates, and the few screens of its own. portal never imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme

from admin import (
    appeals,
    colleagues,
    connections,
    dashboard,
    disclosure,
    door,
    exchange,
    extra_services,
    figures,
    journal,
    letters,
    meters,
    outages,
    reference,
    search,
    setup,
    subscribers,
    texts,
)
from portal.models import Document, JournalEntry, Letter, Meter, Outage, Reading, Staff, Subscriber

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Add the panel. Pages that nobody opens stay shut, Flask-Admin's own static files among them: ours need none."""
    queues = (
        appeals.Appeals("Обращения", "appeals", "appeal"),
        extra_services.ExtraServices("Заявки на услуги", "services", "tools"),
        connections.Connections("Заявки на присоединение", "connections", "plug"),
    )
    outbox = letters.Letters(Letter, "Письма", "letters", "inbox")
    panel = Admin(
        app,
        name="Рабочее место сотрудника",
        index_view=dashboard.Summary(*queues, outbox),
        theme=Bootstrap4Theme(base_template="staff/base.html"),
    )
    panel.add_views(
        search.Search(),
        figures.Figures(*queues),
        *queues,
        exchange.Exchange(Document, "Документооборот", "exchange", "document"),
        subscribers.Subscribers(Subscriber, "Абоненты", "subscribers", "user"),
        meters.Meters(Meter, "Приборы учёта", "meters", "gauge"),
        meters.Readings(Reading, "Показания", "readings", "list"),
        outages.Outages(Outage, "Отключения", "outages", "bolt"),
        outbox,
        disclosure.Disclosure(),
        *reference.screens(),
        texts.LetterTexts("Тексты писем", reference.CATEGORY, "staff_letter_texts", "letter-texts"),
        colleagues.Colleagues(Staff, "Сотрудники", "colleagues", "user"),
        journal.Journal(JournalEntry, "Журнал", "journal", "list"),
        setup.Setup("Настройки", None, "staff_setup", "settings"),
    )
    for view in panel._views:  # noqa: SLF001 - there is no other list of them
        view.open_pages(app)
    app.register_blueprint(door.blueprint)
