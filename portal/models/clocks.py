"""Legal clocks of a case: until when somebody has to do something."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.database import Base
from portal.workflow.table import By


class Clock(Base):
    """One term that somebody has; a clock that is started again is a new row.

    `code` names it in the workflow, `term` the row of terms it was counted by; `side` whom it binds. `due_on` is the
    last day. It runs while neither `paused_on` nor `ended_on` is set. `reminded` is the least number of working days
    before the end at which its reminder has been sent.
    """

    __tablename__ = "clocks"
    __table_args__ = (Index(None, "case_id", "id"), Index(None, "ended_on", "side", "due_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    code: Mapped[str]
    term: Mapped[str]
    side: Mapped[str]
    started_on: Mapped[date]
    due_on: Mapped[date]
    paused_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    reminded: Mapped[int | None]

    @property
    def runs(self) -> bool:
        """Whether it is neither over nor paused."""
        return self.ended_on is None and self.paused_on is None

    @property
    def is_ours(self) -> bool:
        """Whether it binds the company."""
        return self.side == By.staff

    @property
    def days_left(self) -> int:
        """Calendar days until the last day: 0 on the day itself, less once it is over."""
        return (self.due_on - clock.today()).days
