"""Whole lists of outages: a table, or the text of an announcement with its dates and hours."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from wtforms.fields import SubmitField

from forms import checks, months, tables
from forms.answers import OutageAnswers
from forms.base import Figure
from forms.choices import OutageKind
from forms.fields import ChoiceField, ChosenTable, EssayField, RowField, TableField
from forms.outages import ADDRESSES_LONGEST, moment, period

MOST_ROWS: Final = 5000
TEXT_LONGEST: Final = 200_000
MOST_ERRORS: Final = 20
# head of a column: what it may be called
HEADS: Final = {
    "begins_at": ("начало", "дата и время начала"),
    "ends_at": ("конец", "окончание", "дата и время окончания"),
    "kind": ("вид отключения", "вид"),
    "reason": ("причина",),
    "text": ("адреса", "адрес"),
}
HALF_A_YEAR: Final = dt.timedelta(days=182)
_DAY: Final = re.compile(
    rf"(?<!\d)(?:(\d{{1,2}})\.(\d{{2}})\.(\d{{4}})|(\d{{1,2}})\s+({'|'.join(months.OF_DATES)})(?:\s+(\d{{4}}))?)(?!\d)(?:\s*г(?:ода|\.)?(?!\w))?",
    re.IGNORECASE,
)
_HOURS: Final = re.compile(r"(?:с\s*)?(\d{1,2})[.:](\d{2})\s*(?:-|–|—|до)\s*(\d{1,2})[.:](\d{2})", re.IGNORECASE)
_STREET: Final = re.compile(r"\b(?:ул|улиц\w+|пер|д|дом\w*)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One outage of a list as it was written, with its number in the list."""

    number: int
    begins_at: str
    ends_at: str
    kind: str
    reason: str
    text: str


class ImportForm(Figure):
    """A table or the text of an announcement; kind and reason are for what does not name its own.

    `day` is today, which the view sets: a date without a year is near it.
    """

    day = dt.date.min

    kind = ChoiceField("Вид отключения", of=OutageKind, noun="вид отключения", default=OutageKind.planned.code)
    reason_id = RowField("Причина", noun="причину", first="-Выберите причину-")
    file = TableField(
        "Таблица CSV или XLSX",
        noun="таблицу",
        optional=True,
        description="Столбцы: Начало, Конец, Вид отключения, Причина, Адреса",
    )
    announcement = EssayField(
        "Или текст объявления",
        noun="текст объявления",
        limit=TEXT_LONGEST,
        optional=True,
        description="С датами и часами: «25.11.2026», ниже «с 9.00 до 16.30:», ниже список адресов",
    )
    submit = SubmitField("Проверить")

    def rows(self) -> list[OutageAnswers]:
        """Return the outages of the list, after a successful validation.

        Raises ValueError with a sentence for each row that can't be taken, at most 20 of them: then none is.
        """
        return list(_checked(self, self._found()))

    def _found(self) -> list[Row]:
        if self.file.chosen is not None:
            return list(_of_table(self.file.chosen))
        if not self.announcement.data:
            raise ValueError("Приложите таблицу или вставьте текст объявления")
        return list(_of_text(self.announcement.data, self.day))


def _of_table(table: ChosenTable) -> Iterator[Row]:
    lines = tables.lines(table.stream, table.kind, MOST_ROWS)
    with closing(lines):
        head = [cell.lower().rstrip("*: ") for cell in next(lines, (0, []))[1]]
        places = {name: next((head.index(word) for word in words if word in head), -1) for name, words in HEADS.items()}
        missing = [HEADS[name][0].capitalize() for name in ("begins_at", "ends_at", "text") if places[name] < 0]
        if missing:
            raise ValueError(f"Не нашли столбцы: {', '.join(missing)}. Назовите их так в первой строке")
        for number, cells in lines:
            said = {name: cells[place] if 0 <= place < len(cells) else "" for name, place in places.items()}
            yield Row(number, **said)


