"""Searching everything from the header of every page; each kind only for those who may open its card."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request
from flask_admin import BaseView

from admin.guard import EVERYBODY, Guarded, page
from admin.letters import may_read
from admin.parts import LONGEST_SEARCH
from forms.labels import LABELS
from portal import access, dossier, formats
from portal.extensions import db
from portal.search import finding
from portal.search.kinds import KINDS, WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import ColumnElement

    from portal.search.finding import Find
    from portal.search.kinds import Row

READ = 20
SHOWN = 5
ALWAYS = 2  # facts that are told whether or not they are why


@dataclass(frozen=True)
class Place:
    """Where the cards of a kind are, and what its part of the page is called if not as the screen.

    `key` is the part of the address that names the row, `more` the rest of it.
    """

    card: str
    key: str
    name: str = ""
    more: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A fact of a row that was found; `why` where it was found by it."""

    label: str
    words: str
    why: bool


@dataclass(frozen=True)
class Hit:
    """A line of the page."""

    href: str
    title: str
    facts: tuple[Said, ...]
    is_title: bool
    is_near: bool


@dataclass(frozen=True)
class Part:
    """What was found of one kind; `more` where not all of it is shown."""

    code: str
    name: str
    hits: list[Hit]
    more: bool


PLACES = {
    "subscriber": Place("staff_subscribers.card", "subscriber_id"),
    **{
        kind: Place(f"staff_{path}.card", "key", more={"preset": "all"})
        for kind, path in (("appeal", "appeals"), ("service", "services"), ("connection", "connections"))
    },
    "meter": Place("staff_meters.card", "meter_id"),
    "point": Place("staff_subscribers.card", "subscriber_id", "Присоединённые объекты"),
    "document": Place("staff_exchange.card", "document_id"),
    "letter": Place("staff_letters.details_view", "id"),
    "staff": Place("staff_colleagues.card", "staff_id"),
}
# Within a kind a role may see some rows only.
OPEN: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "document": lambda: dossier.open_to(access.staff()),
    "letter": may_read,
}
# Shown masked; those of a person are looked for by those alone who may see them whole.
IDENTIFIERS = {column.key for kind, column in WHOLE if kind == "subscriber"}
SECRET = {"snils", "passport"}


class Search(Guarded, BaseView):
    """One page: it changes nothing, so that its address can be kept; what was typed is written down nowhere."""

    roles = EVERYBODY

    def __init__(self) -> None:
        """Stand outside the menu: the box is in the header."""
        BaseView.__init__(self, "Поиск", None, "staff_search", "search")

    def is_visible(self) -> bool:
        """Keep out of the menu."""
        return False

    @page("/")
    def index(self) -> str:
        """Show what was found, by kind."""
        text = request.args.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
        only = request.args.get("kind", "")
        kinds = [kind for kind, place in PLACES.items() if self.may(place.card) and only in {"", kind}]
        parts = self._parts(text, kinds, READ if only else SHOWN)
        return str(self.render("staff/search.html", text=text, parts=parts, only=only))

    def _parts(self, text: str, kinds: list[str], shown: int) -> list[Part]:
        """Group what was found; kinds of which it is the number or name come first."""
        found: dict[str, dict[int, tuple[Find, str]]] = {kind: {} for kind in kinds}
        for one, column in self._found(text, kinds):
            found[one.kind].setdefault(one.id, (one, column))
        parts = [self._part(kind, hits, shown) for kind, hits in found.items() if hits]
        return sorted(filter(None, parts), key=lambda part: (part.hits[0].is_near, not part.hits[0].is_title))

    def _found(self, text: str, kinds: list[str]) -> Iterator[tuple[Find, str]]:
        """Find by whole numbers, as (row, column), then by words, as (row, nothing)."""
        session, may_unmask = db.session(), self.may("staff_subscribers.unmask")
        whole = [(kind, column) for kind, column in WHOLE if kind in kinds and (may_unmask or column.key not in SECRET)]
        yield from finding.find_whole(session, text, whole, READ)
        kept = [kind for kind in kinds if KINDS[kind].kept]
        yield from ((one, "") for one in finding.find(session, text, kept, READ))

    def _part(self, code: str, found: dict[int, tuple[Find, str]], shown: int) -> Part | None:
        kind = KINDS[code]
        which = (kind.id.in_(found), *(may_see() for may_see in (OPEN.get(code),) if may_see))
        rows = {row.id: row for row in kind.read(db.session(), *which)}
        hits = [self._hit(code, rows[key], *found[key]) for key in found if key in rows]
        hits.sort(key=lambda hit: (hit.is_near, not hit.is_title))
        return Part(code, self._name(code), hits[:shown], len(hits) > shown) if hits else None

    def _hit(self, code: str, row: Row, found: Find, column: str) -> Hit:
        at, (title, *rest) = PLACES[code], row.facts
        told = [Said(LABELS[label], words, found.shows_in(words)) for label, words in rest if words]
        facts = [fact for place, fact in enumerate(told) if fact.why or place < ALWAYS]
        if column in IDENTIFIERS:
            facts.append(Said(LABELS[column], formats.masked(*found.meant), why=True))
        href = self.get_url(at.card, **{at.key: row.key}, **at.more)
        return Hit(href, title[1], tuple(facts), found.shows_in(title[1]), found.is_near)

    def _name(self, code: str) -> str:
        """Call it as its screen is called, unless it has none."""
        place = PLACES[code]
        endpoint = place.card.partition(".")[0]
        screens = (view.name for view in self.admin._views if view.endpoint == endpoint)  # noqa: SLF001 - the only list
        return place.name or str(next(screens))
