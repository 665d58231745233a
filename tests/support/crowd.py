"""Tables as long as those of a company after years: what is there is copied in SQL, on either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, func, inspect, select, text

from portal.extensions import db
from portal.models import Case, Document, JournalEntry, Letter, Meter, Reading, Subscriber
from portal.transactions import transaction
from tests.support import people, stories

# In each copy number `n` these differ from the row that is copied.
_OWN = {
    "cases": {"number": "{key}"},
    "readings": {"corrects_id": "CAST(NULL AS INTEGER)"},
    "documents": {"replaces_id": "CAST(NULL AS INTEGER)"},
}


def town() -> None:
    """One of each: a finished case of each kind, a letter that went, a document that was read, a meter and a reading."""
    owner, clerk = people.subscriber(), people.staff("admin")
    stories.appeal_in("answered", owner, clerk)
    stories.service_in("worked", owner, clerk)
    stories.connection_in("done", owner, clerk)
    people.reading(people.meter(owner))
    with transaction() as session:
        session.execute(text("UPDATE letters SET state = 'sent', sent_at = created_at"))
        session.execute(text("UPDATE readings SET month = '2020-01-01', taken_on = '2020-01-24'"))
        session.execute(text("UPDATE documents SET from_company = FALSE"))


def grow(many: int) -> None:
    """Copy a row of each table so many times."""
    with transaction():
        owners = _copy(Subscriber, many)
        for kind in ("appeal", "service", "connection"):
            _copy_case(kind, many)
        for model in (JournalEntry, Letter, Document):
            _copy(model, many)
        meters = _copy(Meter, many, subscriber_id=f"{owners} + n")
        _copy(Reading, many, meter_id=f"{meters} + n")


def _copy_case(kind: str, many: int) -> None:
    """Copy both halves of a case, under the same keys."""
    one = db.session.execute(text("SELECT min(id) FROM cases WHERE kind = :kind"), {"kind": kind}).scalar_one()
    base = _insert("cases", Case.__table__, many, one)
    mapper = next(mapper for mapper in inspect(Case).self_and_descendants if mapper.polymorphic_identity == kind)
    _insert(mapper.local_table.name, mapper.local_table, many, one, base=base)


def _copy(model: Any, many: int, **own: str) -> int:
    table = model.__table__
    one = db.session.execute(select(func.min(table.c.id))).scalar_one()
    return _insert(table.name, table, many, one, **own)


def _insert(name: str, table: Any, many: int, one: int, base: int | None = None, **own: str) -> int:
    session = db.session()
    if base is None:
        base = session.execute(select(func.max(table.c.id))).scalar_one()
    key = f"({base} + n)"
    unique = {column.key for column in table.columns if column.unique and isinstance(column.type, String)}
    said = {"id": key} | {column: f"one.{column} || '-' || {key}" for column in unique} | own
    said |= {column: written.format(key=key) for column, written in _OWN.get(name, {}).items()}
    columns = [column.key for column in table.columns]
    values = ", ".join(said.get(key, f"one.{key}") for key in columns)
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)"
    statement = f"INSERT INTO {name} ({', '.join(columns)}) {numbers} SELECT {values} FROM numbers, {name} AS one"  # noqa: S608
    session.execute(text(f"{statement} WHERE one.id = :one"), {"many": many, "one": one})
    if session.get_bind().dialect.name == "postgresql" and name in {"cases", "subscribers", "journal", "letters"}:
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))  # noqa: S608
    return int(base)
