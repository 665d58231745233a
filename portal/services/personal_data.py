"""A person's own data: a copy to take along, and a request to be deleted (152-ФЗ, ст. 14, 21)."""

from __future__ import annotations

import json
import tempfile
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import inspect, select

from portal import moves
from portal.extensions import db
from portal.models import Appeal, AppealTopic, Case, Consent, Document, Meter, OutageSubscription, Reading, SignIn
from portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from portal.database import Base
    from portal.models import Subscriber

DELETION_TOPIC = "Удаление учётной записи"
# Secrets are nobody's to read, and the rest is only how we keep house.
NEVER = {
    "password_hash",
    "login_key",
    "form_token",
    "token_hash",
    "text_hash",
    "key",
    "version",
    "stands_on",
    "subscriber_id",
    "serial_key",
    "feed",
}
IN_MEMORY = 1024 * 1024


def export(subscriber: Subscriber) -> IO[bytes]:
    """Pack everything kept about a subscriber: `data.json` and the files, by case. Gives an open file at its start."""
    packed: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    cases = db.session.scalars(select(Case).where(Case.subscriber_id == subscriber.id).order_by(Case.id)).all()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("data.json", json.dumps(_everything(subscriber, cases), ensure_ascii=False, indent=2))
        for case in cases:
            for document in case.documents:
                _pack(archive, case, document)
        for document in _general(subscriber):
            _pack(archive, None, document)
    packed.seek(0)
    return packed


def ask_deletion(subscriber: Subscriber, reason: str | None, token: str) -> Case:
    """File the request as an appeal: it gets a number, a term and an answer like any other.

    Raises:
        Refusal: the topic was removed from the directory.

    """
    topic = db.session.scalar(select(AppealTopic).where(AppealTopic.name == DELETION_TOPIC))
    if topic is None:
        raise Refusal("Запрос сейчас не принимается. Подайте его в «Едином окне».")
    text = reason or "Прошу удалить мою учётную запись и персональные данные, которые можно не хранить."
    return moves.file(subscriber, token, lambda: Appeal(topic_id=topic.id, topic=topic.name, text=text))


def _everything(subscriber: Subscriber, cases: Any) -> dict[str, Any]:  # noqa: ANN401
    kept = (Consent, SignIn, OutageSubscription)
    mine = {model: select(model).where(model.subscriber_id == subscriber.id) for model in kept}
    return {
        "profile": _row(subscriber) | {"address_line": subscriber.postal_address},
        "consents": [_row(row) for row in db.session.scalars(mine[Consent])],
        "meters": [
            _row(meter) | {"readings": [_row(row) for row in db.session.scalars(_readings(meter))]}
            for meter in db.session.scalars(select(Meter).where(Meter.subscriber_id == subscriber.id))
        ],
        "sign_ins": [_row(row) for row in db.session.scalars(mine[SignIn])],
        "outage_subscriptions": [
            _row(row) | {"address": str(row)} for row in db.session.scalars(mine[OutageSubscription])
        ],
        "documents": [_row(document) | {"file": _name(None, document)} for document in _general(subscriber)],
        "cases": [
            _row(case)
            | {
                "history": [_row(entry) for entry in case.entries],
                "documents": [_row(document) | {"file": _name(case, document)} for document in case.documents],
            }
            for case in cases
        ],
    }


def _readings(meter: Meter) -> Select[Reading]:
    return select(Reading).where(Reading.meter_id == meter.id).order_by(Reading.taken_on, Reading.id)


def _general(subscriber: Subscriber) -> Sequence[Document]:
    """List the documents that belong to no case."""
    return db.session.scalars(
        select(Document).where(Document.subscriber_id == subscriber.id).order_by(Document.id)
    ).all()


def _row(row: Base) -> dict[str, Any]:
    columns = [column.key for column in inspect(type(row)).column_attrs if column.key not in NEVER]
    return {name: _plain(getattr(row, name)) for name in columns}


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _name(case: Case | None, document: Document) -> str:
    return f"files/{case.number if case else 'general'}/{document.id} {document.name}"


def _pack(archive: zipfile.ZipFile, case: Case | None, document: Document) -> None:
    with archive.open(_name(case, document), "w") as target:
        for piece in current_app.extensions["storage"].open(document.key):
            target.write(piece)
