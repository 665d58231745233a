"""What every generated screen keeps to, whoever adds the next one."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from admin.base import Screen, row_id
from admin.journal import EVENTS
from admin.writing import changes
from portal.models import Staff
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.support.visitor import Visitor

PROTECTED = re.compile("status|number|password|hash|token|journal|due_on|role|blocked|version")
LISTS = ("appeals", "letters", "streets", "topics", "terms", "days-off", "consents", "journal")
LONG = "9" * 23
HOSTILE = (
    f"page={LONG}",
    "page=-1",
    f"sort={LONG}",
    "sort=-1",
    "sort=0&desc=1",
    f"flt0_0={LONG}",
    f"flt0_topic_id={LONG}",
    "flt0_status=nothing",
    "preset=nothing",
    f"page_size={LONG}",
    f"search={LONG}",
    "search=%00%27%22%25_",
    "search=%F0%9F%92%A1",
    "search=" + "слово+" * 50,
    "_scheme=javascript&_external=1&_anchor=x&endpoint=x&self=1",
)


def screens(app: Flask) -> Iterator[Any]:
    (panel,) = app.extensions["admin"]
    return (view for view in panel._views if isinstance(view, Screen))


def test_no_generated_form_writes_what_only_services_may(app: Flask) -> None:
    for screen in screens(app):
        assert isinstance(screen.form_columns, (list, tuple)), screen.name
        for form in (screen._create_form_class, screen._edit_form_class):
            fields = {name for name in dir(form) if hasattr(getattr(form, name), "field_class")} - {"csrf_token"}
            assert fields == set(screen.form_columns), screen.name
            assert not any(PROTECTED.search(field) for field in fields), screen.name


def test_screens_that_nobody_may_edit_have_no_pages_for_it(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    for path in ("appeals", "letters", "consents", "journal"):
        assert not rules & {f"/admin/{path}/{page}/" for page in ("new", "edit", "delete")}
    unwanted = [rule for rule in rules if rule.startswith("/admin") and ("ajax" in rule or "export/<" in rule)]
    assert not unwanted, "look-ups, inline edits and exports of Flask-Admin's own need rights and tests of their own"


def test_every_page_is_made_of_our_templates(app: Flask) -> None:
    for screen in screens(app):
        used = (screen.list_template, screen.create_template, screen.edit_template, screen.details_template)
        assert all(name.startswith("staff/") for name in used), f"{screen.name}: stock templates carry inline scripts"
        stock = [screen.create_modal, screen.edit_modal, screen.details_modal, screen.inline_models]
        assert not any(stock), f"{screen.name}: modal windows and inline forms come with inline scripts"


@pytest.mark.parametrize("path", LISTS)
def test_every_list_opens(admin: Visitor, app: Flask, path: str) -> None:
    with app.app_context():
        people.appeal(people.subscriber())
    page = admin.open(f"/admin/{path}/")
    assert "Показать" in page.text or path in {"terms", "topics", "consents"}
    assert "script-src 'self';" in page.response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", LISTS)
def test_a_hostile_address_gets_a_list(admin: Visitor, path: str) -> None:
    for query in HOSTILE:
        page = admin.open(f"/admin/{path}/?{query}")
        assert "javascript:" not in page.text, query
        assert len(page.text.split("<tr>")) <= 25, query


@pytest.mark.parametrize("path", ["letters/details/", "streets/edit/", "consents/details/", "terms/edit/"])
def test_a_key_that_is_none_leads_back_to_the_list(admin: Visitor, path: str) -> None:
    for key in ("1,2", LONG, "-1", "0", "x", "", "١", "x&id=y"):
        response = admin.client.get(f"/admin/{path}?id={key}")
        assert response.status_code == 302, key
        assert response.location.startswith(f"/admin/{path.partition('/')[0]}/"), key


@pytest.mark.parametrize(
    "path", [f"appeals/{LONG}", "appeals/0", "appeals/x", f"letters/{LONG}/html", "letters/77/html"]
)
def test_what_is_not_there_is_not_found(admin: Visitor, path: str) -> None:
    admin.open(f"/admin/{path}", 404)


def test_a_way_back_leads_nowhere_else(admin: Visitor) -> None:
    for evil in ("//evil.example", "https://evil.example", "javascript:alert(1)", "\\\\evil.example"):
        assert "evil" not in admin.open(f"/admin/streets/new/?url={evil}").link("Отмена")


def test_row_ids_are_whole_numbers_that_fit() -> None:
    assert [row_id(text) for text in ("1", "2147483647", "2147483648", "1,2", "", None, ["1"])] == [
        1, 2147483647, None, None, None, None, None,
    ]  # fmt: skip


@pytest.mark.usefixtures("inside")
def test_secrets_never_come_into_the_journal() -> None:
    staff = Staff(login="x", login_key="x", password_hash="hush", full_name="Кто-то")
    assert changes(staff).keys() == {"login", "login_key", "full_name"}


def test_the_journal_names_every_event_of_the_portal(app: Flask) -> None:
    folder = Path(app.root_path) / "portal"
    texts = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))]
    calls = [node for text in texts for node in ast.walk(text) if isinstance(node, ast.Call)]
    recorded = {
        argument.value
        for call in calls
        if getattr(call.func, "attr", "") in {"record", "_record"} or getattr(call.func, "id", "") == "_record"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.islower()
    }
    assert recorded - {"notices"} <= set(EVENTS), "name the new event in admin/journal.py"
