"""Finding what somebody of staff typed: words in any order, by their beginning, with a slip, on the wrong layout.

Of each kind the rows of the rarest word are taken, and of them those that have the other words too. A word in
`FREQUENT` rows or more is looked for in the texts of at most `MOST_READ` of them, so that no words make it slow; where
all words are that frequent, some rows may stay unfound, but then many are found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, and_, case, func, literal, or_, select, union_all

from portal.models import SearchSlip, SearchText, SearchWord
from portal.search import words
from portal.search.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.orm import Session

MOST_WORDS: Final = 6
FREQUENT: Final = 8_000
MOST_READ: Final = 1_000
_VAGUE: Final = 2  # so few letters begin a frequent word for sure: nobody needs to count
FEW: Final = 3
_MOST_NEAR: Final = 10
_MOST_LISTED: Final = 60
_LONG: Final = 4  # a number with so many digits is looked for by its beginning, and as the end of a telephone
_SHORTEST_NUMBER: Final = 10  # digits that ИНН and a passport have; with fewer it is the number of a row
_LAST: Final = "\U0010ffff"


@dataclass(frozen=True)
class Term:
    """A word that was typed, and what it may stand for.

    `meant` are beginnings of words, or a whole word with a blank after it. `listed` are all the words that begin so,
    where a slip was looked for; they need no range of the index each.
    """

    word: str
    meant: tuple[str, ...]
    listed: tuple[str, ...] = ()

    @classmethod
    def of(cls, word: str) -> Term:
        """Take a word as it is; a short number is meant whole, a long one may be the end of a telephone."""
        if not word.isdigit():
            return cls(word, (word,))
        return cls(word, (word, words.tail(word)) if len(word) >= _LONG else (f"{word} ",))

    def fits(self, read: Subquery) -> ColumnElement[bool]:
        """Select the texts that have it."""
        return or_(*(_has(read, meant) for meant in self.meant))

    @property
    def is_vague(self) -> bool:
        """Whether it is the beginning of too many words."""
        return len(self.word) <= _VAGUE and self.meant == (self.word,)

    def posted(self, kind: str, most: int) -> Subquery:
        """Select (id, word) of so many rows of a kind that have it; each of its meanings is a walk along the index."""
        parts: list[ColumnElement[bool]]
        parts = [SearchWord.word.in_(self.listed)] if self.listed else [_begins(meant) for meant in self.meant]
        mine = select(SearchWord.subject_id.label("id"), SearchWord.word).where(SearchWord.kind == kind)
        return union_all(*(select(mine.where(part).limit(most).subquery()) for part in parts)).subquery()


@dataclass(frozen=True)
class Find:
    """A row that was found, and the beginnings of words that it was found by; `is_near` where a slip was corrected."""

    kind: str
    id: int
    meant: tuple[str, ...]
    is_near: bool = False

    def shows_in(self, said: str) -> bool:
        """Whether a fact of the row is why it was found."""
        text = f" {' '.join(words.kept(said))} "
        return any(f" {meant}" in text for meant in self.meant)


def find(session: Session, text: str, kinds: Sequence[str], limit: int) -> list[Find]:
    """Find rows of these kinds, at most `limit` of each, the best first; if few, also what is a slip away."""
    readings = _readings(text)
    found = next(filter(None, (_look(session, terms, kinds, limit) for terms in readings)), [])
    if len(found) >= FEW:
        return found
    wider = (_widened(session, terms) for terms in readings)
    near = next(filter(None, (_look(session, terms, kinds, limit) for terms in wider if terms)), [])
    known = {(one.kind, one.id) for one in found}
    return found + [replace(one, is_near=True) for one in near if (one.kind, one.id) not in known]


def find_whole(session: Session, text: str, which: Collection[tuple[str, Any]], limit: int) -> list[tuple[Find, str]]:
    """Find rows by a whole number of theirs, as (row, name of the column); `which` are those of `kinds.WHOLE`."""
    typed = words.typed(text)
    number = "".join(typed)
    if not number.isascii() or not number.isdigit():
        return []
    is_key = len(number) < _SHORTEST_NUMBER
    found: list[tuple[Find, str]] = []
    for kind, column in which:
        if is_key == isinstance(column.type, Integer):
            key = KINDS[kind].id
            same = select(key).where(column == (int(number) if is_key else number)).order_by(key.desc()).limit(limit)
            found += [(Find(kind, row, (number,)), column.key) for row in session.scalars(same)]
    return found


def _readings(text: str) -> list[list[Term]]:
    """Read the words as typed, and as they were meant if the keyboard stood on the other layout."""
    both = (words.typed(text)[:MOST_WORDS], words.typed(words.swapped(text))[:MOST_WORDS])
    return [[Term.of(word) for word in found] for found in both if found]


def _widened(session: Session, terms: list[Term]) -> list[Term]:
    """Let words stand for what is a slip away; nothing where that changes nothing, or a word is like no other."""
    wider = [_near(session, term) if words.slips(term.word) else term for term in terms]
    return wider if wider != terms and all(term.meant for term in wider) else []


def _near(session: Session, term: Term) -> Term:
    """Find the words that begin like it, or one slip away; those with the same first letter first."""
    alike = session.scalars(select(SearchSlip.word).where(SearchSlip.slip.in_(words.slips(term.word))).distinct())
    begun = {word: beginning for word in alike if (beginning := words.near(term.word, word))}
    best = sorted(begun, key=lambda word: (begun[word] != term.word, word[0] != term.word[0], len(word), word))
    listed = best[:_MOST_LISTED]
    beginnings = dict.fromkeys(begun[word] for word in listed)
    return Term(term.word, tuple(beginnings)[:_MOST_NEAR], tuple(listed))


def _look(session: Session, terms: Sequence[Term], kinds: Sequence[str], limit: int) -> list[Find]:
    parts = [_ranked(kind, rows, limit) for kind, rows in _candidates(session, terms, kinds)]
    rows = session.execute(union_all(*parts)).all() if parts else ()
    meant = tuple(meant for term in terms for meant in term.meant)
    return [Find(row.kind, row.id, meant) for row in sorted(rows, key=lambda row: (row.begun, -row.id))]


def _ranked(kind: str, rows: Subquery, limit: int) -> Select[Any]:
    """Select the best of (id, begun): whole words before words that are only begun, newer before older."""
    best = select(literal(kind).label("kind"), rows.c.id, func.min(rows.c.begun).label("begun")).group_by(rows.c.id)
    return select(best.order_by("begun", rows.c.id.desc()).limit(limit).subquery())


def _candidates(session: Session, terms: Sequence[Term], kinds: Sequence[str]) -> Iterator[tuple[str, Subquery]]:
    """Select the rows of each kind that have all the words, as (id, begun)."""
    if len(terms) == 1:
        for kind in kinds:
            rows = terms[0].posted(kind, 2 * MOST_READ)
            yield kind, select(rows.c.id, _otherwise(rows.c.word == terms[0].word).label("begun")).subquery()
        return
    counts = session.execute(select(*(_count(kind, term) for kind in kinds for term in terms))).one() if kinds else ()
    for place, kind in enumerate(kinds):
        sizes = counts[len(terms) * place :][: len(terms)]
        if min(sizes):
            yield kind, _having_all(kind, terms, sizes)


def _count(kind: str, term: Term) -> Any:  # noqa: ANN401
    if term.is_vague:
        return literal(FREQUENT)
    return select(func.count()).select_from(term.posted(kind, FREQUENT)).scalar_subquery()


def _having_all(kind: str, terms: Sequence[Term], sizes: Sequence[int]) -> Subquery:
    """Walk along the rarest word, keep what has the rare ones too, and read the texts of that for the frequent ones."""
    rarest, *others = sorted(zip(sizes, terms, strict=True), key=lambda pair: pair[0])
    rows = rarest[1].posted(kind, FREQUENT)
    rare = [term.posted(kind, FREQUENT) for size, term in others if size < FREQUENT]
    # A subselect behind a limit: a planner that joins here reads the whole table.
    text = select(SearchText.text).where(SearchText.kind == kind, SearchText.subject_id == rows.c.id).scalar_subquery()
    both = [rows.c.id.in_(select(one.c.id)) for one in rare]
    read = select(rows.c.id, text.label("text")).where(*both).limit(MOST_READ).subquery()
    begun: Any = sum(_otherwise(_has(read, f"{term.word} ")) for term in terms)
    return select(read.c.id, begun.label("begun")).where(*(term.fits(read) for term in terms)).subquery()


def _otherwise(right: ColumnElement[bool]) -> ColumnElement[int]:
    return case((right, 0), else_=1)


def _has(read: Subquery, meant: str) -> ColumnElement[bool]:
    return read.c.text.contains(f" {meant}", autoescape=True)


def _begins(meant: str) -> ColumnElement[bool]:
    if meant.endswith(" "):
        return SearchWord.word == meant[:-1]
    return and_(SearchWord.word >= meant, SearchWord.word <= meant + _LAST)
