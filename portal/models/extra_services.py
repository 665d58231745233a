"""Applications for extra services (fig. 14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import formats
from portal.models.cases import Case
from portal.models.reference import ServiceTopic, Street


class ExtraService(Case):
    """An application for an extra service. `topic` is the wording as it was when filed; `cost` in roubles.

    `visit_reminded_on` is the day of the visit of which a reminder was sent.
    """

    __tablename__ = "extra_services"
    __mapper_args__ = {"polymorphic_identity": "service", "polymorphic_load": "inline"}  # noqa: RUF012
    facts: ClassVar[tuple[str, ...]] = ("visit_on", "visit_window", "crew_phone", "cost")

    id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("service_topics.id"))
    topic: Mapped[str]
    text: Mapped[str] = mapped_column(String(1000))
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id"))
    house: Mapped[str]
    flat: Mapped[str | None]
    visit_on: Mapped[date | None] = mapped_column(index=True)
    visit_window: Mapped[str | None]
    crew_phone: Mapped[str | None]
    cost: Mapped[Decimal | None]
    visit_reminded_on: Mapped[date | None]

    street: Mapped[Street] = relationship(lazy="joined")
    topic_row: Mapped[ServiceTopic] = relationship()

    @property
    def title(self) -> str:
        """How pages and letters name it."""
        return f"Заявка на услугу № {self.number}"

    @property
    def address(self) -> str:
        """«Звездная ул., д. 1, кв. 2»."""
        flat = f", кв. {self.flat}" if self.flat else ""
        return f"{self.street.display}, д. {self.house}{flat}"

    @property
    def headline(self) -> tuple[tuple[str, str], ...]:
        """What lists and letters say of it in a few words."""
        return (("Услуга", self.topic), ("Адрес объекта", self.address), *self.visit)

    @property
    def letter_facts(self) -> tuple[tuple[str, str], ...]:
        """The address stays out of letters."""
        return (("Услуга", self.topic), *self.visit, *self.work)

    @property
    def visit(self) -> tuple[tuple[str, str], ...]:
        """When the crew comes and what it costs, as far as that is known."""
        said = (
            ("Выезд", self.visit_on and f"{formats.date(self.visit_on)}, {self.visit_window}"),
            ("Телефон бригады", self.crew_phone and formats.phone(self.crew_phone)),
            ("Стоимость", self.cost and formats.money(self.cost)),
        )
        return tuple((label, value) for label, value in said if value)

    @property
    def work(self) -> tuple[tuple[str, str], ...]:
        """What the crew did, as far as it is done."""
        done = next((entry.data for entry in reversed(self.entries) if entry.event == "do"), {})
        act, reading = done.get("act_number"), done.get("meter_reading")
        said = (
            ("Акт", act and f"№ {act} от {formats.date(date.fromisoformat(done['act_date']))}"),
            ("Показания счётчика", reading and f"{reading} кВт·ч"),
        )
        return tuple((label, value) for label, value in said if value)

    @property
    def is_free(self) -> bool:
        """Whether nothing is to be paid."""
        return not self.cost

    @property
    def costs(self) -> bool:
        """Whether it costs something."""
        return bool(self.cost)
