"""Calendar files (RFC 5545) of outages: what phones and mail programs subscribe to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_LINE: Final = 75  # bytes
_REFRESH: Final = timedelta(hours=1)
_ESCAPED: Final = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": None})


@dataclass(frozen=True)
class Event:
    """One event; `sequence` grows with each change, `uid` never changes."""

    uid: str
    begins_at: datetime
    ends_at: datetime
    summary: str
    description: str
    changed_at: datetime
    sequence: int
    is_cancelled: bool = False


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """Write a calendar; moments are in UTC, so that no time zone has to be described."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//subscriber cabinet//outages//RU",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{int(_REFRESH.total_seconds()) // 3600}H",
        *(line for event in events for line in _lines(event)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _lines(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_moment(event.changed_at)}"
    yield f"DTSTART:{_moment(event.begins_at)}"
    yield f"DTEND:{_moment(event.ends_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"DESCRIPTION:{_text(event.description)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return "".join(char for char in value.translate(_ESCAPED) if char >= " ")


def _folded(line: str) -> bytes:
    """Break a line of more than 75 bytes; a character is never cut."""
    pieces: list[bytes] = []
    piece = b""
    for char in line:
        byte = char.encode()
        if len(piece) + len(byte) > _LINE - bool(pieces):
            pieces.append(piece)
            piece = b""
        piece += byte
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
