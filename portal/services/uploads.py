"""Files: kept while a form is filled in, opened afterwards, swept when nobody sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import func, select

from portal import clock
from portal.extensions import db
from portal.models import Case, Document, Staff, Upload
from portal.refusals import NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from sqlalchemy import ColumnElement

    from portal.models import Subscriber
    from portal.storage import Storage

KEEP = timedelta(days=1)
MOST_KEPT = 50


def storage() -> Storage:
    """Give the application's store."""
    store: Storage = current_app.extensions["storage"]
    return store


def keep(account: Subscriber | Staff, token: str, slot: str, stream: IO[bytes], name: str, media_type: str) -> Upload:
    """Keep a file for a form that is still being filled in. It replaces the one kept in the same slot before.

    Raises:
        StorageError: no room, or the store does not answer; nothing was kept.
        Refusal: the account has too many files under way.

    """
    if db.session.scalar(select(func.count()).select_from(Upload).where(_mine(account))) >= MOST_KEPT:  # type: ignore[operator]
        raise Refusal("Слишком много файлов ждут отправки. Отправьте начатые формы или подождите день.")
    blob = storage().save(stream)
    before = [upload.key for upload in kept(account, token) if upload.slot == slot]
    try:
        with transaction() as session:
            for upload in kept(account, token):
                if upload.slot == slot:
                    session.delete(upload)
            fresh = Upload(
                token=token, slot=slot, name=name, media_type=media_type, key=blob.key, size=blob.size,
                sha256=blob.sha256, **_owner(account),
            )  # fmt: skip
            session.add(fresh)
    except BaseException:
        storage().delete(blob.key)
        raise
    for key in before:
        storage().delete(key)
    return fresh


def kept(account: Subscriber | Staff, token: str) -> Sequence[Upload]:
    """List the files kept for one page of one person."""
    return db.session.scalars(select(Upload).where(Upload.token == token, _mine(account)).order_by(Upload.id)).all()


def remove(account: Subscriber | Staff, upload_id: int) -> None:
    """Drop a kept file.

    Raises:
        NotYours: it is not there, or somebody else's.

    """
    with transaction() as session:
        found = session.scalar(select(Upload).where(Upload.id == upload_id, _mine(account)))
        if found is None:
            raise NotYours
        session.delete(found)
    storage().delete(found.key)


def document(account: Subscriber | Staff, document_id: int) -> Document:
    """Find a document: a subscriber's own, or any for staff.

    Raises:
        NotYours: it is not there, or somebody else's.

    """
    wanted = select(Document).where(Document.id == document_id)
    if not isinstance(account, Staff):
        wanted = wanted.join(Case, Case.id == Document.case_id).where(Case.subscriber_id == account.id)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotYours
    return found


def sweep() -> int:
    """Drop what was kept over a day and never sent; gives the count."""
    with transaction() as session:
        old = session.scalars(select(Upload).where(Upload.created_at < clock.now() - KEEP)).all()
        for upload in old:
            session.delete(upload)
    for upload in old:
        storage().delete(upload.key)
    return len(old)


def _owner(account: Subscriber | Staff) -> dict[str, int]:
    return {"staff_id": account.id} if isinstance(account, Staff) else {"subscriber_id": account.id}


def _mine(account: Subscriber | Staff) -> ColumnElement[bool]:
    return Upload.staff_id == account.id if isinstance(account, Staff) else Upload.subscriber_id == account.id
