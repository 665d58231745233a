"""What an announcement says: places with their houses, and whatever could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.addresses.houses import Span


@dataclass(frozen=True)
class Place:
    """A street, or a whole settlement where `name` is empty. Without `spans` all of it is meant.

    `type` is «ул.», «пер.», «пр.» (проспект or проезд), or empty where it was not named; `name` stands as it was
    written, in whatever case; `locality` is empty for the company's own city. `is_partial`: the text says «частично».
    `things` were named among the houses: «гаражи», «магазин».
    """

    locality: str = ""
    type: str = ""
    name: str = ""
    spans: tuple[Span, ...] = ()
    is_partial: bool = False
    things: tuple[str, ...] = ()

    @property
    def street(self) -> str:
        """The street as it is written: «пер. Садовый»."""
        return f"{self.type} {self.name}".strip()

    @property
    def houses(self) -> str:
        """The houses in words, empty where all are meant."""
        return ", ".join((*map(str, self.spans), *self.things))

    def __str__(self) -> str:
        """Write it as announcements do, so that it is read back as the same."""
        whole = "(частично)" if self.is_partial else "" if self.spans else "(полностью)"
        line = ", ".join(part for part in (self.locality, self.street) if part)
        return f"{line}, д. {self.houses}" if self.spans else f"{line} {whole}"


@dataclass(frozen=True)
class Reading:
    """Places understood, and pieces of the text that were not: these are for a person."""

    places: tuple[Place, ...] = ()
    unread: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write the places as a list."""
        return "; ".join(map(str, self.places))
