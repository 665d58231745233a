"""Looking for rows of a list: along the index of words through the whole table, by any column among the latest rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import and_, inspect, select

from portal.extensions import db
from portal.search import finding
from portal.search.kinds import KINDS, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask_admin.contrib.sqla import ModelView
    from sqlalchemy import ColumnElement

    from portal.database import Base

MOST_FOUND = 1000
MOST_WORDS = 6
# So many rows are read one after another in some ten milliseconds.
LATEST = 10_000

# Gives the keys of a kind of `portal.search.kinds` that fit what was typed.
Find = Callable[[str], list[int]]


def keys(screen: ModelView, text: str) -> set[int]:
    """Give the keys of the rows that have all the words, at most `MOST_FOUND` from each place that is looked into."""
    ways = (*screen.indexed(cache(partial(_of_kind, text))), *_whole(screen, text), _among_latest(screen, text))
    found = (db.session.scalars(select(screen.model.id).where(way).limit(MOST_FOUND)) for way in ways)
    return set(chain.from_iterable(found))


def last_passed_over(model: type[Base]) -> int:
    """Give the key of the last row that is too old to be read; 0 where there is none."""
    key = inspect(model).primary_key[0]
    return db.session.scalar(select(key).order_by(key.desc()).offset(LATEST).limit(1)) or 0


def _of_kind(text: str, kind: str) -> list[int]:
    """Ask the index; what is a slip away is left to the search of the header, which says that it is."""
    hits = finding.find(db.session(), text, [kind], MOST_FOUND)
    return [hit.id for hit in hits if not hit.is_near]


def _whole(screen: ModelView, text: str) -> Iterator[ColumnElement[bool]]:
    """Select by a whole number of those that stand in no index of words, where the list is searched by it."""
    mine = [
        (kind, column)
        for kind, column in WHOLE
        if KINDS[kind].model is screen.model and column.key in screen.column_searchable_list
    ]
    hits = finding.find_whole(db.session(), text, mine, MOST_FOUND) if mine else []
    yield screen.model.id.in_([hit.id for hit, _ in hits])


def _among_latest(screen: ModelView, text: str) -> ColumnElement[bool]:
    """Select by the columns themselves; rows are told by a range of keys, so that no planner reads the others."""
    last = last_passed_over(screen.model)  # of all kinds of cases, where it is one of them
    tables = inspect(screen.model).tables
    matches = (screen.matches(word) for word in text.split()[:MOST_WORDS])
    return and_(*(table.c.id > last for table in tables), *matches)
