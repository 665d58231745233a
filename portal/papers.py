"""Papers that the company's side makes as PDF: numbered notices, the summary of an application.

Each is a Typst template in templates/papers/ that reads its words from here; the fonts are ours, so that a page looks
the same on every machine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from portal import clock, formats, settings, verdicts
from portal.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portal.models import Connection, JournalEntry

TEMPLATES = settings.ROOT / "templates" / "papers"
FONTS = Path(__file__).resolve().parent / "fonts"


def documents_notice(connection: Connection, entry: JournalEntry) -> bytes:
    """«Уведомление о нестаче документов»: what is missing or wrong, and the last day (fig. 13.3)."""
    remarks = [{"label": one.label, "remark": one.remark} for one in verdicts.remarks(db.session(), entry)]
    return _compiled(
        "documents_notice",
        number=entry.data["letter_number"],
        dated=formats.date(clock.today()),
        applicant=connection.applicant,
        case=_named(connection),
        remarks=remarks,
        note=entry.note,
        due_on=connection.due_on and formats.date(connection.due_on),
        signer=connection.responsible.full_name if connection.responsible else entry.actor,
    )


def application(sheet: Sequence[dict[str, Any]], files: Sequence[str], number: str | None, day: str | None) -> bytes:
    """«Проверить и распечатать»: the figure as it was filled in; a draft has neither number nor day."""
    return _compiled("application", sheet=list(sheet), files=list(files), number=number, dated=day)


LETTERS: dict[str, Callable[[Any, JournalEntry], bytes]] = {"documents_notice": documents_notice}


def _named(connection: Connection) -> dict[str, str]:
    facts = [{"label": label, "value": value} for label, value in connection.headline]
    return {"title": connection.title, "dated": formats.date(connection.registered_at), "facts": facts}  # type: ignore[dict-item]


def _compiled(name: str, **said: Any) -> bytes:  # noqa: ANN401
    ours = settings.current().organisation
    said["organisation"] = {"name": ours.name, "office": ours.office, "phones": ", ".join(ours.phones)}
    return bytes(
        typst.compile(
            TEMPLATES / f"{name}.typ",
            root=TEMPLATES,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
            timestamp=int(clock.now().timestamp()),
        )
    )
