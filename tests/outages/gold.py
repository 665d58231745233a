"""Published announcements and what they mean, for measuring the reader: each meaning is (settlement, kind, name, houses, things)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from portal.addresses import House, Parity, Place, Span, read
from portal.addresses.streets import key

FILE = Path(__file__).with_name("announcements.json")
HINTS = {"odd": Parity.odd, "even": Parity.even}
RANGE = re.compile(r"(\S+?)–(\S+?)(?: [\[(](odd|even)[\])])?")


@dataclass(frozen=True)
class Meaning:
    """One place, comparable: names by what all their cases share, houses as a set."""

    locality: str
    kind: str
    name: str
    spans: frozenset[Span]
    things: tuple[str, ...]


@dataclass
class Score:
    """What the reader made of one segment."""

    segment: str
    text: str
    found: list[Meaning]
    missed: list[Meaning]
    invented: list[Meaning]


def meant(locality: str, kind: str, name: str, houses: list[str], things: list[str]) -> Meaning:
    """Read a line of the file. No word for the kind means a street."""
    return Meaning(
        _settlement(locality), kind or ("ул." if name else ""), key(name), frozenset(map(_span, houses)), tuple(things)
    )


def understood(place: Place) -> Meaning:
    """Bring what the reader gives to the same form; whether a side was written or assumed is not compared."""
    spans = frozenset(Span(s.first, s.last, s.parity) for s in place.spans)
    kind = place.type or ("ул." if place.name else "")
    return Meaning(_settlement(place.locality), kind, key(place.name), spans, place.things)


def scores() -> list[Score]:
    """Read every segment of every announcement."""
    made = []
    for announcement in json.loads(FILE.read_text(encoding="utf-8")):
        for segment in announcement["segments"]:
            rest, found = [understood(place) for place in read(segment["text"]).places], []
            gold = [meant(*line) for line in segment["means"]]
            for meaning in list(gold):
                if meaning in rest:
                    rest.remove(meaning)
                    gold.remove(meaning)
                    found.append(meaning)
            made.append(Score(announcement["id"], segment["text"], found, gold, rest))
    return made


def _settlement(text: str) -> str:
    """«п.» and «пос.» are one; «Руза» is a town whether or not the text says so."""
    return re.sub(r"\b(?:пос|п|г)\b ?", "", key(text.replace("п.", "пос.")))


def _span(text: str) -> Span:
    found = RANGE.fullmatch(text)
    if found is None:
        house = House.of(text)
        assert house is not None, text
        return Span(house)
    first, last = House.of(found[1]), House.of(found[2])
    assert first is not None
    assert last is not None
    low, high = sorted((first, last))
    return Span(low, high, HINTS.get(found[3], Parity.all))
