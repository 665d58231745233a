"""Cases: whatever gets a number in a journal and goes through a workflow; and their documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal import clock
from portal.database import Base
from portal.models.clocks import Clock
from portal.models.documents import StoredFile
from portal.models.journal import JournalEntry
from portal.models.people import Staff, Subscriber
from portal.models.reference import AppealTopic
from portal.workflow import WORKFLOWS, By, Tone

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

# What has no term stands after everything that has one, and what is finished after everything that is not.
NEVER: Final = date(9999, 12, 30)
FINISHED: Final = date(9999, 12, 31)


class Document(StoredFile, Base):
    """A file of a case, from the applicant or from the company, or a general one of a subscriber. It never changes.

    `kind` is the code of the paper that it is (forms/papers.py), None for any other; `replaces_id` names the version
    before it.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("(case_id IS NULL) <> (subscriber_id IS NULL)", name="one_owner"),
        Index(None, "from_company", "id"),
        Index(None, "title", "id"),
        Index(None, "dated", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), unique=True)
    from_company: Mapped[bool]
    kind: Mapped[str | None]
    title: Mapped[str]
    number: Mapped[str | None]
    dated: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    case: Mapped[Case | None] = relationship(viewonly=True)
    general_of: Mapped[Subscriber | None] = relationship(viewonly=True)

    @property
    def owner(self) -> Subscriber:
        """Whose it is."""
        found = self.case.subscriber if self.case else self.general_of
        if found is None:  # held by the check constraint
            raise LookupError("a document of nobody")
        return found

    @property
    def full_title(self) -> str:
        """«Акт № 5 от 24.11.2026»: how pages and letters name it."""
        number = f" № {self.number}" if self.number else ""
        return f"{self.title}{number} от {self.dated:%d.%m.%Y}"


class Case(Base):
    """What an appeal, an extra service and an application for connection have in common.

    `number` counts within (`journal`, `year`); `year` is 0 in a journal that counts on for ever. `applicant` is
    what the filed paper said of its author, and does not change with the profile. `form_token` names the page it
    was sent from, so that a form sent twice makes one case. `due_on` is the nearest day by which whoever's turn it is
    has to do something; `stands_on` is its place in queues, so that an index gives their order and what is not
    finished stands together; `facts` names the columns that moves fill in.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("journal", "year", "number"),
        Index(None, "subscriber_id", "id"),
        Index(None, "kind", "stands_on", "id"),
        Index("ix_cases_kind_id", "kind", "id"),
        Index("ix_cases_queue", "kind", "status", "stands_on", "id"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012
    facts: ClassVar[tuple[str, ...]] = ()

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    journal: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"))
    registered_at: Mapped[datetime] = mapped_column(default=clock.now)
    status: Mapped[str]
    due_on: Mapped[date | None]
    stands_on: Mapped[date] = mapped_column(default=NEVER, server_default=FINISHED.isoformat())
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    applicant: Mapped[dict[str, Any]]
    form_token: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)

    subscriber: Mapped[Subscriber] = relationship()
    responsible: Mapped[Staff | None] = relationship()
    entries: Mapped[list[JournalEntry]] = relationship(order_by=JournalEntry.id)
    documents: Mapped[list[Document]] = relationship(order_by=Document.id)
    clocks: Mapped[list[Clock]] = relationship(order_by=Clock.id)

    @property
    def title(self) -> str:
        """«Обращение № 7874»: how pages and letters name it."""
        raise NotImplementedError

    @property
    def headline(self) -> tuple[tuple[str, str], ...]:
        """What lists say of it in a few words, as (label, value)."""
        raise NotImplementedError

    @property
    def letter_facts(self) -> tuple[tuple[str, str], ...]:
        """What letters say of it: nothing that tells where somebody lives."""
        return self.headline

    @property
    def card_key(self) -> int:
        """What staff's card of it is addressed by; a number that begins anew each year tells no two apart."""
        return self.id if self.year else self.number

    @property
    def page_key(self) -> dict[str, int]:
        """What the address of its page is made of; the year where its journal begins anew each year."""
        return {"number": self.number} | ({"year": self.year} if self.year else {})

    @validates("status", "due_on")
    def _stand(self, name: str, value: Any) -> Any:  # noqa: ANN401
        status, due_on = (value, self.due_on) if name == "status" else (self.status, value)
        is_open = status is None or WORKFLOWS[self.kind].is_open(status)
        self.stands_on = (due_on or NEVER) if is_open else FINISHED
        return value

    @property
    def due_side(self) -> By:
        """Whom `due_on` binds."""
        sides = [one.side for one in self.clocks if one.runs and one.due_on == self.due_on]
        is_yours = WORKFLOWS[self.kind].status(self.status).tone is Tone.yours
        return By(sides[0]) if sides else By.applicant if is_yours else By.staff

    def term(self, clock_code: str) -> str:
        """Give the term by which a clock of this very case runs."""
        return clock_code

    def check_papers(self, slots: Collection[str]) -> None:
        """Hold the filing to the documents it must bring. Raises FieldRefusal for the first that is not there."""

    def arrive(self, session: Session, entry: JournalEntry) -> None:
        """Do what follows from a move that was just made."""


class Appeal(Case):
    """An appeal (fig. 10). `topic` is the wording as it was when filed."""

    __tablename__ = "appeals"
    __mapper_args__ = {"polymorphic_identity": "appeal", "polymorphic_load": "inline"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("appeal_topics.id"), index=True)
    topic: Mapped[str]
    text: Mapped[str] = mapped_column(String(1000))

    topic_row: Mapped[AppealTopic] = relationship()

    @property
    def title(self) -> str:
        """How pages and letters name it."""
        return f"Обращение № {self.number}"

    @property
    def headline(self) -> tuple[tuple[str, str], ...]:
        """What lists and letters say of it in a few words."""
        return (("Тема", self.topic),)
