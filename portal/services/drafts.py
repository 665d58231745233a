"""Drafts: forms being filled in, kept on the server as typed, files included."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from portal import clock, storage
from portal.extensions import db
from portal.models import Case, Draft, Subscriber, Upload
from portal.refusals import NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

MOST = 10
LONGEST = 100_000
LIFE = timedelta(days=90)
FULL = "Черновиков слишком много: отправьте или удалите один из них, и сохраним этот."
TOO_LONG = "Черновик слишком длинный и не сохранён: сократите тексты."


def of(subscriber: Subscriber, form: str) -> Sequence[Draft]:
    """List the subscriber's drafts of a form, the latest first."""
    mine = select(Draft).where(Draft.subscriber_id == subscriber.id, Draft.form == form)
    return db.session.scalars(mine.order_by(Draft.saved_at.desc())).all()


def owned(subscriber: Subscriber, token: str) -> Draft:
    """Open one of the subscriber's own. Raises NotYours where there is none."""
    found = _found(subscriber, token) if token.isalnum() else None
    if found is None:
        raise NotYours
    return found


def save(subscriber: Subscriber, form: str, token: str, typed: Mapping[str, Sequence[str]]) -> Draft | None:
    """Keep what is typed; None where the form has been sent meanwhile, so that nothing rises from the dead.

    Raises:
        Refusal: there are too many drafts, or it is longer than any form.
        NotYours: the token is somebody else's draft's.

    """
    if len(json.dumps(typed)) > LONGEST:
        raise Refusal(TOO_LONG)
    with transaction() as session:
        if session.scalar(select(Case.id).where(Case.form_token == token)):
            return None
        if session.scalar(select(Draft.id).where(Draft.token == token, Draft.subscriber_id != subscriber.id)):
            raise NotYours
        draft = _found(subscriber, token) or _begun(session, subscriber, form, token)
        draft.typed = {name: list(values) for name, values in typed.items()}
        draft.saved_at = clock.now()
    return draft


def discard(subscriber: Subscriber, token: str) -> None:
    """Drop a draft with its files. Raises NotYours where there is none."""
    mine = (Upload.token == token, Upload.subscriber_id == subscriber.id)
    with transaction() as session:
        draft = owned(subscriber, token)
        session.delete(draft)
        keys = session.scalars(delete(Upload).where(*mine).returning(Upload.key)).all()
    for key in keys:
        storage.current().delete(key)


def sweep() -> int:
    """Drop the drafts that nobody touched for `LIFE`, with their files; gives how many there were."""
    with transaction() as session:
        old = delete(Draft).where(Draft.saved_at < clock.now() - LIFE).returning(Draft.token)
        tokens = session.scalars(old).all()
        keys = session.scalars(delete(Upload).where(Upload.token.in_(tokens)).returning(Upload.key)).all()
    for key in keys:
        storage.current().delete(key)
    return len(tokens)


def _begun(session: Session, subscriber: Subscriber, form: str, token: str) -> Draft:
    # The account's row is the queue: two tabs that begin the same draft at once make one.
    session.execute(select(Subscriber.id).where(Subscriber.id == subscriber.id).with_for_update())
    count = session.scalar(select(func.count()).select_from(Draft).where(Draft.subscriber_id == subscriber.id))
    if (count or 0) >= MOST:
        raise Refusal(FULL)
    draft = _found(subscriber, token)
    if draft is None:
        draft = Draft(subscriber_id=subscriber.id, form=form, token=token)
        session.add(draft)
    return draft


def _found(subscriber: Subscriber, token: str) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.token == token, Draft.subscriber_id == subscriber.id))
