"""How migrations run: on the application's own database, in one transaction, on SQLite by rebuilding tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from portal.database import WRITES, Base, Moment, Thousandths
from portal.extensions import db

LOCK = 720_240_001


def _render(kind: str, item: Any, autogen_context: object) -> str | Literal[False]:  # noqa: ANN401, ARG001
    """Write our own types as what the database sees: a migration must not change when the code does."""
    plain = {Moment: "sa.DateTime(timezone=True)", Thousandths: "sa.BigInteger()"}
    return plain.get(type(item), False) if kind == "type" else False


def _wait_for_others(connection: Connection) -> None:
    """Two machines may start at once: one migrates, the other waits (SQLite's write lock does the same)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


@contextmanager
def _loose_references(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table that others point to."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys = OFF")  # no effect inside a transaction, so before it
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def _prove_references(connection: Connection) -> None:
    """Roll back what would leave rows that point to nothing."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration would leave rows that point to nothing")


with (
    db.engine.connect().execution_options(**{WRITES: True}) as connection,
    _loose_references(connection),
    connection.begin(),
):
    _wait_for_others(connection)
    context.configure(
        connection=connection,
        target_metadata=Base.registry.metadata,
        render_item=_render,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()
    _prove_references(connection)
