"""How a person wants pages to look: low vision, dark or light; kept in a cookie, so that it works before sign-in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from forms.accessibility import VIEW_CHOICES

if TYPE_CHECKING:
    from collections.abc import Mapping

COOKIE = "view"
YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class ViewOptions:
    """Codes of VIEW_CHOICES; base.html writes them into `<html data-…>`."""

    scheme: str = "auto"
    size: str = "100"
    colours: str = "normal"
    spacing: str = "normal"
    images: str = "show"

    @classmethod
    def of(cls, chosen: Mapping[str, str]) -> ViewOptions:
        """Take what is known and leave the rest as usual: a cookie can hold anything."""
        known = {name: dict(pairs) for name, pairs in VIEW_CHOICES.items()}
        return cls(**{name: chosen[name] for name in known if chosen.get(name) in known[name]})

    @classmethod
    def from_cookie(cls, cookie: str) -> ViewOptions:
        """Read «scheme=dark&size=150»."""
        return cls.of(dict(part.split("=", 1) for part in cookie.split("&") if "=" in part))

    def cookie(self) -> str:
        """Write it down."""
        return "&".join(f"{name}={value}" for name, value in asdict(self).items())

    @property
    def is_default(self) -> bool:
        """Whether nothing was chosen."""
        return self == ViewOptions()
