"""The clerks' queue of appeals: its parts, its order, and who stands next to whom in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, literal, or_, select, true, tuple_

from admin.base import Preset
from portal import access, clock, formats
from portal.extensions import db
from portal.models import Appeal
from portal.workflow import APPEAL, Tone

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

SOON = timedelta(days=2)
# What has no term stands after everything that has one, on both databases.
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Urgency:
    """How much time is left: the words, and the tone of their tag (late, yours or closed)."""

    words: str
    tone: str


def urgency(due_on: date) -> Urgency:
    """Count the days that are left today."""
    left = (due_on - clock.today()).days
    if left < 0:
        return Urgency(f"просрочено {-left} дн.", "late")
    words = f"{left} дн." if left else "сегодня"
    return Urgency(words, "yours" if left <= SOON.days else "closed")


def of_tones(*tones: Tone) -> ColumnElement[bool]:
    """Select the appeals whose status has one of these tones."""
    return Appeal.status.in_([status.code for status in APPEAL.statuses if status.tone in tones])


def is_open() -> ColumnElement[bool]:
    """Select what is not finished."""
    return of_tones(Tone.ours, Tone.yours)


def is_mine() -> ColumnElement[bool]:
    """Select what waits for the company, and for this clerk or nobody in particular."""
    mine = or_(Appeal.responsible_id.is_(None), Appeal.responsible_id == access.staff().id)
    return and_(of_tones(Tone.ours), mine)


MINE = Preset("mine", "Моя очередь", is_mine)
PRESETS = (
    MINE,
    Preset("late", "Просрочено", lambda: and_(is_open(), Appeal.due_on < clock.today())),
    Preset("today", "Срок сегодня", lambda: and_(is_open(), Appeal.due_on == clock.today())),
    Preset("waiting", "Ждут заявителя", lambda: of_tones(Tone.yours)),
    Preset("open", "Открытые", is_open),
    Preset("all", "Все", true),
)


def order() -> tuple[Any, ...]:
    """Put the nearest term first."""
    return (func.coalesce(Appeal.due_on, NEVER), Appeal.id)


def matches(word: str) -> ColumnElement[bool]:
    """Find by number, by the applicant's name and by the words of the appeal."""
    found = [
        Appeal.applicant["name"].as_string().icontains(word, autoescape=True),
        Appeal.text.icontains(word, autoescape=True),
    ]
    if word.isascii() and word.isdigit() and len(word) < 10:  # noqa: PLR2004 - more digits than a number has
        found.append(Appeal.number == int(word))
    return or_(*found)


def numbered(number: int) -> Appeal | None:
    """Open an appeal by its number."""
    return db.session.scalar(select(Appeal).where(Appeal.number == number))


def short_name(appeal: Appeal) -> str:
    """«Иванов И.И.», or the organisation as it is; as the appeal says, not as the profile says now."""
    name = appeal.applicant["name"]
    return formats.short_name(name) if appeal.subscriber.is_person else str(name)


def before(appeal: Appeal, preset: Preset) -> int | None:
    """Give the number of the one before it in that part of the queue."""
    backwards = [key.desc() for key in order()]
    found = select(Appeal.number).where(preset.where(), tuple_(*order()) < _place(appeal)).order_by(*backwards).limit(1)
    return db.session.scalar(found)


def after(appeal: Appeal, preset: Preset) -> int | None:
    """Give the number of the one after it."""
    found = select(Appeal.number).where(preset.where(), tuple_(*order()) > _place(appeal)).order_by(*order()).limit(1)
    return db.session.scalar(found)


def first(preset: Preset) -> int | None:
    """Give the number at the head of that part of the queue."""
    return db.session.scalar(select(Appeal.number).where(preset.where()).order_by(*order()).limit(1))


def _place(appeal: Appeal) -> Any:  # noqa: ANN401
    return tuple_(literal(appeal.due_on or NEVER), literal(appeal.id))
