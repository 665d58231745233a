"""Files: those on their way into a case, and those that are in it for good."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forms.files import KINDS
from portal import clock
from portal.database import Base

if TYPE_CHECKING:
    from portal.models.cases import Case  # noqa: TC004 - named in a relationship
    from portal.models.people import Subscriber  # noqa: TC004

ARCHIVE = KINDS["zip"].media_type
PREVIEWABLE = {kind.media_type for kind in KINDS.values() if kind.previewable}


class StoredFile:
    """Where the bytes lie and what they are. `key` is ours; `name` is what the person called it; `size` in bytes."""

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    size: Mapped[int]
    media_type: Mapped[str]
    sha256: Mapped[str]

    def bytes_of(self) -> dict[str, Any]:
        """Give what another row needs to name the same bytes."""
        return {name: getattr(self, name) for name in ("key", "name", "size", "media_type", "sha256")}

    @property
    def previewable(self) -> bool:
        """Whether a browser can show it in the page."""
        return self.media_type in PREVIEWABLE

    @property
    def is_picture(self) -> bool:
        """Whether a page shows it as a picture."""
        return self.previewable and self.media_type.startswith("image/")

    @property
    def is_archive(self) -> bool:
        """Whether what is in it can be listed."""
        return self.media_type == ARCHIVE


class Upload(StoredFile, Base):
    """A file kept while its form is being filled in: it survives every validation error.

    `token` names the page, `slot` the field; what is never sent is swept after a day.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "token", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str]
    slot: Mapped[str]
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscribers.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class Document(StoredFile, Base):
    """A file of a case, from the applicant or from the company, or a general one of a subscriber. It never changes.

    `kind` is the code of the paper that it is (forms/papers.py), None for any other; `replaces_id` names the version
    before it.
    """

    __tablename__ = "documents"
    __table_args__ = (CheckConstraint("(case_id IS NULL) <> (subscriber_id IS NULL)", name="one_owner"),)

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

    case: Mapped[Case | None] = relationship("Case", viewonly=True)
    general_of: Mapped[Subscriber | None] = relationship("Subscriber", viewonly=True)

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
