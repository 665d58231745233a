"""Finding what somebody of staff typed: words in any order, by their beginning, with a slip, on the wrong layout.

Of each kind the word that the fewest rows have is looked up in the index, the others are looked for in the texts of
these rows. However frequent the words are, no more than `MOST_READ` rows of a kind are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, and_, case, func, literal, or_, select, union_all

from portal.models import SearchSlip, SearchText, SearchWord
from portal.search import words
from portal.search.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select, Subquery
    from sqlalchemy.orm import Session

MOST_WORDS: Final = 6
MOST_READ: Final = 3000
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

    def fits(self) -> ColumnElement[bool]:
        """Select the texts that have it."""
        return or_(*(SearchText.text.contains(f" {meant}", autoescape=True) for meant in self.meant))

    def is_whole(self) -> ColumnElement[int]:
        """Put the texts first in which the word stands as it was typed."""
        return case((SearchText.text.contains(f" {self.word} ", autoescape=True), 0), else_=1)

    def posted(self, kind: str) -> list[Subquery]:
        """Select the rows of a kind that have it, each part by one walk along the index."""
        parts: list[ColumnElement[bool]]
        parts = [SearchWord.word.in_(self.listed)] if self.listed else [_begins(meant) for meant in self.meant]
        mine = select(SearchWord.subject_id).where(SearchWord.kind == kind)
        return [mine.where(part).limit(MOST_READ).subquery() for part in parts]


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
    parts = [_part(kind, driver, terms, limit) for kind, driver in _drivers(session, terms, kinds).items()]
    if not parts:
        return []
    meant = tuple(meant for term in terms for meant in term.meant)
    return [Find(row.kind, row.subject_id, meant) for row in session.execute(union_all(*parts))]


def _drivers(session: Session, terms: Sequence[Term], kinds: Sequence[str]) -> dict[str, Term]:
    """Choose for each kind the word that the fewest rows have; a kind that lacks a word is left out."""
    counts = [_count(kind, term) for kind in kinds for term in terms]
    if not counts:
        return {}
    row = iter(session.execute(select(*counts)).one())
    lines = {kind: [next(row) for _ in terms] for kind in kinds}
    return {kind: terms[line.index(min(line))] for kind, line in lines.items() if min(line)}


def _count(kind: str, term: Term) -> Any:  # noqa: ANN401
    counts = [select(func.count()).select_from(part).scalar_subquery() for part in term.posted(kind)]
    return sum(counts[1:], start=counts[0])


def _part(kind: str, driver: Term, terms: Sequence[Term], limit: int) -> Select[Any]:
    """Select the best rows of a kind: whole words before beginnings, newer before older."""
    having = union_all(*(select(part.c.subject_id) for part in driver.posted(kind)))
    found = select(literal(kind).label("kind"), SearchText.subject_id).where(
        SearchText.kind == kind, SearchText.subject_id.in_(having), *(term.fits() for term in terms)
    )
    best = found.order_by(*(term.is_whole() for term in terms), SearchText.subject_id.desc()).limit(limit).subquery()
    return select(best.c.kind, best.c.subject_id)


def _begins(meant: str) -> ColumnElement[bool]:
    if meant.endswith(" "):
        return SearchWord.word == meant[:-1]
    return and_(SearchWord.word >= meant, SearchWord.word <= meant + _LAST)