@dataclass(frozen=True)
class _Header:
    """A line of an announcement that names a day, hours or both; `rest` is what follows them."""

    day: dt.date | None
    hours: tuple[str, str] | None
    rest: str

    @classmethod
    def of(cls, line: str, today: dt.date) -> "_Header | None":
        """Read a line; None where it is none. «ул. 9 Января» is no date."""
        day, hours = _DAY.search(line), _HOURS.search(line)
        if day is None and hours is None:
            return None
        if hours is None and _STREET.search(line):
            return None
        end = max(found.end() for found in (day, hours) if found)
        named = (f"{hours[1]}:{hours[2]}", f"{hours[3]}:{hours[4]}") if hours else None
        return cls(_day(day, today) if day else None, named, line[end:].lstrip(": "))


def _of_text(text: str, today: dt.date) -> Iterator[Row]:
    """Cut an announcement at its dates and hours; the lines below each are its addresses."""
    day: dt.date | None = None
    hours: tuple[str, str] | None = None
    start, lines = 1, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        header = _Header.of(line, today)
        if header is None:
            lines.append(line)
            continue
        yield from _segment(start, day, hours, lines)
        hours = header.hours or (None if header.day else hours)
        day = header.day or day
        start, lines = number, [header.rest]
    yield from _segment(start, day, hours, lines)


def _segment(number: int, day: dt.date | None, hours: tuple[str, str] | None, lines: Sequence[str]) -> Iterator[Row]:
    """Make the row of one part; hours that end before they begin go over midnight."""
    text = "\n".join(lines).strip()
    if not text:
        return
    if day is None or hours is None:
        missing = "дату" if day is None else "часы"
        raise ValueError(f"Строка {number}: не нашли {missing} над этим текстом. Допишите или уберите текст")
    begins, ends = moment(f"{day} {hours[0]}"), moment(f"{day} {hours[1]}")
    ends += dt.timedelta(days=ends <= begins)
    yield Row(number, f"{begins:%d.%m.%Y %H:%M}", f"{ends:%d.%m.%Y %H:%M}", "", "", text)


def _day(found: re.Match[str], today: dt.date) -> dt.date:
    """Read a date; one without a year is at most half a year ago, or else still to come."""
    if found[1]:
        return checks.day(f"{found[1]}.{found[2]}.{found[3]}")
    month = months.OF_DATES.index(found[5].lower()) + 1
    year = int(found[6] or today.year)
    day = checks.day(f"{found[4]}.{month:02}.{year}")
    is_next_year = not found[6] and today - day > HALF_A_YEAR
    return checks.day(f"{found[4]}.{month:02}.{year + 1}") if is_next_year else day


def _checked(form: Any, rows: Sequence[Row]) -> Iterator[OutageAnswers]:
    if not rows:
        raise ValueError("В списке нет ни одного отключения")
    made, errors = [], []
    for row in rows:
        try:
            made.append(_answers(form, row))
        except ValueError as error:
            errors.append(f"Строка {row.number}: {error}")
    if errors:
        more = [f"И ещё строк с ошибками: {len(errors) - MOST_ERRORS}"] if len(errors) > MOST_ERRORS else []
        raise ValueError(*errors[:MOST_ERRORS], *more)
    yield from made


def _answers(form: Any, row: Row) -> OutageAnswers:
    begins, ends = moment(row.begins_at, "начало"), moment(row.ends_at, "конец")
    period(begins, ends)
    kind = next((kind for kind in OutageKind if kind.label.lower() == row.kind.lower()), None)
    if row.kind and kind is None:
        raise ValueError(f"вид отключения бывает {' или '.join(kind.label for kind in OutageKind)}")
    reasons = {choice.label.lower(): int(choice.value) for choice in form.reason_id.choices if choice.value}
    if row.reason and row.reason.lower() not in reasons:
        raise ValueError(f"причины «{row.reason[:60]}» нет в справочнике")
    return OutageAnswers(
        kind=kind or OutageKind[form.kind.data],
        begins_at=begins,
        ends_at=ends,
        reason_id=reasons[row.reason.lower()] if row.reason else form.reason_id.data,
        text=checks.essay(row.text, "адреса", ADDRESSES_LONGEST),
        token="",
    )
