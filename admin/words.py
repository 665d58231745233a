"""Facts of the journal and values of rows in words."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from forms.choices import ConsentKind, OutageKind
from forms.labels import LABELS
from portal import formats
from portal.models import AGREEMENT, StaffRole, TermUnit

FACTS = LABELS | {
    "kind": "Вид", "changed": "Что изменено", "left": "Рабочих дней осталось", "term": "Срок", "rows": "Строк",
    "errors": "Ошибок", "month": "Месяц", "addresses": "Адресов", "way": "Способ", "letter": "Письмо",
    "body": "Текст", "places": "Адреса", "part": "Часть списка", "filter": "Отбор",
}  # fmt: skip
WORDINGS = {choice.code: choice.label for choice in (*ConsentKind, *OutageKind)} | {
    AGREEMENT: "О простой электронной подписи"
}
WORDINGS |= {choice.value: choice.label for choices in (StaffRole, TermUnit) for choice in choices}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d")


def worded(value: Any) -> str:  # noqa: ANN401
    """Write a value as people read it."""
    if isinstance(value, list):
        return ", ".join(FACTS.get(str(name), str(name)) for name in value)
    if isinstance(value, bool):
        return "да" if value else "нет"
    said = _time(value) if isinstance(value, str) else ""
    return said or ("—" if value in {None, ""} else WORDINGS.get(str(value), str(value)))


def _time(text: str) -> str:
    """Write a day or a moment as people read it; nothing for what only looks like one: people type what they like."""
    with suppress(ValueError):
        if _DAY.fullmatch(text):
            return formats.date(date.fromisoformat(text))
        if _MOMENT.fullmatch(text):
            return formats.moment(datetime.fromisoformat(text))
    return ""
