"""What staff do with outages: write down, publish, move, call off, take in whole lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from forms.choices import OutageState
from portal import clock, journal, settings
from portal.addresses import Streets, read
from portal.extensions import db
from portal.models import Outage, OutageAddress, OutageNotice, OutageReason, Street
from portal.refusals import FieldRefusal, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from forms.answers import OutageAnswers
    from portal.addresses import Match, Reading
    from portal.journal import Actor

NOTHING_FOUND = "Не нашли в справочнике ни одной улицы из текста. Проверьте, как они написаны"
MEANWHILE = "Это отключение уже изменил другой сотрудник. Посмотрите, что получилось."


def reasons() -> list[OutageReason]:
    """List the reasons that may be chosen."""
    in_use = select(OutageReason).where(OutageReason.is_active)
    return list(db.session.scalars(in_use.order_by(OutageReason.position, OutageReason.id)))


def directory() -> Streets:
    """Make the streets in use ready for looking up."""
    in_use = select(Street.id, Street.name, Street.type).where(Street.is_active)
    return Streets((row.id, row.name, row.type) for row in db.session.execute(in_use))


def understood(text: str, streets: Streets | None = None) -> tuple[list[Match], Reading]:
    """Read an announcement's addresses: each place with its streets in the directory, and what could not be read."""
    reading = read(text)
    return list((streets or directory()).match(reading.places)), reading


def subject_of(outage_id: int) -> str:
    """Name an outage as the journal does."""
    return f"outages:{outage_id}"


def save(answers: OutageAnswers, actor: Actor, outage_id: int | None = None, seen: int | None = None) -> Outage:
    """Write an outage down as a draft, or change one; a published one that changes is told of again.

    `seen` is the entry of the journal that a page was opened on.

    Raises:
        FieldRefusal: a published outage would lose all of its addresses.
        Refusal: it was cancelled, or is not what the page showed.

    """
    matches, reading = understood(answers.text)
    with transaction() as session:
        if outage_id is None:
            return _made(session, answers, actor, matches, reading)
        outage = _locked(session, outage_id, OutageState.draft, OutageState.published, seen=seen)
        before = _told(outage)
        _fill(outage, answers, matches, reading)
        if outage.version and not any(row.until is None for row in outage.addresses):
            raise FieldRefusal("text", NOTHING_FOUND)
        changed = {
            name: {"old": old, "new": _told(outage)[name]} for name, old in before.items() if _told(outage)[name] != old
        }
        if changed:
            _record(session, actor, "outages.edit", outage, changed)
            if outage.version:
                _tell(session, outage)
        return outage


def told(answers: OutageAnswers) -> dict[str, Any]:
    """Give what was typed as the journal would tell it."""
    return _facts(
        moment(answers.begins_at), moment(answers.ends_at), answers.kind.code, answers.reason_id, answers.text
    )


def publish(outage_id: int, actor: Actor, seen: int | None = None) -> Outage:
    """Let everybody know of a draft: subscribers get their letters from the delivery process.

    Raises:
        Refusal: it is no draft any more, was changed after `seen`, or touches no street of the directory.

    """
    with transaction() as session:
        outage = _locked(session, outage_id, OutageState.draft, seen=seen)
        if not outage.addresses:
            raise Refusal(f"{NOTHING_FOUND}.")
        _publish(session, outage, actor)
        return outage


def publish_batch(batch: str, actor: Actor) -> int:
    """Publish the drafts of an import that touch a street; gives how many. The others stay drafts."""
    drafts = select(Outage).where(Outage.batch == batch, Outage.state == OutageState.draft.code)
    with transaction() as session:
        ready = session.scalars(drafts.where(Outage.addresses.any()).with_for_update(of=Outage)).all()
        for outage in ready:
            _publish(session, outage, actor)
        return len(ready)


def cancel(outage_id: int, reason: str, actor: Actor) -> None:
    """Call a published outage off, saying why.

    Raises:
        Refusal: it is not published.

    """
    with transaction() as session:
        outage = _locked(session, outage_id, OutageState.published)
        outage.state, outage.cancelled_because = OutageState.cancelled.code, reason
        _record(session, actor, "outages.cancel", outage, {"reason": reason})
        _tell(session, outage)


def drop(outage_id: int, actor: Actor) -> None:
    """Throw a draft away.

    Raises:
        Refusal: it is no draft any more.

    """
    with transaction() as session:
        outage = _locked(session, outage_id, OutageState.draft)
        _record(session, actor, "outages.delete", outage, {"text": outage.text[:200]})
        session.delete(outage)


def drop_batch(batch: str, actor: Actor) -> int:
    """Throw the drafts of an import away; gives how many."""
    drafts = select(Outage.id).where(Outage.batch == batch, Outage.state == OutageState.draft.code)
    with transaction() as session:
        ids = session.scalars(drafts.with_for_update()).all()
        session.execute(delete(OutageAddress).where(OutageAddress.outage_id.in_(drafts)))
        session.execute(delete(Outage).where(Outage.batch == batch, Outage.state == OutageState.draft.code))
        if ids:
            journal.record(session, actor, "outages.drop", subject=subject_of(ids[0]), data={"amount": len(ids)})
    return len(ids)


