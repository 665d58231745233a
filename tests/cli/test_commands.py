"""The command line: accounts of staff, reference data, letters, journals, the demonstration."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask.cli import FlaskGroup
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Case, Letter, Staff, Street, Subscriber
from portal.services import sign_ins
from portal.workflow import WORKFLOWS
from tests.support import people
from tests.support.people import HERE

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(FlaskGroup(load_dotenv=False), list(words), input=typed)


def done(app: Flask, *words: str, typed: str = "") -> str:
    result = run(app, *words, typed=typed)
    assert result.exit_code == 0, result.output
    return result.output


def refused(app: Flask, *words: str) -> str:
    result = run(app, *words)
    assert result.exit_code != 0
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


@pytest.mark.parametrize("role", ["admin", "engineer", "operator"])
def test_a_colleague_without_a_password_gets_one_to_be_changed(app: Flask, role: str) -> None:
    said = done(app, "staff", "add", "sokolova", "sokolova@example.org", "--role", role)
    (password,) = re.findall(rf"^sokolova: {role}, one-time password (\S+)$", said, re.MULTILINE)
    with app.app_context():
        made = sign_ins.find_staff("sokolova", password, HERE)
        assert made is not None
        assert (made.role, made.email, made.must_change_password) == (role, "sokolova@example.org", True)


def test_a_colleague_with_a_password_from_standard_input_keeps_it_and_it_is_not_printed(app: Flask) -> None:
    words = ("staff", "add", "sokolova", "sokolova@example.org", "--role", "operator", "--password-stdin")
    said = done(app, *words, typed=f"{people.PASSWORD}\n")
    assert people.PASSWORD not in said
    with app.app_context():
        made = sign_ins.find_staff("sokolova", people.PASSWORD, HERE)
        assert made is not None
        assert not made.must_change_password


@pytest.mark.parametrize("typed", ["", "коротко", "password123", "sokolova sokolova", "вгэс84629175"])
def test_a_password_from_standard_input_is_held_to_the_rules_of_the_pages(app: Flask, typed: str) -> None:
    words = ("staff", "add", "sokolova", "sokolova@example.org", "--role", "operator", "--password-stdin")
    said = run(app, *words, typed=f"{typed}\n")
    assert said.exit_code == 1
    assert "парол" in said.output
    with app.app_context():
        assert db.session.scalar(select(Staff.id).where(Staff.login == "sokolova")) is None


def test_a_login_that_is_taken_and_a_role_that_nobody_has_are_refused_in_words(app: Flask) -> None:
    done(app, "staff", "add", "sokolova", "sokolova@example.org", "--role", "operator")
    assert "Логин Sokolova уже занят" in refused(app, "staff", "add", "Sokolova", "x@example.org", "--role", "admin")
    assert "owner" in refused(app, "staff", "add", "petrov", "x@example.org", "--role", "owner")
    assert "--role" in refused(app, "staff", "add", "petrov", "x@example.org")
    with app.app_context():
        assert db.session.scalars(select(Staff.login).order_by(Staff.id)).all()[-1] == "sokolova"


def test_loading_the_reference_data_again_adds_what_is_missing(app: Flask) -> None:
    assert "streets: 0 added" in done(app, "reference", "load")
    with app.app_context():
        db.session.delete(db.session.scalars(select(Street).order_by(Street.id.desc()).limit(1)).one())
        db.session.commit()
    assert "streets: 1 added" in done(app, "reference", "load")


def test_letters_that_are_due_are_delivered_once_and_counted(app: Flask, environ: dict[str, str]) -> None:
    with app.app_context():
        people.appeal(people.subscriber())
        count = db.session.scalar(select(func.count()).select_from(Letter)) or 0
    assert done(app, "letters", "deliver", "--once") == f"letters: {count} sent, 0 to be tried again, 0 failed\n"
    assert done(app, "letters", "deliver", "--once") == ""
    assert len(list((Path(environ["INSTANCE"]) / "letters").glob("*.eml"))) == count


def test_a_journal_kept_on_paper_counts_on(app: Flask) -> None:
    assert done(app, "journals", "continue", "requests", "7873") == "requests: the next number is 7874\n"
    with app.app_context():
        assert people.appeal(people.subscriber()).number == 7874
    assert "already at 7874" in refused(app, "journals", "continue", "requests", "100")
    assert "shopping" in refused(app, "journals", "continue", "shopping", "1")
    assert "0" in refused(app, "journals", "continue", "requests", "0")


def test_the_demonstration_shows_every_status_and_lets_one_in(app: Flask) -> None:
    said = dict(re.findall(r"^(\w+): (\S+)$", done(app, "demo"), re.MULTILINE))
    with app.app_context():
        for kind, workflow in WORKFLOWS.items():
            shown = set(db.session.scalars(select(Case.status).where(Case.kind == kind)))
            assert shown >= {*workflow.path, "withdrawn" if kind == "appeal" else workflow.path[-1]}, kind
        assert sign_ins.find_subscriber("demo", said["demo"], HERE) is not None
        assert sign_ins.find_staff("operator", said["operator"], HERE) is not None
        assert set(db.session.scalars(select(Subscriber.kind))) == {"fl", "ip", "ul"}
        assert all(email.endswith("@example.org") for email in db.session.scalars(select(Subscriber.email)))
        people_now = db.session.scalar(select(func.count()).select_from(Subscriber))
    assert "There are subscribers already" in refused(app, "demo")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Subscriber)) == people_now


def test_the_demonstration_never_touches_an_installation_with_people_in_it(app: Flask) -> None:
    with app.app_context():
        people.subscriber()
    assert "There are subscribers already" in refused(app, "demo")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Subscriber)) == 1
        assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_yearly_journal_counts_on_in_this_year(app: Flask) -> None:
    assert done(app, "journals", "continue", "connections", "464") == "connections: the next number is 465\n"
    with app.app_context():
        assert people.connection(people.subscriber()).number == 465


def test_the_official_table_of_activities_is_taken_and_mends_titles(app: Flask, tmp_path: Path) -> None:
    table = tmp_path / "okved.csv"
    table.write_text("code,title,section\n01.11,Выращивание зерновых,A\n01,Сельское хозяйство,A\n", encoding="utf-8")
    assert done(app, "reference", "activities", str(table)) == "activities: 1 added, 1 mended\n"
    assert done(app, "reference", "activities", str(table)) == "activities: 0 added, 0 mended\n"
    table.write_text("код;название\n", encoding="utf-8")
    assert "needs the columns code and title" in refused(app, "reference", "activities", str(table))
