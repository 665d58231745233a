"""Files: how the store's bytes are named, and those on their way into a form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from forms.files import KINDS
from portal import clock
from portal.database import Base

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
