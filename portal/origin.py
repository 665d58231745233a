"""Where a request comes from, as far as services may know."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_AGENT = 300
# Mark in the user agent: name; the first that is found counts, since each browser claims to be the later ones too.
BROWSERS = {
    "YaBrowser": "Яндекс Браузер", "Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome",
    "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """The address as our own server or trusted proxy saw it, and what the browser says of itself."""

    ip_address: str
    user_agent: str


def device(user_agent: str) -> str:
    """Name a device for its owner: «Firefox, Windows»."""
    known = [next((name for mark, name in table.items() if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(part for part in known if part) or "неизвестный браузер"
