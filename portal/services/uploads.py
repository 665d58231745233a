"""Files: kept while a form is filled in, opened afterwards, swept when nobody sends them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, select

from forms.files import megabytes, size_of
from forms.inputs import MANY
from portal import clock, dossier, settings, storage
from portal.extensions import db
from portal.models import Document, Draft, ReadingFile, ReadingPhoto, Staff, Upload
from portal.refusals import NotYours, Refusal
from portal.storage import StorageError
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import IO

    from sqlalchemy import ColumnElement, Select

    from portal.models import Subscriber

KEEP = timedelta(days=1)
# After an older copy of the database is brought back, bytes of later days have no row: there is a month to mend that.
KEEP_UNNAMED = timedelta(days=30)
MOST_KEPT = 150  # ten drafts with every document that there is
# Whose rows name bytes of the store.
Holder = type[Upload | Document | ReadingFile | ReadingPhoto]
HOLDERS: tuple[Holder, ...] = (Upload, Document, ReadingFile, ReadingPhoto)


def keep(account: Subscriber | Staff, token: str, slot: str, stream: IO[bytes], name: str, media_type: str) -> Upload:
    """Keep a file for a form that is still being filled in.

    It replaces the one kept in the same slot before, but in the slots where files lie side by side.

    Raises:
        StorageError: no room, or the store does not answer; nothing was kept.
        Refusal: the account has too many files under way, or those of this form weigh too much together.

    """
    if db.session.scalar(select(func.count()).select_from(Upload).where(_mine(account))) >= MOST_KEPT:  # type: ignore[operator]
        raise Refusal("Слишком много файлов ждут отправки. Отправьте начатые формы или подождите день.")
    _refuse_heavy(account, token, slot, size_of(stream))
    blob = storage.current().save(stream)
    found = {(upload.slot, upload.name, upload.sha256): upload for upload in kept(account, token)}
    twin = found.get((slot, name, blob.sha256))
    if twin is not None:  # a double click: the first copy of the form may be filing it this very moment
        storage.current().delete(blob.key)
        return twin
    same_slot = (Upload.token == token, Upload.slot == slot, _mine(account))
    try:
        with transaction() as session:
            # Only what this transaction itself took out may lose its bytes: another may have just filed them.
            replaced = delete(Upload).where(*same_slot, Upload.slot.not_in(MANY)).returning(Upload.key)
            before = session.scalars(replaced).all()
            fresh = Upload(
                token=token, slot=slot, name=name, media_type=media_type, key=blob.key, size=blob.size,
                sha256=blob.sha256, **_owner(account),
            )  # fmt: skip
            session.add(fresh)
    except BaseException:
        storage.current().delete(blob.key)
        raise
    for key in before:
        storage.current().delete(key)
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
        mine = (Upload.id == upload_id, _mine(account))
        key = session.scalar(delete(Upload).where(*mine).returning(Upload.key))
        if key is None:
            raise NotYours
    storage.current().delete(key)


def document(account: Subscriber | Staff, document_id: int) -> Document:
    """Find a document: a subscriber's own, or one that this member of staff works with.

    Raises:
        NotYours: it is not there, or somebody else's.

    """
    meant = select(Document).where(Document.id == document_id, dossier.open_to(account))
    found = db.session.scalar(meant)
    if found is None:
        raise NotYours
    return found


def sweep() -> int:
    """Drop what was kept over a day and never sent, and bytes that no row has named for a month; gives the count."""
    now = clock.now()
    with transaction() as session:
        old = session.scalars(delete(Upload).where(_is_forgotten(now)).returning(Upload.key)).all()
    for key in old:
        storage.current().delete(key)
    return len(old) + _sweep_orphans(now - KEEP_UNNAMED)


def _is_forgotten(now: datetime) -> ColumnElement[bool]:
    """Whether nobody will send a kept file any more: the one place that says what holds it."""
    return and_(Upload.created_at < now - KEEP, Upload.token.not_in(select(Draft.token)))


def _sweep_orphans(before: datetime) -> int:
    """Drop what a process left that was killed between the file and its row."""
    count = 0
    with suppress(StorageError):  # a store that does not answer is swept another time
        for keys in storage.current().stored_before(before):
            lost = set(keys).difference(*(db.session.scalars(_named(model, keys)) for model in HOLDERS))
            for key in lost:
                storage.current().delete(key)
            count += len(lost)
    db.session.commit()
    return count


def _refuse_heavy(account: Subscriber | Staff, token: str, slot: str, size: int) -> None:
    """Hold all files of one form to their limit; one that will be replaced does not count."""
    others = (one.size for one in kept(account, token) if one.slot != slot or slot in MANY)
    total, most = sum(others) + size, settings.current().application_limit_bytes
    if total > most:
        together = f"{megabytes(total)}, а можно не больше {megabytes(most)}"
        raise Refusal(f"Уменьшите файлы или удалите лишний: вместе с этим в них {together}.")


def _named(model: Holder, keys: list[str]) -> Select[str]:
    return select(model.key).where(model.key.in_(keys))


def _owner(account: Subscriber | Staff) -> dict[str, int]:
    return {"staff_id": account.id} if isinstance(account, Staff) else {"subscriber_id": account.id}


def _mine(account: Subscriber | Staff) -> ColumnElement[bool]:
    return Upload.staff_id == account.id if isinstance(account, Staff) else Upload.subscriber_id == account.id
