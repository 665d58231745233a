"""Every page of the panel, those that Flask-Admin makes among them, as everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import JournalEntry, Staff
from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

EVERYBODY = {"operator", "engineer", "admin"}
CLERKS = {"operator", "admin"}
ENGINEERS = {"engineer", "admin"}
ADMIN = {"admin"}
DOOR = {"staff.sign_in", "staff.sign_out", "staff.code"}
# endpoint: the roles that may come in
OPEN: dict[str, set[str]] = {
    "staff.password": EVERYBODY,
    "staff.second_factor": EVERYBODY,
    "admin.index": EVERYBODY,
    "admin.static": set(),
    "staff_search.index": EVERYBODY,
    "staff_letters.index_view": EVERYBODY,
    "staff_letters.details_view": EVERYBODY,
    "staff_letters.action_view": EVERYBODY,
    "staff_letters.send_again": EVERYBODY,
    "staff_letters.html": EVERYBODY,
    "staff_consents.index_view": EVERYBODY,
    "staff_consents.details_view": EVERYBODY,
    "staff_journal.index_view": ADMIN,
    "staff_terms.index_view": EVERYBODY,
    "staff_terms.edit_view": ADMIN,
}
for _queue, _roles in (("appeals", CLERKS), ("services", CLERKS), ("connections", ENGINEERS)):
    OPEN |= {f"staff_{_queue}.{page}": _roles for page in ("index_view", "card", "letter", "action_view")}
OPEN |= {f"staff_meters.{page}": CLERKS for page in ("index_view", "card", "correct")}
OPEN |= {f"staff_readings.{page}": CLERKS for page in ("index_view", "action_view", "billing")}
OPEN |= {f"staff_exchange.{page}": EVERYBODY for page in ("index_view", "find", "place", "card", "accept", "decline")}
OPEN |= {f"staff_subscribers.{page}": CLERKS for page in ("index_view", "card", "new", "appeal", "password")}
OPEN |= {f"staff_subscribers.{page}": ADMIN for page in ("unmask", "block", "unblock")}
OPEN |= {
    f"staff_colleagues.{page}": ADMIN
    for page in ("index_view", "card", "new", "password", "second_factor", "role", "block", "unblock")
}
OPEN |= {f"staff_letter_texts.{page}": ADMIN for page in ("index", "card", "preview", "restore")}
OPEN |= {f"staff_consents.{page}": ADMIN for page in ("next_version", "preview", "publish", "drop")}
OPEN["staff_setup.index"] = ADMIN
OPEN |= {"staff_figures.index": EVERYBODY, "staff_disclosure.index": ENGINEERS}
OPEN |= {
    f"staff_outages.{page}": EVERYBODY
    for page in (
        "index_view", "new", "card", "preview", "publish", "cancel", "drop", "take_in", "batch", "publish_batch",
        "drop_batch",
    )
}  # fmt: skip
LINES = ("topics", "service-topics", "object-types", "suppliers", "load-kinds", "voltage-classes", "activities")
for _path in ("streets", "days-off", "outage-reasons", *LINES):
    OPEN[f"staff_{_path}.index_view"] = EVERYBODY
    OPEN |= {f"staff_{_path}.{page}_view": ADMIN for page in ("create", "edit", "delete")}
OPEN |= {
    f"staff_{_path}.export_view": EVERYBODY for _path in ("streets", "days-off", "outage-reasons", *LINES, "terms")
}
OPEN |= {"staff_subscribers.export_view": ADMIN, "staff_journal.export_view": ADMIN}
for _path, _roles in (
    ("appeals", CLERKS), ("services", CLERKS), ("connections", ENGINEERS), ("letters", EVERYBODY),
    ("exchange", EVERYBODY), ("outages", EVERYBODY), ("meters", CLERKS), ("readings", CLERKS),
):  # fmt: skip
    OPEN |= {f"staff_{_path}.{page}": _roles for page in ("export_view", "keep_view", "drop_view")}
OPEN |= {f"staff_subscribers.{page}": CLERKS for page in ("keep_view", "drop_view")}


def pages(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and rule.endpoint not in DOOR:
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def lets_in(visitor: Visitor, rule: Rule, method: str) -> bool:
    path = rule.rule
    for name in rule.arguments:
        path = path.replace(next(part for part in path.split("/") if f":{name}>" in part), "1")
    response = visitor.client.open(path, method=method, query_string={"id": "1"})
    assert response.status_code < 500, path
    is_door = response.status_code == 302 and response.location.startswith(("/admin/login", "/admin/password"))
    return response.status_code not in {401, 403} and not is_door


def how_much_is_written(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def let_go_of_tokens(app: Flask) -> None:
    """Leave the decision to the guard alone: a missing token would refuse everybody alike."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def open_app(app: Flask) -> Flask:
    """An application with something to look at."""
    with app.app_context():
        people.appeal(people.subscriber())
    return app


def test_every_page_of_the_panel_has_its_line_in_the_table(app: Flask) -> None:
    assert {rule.endpoint for rule, _ in pages(app)} == set(OPEN), "say above who may open a new page"


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_role_opens_its_pages_and_no_other(open_app: Flask, role: str) -> None:
    with open_app.app_context():
        login = people.staff(role).login
    visitor = signed_in(open_app, login, "/admin/login")
    let_go_of_tokens(open_app)
    for rule, method in pages(open_app):
        expected = role in OPEN[rule.endpoint]
        assert lets_in(visitor, rule, method) is expected, f"{role} {method} {rule.rule}"


def test_guests_and_subscribers_open_nothing_and_change_nothing(open_app: Flask) -> None:
    with open_app.app_context():
        login = people.subscriber().login
    resident = signed_in(open_app, login)
    let_go_of_tokens(open_app)
    before = how_much_is_written(open_app)
    for rule, method in pages(open_app):
        assert not lets_in(Visitor(open_app), rule, method), f"guest {method} {rule.rule}"
        assert not lets_in(resident, rule, method), f"subscriber {method} {rule.rule}"
    assert how_much_is_written(open_app) == before


def test_a_one_time_password_opens_nothing_but_its_change(open_app: Flask) -> None:
    with open_app.app_context():
        staff = people.staff("admin")
        login = staff.login
        db.session.get_one(Staff, staff.id).must_change_password = True
        db.session.commit()
    visitor = signed_in(open_app, login, "/admin/login")
    let_go_of_tokens(open_app)
    for rule, method in pages(open_app):
        assert lets_in(visitor, rule, method) is (rule.endpoint == "staff.password"), rule.rule


def test_the_menu_shows_what_a_role_may_open(clerk: Visitor, engineer: Visitor, admin: Visitor) -> None:
    sections = ("Обращения", "Письма", "Улицы", "Журнал")
    shown = [
        [section for section in sections if f">{section}</a>" in visitor.open("/admin/").text]
        for visitor in (clerk, engineer, admin)
    ]
    assert shown == [["Обращения", "Письма", "Улицы"], ["Письма", "Улицы"], list(sections)]
