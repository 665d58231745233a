"""«Мои согласия»: what was agreed to, what may be taken back (152-ФЗ, ст. 9); and how a next version comes about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from forms.choices import ConsentKind
from portal import clock, formats, journal
from portal.extensions import db
from portal.journal import Actor
from portal.models import AGREEMENT, Consent, ConsentDraft, ConsentText
from portal.refusals import NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from forms.answers import ConsentWords
    from portal.models import JournalEntry, Subscriber
    from portal.origin import Origin

# What the account can live without; the others end with the account.
WITHDRAWABLE = {ConsentKind.notices.code, AGREEMENT}
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Given:
    """One purpose: its latest text, and the consent to it that is in force."""

    text: ConsentText
    consent: Consent | None

    @property
    def may_change(self) -> bool:
        """Whether it can be given and taken back by itself."""
        return self.text.kind in WITHDRAWABLE


def texts() -> dict[str, ConsentText]:
    """Give the latest version of each text, by kind."""
    return ConsentText.latest(db.session())


def of(subscriber: Subscriber) -> list[Given]:
    """List every purpose with what the subscriber said to it."""
    in_force = select(Consent).where(Consent.subscriber_id == subscriber.id, Consent.withdrawn_at.is_(None))
    given = {row.kind: row for row in db.session.scalars(in_force.order_by(Consent.id))}
    return [Given(text, given.get(kind)) for kind, text in texts().items()]


def give(subscriber: Subscriber, kind: str, origin: Origin) -> None:
    """Agree to a purpose that can be chosen freely. Raises NotYours for any other."""
    text = texts().get(kind)
    if text is None or kind not in WITHDRAWABLE:
        raise NotYours
    withdraw(subscriber, kind)
    with transaction() as session:
        session.add(Consent.to(text, subscriber.id, origin.ip_address))
        _record(session, subscriber, "consent.give", kind)


def withdraw(subscriber: Subscriber, kind: str) -> None:
    """Take a consent back. Raises NotYours for one that the account can't live without."""
    if kind not in WITHDRAWABLE:
        raise NotYours
    with transaction() as session:
        mine = (Consent.subscriber_id == subscriber.id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
        over = update(Consent).where(*mine).values(withdrawn_at=clock.now()).returning(Consent.id)
        if session.scalars(over).all():
            _record(session, subscriber, "consent.withdraw", kind)


def how_many(kind: str) -> int:
    """Count the consents in force to any version; beyond `MOST_COUNTED` nobody needs to know how many."""
    given = select(Consent.id).where(Consent.kind == kind, Consent.withdrawn_at.is_(None)).limit(MOST_COUNTED + 1)
    return db.session.scalar(select(func.count()).select_from(given.subquery())) or 0


def draft(kind: str) -> ConsentDraft | None:
    """Find what is written of the next version so far. Raises NotYours where there is no such consent."""
    if kind not in texts():
        raise NotYours
    return db.session.scalar(select(ConsentDraft).where(ConsentDraft.kind == kind))


def save_draft(kind: str, words: ConsentWords, seen: int, actor: Actor) -> None:
    """Write at the next version. Raises Refusal where somebody else did since the page was opened."""
    try:
        with transaction() as session:
            now = _held_draft(session, kind, seen)
            entry = _record_draft(session, actor, "consent_drafts.save", kind, _changes(now or texts()[kind], words))
            row = now or ConsentDraft(kind=kind)
            row.title, row.text, row.entry = words.title, words.text, entry
            session.add(row)
    except IntegrityError:  # two first drafts at the same moment
        raise Refusal(_overtaken(draft(kind))) from None


def drop_draft(kind: str, seen: int, actor: Actor) -> None:
    """Throw the next version away. Raises Refusal where somebody wrote at it since the page was opened."""
    with transaction() as session:
        now = _held_draft(session, kind, seen)
        if now is not None:
            session.delete(now)
            _record_draft(session, actor, "consent_drafts.drop", kind, _changes(now, None))


def publish(kind: str, seen: int, actor: Actor) -> ConsentText:
    """Make the draft the version in force: from then on it never changes.

    Raises:
        Refusal: the page showed another draft, or it says what the version in force says.

    """
    with transaction() as session:
        now, last = _held_draft(session, kind, seen), texts()[kind]
        if now is None or (now.title, now.text) == (last.title, last.text):
            raise Refusal("Публиковать нечего: слова те же, что в действующей редакции.")
        made = ConsentText(kind=kind, version=last.version + 1, title=now.title, text=now.text)
        session.add(made)
        session.delete(now)
        session.flush()
        said = {"kind": kind, "version": made.version}
        journal.record(session, actor, "consent_texts.publish", subject=f"consent_texts:{made.id}", data=said)
        return made


def subject_of(kind: str) -> str:
    """Name the draft of a consent as the journal does."""
    return f"consent_drafts:{kind}"


def _record_draft(session: Session, actor: Actor, event: str, kind: str, changes: dict[str, object]) -> JournalEntry:
    return journal.record(session, actor, event, subject=subject_of(kind), data={"kind": kind} | changes)


def _changes(old: ConsentDraft | ConsentText, new: ConsentWords | None) -> dict[str, object]:
    pairs = {name: (getattr(old, name), getattr(new, name, None)) for name in ("title", "text")}
    return {name: {"old": before, "new": after} for name, (before, after) in pairs.items() if before != after}


def _held_draft(session: Session, kind: str, seen: int) -> ConsentDraft | None:
    mine = select(ConsentDraft).where(ConsentDraft.kind == kind).with_for_update(of=ConsentDraft)
    now = session.scalar(mine.execution_options(populate_existing=True))
    if (now.entry_id if now else 0) != seen:
        raise Refusal(_overtaken(now))
    return now


def _overtaken(now: ConsentDraft | None) -> str:
    if now is None:
        return "Черновик уже опубликовали или удалили. Сравните свой текст с действующей редакцией."
    return f"Черновик уже изменён: {now.entry.actor}, {formats.moment(now.entry.at)}. Сравните с ним свой текст."


def _record(session: Session, subscriber: Subscriber, event: str, kind: str) -> None:
    subject = f"subscribers:{subscriber.id}"
    journal.record(session, Actor.of(subscriber), event, subject=subject, data={"kind": kind})
