"""What becomes of documents: read, signed or refused by their owner, accepted or declined by the company."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.database import Base
from portal.models.cases import Document
from portal.models.people import Staff

# The text of consent_texts by which a simple electronic signature holds (63-ФЗ, ст. 9).
AGREEMENT: Final = "signing"


class Receipt(Base):
    """The proof that a document was delivered: its owner opened it for the first time, when and from where."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    ip_address: Mapped[str]


class SignatureRequest(Base):
    """The company asks for a signature; `until` is the last day, None where there is none."""

    __tablename__ = "signature_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    until: Mapped[date | None]

    staff: Mapped[Staff] = relationship()


class Decision(Base):
    """The last word about a document: signed or refused by its owner, accepted or declined by the company.

    `way` says how it was signed: "code" by a one-time code, "file" by a signature made elsewhere, which nobody here
    checks. `sha256` is the file that was signed, `consent_id` the agreement in force. `sheet_id` is the signing sheet,
    `signature_id` the attached signature.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "state", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    state: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str | None]
    way: Mapped[str | None]
    sha256: Mapped[str | None]
    ip_address: Mapped[str]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consents.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))

    sheet: Mapped[Document | None] = relationship(foreign_keys=[sheet_id])
    signature: Mapped[Document | None] = relationship(foreign_keys=[signature_id])


class SigningCode(Base):
    """A one-time code that signs one document, kept as a digest only.

    It is made when its letter leaves, and runs from then; `sha256` binds it to the file. Asked for anew, the one
    before is void.
    """

    __tablename__ = "signing_codes"
    __table_args__ = (Index(None, "document_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)
    sha256: Mapped[str]
    digest: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
