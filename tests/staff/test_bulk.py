"""What is done with the marked cases of a queue: what could be is done, the rest is named with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from portal import clock
from portal.extensions import db
from portal.models import Case, Clock, Connection, JournalEntry, Letter, Staff
from portal.services import reminders
from portal.transactions import transaction
from tests.support import people, stories

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor

OPEN = "/admin/connections/?preset=open"
ASSIGN, REMIND, CANCEL = "Да, назначить", "Да, напомнить", "Да, аннулировать"


@pytest.fixture
def cases(app: Flask) -> dict[str, int]:
    """Four applications: new, waiting for documents, let the term pass, finished."""
    with app.app_context():
        author, engineer = people.subscriber(), people.staff("engineer")
        made = {
            "new": stories.connection_in("registered", author, engineer).id,
            "waits": stories.connection_in("documents_missing", author, engineer).id,
            "late": stories.connection_in("documents_missing", author, engineer).id,
            "done": stories.connection_in("done", author, engineer).id,
        }
        with transaction() as session:
            over = clock.today() - timedelta(days=1)
            theirs = (Clock.case_id == made["late"], Clock.side == "applicant")
            session.execute(update(Clock).where(*theirs).values(due_on=over))
        reminders.propose()
    return made


def marked(visitor: Visitor, button: str, *ids: object, path: str = OPEN, **more: str) -> Page:
    form = visitor.open(path).form(button)
    form.values |= {"rowid": [str(one) for one in ids]} | {name: [value] for name, value in more.items()}
    answer = visitor.client.post(form.action, data=form.data(button), follow_redirects=True)
    return visitor._page(path, answer, 200)


def status_of(app: Flask, case_id: int) -> str:
    with app.app_context():
        return str(db.session.scalar(select(Connection.status).where(Connection.id == case_id)))


def letters(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.name == name)) or 0


def test_marked_cases_are_given_to_oneself(engineer: Visitor, app: Flask, cases: dict[str, int]) -> None:
    page = marked(engineer, ASSIGN, cases["new"], cases["waits"])
    assert "Назначено: 2 дела" in page.words()
    with app.app_context():
        me = db.session.scalars(select(Staff).where(Staff.role == "engineer").order_by(Staff.id)).first()
        assert me is not None
        owners = db.session.scalars(select(Case.responsible_id).where(Case.id.in_([cases["new"], cases["waits"]])))
        assert set(owners) == {me.id}
        entries = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "assign")).all()
        assert [(one.case_id, one.data, one.staff_id) for one in entries] == [
            (cases[name], {"responsible": me.short_name}, me.id) for name in ("new", "waits")
        ]


def test_they_can_be_given_to_a_colleague_who_does_such_work_and_nobody_else(
    engineer: Visitor, app: Flask, cases: dict[str, int]
) -> None:
    with app.app_context():
        operator, colleague = people.staff("operator"), people.staff("engineer")
        keys = operator.id, colleague.id
    offered = engineer.open(OPEN).form(ASSIGN)
    select_of = next(one for one in offered.element.iter("select") if one.get("name") == "assign")
    values = [option.get("value") for option in select_of.iter("option")]
    assert str(keys[1]) in values
    assert str(keys[0]) not in values
    assert "Назначено: 1 дело" in marked(engineer, ASSIGN, cases["new"], assign=str(keys[1])).words()
    for wrong in (str(keys[0]), "", "x", "9" * 30):
        page = marked(engineer, ASSIGN, cases["waits"], assign=wrong)
        assert "Выберите сотрудника из списка." in page.words(), wrong


def test_applicants_are_reminded_where_it_is_their_turn_and_once_a_day(
    engineer: Visitor, app: Flask, cases: dict[str, int]
) -> None:
    page = marked(engineer, REMIND, *cases.values(), path="/admin/connections/?preset=all")
    assert "Напомнили: 1 дело. С остальными не получилось:" in page.words()
    assert "Заявка № 1Сейчас от заявителя ничего не ждут." in page.words()
    assert "Заявка № 3Срок заявителя истёк" in page.words()
    assert "Заявка № 2" not in page.words()
    assert letters(app, "term_near") == 1
    again = marked(engineer, REMIND, cases["waits"])
    assert "Заявка № 2Сегодня заявителю уже напомнили." in again.words()
    assert letters(app, "term_near") == 1
    with clock.shifted(timedelta(days=1)):
        assert "Напомнили: 1 дело" in marked(engineer, REMIND, cases["waits"]).words()


def test_only_what_the_calendar_proposes_is_cancelled(engineer: Visitor, app: Flask, cases: dict[str, int]) -> None:
    page = marked(engineer, CANCEL, *cases.values(), path="/admin/connections/?preset=all")
    assert "Аннулировано: 1 дело. С остальными не получилось:" in page.words()
    assert page.words().count("Срок заявителя не истёк, аннулировать нечего.") == 3
    assert [status_of(app, cases[name]) for name in cases] == ["registered", "documents_missing", "cancelled", "done"]
    assert letters(app, "connection_cancelled") == 1
    with app.app_context():
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "cancel")).one()
        assert "срок заявителя истёк" in (entry.note or "")
    assert engineer.open(page.link("Заявка № 1")).heading().startswith("Заявка")


@pytest.mark.parametrize("button", [ASSIGN, REMIND, CANCEL])
@pytest.mark.parametrize("ids", [(), ("77777", "x", "9" * 30)])
def test_nothing_marked_is_said_and_changes_nothing(
    engineer: Visitor, app: Flask, cases: dict[str, int], button: str, ids: tuple[str, ...]
) -> None:
    page = marked(engineer, button, *ids)
    assert "Отметьте хотя бы одно дело." in page.words()
    assert status_of(app, cases["late"]) == "documents_missing"


def test_a_workflow_has_the_actions_that_it_can_have(admin: Visitor, app: Flask, cases: dict[str, int]) -> None:
    with app.app_context():
        author = people.subscriber()
        people.appeal(author)
        people.extra_service(author)
    offered = {
        path: [
            words for words in (ASSIGN, REMIND, CANCEL) if words in admin.open(f"/admin/{path}/?preset=open").words()
        ]
        for path in ("appeals", "services", "connections")
    }
    assert offered == {"appeals": [ASSIGN], "services": [ASSIGN, REMIND], "connections": [ASSIGN, REMIND, CANCEL]}


def test_an_action_that_a_kind_has_not_is_not_done(clerk: Visitor, app: Flask) -> None:
    with app.app_context():
        key = people.appeal(people.subscriber()).id
    form = clerk.open("/admin/appeals/?preset=open").form(ASSIGN)
    data = form.data(ASSIGN) | {"rowid": [str(key)], "action": ["cancel"]}
    clerk.client.post(form.action, data=data)
    with app.app_context():
        assert db.session.scalar(select(Case.status).where(Case.id == key)) == "registered"


def test_cases_of_another_kind_can_not_be_slipped_in(clerk: Visitor, app: Flask, cases: dict[str, int]) -> None:
    with app.app_context():
        people.appeal(people.subscriber())
    assert (
        "Отметьте хотя бы одно дело." in marked(clerk, ASSIGN, cases["new"], path="/admin/appeals/?preset=open").words()
    )


def test_a_page_of_rows_is_the_most_at_once(engineer: Visitor, app: Flask, cases: dict[str, int]) -> None:
    ids = [str(number) for number in range(5000, 5020)]
    assert "Отметьте хотя бы одно дело." in marked(engineer, ASSIGN, *ids, cases["new"]).words()
