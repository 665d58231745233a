"""What can be searched: to add a table is to add a `Kind` here, and where its card is in `admin/search.py`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal import clock, formats
from portal.models import (
    Appeal,
    Case,
    Connection,
    Document,
    ExtraService,
    Letter,
    Meter,
    Staff,
    Street,
    Subscriber,
    SupplyPoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from portal.database import Base


def _listed(*values: object) -> str:
    return ", ".join(str(value) for value in values if value)


def _place(street: str | None, house: str | None, flat: str | None, other: str | None = None) -> str:
    return _listed(street, house and f"д. {house}", flat and f"кв. {flat}", other)


def _phone(value: str | None) -> str:
    return formats.phone(value) if value else ""


def _number(number: int, registered_at: datetime) -> str:
    return f"№ {number}/{clock.local(registered_at).year}"


def _paper(title: str, number: str | None, dated: date) -> str:
    return f"{title}{f' № {number}' if number else ''} от {formats.date(dated)}"


@dataclass(frozen=True)
class Fact:
    """What a row is found by and told by: a name of `forms.labels`, its columns, and how their values are written."""

    label: str
    columns: tuple[Any, ...]
    write: Callable[..., str] = _listed


@dataclass(frozen=True)
class Row:
    """A row as it was read: `key` is what its card is addressed by, `facts` are (label, words), the title first."""

    id: int
    key: int
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Kind:
    """A table that is searched; the first fact is the title. `key` is the column of its card's address.

    What is not `kept` in the index is found by whole numbers only (see `WHOLE`).
    """

    code: str
    model: type[Base]
    key: Any
    facts: tuple[Fact, ...]
    kept: bool = True

    @property
    def id(self) -> Any:  # noqa: ANN401 - a column
        """The column of the primary key."""
        return self.model.id  # type: ignore[attr-defined]

    @property
    def has_streets(self) -> bool:
        """Whether a street of the directory is among the columns."""
        return any(column is Street.display for fact in self.facts for column in fact.columns)

    def read(self, session: Session, *which: ColumnElement[bool], lock: bool = False) -> list[Row]:
        """Read rows; `lock` them where what is read is about to be written elsewhere."""
        columns = [column for fact in self.facts for column in fact.columns]
        query = select(self.id, self.key, *columns).select_from(self.model).where(*which).order_by(self.id)
        if self.has_streets:
            query = query.outerjoin(Street, self.model.street_id == Street.id)  # type: ignore[attr-defined]
        if lock:
            query = query.with_for_update(key_share=True, of=self.model)
        return [Row(row[0], row[1], tuple(self._written(iter(row[2:])))) for row in session.execute(query)]

    def _written(self, values: Iterator[Any]) -> Iterator[tuple[str, str]]:
        for fact in self.facts:
            yield fact.label, fact.write(*islice(values, len(fact.columns)))


_CASE = Fact("number", (Case.number, Case.registered_at), _number)
_OBJECT = "address_of_object"


def _said(name: str, write: Callable[..., str] = _listed, label: str = "") -> Fact:
    """Make the fact of what a filed paper says of its author."""
    return Fact(label or name, (Case.applicant[name].as_string(),), write)


_AUTHOR = (_said("name", label="applicant"), _said("phone", _phone), _said("email"))

# In the order in which what was found is shown.
KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "subscriber", Subscriber, Subscriber.id,
            (
                Fact("name", (Subscriber.full_name, Subscriber.organisation_short, Subscriber.organisation_full)),
                Fact(
                    "postal_address", (Street.display, Subscriber.house, Subscriber.flat, Subscriber.address), _place
                ),
                Fact("phone", (Subscriber.phone,), _phone),
                Fact("email", (Subscriber.email,)),
                Fact("login", (Subscriber.login,)),
                Fact("head_name", (Subscriber.head_name,)),
            ),
        ),
        Kind("appeal", Appeal, Appeal.number, (_CASE, *_AUTHOR, _said("address", label="postal_address"))),
        Kind(
            "service", ExtraService, ExtraService.number,
            (_CASE, *_AUTHOR, Fact(_OBJECT, (Street.display, ExtraService.house, ExtraService.flat), _place)),
        ),
        Kind(
            "connection", Connection, Connection.id,
            (
                _CASE, *_AUTHOR,
                Fact(_OBJECT, (Street.display, Connection.house, Connection.flat), _place),
                Fact("terms_number", (Connection.terms_number,)),
                Fact("account_number", (Connection.account_number,)),
            ),
        ),
        Kind(
            "meter", Meter, Meter.id,
            (
                Fact("serial", (Meter.serial,)),
                Fact("account_number", (Meter.account_number,)),
                Fact(_OBJECT, (Meter.object_address,)),
            ),
        ),
        Kind(
            "point", SupplyPoint, SupplyPoint.subscriber_id,
            (Fact("account_number", (SupplyPoint.account_number,)), Fact(_OBJECT, (SupplyPoint.address,))),
        ),
        Kind(
            "document", Document, Document.id,
            (Fact("document", (Document.title, Document.number, Document.dated), _paper),),
        ),
        Kind(
            "letter", Letter, Letter.id,
            (Fact("subject", (Letter.subject,)), Fact("recipient", (Letter.recipient,))), kept=False,
        ),
        Kind(
            "staff", Staff, Staff.id,
            (Fact("full_name", (Staff.full_name,)), Fact("email", (Staff.email,)), Fact("login", (Staff.login,))),
        ),
    )
}  # fmt: skip
BY_MODEL = {kind.model: kind for kind in KINDS.values() if kind.kept}
# (kind, column): numbers that are found whole or not at all, by the column itself; no copy of them stands in the index.
WHOLE = (
    *(("subscriber", column) for column in (Subscriber.inn, Subscriber.ogrn, Subscriber.registry_number)),
    *(("subscriber", column) for column in (Subscriber.snils, Subscriber.passport)),
    ("letter", Letter.id),
)
