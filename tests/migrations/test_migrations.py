"""Migrations: from nothing to now and back, on the real database, with people in it; and nothing is left to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_migrate import check, downgrade, stamp, upgrade
from sqlalchemy import inspect, select

from portal import installation
from portal.database import Base
from portal.extensions import db
from portal.models import Case, JournalEntry, Letter
from portal.services import reference
from tests.support import people, stories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from tests.support.databases import Postgres, Sqlite

FOLDER = str(installation.MIGRATIONS)


@pytest.fixture
def bare(make_app: Callable[..., Flask], databases: Sqlite | Postgres, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database with nothing in it."""
    for url in databases.empty(tmp_path):
        app = make_app(DATABASE_URL=url)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def everything() -> dict[str, list[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(*table.c).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def test_migrations_make_what_the_models_say(bare: Flask) -> None:
    upgrade(directory=FOLDER)
    assert tables() == {table.name for table in Base.metadata.sorted_tables}
    check(directory=FOLDER)  # exits where a migration is missing


def test_the_way_down_leads_to_nothing_and_up_again(bare: Flask) -> None:
    upgrade(directory=FOLDER)
    downgrade(directory=FOLDER, revision="base")
    assert tables() == set()
    upgrade(directory=FOLDER)
    assert tables() == {table.name for table in Base.metadata.sorted_tables}


def test_migrating_again_changes_nothing(bare: Flask) -> None:
    installation.prepare()
    case = stories.appeal_in("answered", people.subscriber(), people.staff())
    before = everything()
    db.session.remove()
    installation.prepare()
    assert everything() == before
    assert db.session.get_one(Case, 1).number == case.number


def test_one_step_back_and_forward_keeps_what_people_wrote(bare: Flask) -> None:
    upgrade(directory=FOLDER)
    reference.load()
    author, clerk = people.subscriber(), people.staff()
    for status in stories.WAYS["appeal"]:
        stories.appeal_in(status, author, clerk)
    kept = (Case, JournalEntry, Letter)
    before = {name: rows for name, rows in everything().items() if name in {model.__tablename__ for model in kept}}
    assert all(before.values())
    db.session.remove()
    downgrade(directory=FOLDER)
    upgrade(directory=FOLDER)
    after = everything()
    assert {name: after[name] for name in before} == before
    check(directory=FOLDER)


def test_a_database_whose_migrations_are_behind_is_brought_up_to_date_by_the_next_start(bare: Flask) -> None:
    upgrade(directory=FOLDER)
    downgrade(directory=FOLDER)
    installation.prepare()
    assert tables() == {table.name for table in Base.metadata.sorted_tables}
    with pytest.raises(SystemExit):
        stamp(directory=FOLDER, revision="nothing of the kind")
