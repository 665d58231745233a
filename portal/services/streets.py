"""The directory of streets."""

from __future__ import annotations

from sqlalchemy import select

from portal.extensions import db
from portal.models import Street


def choices() -> list[tuple[int, str]]:
    """List the streets in use as (id, how the manual writes it), in Russian order."""
    rows = db.session.execute(select(Street.id, Street.display).where(Street.is_active)).all()
    return sorted(((row.id, row.display) for row in rows), key=lambda row: row[1].lower().replace("ё", "е"))
