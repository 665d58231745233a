"""Who of the staff has a card or a form open at this moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.database import Base
from portal.models.people import Staff


class Glance(Base):
    """Somebody had a card or a form open at the moment `at`: forgotten after minutes, and no part of the journal.

    `subject` names the record as the journal does («cases:12», «streets:3»).
    """

    __tablename__ = "glances"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    staff: Mapped[Staff] = relationship(lazy="joined")
