"""Two clerks on one form: what a colleague saved since it was opened, beside what is being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from admin.differences import GONE, differences
from admin.words import worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.journal import Change
    from portal.models import JournalEntry

LARGEST = 2**31 - 1  # what fits the key of every database
Pieces = list[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    """One value: what it was when the page was opened; what is new in the colleague's, and in one's own."""

    label: str
    was: str
    now: Pieces
    mine: Pieces
    entry: JournalEntry


def seen() -> int:
    """Read what the page was opened on: the last entry of the journal about its record; 0 for what can be none."""
    entry = request.form.get("seen", 0, type=int)
    return entry if 0 < entry <= LARGEST else 0


def line(label: str, wordings: Mapping[Any, str], change: Change, mine: object) -> Line:
    """Lay three values side by side; `wordings` are those of codes."""
    old, new, typed = (wordings.get(value) or worded(value) for value in (change.old, change.new, mine))
    return Line(label, old, _marked(old, new), _marked(old, typed), change.entry)


def _marked(old: str, new: str) -> Pieces:
    return [piece for piece in differences(old, new) if piece[0] != GONE]
