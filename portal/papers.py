"""Papers that the company's side makes as PDF: numbered notices, the summary of an application, signing sheets.

Each is a Typst template in templates/papers/ that reads its words from here as JSON: they are only ever shown, never
run. The fonts are ours, so that a page looks the same on every machine. What comes out is PDF/A-2a and PDF/UA-1: it can
be kept for years and read aloud.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

import typst

from portal import clock, formats, settings, verdicts
from portal.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from portal.models import Connection, JournalEntry

TEMPLATES = settings.ROOT / "templates" / "papers"
FONTS = Path(__file__).resolve().parent / "fonts"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]


@dataclass(frozen=True)
class Signing:
    """One signature: of which file (`sha256` in hexadecimal), by whom, at which moment (aware), how and from where."""

    title: str
    number: str
    file_name: str
    sha256: str
    signer: str
    account: str
    at: datetime
    way: str
    address: str


def documents_notice(connection: Connection, entry: JournalEntry) -> bytes:
    """«Уведомление о нестаче документов»: what is missing or wrong, and the last day (fig. 13.3).

    Raises:
        typst.TypstError: the template is broken; as with every paper.

    """
    applicant = connection.applicant
    return _compiled(
        "documents_notice",
        number=entry.data["letter_number"],
        dated=_dated(entry),
        addressee=[applicant["name"], applicant["address"], applicant["email"]],
        case=_named(connection),
        remarks=[{"label": one.label, "remark": one.remark} for one in verdicts.remarks(db.session(), entry)],
        note=(entry.note or "").splitlines(),
        due_on=connection.due_on and formats.date(connection.due_on),
        cabinet=settings.current().public_url,
        signer=entry.actor,
    )


def application(sheet: Sequence[dict[str, Any]], files: Sequence[str], number: str | None, day: str | None) -> bytes:
    """«Проверить и распечатать»: the figure as it was filled in; a draft has neither number nor day."""
    return _compiled("application", sheet=list(sheet), files=list(files), number=number, dated=day)


def signing_sheet(signing: Signing) -> bytes:
    """«Лист подписания»: goes with a file that was signed with a simple electronic signature."""
    moment = clock.local(signing.at)
    return _compiled(
        "signing_sheet",
        document=[("Название", signing.title), ("Номер", signing.number), ("Имя файла", signing.file_name)],
        sha256=signing.sha256,
        signature=[
            ("Подписал", signing.signer),
            ("Учётная запись", signing.account),
            ("Время", f"{moment:%d.%m.%Y, %H:%M:%S} (UTC{moment.isoformat()[-6:]})"),
            ("Способ подписания", signing.way),
            ("IP-адрес", signing.address),
        ],
    )


LETTERS: dict[str, Callable[[Any, JournalEntry], bytes]] = {"documents_notice": documents_notice}


def _dated(entry: JournalEntry) -> str:
    given = entry.data.get("letter_date")
    return formats.date(date.fromisoformat(given) if given else clock.today())


def _named(connection: Connection) -> dict[str, str]:
    return {
        "number": str(connection.number),
        "dated": formats.date(connection.registered_at),
        "address": connection.address,
        "power": formats.kilowatts(connection.power),
    }


def _compiled(name: str, **said: Any) -> bytes:  # noqa: ANN401
    ours = settings.current().organisation
    said["organisation"] = {"name": ours.name, "office": ours.office, "phones": ", ".join(ours.phones)}
    return bytes(
        typst.compile(
            TEMPLATES / f"{name}.typ",
            root=TEMPLATES,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"said": json.dumps(_visible(said), ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=int(clock.now().timestamp()),
        )
    )


@cache
def _fonts() -> typst.Fonts:
    """Read the fonts once: threads may share them, whereas a `typst.Compiler` serves one at a time."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def _visible(said: Any) -> Any:  # noqa: ANN401
    """Leave controls, marks of direction and non-characters out of all texts: PDF/A refuses them."""
    if isinstance(said, str):
        return "".join(char for char in said.replace("\t", " ") if char == "\n" or category(char)[0] != "C")
    if isinstance(said, dict):
        return {key: _visible(value) for key, value in said.items()}
    return [_visible(value) for value in said] if isinstance(said, list | tuple) else said
