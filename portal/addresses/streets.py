"""Finding a street of the directory by how it was written: in any case, with ё or е, «К. Маркса»."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portal.addresses.places import Place

# «пр.» is проспект in one city and проезд in another: whichever the directory has.
AMBIGUOUS: Final = {"пр.": ("пр-кт", "проезд"), "": ("ул.",)}
_ENDING: Final = re.compile(
    r"(?:ого|его|ому|ему|ыми|ими|ая|яя|ую|юю|ой|ей|ый|ий|ое|ее|ые|ие|ых|их|ым|им|ом|ем|ам|ях|ах|[аяуюеыиоьй])$"
)
_ORDINAL: Final = re.compile(r"(\d+)(?:\s?-?\s?(лети\w+|лет\b|(?:ого|го|ой|ый|ая|ое|й|я|е)\b))?")
_SHORTEST: Final = 3


@dataclass(frozen=True)
class Match:
    """A place, and the streets of the directory that it may be: one where all is well."""

    place: Place
    street_ids: tuple[int, ...]


def exact(name: str) -> str:
    """Bring a name to its spelling without case, ё, dots and endings of numbers: «20-летия октября»."""
    text = " ".join(re.sub(r"[.«»\"]", " ", name.lower().replace("ё", "е")).split())
    return " ".join(sorted(_numbered(text).split(), key=lambda word: not word[0].isdigit()))


def key(name: str) -> str:
    """Bring a name to what all its cases share: «краснознаменн» of «Краснознамённой»."""
    return " ".join(_stem(word) for word in exact(name).split() if len(word) > 1 or word.isdigit())


class Streets:
    """The directory, made ready for looking up."""

    def __init__(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Take the rows as (id, name, type)."""
        self._exact: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._keys: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._last: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for street_id, name, kind in rows:
            self._exact[kind, exact(name)].append(street_id)
            self._keys[kind, key(name)].append(street_id)
            self._last[kind, _stem(exact(name).split()[-1])].append((exact(name), street_id))

    def match(self, places: Iterable[Place]) -> Iterator[Match]:
        """Find the street of each place; one in another settlement has none here."""
        for place in places:
            yield Match(place, () if place.locality else tuple(self.find(place.type, place.name)))

    def find(self, kind: str, name: str) -> list[int]:
        """Give the ids that a written street may mean: none, one, or several where it can't be told."""
        kinds = AMBIGUOUS.get(kind, (kind,))
        for look in (self._spelled, self._declined, self._initialled):
            if found := [street_id for each in kinds for street_id in look(each, name)]:
                return found
        return []

    def _spelled(self, kind: str, name: str) -> list[int]:
        return self._exact.get((kind, exact(name)), [])

    def _declined(self, kind: str, name: str) -> list[int]:
        return self._keys.get((kind, key(name)), [])

    def _initialled(self, kind: str, name: str) -> list[int]:
        """«К. Маркса» and «Лизюкова»: the last word decides, the initial has to agree."""
        *before, last = exact(name).split() or [""]
        same = self._last.get((kind, _stem(last)), [])
        return [street_id for spelled, street_id in same if all(_agrees(word, spelled) for word in before)]


def _agrees(word: str, spelled: str) -> bool:
    first = spelled.split()[:-1]
    return any(other.startswith(word) if len(word) == 1 else other == word for other in first)


def _numbered(text: str) -> str:
    """«20-го», «121-й», «4 я» are their numbers; «30-летия» and «30 лет» are one."""
    return _ORDINAL.sub(lambda found: f"{found[1]}лет" if (found[2] or "").startswith("лет") else found[1], text)


def _stem(word: str) -> str:
    bare = re.sub(r"(.)\1", r"\1", _ENDING.sub("", word))  # «Песчанная» is a common slip
    return bare if len(bare) >= _SHORTEST else word
