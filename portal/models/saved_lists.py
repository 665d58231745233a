"""Parts of lists that a member of staff has made for himself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base


class SavedList(Base):
    """What a list is narrowed to and sorted by, under a name; nobody else sees it, and it is no part of the journal.

    `screen` names the list, `asked` is what its address says: {"preset": "open", "flt0_status": "in_work"}.
    """

    __tablename__ = "saved_lists"
    __table_args__ = (UniqueConstraint("staff_id", "screen", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    screen: Mapped[str]
    name: Mapped[str]
    asked: Mapped[dict[str, Any]]