def take_in(rows: Sequence[OutageAnswers], batch: str, actor: Actor) -> int:
    """Write all rows of an import down as drafts, or none; sent twice, they come in once. Gives how many there are."""
    streets = directory()
    read_rows = [(row, *understood(row.text, streets)) for row in rows]
    with transaction() as session:
        known = session.scalar(select(func.count()).where(Outage.batch == batch))
        if known:
            return known
        made = [Outage(batch=batch, version=0) for _ in rows]
        for outage, (row, matches, reading) in zip(made, read_rows, strict=True):
            _fill(outage, row, matches, reading)
        session.add_all(made)
        session.flush()
        data = {"amount": len(made)}
        journal.record(session, actor, "outages.import", subject=subject_of(made[0].id), data=data)
    return len(made)


def moment(local: datetime) -> datetime:
    """Read a time of the company's wall clock."""
    return local.replace(tzinfo=settings.current().organisation.zone)


def _made(session: Session, answers: OutageAnswers, actor: Actor, matches: list[Match], reading: Reading) -> Outage:
    twin = session.scalar(select(Outage).where(Outage.form_token == answers.token))
    if twin is not None:
        return twin
    outage = Outage(form_token=answers.token, version=0)
    _fill(outage, answers, matches, reading)
    session.add(outage)
    session.flush()
    _record(
        session,
        actor,
        "outages.create",
        outage,
        {name: {"old": None, "new": new} for name, new in _told(outage).items()},
    )
    return outage


def _fill(outage: Outage, answers: OutageAnswers, matches: Iterable[Match], reading: Reading) -> None:
    outage.begins_at, outage.ends_at = moment(answers.begins_at), moment(answers.ends_at)
    outage.kind, outage.reason_id, outage.text = answers.kind.code, answers.reason_id, answers.text
    known = list(matches)
    strangers = [str(match.place) for match in known if len(match.street_ids) != 1]
    outage.unread = {"places": strangers, "pieces": list(reading.unread)}
    outage.state = outage.state or OutageState.draft.code
    outage.changed_at = clock.now()
    _lay_addresses(outage, [row for match in known if len(match.street_ids) == 1 for row in _rows(match)])


def _rows(match: Match) -> list[OutageAddress]:
    street_id = match.street_ids[0]
    spans = match.place.spans or (None,)
    return [OutageAddress.of(street_id, span) for span in spans]


def _lay_addresses(outage: Outage, wanted: Iterable[OutageAddress]) -> None:
    """Keep what stays, add what is new; what was published before and goes is kept until its people are told."""
    fresh = {row.values: row for row in wanted}
    for row in [row for row in outage.addresses if row.until is None]:
        if fresh.pop(row.values, None) is not None:
            continue
        if outage.version:
            row.until = outage.version + 1
        else:
            outage.addresses.remove(row)
    for row in fresh.values():
        row.since = outage.version + 1
        outage.addresses.append(row)


def _locked(session: Session, outage_id: int, *states: OutageState, seen: int | None = None) -> Outage:
    """Open an outage that nobody else changes now, and nobody changed since it was seen."""
    outage = session.get(Outage, outage_id, with_for_update={"of": Outage}, populate_existing=True)
    if outage is None or outage.state not in {state.code for state in states}:
        raise Refusal(MEANWHILE)
    if seen is not None and seen != journal.latest(session, subject_of(outage_id)):
        raise Refusal(MEANWHILE)
    return outage


def _publish(session: Session, outage: Outage, actor: Actor) -> None:
    outage.state = OutageState.published.code
    _record(session, actor, "outages.publish", outage, {})
    _tell(session, outage)


def _tell(session: Session, outage: Outage) -> None:
    """Note that there is a new version to be told of; letters are written by the delivery process, however many."""
    outage.version += 1
    outage.changed_at = clock.now()
    waiting = select(OutageNotice).where(OutageNotice.outage_id == outage.id, OutageNotice.done_at.is_(None))
    covers = outage.version
    for notice in session.scalars(waiting.with_for_update()):
        covers, notice.done_at = min(covers, notice.covers), clock.now()
    session.add(OutageNotice(outage_id=outage.id, version=outage.version, covers=covers))


def _told(outage: Outage) -> dict[str, Any]:
    """Give what people care about, comparable and fit for the journal."""
    addresses = sum(row.until is None for row in outage.addresses)
    facts = _facts(outage.begins_at, outage.ends_at, outage.kind, outage.reason_id, outage.text)
    return facts | {"addresses": addresses}


def _facts(begins_at: datetime, ends_at: datetime, kind: str, reason_id: int | None, text: str) -> dict[str, Any]:
    reason = db.session.get(OutageReason, reason_id) if reason_id else None
    return {
        "begins_at": clock.local(begins_at).isoformat(timespec="minutes"),
        "ends_at": clock.local(ends_at).isoformat(timespec="minutes"),
        "kind": kind,
        "reason": reason.name if reason else None,
        "places": text,
    }


def _record(session: Session, actor: Actor, event: str, outage: Outage, data: dict[str, Any]) -> None:
    journal.record(session, actor, event, subject=subject_of(outage.id), data=data)
