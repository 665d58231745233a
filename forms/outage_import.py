"""Whole lists of outages: a table, or the text of an announcement with its dates and hours."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from wtforms.fields import SubmitField
from wtforms.widgets import FileInput

from forms import checks, sheets
from forms.answers import OutageAnswers
from forms.base import Figure
from forms.choices import OutageKind
from forms.fields import Asked, ChoiceField, EssayField, RowField
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
_MONTHS: Final = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
)
_DAY: Final = re.compile(
    r"(?<!\d)(?:(\d{1,2})\.(\d{2})\.(\d{4})|(\d{1,2})\s+(" + "|".join(_MONTHS) + r")[а-я]{0,3}(?:\s+(\d{4}))?)(?!\d)"
)
_HOURS: Final = re.compile(r"(?:с\s*)?(\d{1,2})[.:](\d{2})\s*(?:-|–|—|до)\s*(\d{1,2})[.:](\d{2})")


@dataclass(frozen=True)
class Row:
    """One outage of a list as it was written, with its number in the list."""

    number: int
    begins_at: str
    ends_at: str
    kind: str
    reason: str
    text: str


class TableField(Asked):
    """A table in a file; `data` are its rows, head first, None where no file was chosen."""

    widget = FileInput()

    def process_data(self, value: Any) -> None:
        """Start with nothing."""
        del value
        self.data: list[list[str]] | None = None
        self.refusal = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the file that was chosen."""
        for storage in valuelist[:1]:
            if not isinstance(storage, str) and storage.filename:
                self._read(storage.stream)

    def judge(self, form: Any) -> None:
        """Repeat why it could not be read."""
        del form
        if self.refusal:
            raise ValueError(self.refusal)

    def _read(self, stream: IO[bytes]) -> None:
        try:
            self.data = sheets.rows(stream, MOST_ROWS)
        except ValueError as error:
            self.refusal = str(error)


class ImportForm(Figure):
    """A table or the text of an announcement; kind and reason are for what does not name its own."""

    kind = ChoiceField("Вид отключения", of=OutageKind, noun="вид отключения", default=OutageKind.planned.code)
    reason_id = RowField("Причина", noun="причину", first="-Выберите причину-")
    file = TableField(
        "Таблица CSV или XLSX",
        noun="таблицу",
        optional=True,
        description="Столбцы: Начало, Конец, Вид отключения, Причина, Адреса",
        render_kw={"accept": ".csv,.xlsx"},
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
        if self.file.data is None and not self.announcement.data:
            raise ValueError("Приложите таблицу или вставьте текст объявления")
        if self.file.data is not None:
            return list(_of_table(self.file.data))
        return list(_of_text(self.announcement.data, self.today()))

    def today(self) -> dt.date:
        """Return today's date; the view sets the company's own."""
        return dt.datetime.now(tz=dt.UTC).date()


def _of_table(table: Sequence[Sequence[str]]) -> Iterator[Row]:
    head = [cell.lower().rstrip("*: ") for cell in (table[0] if table else ())]
    places = {name: next((head.index(word) for word in words if word in head), -1) for name, words in HEADS.items()}
    missing = [HEADS[name][0].capitalize() for name in ("begins_at", "ends_at", "text") if places[name] < 0]
    if missing:
        raise ValueError(f"Не нашли столбцы: {', '.join(missing)}. Назовите их так в первой строке")
    for number, cells in enumerate(table[1:], 2):
        said = {name: cells[place] if 0 <= place < len(cells) else "" for name, place in places.items()}
        yield Row(number, **said)


def _of_text(text: str, today: dt.date) -> Iterator[Row]:
    """Cut an announcement at its dates and hours; the lines below each are its addresses."""
    day: dt.date | None = None
    hours: tuple[str, str] | None = None
    number, lines = 0, list[str]()
    for count, line in enumerate([*text.splitlines(), "01.01.2000 с 0.00 до 1.00"], 1):
        found_day, found_hours = _DAY.search(line.lower()), _HOURS.search(line.lower())
        if (found_day or found_hours) and not _is_address(line, found_day, found_hours):
            if "\n".join(lines).strip():
                yield from _segment(number, day, hours, "\n".join(lines))
            day = _day(found_day, today) if found_day else day
            hours = (
                (f"{found_hours[1]}:{found_hours[2]}", f"{found_hours[3]}:{found_hours[4]}")
                if found_hours
                else None
                if found_day
                else hours
            )
            number, lines = (
                count,
                [line[max(found.end() for found in (found_day, found_hours) if found) :].lstrip(": ")],
            )
        else:
            lines.append(line)


def _is_address(line: str, day: Any, hours: Any) -> bool:
    """Whether a date is part of a street's name: «ул. 9 Января»."""
    return (
        hours is None
        and day is not None
        and day[1] is None
        and bool(re.search(r"ул\.|улиц|пер\.|д\.|дом", line.lower()))
    )


def _segment(number: int, day: dt.date | None, hours: tuple[str, str] | None, text: str) -> Iterator[Row]:
    if day is None or hours is None:
        raise ValueError(f"Строка {number or 1}: не нашли {'дату' if day is None else 'часы'} над адресами. Допишите")
    ends = day + dt.timedelta(days=moment(f"{day:%d.%m.%Y} {hours[1]}") <= moment(f"{day:%d.%m.%Y} {hours[0]}"))
    yield Row(number, f"{day:%d.%m.%Y} {hours[0]}", f"{ends:%d.%m.%Y} {hours[1]}", "", "", text.strip())


def _day(found: re.Match[str], today: dt.date) -> dt.date:
    """Read a date; one without a year is the nearest to come, or of the last half year."""
    if found[1]:
        return checks.day(found[0])
    month = next(
        number
        for number, word in enumerate(_MONTHS, 1)
        if re.match(word + r"[а-я]{0,3}$", found[0].split()[1])
        and (number != 5 or found[0].split()[1][:3] in {"май", "мая"})
    )
    if found[6]:
        return checks.day(f"{found[4]}.{month:02}.{found[6]}")
    this = checks.day(f"{found[4]}.{month:02}.{today.year}")
    return this if (today - this).days < 182 else checks.day(f"{found[4]}.{month:02}.{today.year + 1}")  # noqa: PLR2004


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
