"""Keeping the index: with every row, in its transaction; and making it anew, lot by lot."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, event, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import SearchSlip, SearchText, SearchWord, Street
from portal.search import words
from portal.search.kinds import BY_MODEL
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from portal.database import Base
    from portal.search.kinds import Kind, Row

    Say = Callable[[str], None]

LOT: Final = 1000
_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_POSTINGS: Final[Any] = SearchWord.__table__
_GONE: Final = _POSTINGS.delete().where(
    _POSTINGS.c.kind == bindparam("its_kind"),
    _POSTINGS.c.word == bindparam("its_word"),
    _POSTINGS.c.subject_id == bindparam("its_id"),
)


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    """Index what was just written: whoever changes a row through the session can't forget it."""
    touched: dict[Kind, set[int]] = {}
    for row in chain(session.new, session.dirty, session.deleted):
        if type(row) in BY_MODEL:
            touched.setdefault(BY_MODEL[type(row)], set()).add(row.id)
        elif isinstance(row, Street) and inspect(row).attrs.display.history.deleted:
            _follow_street(session, row)
    for kind, ids in touched.items():
        index(session, kind, ids)


def _follow_street(session: Session, street: Street) -> None:
    """Index everybody on a street that has another name now."""
    for kind in BY_MODEL.values():
        if kind.has_streets:
            here = select(kind.id).where(kind.model.street_id == street.id)  # type: ignore[attr-defined]
            index(session, kind, session.scalars(here))


def index(session: Session, kind: Kind, ids: Iterable[int], *, anew: bool = False) -> None:
    """Bring the index of some rows up to date, of those that are gone too.

    What is right already is not written, unless it is to be written `anew`.
    """
    ordered = sorted(ids)
    for start in range(0, len(ordered), LOT):
        _index(session, kind, ordered[start : start + LOT], anew=anew)


def complete(say: Say) -> None:
    """Index what came before there was an index: of each kind the rows after the last one in it. Safe to break off."""
    for kind in BY_MODEL.values():
        last = db.session.scalar(select(func.max(SearchText.subject_id)).where(SearchText.kind == kind.code))
        _walk(kind, last or 0, say)


def rebuild(say: Say) -> None:
    """Index everything anew, lot by lot; searching goes on meanwhile."""
    for kind in BY_MODEL.values():
        with transaction() as session:
            of_nothing = SearchText.subject_id.not_in(select(kind.id))
            session.execute(delete(SearchText).where(SearchText.kind == kind.code, of_nothing))
        _walk(kind, 0, say, anew=True)


def _walk(kind: Kind, last: int, say: Say, *, anew: bool = False) -> None:
    total = db.session.scalar(select(func.count()).select_from(kind.model).where(kind.id > last)) or 0
    done = 0
    while True:
        with transaction() as session:
            lot = session.scalars(select(kind.id).where(kind.id > last).order_by(kind.id).limit(LOT)).all()
            index(session, kind, lot, anew=anew)
        if not lot:
            return
        last, done = lot[-1], done + len(lot)
        say(f"{kind.code}: {done} of {max(done, total)}")


def _index(session: Session, kind: Kind, ids: list[int], *, anew: bool) -> None:
    after = {row.id: _words(row) for row in kind.read(session, kind.id.in_(ids), lock=True)}
    of_lot = select(SearchText.subject_id, SearchText.text).where(SearchText.kind == kind.code)
    rows = session.execute(of_lot.where(SearchText.subject_id.in_(ids)))
    before = {key: set(text.split()) for key, text in rows}
    changed = [key for key in ids if anew or before.get(key) != after.get(key)]
    if changed:
        session.execute(delete(SearchText).where(SearchText.kind == kind.code, SearchText.subject_id.in_(changed)))
        texts = [{"kind": kind.code, "subject_id": key, "text": _text(after[key])} for key in changed if key in after]
        old, new = _pairs(before, changed), _pairs(after, changed)
        _drop(session, kind, old - new)
        _add(session, SearchText, texts)
        fresh = new if anew else new - old
        _add(session, SearchWord, [{"kind": kind.code, "word": word, "subject_id": key} for word, key in sorted(fresh)])
        _learn(session, {word for word, _ in fresh})


def _words(row: Row) -> set[str]:
    return set().union(*(words.kept(said) for _, said in row.facts))


def _text(found: set[str]) -> str:
    return f" {' '.join(sorted(found))} "


def _pairs(texts: dict[int, set[str]], ids: list[int]) -> set[tuple[str, int]]:
    return {(word, key) for key in ids for word in texts.get(key, ())}


def _learn(session: Session, fresh: set[str]) -> None:
    """Write down what slips make of words that nobody had before; in their order, so that two writers never cross."""
    stems = {word: min(made) for word in fresh if (made := words.slips(word))}
    known = select(SearchSlip.word).where(SearchSlip.slip.in_(set(stems.values())), SearchSlip.word.in_(stems))
    new = stems.keys() - set(session.scalars(known))
    _add(
        session,
        SearchSlip,
        [{"slip": slip, "word": word} for word in sorted(new) for slip in sorted(words.slips(word))],
    )


def _drop(session: Session, kind: Kind, gone: set[tuple[str, int]]) -> None:
    if gone:
        session.connection().execute(
            _GONE, [{"its_kind": kind.code, "its_word": word, "its_id": key} for word, key in gone]
        )


def _add(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert what is not there yet."""
    if rows:
        connection = session.connection()
        connection.execute(_INSERTS[connection.dialect.name](model).on_conflict_do_nothing(), rows)
