"""Applications for connection (figs 12-16): the paper, verdicts on documents, drafts, and what comes of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forms.choices import ConnectionService
from forms.papers import PAPERS, missing
from portal import clock
from portal.database import Base
from portal.models.cases import Case
from portal.models.reference import Street
from portal.refusals import FieldRefusal

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from portal.models.journal import JournalEntry

LOW_VOLTAGE_KV = Decimal("0.4")


class Connection(Case):
    """An application for technological connection.

    `sheet` is what the figure said, in words, as it was filed: sections of {"title", "facts": [[label, value]]}.
    `typed` are the form's raw fields, for a copy. Columns hold what lists and rules need. Power in kW, voltage in kV.
    """

    __tablename__ = "connections"
    __mapper_args__ = {"polymorphic_identity": "connection", "polymorphic_load": "inline"}  # noqa: RUF012
    facts: ClassVar[tuple[str, ...]] = ("terms_number", "terms_date", "account_number", "public_buyer")

    id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    service: Mapped[str]
    applicant_kind: Mapped[str]
    circumstances: Mapped[list[str]] = mapped_column(JSON)
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"), index=True)
    house: Mapped[str]
    office: Mapped[str | None]
    flat: Mapped[str | None]
    power_requested: Mapped[Decimal]
    power_previous: Mapped[Decimal]
    voltage_kv: Mapped[Decimal | None]
    supplier: Mapped[str | None]
    sheet: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    typed: Mapped[dict[str, Any]]
    terms_number: Mapped[str | None]
    terms_date: Mapped[date | None]
    account_number: Mapped[str | None] = mapped_column(unique=True)
    public_buyer: Mapped[bool] = mapped_column(default=False)

    street: Mapped[Street] = relationship(lazy="joined")

    @property
    def title(self) -> str:
        """How pages and letters name it."""
        return f"Заявка № {self.number}"

    @property
    def power(self) -> Decimal:
        """Power in all, kW."""
        return self.power_requested + self.power_previous

    @property
    def address(self) -> str:
        """«Звездная ул., д. 1, оф. 3, кв. 2»."""
        parts = [self.street.display, f"д. {self.house}"]
        parts += [f"оф. {self.office}"] if self.office else []
        return ", ".join(parts + ([f"кв. {self.flat}"] if self.flat else []))

    @property
    def headline(self) -> tuple[tuple[str, str], ...]:
        """What a list or a letter says of it in a few words."""
        return (("Адрес объекта", self.address), ("Мощность, кВт", f"{self.power.normalize():f}".replace(".", ",")))

    @property
    def letter_facts(self) -> tuple[tuple[str, str], ...]:
        """The address stays out of letters."""
        return self.headline[1:]

    @property
    def is_low_voltage(self) -> bool:
        """Up to 0,4 kV the company may connect without waiting for the applicant's report."""
        return self.voltage_kv is not None and self.voltage_kv <= LOW_VOLTAGE_KV

    @property
    def has_sent_documents(self) -> bool:
        """Whether something came since the documents were asked for."""
        events = [entry.event for entry in self.entries if entry.to_status or entry.event == "add_documents"]
        return bool(events) and events[-1] == "add_documents"

    def term(self, clock_code: str) -> str:
        """Give the term by which a clock of this very application runs."""
        if clock_code == "works" and self.service == ConnectionService.temporary.code:
            return "works_temporary"
        return "pay_public" if clock_code == "pay" and self.public_buyer else clock_code

    def check_papers(self, slots: Collection[str]) -> None:
        """Hold the filing to the papers it must bring. Raises FieldRefusal for the first that is not there."""
        for paper in missing(self.service, self.applicant_kind, self.circumstances, slots):
            raise FieldRefusal(paper.code, paper.please)

    def arrive(self, session: Session, entry: JournalEntry) -> None:
        """At the end of the way the object becomes known to meters and outages."""
        if entry.to_status == "done" and self.account_number:
            session.add(
                SupplyPoint(
                    account_number=self.account_number, subscriber_id=self.subscriber_id, case_id=self.id,
                    street_id=self.street_id, house=self.house, flat=self.flat, address=self.address,
                )
            )  # fmt: skip


class Verdict(Base):
    """What staff found about the documents of one kind: accepted, or returned with a remark.

    The latest one of a kind holds. `document_id` is the newest document of the kind at that moment, None where none
    had come; `entry_id` the journal entry of the move that brought it.
    """

    __tablename__ = "verdicts"
    __table_args__ = (Index(None, "case_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    kind: Mapped[str]
    accepted: Mapped[bool]
    remark: Mapped[str | None]

    @property
    def label(self) -> str:
        """What the document is called."""
        return PAPERS[self.kind].label


class Draft(Base):
    """A form being filled in: everything as typed, taken up again on any device. Seen by its owner only; no number.

    `token` is the form's: the files kept under it belong to the draft.
    """

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "subscriber_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"))
    form: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    typed: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class SupplyPoint(Base):
    """An object that is connected: known by its account number («Лицевой счёт») to meters and outages."""

    __tablename__ = "supply_points"
    __table_args__ = (Index(None, "street_id", "house"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_number: Mapped[str] = mapped_column(unique=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscribers.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"))
    house: Mapped[str]
    flat: Mapped[str | None]
    address: Mapped[str]
