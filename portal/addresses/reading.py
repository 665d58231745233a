"""From an announcement's text to places: the grammar's tree, walked in the order of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from portal.addresses.houses import House, Parity, Span
from portal.addresses.places import Place, Reading
from portal.addresses.words import cut, meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = Tree[Token] | Token
SIDES: Final = {"ODD": Parity.odd, "EVEN": Parity.even, "BOTH": Parity.all}
# What says nothing where it stands alone.
_SILENT: Final = {"STOP", "DASH", "COLON", "LEAD", "LP", "RP", "ON", "TYPES", "TYPE", "LTYPE", "LTYPES"}
_HAS_WORD: Final = re.compile(r"[А-Яа-яёA-Za-z]{3,}|\d")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_NUMBER: Final = re.compile(r"[\d\s]+-?\s?[а-я]*")
_MASCULINE: Final = re.compile(r"[ое]му$")
_JOINS: Final = {"следующим", "следующие", "адресам", "адреса", "это", "ж/д"}


@cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", maybe_placeholders=False)


def read(text: str) -> Reading:
    """Read the addresses of an announcement. Nothing of the text gets lost: what is not in a place is in `unread`."""
    text = _BLANKS.sub(" ", text)
    walk = _Walk(text)
    try:
        for node in _nodes(text, walk.loose):
            walk.take(node)
    except UnexpectedToken:  # it ends in the middle of something
        return Reading(unread=(text.strip(),))
    return Reading(tuple(walk.finished()), tuple(walk.left_over()))


def _nodes(text: str, skipped: list[Token]) -> list[Node]:
    """Parse a text; a word that fits nowhere is skipped."""
    parser = _grammar().parse_interactive("")
    for token in cut(text):
        try:
            parser.feed_token(token)
        except UnexpectedToken:
            skipped.append(token)
    tree: Tree[Token] = parser.feed_eof()  # type: ignore[no-untyped-call]
    return list(tree.children)


@dataclass
class _Scope:
    """The settlement that the streets after it are in; what ends it: «;» after «пос. X, ул. …», «)» after «г. X (»."""

    places: list[Place]
    until: str = "STOP"
    is_used: bool = False


@dataclass
class _Walk:
    """Goes through the nodes; remembers what a later one may need: settlement, district, kind of street."""

    text: str
    places: list[Place] = field(default_factory=list)
    loose: list[Token] = field(default_factory=list)
    scope: _Scope | None = None
    district: str = ""
    listed: str | None = None  # the kind of the list that a lone name goes on with
    before: str = ""

    def take(self, node: Node) -> None:
        """Understand one node."""
        tree = node if isinstance(node, Tree) else Tree("loose", [node])
        getattr(self, f"_{tree.data}")(tree)
        last = _tokens(tree)[-1]
        self.before = self.before if last.type == "DASH" else last.type

    def finished(self) -> Iterator[Place]:
        """Give the places, the last settlement among them."""
        self._leave()
        return iter(self.places)

    def left_over(self) -> Iterator[str]:
        """Give the pieces of text that went into no place, neighbours together."""
        start = end = -1
        for token in sorted(self.loose, key=_start):
            if start >= 0 and not _HAS_WORD.search(self.text[end : _start(token)]):
                end = _end(token)
                continue
            yield from _piece(self.text, start, end)
            start, end = _start(token), _end(token)
        yield from _piece(self.text, start, end)

    # --- nodes ---

    def _street(self, tree: Tree[Token]) -> None:
        names = _tokens(tree)
        last = next(token for token in reversed(names) if token.type in {"TYPE", "AFTER"})
        self.listed = meaning(last.type, str(last))
        self._add(self.listed, tree)

    def _streets(self, tree: Tree[Token]) -> None:
        word, *items = tree.children
        self.listed = meaning("TYPES", str(word))
        names = _whole_names([next(str(token) for token in _tokens(item) if token.type == "NAME") for item in items])
        for item, name in zip(items, names, strict=True):
            self._add(self.listed, item, name)

    def _named(self, tree: Tree[Token]) -> None:
        """Take a bare name where houses follow, or where it goes on with a list of streets.

        «Верховому» can be no улица, and what it is nobody said: a person will know.
        """
        name = next(str(token) for token in _tokens(tree) if token.type == "NAME")
        is_listed = self.listed is not None
        has_houses = bool(_spans(tree)[0])
        if not (is_listed or has_houses) or (_MASCULINE.search(name) and not is_listed):
            self.loose.extend(_tokens(tree))
            return
        self._add(self.listed or "" if self.before != "STOP" or not has_houses else "", tree)

    def _first(self, tree: Tree[Token]) -> None:
        types = [
            token for token in tree.children if isinstance(token, Token) and token.type in {"TYPE", "TYPES", "AFTER"}
        ]
        self._add(meaning(types[-1].type, str(types[-1])) if types else "", tree)
        self.listed = None

    def _lost(self, tree: Tree[Token]) -> None:
        self.loose.extend(_tokens(tree))

    def _locality(self, tree: Tree[Token]) -> None:
        self._leave()
        word, *rest = _tokens(tree)
        after = next((str(token) for token in rest if token.type == "DISTRICT"), "")
        district = _district(after) or self.district
        is_partial = any(token.type == "PART" for token in rest)
        if word.type == "TOWN":
            names = [re.sub(r"^\S+\s+", "", str(word))]
        else:
            kind = meaning(word.type, str(word))
            names = [f"{kind} {_quoted(token)}" for token in rest if token.type in {"NAME", "QUOTED"}]
        found = [Place(", ".join(filter(None, (district, name))), is_partial=is_partial) for name in names]
        self.scope, self.listed = _Scope(found), None

    def _area(self, tree: Tree[Token]) -> None:
        self.district = _district(str(tree.children[0]))

    def _loose(self, tree: Tree[Token]) -> None:
        token = _tokens(tree)[0]
        if token.type == "LP" and self.scope and not self.scope.is_used:
            self.scope.until = "RP"
        elif token.type == "COLON" and self.scope and not self.scope.is_used:
            self.scope.until = "END"
        elif self.scope and token.type in {self.scope.until, "STOP"} and self.scope.until in {token.type, "STOP"}:
            self._leave()
        if token.type not in _SILENT | {"WHOLE"}:
            self.loose.append(token)
        is_end = token.type == "STOP" and str(token) != ";"
        if is_end or token.type not in {"STOP", "DASH", "RP", "COLON", "ON", "LEAD"}:
            self.listed = None
        if is_end and str(token) == ".":
            self.district = ""

    # --- places ---

    def _add(self, kind: str, tree: Node, name: str = "") -> None:
        spans, things = _spans(tree)
        tokens = _tokens(tree)
        inside = next((at for at, token in enumerate(tokens) if token.type == "INSIDE"), None)
        name = name or next(str(token) for token in tokens if token.type == "NAME")
        where = f"{meaning('INSIDE', str(tokens[inside]))} {_quoted(tokens[inside + 1])}" if inside is not None else ""
        is_partial = any(token.type == "PART" for token in tokens)
        place = Place(where, kind, " ".join(name.split()), tuple(spans), is_partial, tuple(things))
        if self.scope and not where:
            self.scope.is_used = True
            place = replace(place, locality=self.scope.places[-1].locality)
        self.places.append(place)

    def _leave(self) -> None:
        """Leave a settlement; where no street of it was named, all of it is meant."""
        if self.scope and not self.scope.is_used:
            self.places.extend(self.scope.places)
        self.scope = None


def _tokens(tree: Node) -> list[Token]:
    if isinstance(tree, Token):
        return [tree]
    return [token for child in tree.children for token in _tokens(child)]


def _spans(tree: Node) -> tuple[list[Span], list[str]]:
    """Give the houses in the order of the text, and what else is named among them."""
    found = list(_subtrees(tree))
    spans = [_span(node) for node in found if node.data in {"single", "range"}]
    return spans, [str(node.children[0]) for node in found if node.data == "thing"]


def _subtrees(tree: Node) -> Iterator[Tree[Token]]:
    if isinstance(tree, Tree):
        yield tree
        for child in tree.children:
            yield from _subtrees(child)


def _span(node: Tree[Token]) -> Span:
    tokens = _tokens(node)
    houses = [house for token in tokens if token.type == "HOUSE" if (house := House.of(str(token)))]
    side = next((SIDES[token.type] for token in tokens if token.type in SIDES), None)
    return Span(houses[0]) if len(houses) == 1 else Span.between(houses[0], houses[1], side)


def _whole_names(names: list[str]) -> list[str]:
    """«4-я и 5-я Садовые» are two streets: the number that stands alone gets the word of the next one."""
    made = list(names)
    for at in range(len(names) - 2, -1, -1):
        if _NUMBER.fullmatch(names[at]):
            made[at] = f"{names[at]} {made[at + 1].split()[-1]}"
    return made


def _quoted(token: Token) -> str:
    return f"«{str(token)[1:-1].strip()}»" if token.type == "QUOTED" else " ".join(str(token).split())


def _district(text: str) -> str:
    """«Ольховатского района» is «Ольховатский р-н»."""
    return f"{re.sub('(?:ого|его|ом|ем|ому|ему)$', 'ий', text.split(maxsplit=1)[0])} р-н" if text else ""


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return token.end_pos or 0


def _piece(text: str, start: int, end: int) -> Iterator[str]:
    piece = text[start:end].strip() if start >= 0 else ""
    if _HAS_WORD.search(piece) and piece.lower() not in _JOINS:
        yield piece
