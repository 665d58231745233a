"""The database: base class of the models, types, and what each engine is told when it connects."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, BigInteger, DateTime, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect

SQLITE_WAITS_MS = 5_000
WRITES = "portal_writes"


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database. Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment: whose midnight would it be?"""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite forgets the zone; it was UTC."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Thousandths(TypeDecorator[Decimal]):
    """A number with at most three decimals, exact on every database: kept as a whole number of thousandths."""

    impl = BigInteger
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        """What it is in Python: the staff panel chooses a field by it."""
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Turn it into thousandths."""
        return None if value is None else int(value * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Turn it back, without zeros that say nothing."""
        return None if value is None else (Decimal(value) / 1000).normalize()


_METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_TYPES: dict[Any, TypeEngine[Any]] = {
    datetime: Moment(),
    Decimal: Thousandths(),
    dict[str, Any]: JSON(),
}


class Base(DeclarativeBase):
    """What every model is."""

    registry = registry(metadata=_METADATA, type_annotation_map=_TYPES)


@event.listens_for(Engine, "connect")
def _tune_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver must not open transactions by itself: `_begin` below says which kind.
    connection.isolation_level = None
    # SQLite's own `lower` knows ASCII only, and searching for «ленин» must find «Ленинский».
    connection.create_function(
        "lower", 1, lambda text: text.lower() if isinstance(text, str) else text, deterministic=True
    )
    for pragma in (
        f"busy_timeout = {SQLITE_WAITS_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Let SQLite's writers queue at the door: a reader that turns writer half-way meets «database is locked»."""
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
