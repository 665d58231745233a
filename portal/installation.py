"""An installation made ready: tables, the index of words, reference data, the first administrator. Safe to repeat."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.extensions import db
from portal.search import keeping
from portal.services import accounts, reference

if TYPE_CHECKING:
    from collections.abc import Iterator

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
LOCK = 720_240_002


def prepare() -> None:
    """Bring the database up to date; safe to repeat."""
    from flask_migrate import upgrade  # brings Alembic along: half a second that a server's worker need not spend

    upgrade(directory=str(MIGRATIONS))
    with _alone():
        keeping.complete(click.echo)
        reference.load()
        password = accounts.first_admin()
    if password:
        click.echo(f"\n  Staff panel: login admin, one-time password {password}\n")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let machines that start at once on an empty database fill it one after the other."""
    if db.engine.dialect.name != "postgresql":
        yield  # SQLite's write lock does the same
        return
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
