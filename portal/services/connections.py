"""Applications for connection (figs 12-13.3, 16): filing one, reading one's own, filing again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import delete, select

from forms.choices import ConsentKind
from portal import moves, storage
from portal.extensions import db
from portal.models import (
    Activity,
    Case,
    Connection,
    Consent,
    ConsentText,
    Draft,
    LoadKind,
    Street,
    Supplier,
    Upload,
    VoltageClass,
)
from portal.refusals import FieldRefusal, NotYours
from portal.transactions import transaction

if TYPE_CHECKING:
    from flask_sqlalchemy.pagination import Pagination

    from forms.answers import ConnectionAnswers
    from portal.models import Listed, Staff, Subscriber
    from portal.origin import Origin

Line = TypeVar("Line", VoltageClass, Supplier)
FORM = "connection"
PER_PAGE = 20


def submit(subscriber: Subscriber, answers: ConnectionAnswers, origin: Origin, clerk: Staff | None = None) -> Case:
    """Register an application with the files kept under its token; sent twice, it is one application.

    What the profile lacked is saved to it, the draft is gone, the consent to hand data over is kept: all in the
    transaction that gives the number.

    Raises:
        FieldRefusal: the street or another line is no longer offered, a demanded document is not there.

    """

    def build() -> Connection:
        voltage = _line(VoltageClass, answers.voltage_id, "voltage_id")
        supplier = _line(Supplier, answers.supplier_id, "supplier_id")
        if db.session.get(Street, answers.street_id) is None:
            raise FieldRefusal("street_id", "Выберите улицу из списка")
        _save_profile(subscriber, answers)
        if answers.handover:
            text = ConsentText.latest(db.session())[ConsentKind.handover.code]
            db.session.add(Consent.to(text, subscriber.id, origin.ip_address))
        db.session.execute(delete(Draft).where(Draft.token == answers.token, Draft.subscriber_id == subscriber.id))
        return Connection(
            service=answers.service.code,
            applicant_kind=subscriber.kind,
            circumstances=list(answers.circumstances),
            street_id=answers.street_id,
            house=answers.house,
            office=answers.office,
            flat=answers.flat,
            power_requested=answers.power_requested,
            power_previous=answers.power_previous,
            voltage_kv=voltage and voltage.kilovolts,
            supplier=supplier and supplier.name,
            sheet=list(answers.sheet),
            typed=answers.typed,
        )

    return moves.file(subscriber, answers.token, build, clerk)


def filed(subscriber: Subscriber, token: str) -> Connection | None:
    """Find what the subscriber has sent from the form with this token."""
    mine = select(Connection).where(Connection.form_token == token, Connection.subscriber_id == subscriber.id)
    return db.session.scalar(mine)


def lines(table: type[Listed]) -> list[tuple[int, str]]:
    """List the lines of a directory that may be chosen, as (id, name)."""
    return [(line.id, line.name) for line in table.offered(db.session())]


def household_load() -> int | None:
    """Give the kind of load that people without a firm choose."""
    return next((line.id for line in LoadKind.offered(db.session()) if line.households), None)


def activities() -> dict[str, str]:
    """Give the codes of ОКВЭД that the directory has, with their titles; letters are names of its parts."""
    rows = db.session.execute(select(Activity.code, Activity.title).order_by(Activity.code))
    return {row.code: row.title for row in rows if row.code[:1].isdigit()}


def journal_of(subscriber: Subscriber, number: int | None = None, page: int = 1) -> Pagination:
    """List the subscriber's applications, newest first (fig. 13.1)."""
    mine = select(Connection).where(Connection.subscriber_id == subscriber.id)
    if number is not None:
        mine = mine.where(Connection.number == number)
    return db.paginate(mine.order_by(Connection.id.desc()), page=page, per_page=PER_PAGE, max_per_page=PER_PAGE)


def owned(subscriber: Subscriber, year: int, number: int) -> Connection:
    """Open one of the subscriber's own.

    Raises:
        NotYours: there is no such number among them.

    """
    mine = select(Connection).where(
        Connection.subscriber_id == subscriber.id, Connection.year == year, Connection.number == number
    )
    found = db.session.scalar(mine)
    if found is None:
        raise NotYours
    return found


def copy(connection: Connection, token: str) -> Draft:
    """Begin a draft on the base of an application that is closed, files included; with the same token it is one draft.

    Raises:
        StorageError: a file could not be copied; nothing was begun.

    """
    begun = db.session.scalar(select(Draft).where(Draft.token == token))
    if begun is not None:
        return begun
    newest = {one.kind: one for one in connection.documents if one.kind and not one.from_company}
    keys: dict[str, str] = {}
    try:
        for kind, document in newest.items():
            keys[kind] = storage.current().copy(document.key)
        with transaction() as session:
            for kind, document in newest.items():
                file = document.bytes_of() | {"key": keys[kind]}
                session.add(Upload(**file, token=token, slot=kind, subscriber_id=connection.subscriber_id))
            # A consent is given anew each time, never copied.
            typed = {name: said for name, said in connection.typed.items() if name != ConsentKind.handover.code}
            draft = Draft(subscriber_id=connection.subscriber_id, form=FORM, token=token, typed=typed)
            session.add(draft)
    except BaseException:
        for key in keys.values():
            storage.current().delete(key)
        raise
    return draft


def _save_profile(subscriber: Subscriber, answers: ConnectionAnswers) -> None:
    for name, value in answers.profile.items():
        if value and not getattr(subscriber, name):
            setattr(subscriber, name, value)


def _line(table: type[Line], line_id: int | None, field: str) -> Line | None:
    """Find a line of a directory that was chosen. Raises FieldRefusal where it is not offered any more."""
    if line_id is None:
        return None
    found = db.session.get(table, line_id)
    if found is None or not found.is_active:
        raise FieldRefusal(field, "Выберите строку из списка")
    return found
