"""«Сотрудники»: another role for a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import JournalEntry, Staff, StaffRole
from portal.refusals import Refusal
from portal.services import office
from tests.support import people
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.visitor import Visitor


def test_another_role_holds_at_the_next_press_and_the_journal_knows(admin: Visitor, app: Flask) -> None:
    with app.app_context():
        colleague = people.staff("operator")
        key, login = colleague.id, colleague.login
    visitor = signed_in(app, login, "/admin/login")
    assert visitor.client.get("/admin/appeals/").status_code == 200
    page = admin.press(admin.open(f"/admin/colleagues/{key}"), "Да, сменить", {"Роль": "Инженер"})
    assert "Теперь это инженер" in page.words()
    assert visitor.client.get("/admin/appeals/").status_code == 403
    assert visitor.client.get("/admin/connections/").status_code == 200
    with app.app_context():
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "staff.role")).one()
        assert (entry.subject, entry.data) == (f"staff:{key}", {"role": {"old": "operator", "new": "engineer"}})
    assert "Роль: Оператор → Инженер" in admin.open("/admin/journal/").words()
    admin.press(admin.open(f"/admin/colleagues/{key}"), "Да, сменить", {"Роль": "Администратор"})
    assert visitor.client.get("/admin/journal/").location.startswith("/admin/second-factor")


def test_one_role_is_given_by_two_administrators_one_after_another(admin: Visitor, app: Flask) -> None:
    with app.app_context():
        key = people.staff("operator").id
    stale = admin.open(f"/admin/colleagues/{key}")
    admin.press(stale, "Да, сменить", {"Роль": "Инженер"})
    page = admin.press(stale, "Да, сменить", {"Роль": "Администратор"}, status=409)
    assert "Роль уже сменили: инженер." in page.words()
    assert page.form("Да, сменить").typed("Роль") == "admin"


def test_a_role_that_there_is_none_of_is_refused(admin: Visitor, app: Flask) -> None:
    with app.app_context():
        key = people.staff("operator").id
    form = admin.open(f"/admin/colleagues/{key}").form("Да, сменить")
    for role in ("root", "", "\0"):
        form.values["role"] = [role]
        assert admin.client.post(form.action, data=form.data("Да, сменить")).status_code == 422
    with app.app_context():
        assert db.session.get_one(Staff, key).role == "operator"


def test_nobody_changes_the_role_of_oneself_or_of_the_last_administrator(app: Flask) -> None:
    with app.app_context():
        alone, clerk = people.staff("admin"), people.actor("operator")
        for other in db.session.scalars(select(Staff).where(Staff.role == "admin", Staff.id != alone.id)).all():
            office.block(other, "Ушёл", clerk)
        with pytest.raises(Refusal, match="единственный администратор"):
            office.change_role(alone, StaffRole.operator, "admin", clerk)
        people.staff("admin")
        office.change_role(alone, StaffRole.operator, "admin", clerk)
        assert alone.role == "operator"
    with app.app_context():
        key, login = (made := people.staff("admin")).id, made.login
    page = signed_in(app, login, "/admin/login").open(f"/admin/colleagues/{key}")
    assert "Сменить роль" not in page.words()
