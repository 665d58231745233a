"""Reference data shipped with the product: loaded where it is missing; what staff changed is left alone."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.models import (
    Activity,
    AppealTopic,
    ConsentText,
    LoadKind,
    NonWorkingDay,
    ObjectType,
    OutageReason,
    ServiceTopic,
    Street,
    Supplier,
    Term,
    VoltageClass,
)
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from portal.database import Base

FOLDER = Path(__file__).resolve().parent.parent / "reference"
# file: its table, and the columns by which a row is known
FILES: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "streets.csv": (Street, ("name", "type")),
    "appeal_topics.csv": (AppealTopic, ("name",)),
    "outage_reasons.csv": (OutageReason, ("name",)),
    "terms.csv": (Term, ("code",)),
    "nonworking_days.csv": (NonWorkingDay, ("day",)),
    "consents.csv": (ConsentText, ("kind", "version")),
    "service_topics.csv": (ServiceTopic, ("name",)),
    "object_types.csv": (ObjectType, ("name",)),
    "suppliers.csv": (Supplier, ("name",)),
    "load_kinds.csv": (LoadKind, ("name",)),
    "voltage_classes.csv": (VoltageClass, ("name",)),
    "activities.csv": (Activity, ("code",)),
}


def _flag(text: str) -> bool:
    return text == "1"


PARSERS: dict[str, Callable[[str], Any]] = {"day": date.fromisoformat, "kilovolts": Decimal}
PARSERS |= dict.fromkeys(("is_working", "is_active", "households"), _flag)
PARSERS |= dict.fromkeys(("position", "amount", "version"), int)


def load() -> dict[str, int]:
    """Add the rows that are not there yet; gives how many came into each table."""
    added = {}
    for name, (model, key) in FILES.items():
        with transaction() as session:
            added[model.__tablename__] = _load(session, FOLDER / name, model, key)
    return added


def load_activities(file: Iterable[str]) -> tuple[int, int]:
    """Take the official table of ОКВЭД-2; gives how many codes were added, and how many titles changed.

    Raises:
        ValueError: it has no columns `code` and `title`.

    """
    rows = csv.DictReader(file)
    if not {"code", "title"} <= set(rows.fieldnames or ()):
        raise ValueError("the table needs the columns code and title")
    added = mended = 0
    with transaction() as session:
        known = {row.code: row for row in session.scalars(select(Activity))}
        for row in rows:
            code, title = row["code"].strip(), row["title"].strip()
            if code not in known:
                known[code] = Activity(code=code, title=title)
                session.add(known[code])
                added += 1
            elif known[code].title != title:
                known[code].title = title
                mended += 1
    return added, mended


def _load(session: Session, path: Path, model: type[Base], key: tuple[str, ...]) -> int:
    columns = [getattr(model, name) for name in key]
    known = {tuple(row) for row in session.connection().execute(select(*columns))}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [{name: _parsed(name, text) for name, text in row.items()} for row in csv.DictReader(file)]
    fresh = [row for row in rows if tuple(row[name] for name in key) not in known]
    session.add_all(model(**row) for row in fresh)
    return len(fresh)


def _parsed(name: str, text: str) -> Any:  # noqa: ANN401
    return PARSERS.get(name, str)(text)
