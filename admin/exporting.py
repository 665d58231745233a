"""Taking a list away: what it shows now, all of its pages, as CSV or XLSX. A screen is one of admin/base.py."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from flask import abort
from flask_admin.contrib.sqla import ModelView
from markupsafe import Markup

from forms.tables import TableKind
from portal import access, clock, exports, journal
from portal.journal import Actor
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from portal.exports import Cell

# Whatever a screen lists by mistake or shows masked stays here.
NEVER = re.compile("password|hash|token|secret|snils|passport|ogrn|inn|registry_number")


def facts(screen: ModelView) -> dict[str, Any]:
    """Give what the page before it says."""
    return {"total": count(screen), "said": said(screen), "xlsx_most": exports.XLSX_MOST}


def said(screen: ModelView) -> list[tuple[str, str]]:
    """Say what the list is narrowed to; the words of a search are for the page alone."""
    facts = [("Часть списка", screen.preset.label)] if screen.preset else []
    for flt in screen._filters or ():  # noqa: SLF001 - there is no other list of them
        chosen = screen.chosen(flt)
        if flt.validate(chosen):
            facts.append((flt.name, dict(flt.choices())[chosen]))
    return [*facts, *screen.narrowed_to()]


def count(screen: ModelView) -> int:
    """Count what would be taken: all of it is about to be read anyway."""
    return int(_query(screen).order_by(None).count())


def take(screen: ModelView, kind: str) -> Response:
    """Give the list as a file, and write down who took which part of it; nobody's name that was searched."""
    if kind not in set(TableKind):
        abort(404)
    total = count(screen)
    if kind == TableKind.xlsx and total > exports.XLSX_MOST:
        abort(404)
    narrowed = [f"{label}: {words}" for label, words in said(screen)[bool(screen.preset) :]]
    narrowed += ["поиск по словам"] if {"search", "words"} & screen.asked().keys() else []
    data: dict[str, Any] = {"kind": kind.upper(), "rows": total, "filter": "; ".join(narrowed)}
    data |= {"part": screen.preset.label} if screen.preset else {}
    with transaction() as session:
        actor = Actor.of(access.staff())
        journal.record(session, actor, "list.export", subject=screen.model.__tablename__, data=data)
    name = f"{screen.url.rpartition('/')[2]}-{clock.today().isoformat()}"
    return exports.download(TableKind(kind), _rows(screen), screen.name, name)


def _query(screen: ModelView) -> Any:  # noqa: ANN401
    args = screen._get_list_extra_args()  # noqa: SLF001
    named = screen._get_column_by_idx(args.sort)  # noqa: SLF001
    what = (0, named and named[0], args.sort_desc, args.search, args.filters)
    return ModelView.get_list(screen, *what, execute=False, page_size=0)[1]


def _rows(screen: ModelView) -> Iterator[list[Cell]]:
    """Yield the heads, then the rows, read in portions."""
    columns = [(name, label) for name, label in screen._list_columns if not NEVER.search(name)]  # noqa: SLF001
    yield [str(label) for _, label in columns]
    found = iter(_query(screen).yield_per(exports.PORTION))
    while portion := list(islice(found, exports.PORTION)):
        screen.prepare(portion)
        for row in portion:
            yield [_cell(screen.get_export_value(row, name)) for name, _ in columns]


def _cell(value: Any) -> Cell:  # noqa: ANN401
    if isinstance(value, Markup):
        return value.striptags()
    return value if value is None or isinstance(value, int) else str(value)
