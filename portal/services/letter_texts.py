"""«Тексты писем»: staff give a letter words of their own, put the shipped ones back, and try them on themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forms.answers import LetterWords
from portal import case_letters, document_letters, formats, journal, letters, outage_letters
from portal.extensions import db
from portal.journal import Actor
from portal.letter_kinds import LETTERS, Group, Kind, shipped
from portal.models import LetterText
from portal.refusals import NotYours, Refusal
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from portal.models import Staff


GROUPS = (
    letters.ACCOUNT,
    *(case_letters.APPEAL, case_letters.SERVICE, case_letters.CONNECTION),
    document_letters.DOCUMENT,
    outage_letters.OUTAGE,
)


@dataclass(frozen=True)
class Wording:
    """A letter with the words that staff gave it, if they did."""

    kind: Kind
    ours: LetterText | None

    @property
    def words(self) -> LetterWords:
        """What there is to edit, whether or not the letter can read it."""
        return shipped(self.kind.name) if self.ours is None else LetterWords(self.ours.subject, self.ours.body)

    @property
    def is_broken(self) -> bool:
        """Whether it goes out in the shipped words, since it can't read those of staff any more."""
        return not self.kind.can_read(self.words)

    @property
    def seen(self) -> int:
        """What names the change that a page was opened on; 0 for the shipped words."""
        return self.ours.entry_id if self.ours else 0


def wordings() -> Iterator[tuple[Group, list[Wording]]]:
    """Give every letter, by what it is about, in the order of declaration."""
    ours = {row.name: row for row in db.session.scalars(select(LetterText))}
    for group in GROUPS:
        yield group, [Wording(kind, ours.get(name)) for name, kind in LETTERS.items() if kind.group is group]


def wording(name: str) -> Wording:
    """Find one letter. Raises NotYours where there is none."""
    if name not in LETTERS:
        raise NotYours
    return Wording(LETTERS[name], db.session.scalar(select(LetterText).where(LetterText.name == name)))


def save(kind: Kind, words: LetterWords, seen: int, actor: Actor) -> None:
    """Give a letter words; what is the same is not written.

    Raises:
        Refusal: it was changed since the page was opened.

    """
    try:
        with transaction() as session:
            now = _held(session, kind, seen)
            if now.words == words:
                return
            entry = journal.record(
                session, actor, "letter_texts.edit", subject=subject_of(kind), data=_changes(kind, now.words, words)
            )
            row = now.ours or LetterText(name=kind.name)
            row.subject, row.body, row.entry = words.subject, words.body, entry
            session.add(row)
    except IntegrityError:  # two first changes at the same moment
        raise Refusal(_overtaken(wording(kind.name))) from None


def restore(kind: Kind, seen: int, actor: Actor) -> None:
    """Put the shipped words back. Raises Refusal where it was changed since the page was opened."""
    with transaction() as session:
        now = _held(session, kind, seen)
        if now.ours is not None:
            changes = _changes(kind, now.words, shipped(kind.name))
            journal.record(session, actor, "letter_texts.restore", subject=subject_of(kind), data=changes)
            session.delete(now.ours)


def try_on(kind: Kind, words: LetterWords, to: Staff) -> None:
    """Send a letter about invented things to the member of staff who writes it."""
    with transaction() as session:
        letter = letters.sample(kind, words)
        letter.subject, letter.recipient = f"Проба: {letter.subject}", to.email
        session.add(letter)
        journal.record(session, Actor.of(to), "letter_texts.try", subject=subject_of(kind), data={"letter": kind.title})


def _held(session: Session, kind: Kind, seen: int) -> Wording:
    mine = select(LetterText).where(LetterText.name == kind.name).with_for_update(of=LetterText)
    now = Wording(kind, session.scalar(mine.execution_options(populate_existing=True)))
    if now.seen != seen:
        raise Refusal(_overtaken(now))
    return now


def _overtaken(now: Wording) -> str:
    if now.ours is None:
        return "Не сохранилось: пока вы писали, вернули исходный текст. Сравните с ним свой и сохраните ещё раз."
    entry = now.ours.entry
    who = f"{entry.actor}, {formats.moment(entry.at)}"
    return f"Не сохранилось: этот текст уже изменён ({who}). Сравните с ним свой и сохраните ещё раз."


def _changes(kind: Kind, old: LetterWords, new: LetterWords) -> dict[str, object]:
    pairs = {"subject": (old.subject, new.subject), "body": (old.body, new.body)}
    return {"letter": kind.title} | {
        name: {"old": before, "new": after} for name, (before, after) in pairs.items() if before != after
    }


def subject_of(kind: Kind) -> str:
    """Name a letter's words as the journal does."""
    return f"letter_texts:{kind.name}"
