"""Whole lists of outages: a table, or the text of an announcement with its dates and hours."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from wtforms.fields import SubmitField

from forms import announcements, checks, tables
from forms.answers import OutageAnswers
from forms.base import Figure
from forms.choices import OutageKind
from forms.fields import ChoiceField, ChosenTable, EssayField, RowField, TableField
from forms.outages import ADDRESSES_LONGEST, MomentField, moment, period

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
_FORMAT: Final = "%d.%m.%Y %H:%M"

Period = tuple[dt.datetime, dt.datetime]


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
    """A table or the text of an announcement; kind, reason and time are for what does not name its own.

    `day` is today, which the view sets: a date without a year is near it.
    """

    day = dt.date.min

    kind = ChoiceField("Вид отключения", of=OutageKind, noun="вид отключения", default=OutageKind.planned.code)
    reason_id = RowField("Причина", noun="причину", first="-Выберите причину-", optional=True)
    begins_at = MomentField("Начало", noun="начало", optional=True)
    ends_at = MomentField("Конец", noun="конец", optional=True)
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
        description="Как оно вышло: «25 и 26 ноября», ниже «с 9.00 до 16.30:», ниже список адресов",
    )
    submit = SubmitField("Проверить")

    @property
    def usual(self) -> Period | None:
        """When the outages are that name no time of their own."""
        return (self.begins_at.data, self.ends_at.data) if self.begins_at.data and self.ends_at.data else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the time as a whole: both ends of it, or none."""
        is_valid = super().validate(extra_validators)
        if not is_valid or not (self.begins_at.data or self.ends_at.data):
            return is_valid
        for field in (self.begins_at, self.ends_at):
            if not field.data:
                field.errors = [f"Введите {field.noun} или оставьте пустыми оба поля"]
                return False
        try:
            period(self.begins_at.data, self.ends_at.data)
        except ValueError as error:
            self.ends_at.errors = [str(error)]
            return False
        return True

    def rows(self) -> list[OutageAnswers]:
        """Return the outages of the list, after a successful validation.

        Raises ValueError with a sentence for each row that can't be taken, at most 20 of them: then none is.
        """
        return list(_checked(self, self._found()))

    def _found(self) -> list[Row]:
        if self.file.chosen is not None:
            return list(_of_table(self.file.chosen, is_timed=self.usual is not None))
        if not self.announcement.data:
            raise ValueError("Приложите таблицу или вставьте текст объявления")
        return list(_of_text(self.announcement.data, self.day, self.usual))


def _of_table(table: ChosenTable, *, is_timed: bool) -> Iterator[Row]:
    """Read the rows of a table; one that `is_timed` from outside may lack the columns of time."""
    lines = tables.lines(table.stream, table.kind, MOST_ROWS)
    with closing(lines):
        head = [cell.lower().rstrip("*: ") for cell in next(lines, (0, []))[1]]
        places = {name: next((head.index(word) for word in words if word in head), -1) for name, words in HEADS.items()}
        needed = ("text",) if is_timed else ("begins_at", "ends_at", "text")
        missing = [HEADS[name][0].capitalize() for name in needed if places[name] < 0]
        if missing:
            raise ValueError(f"Не нашли столбцы: {', '.join(missing)}. Назовите их так в первой строке")
        for number, cells in lines:
            said = {name: cells[place] if 0 <= place < len(cells) else "" for name, place in places.items()}
            yield Row(number, **said)


def _of_text(text: str, today: dt.date, usual: Period | None) -> Iterator[Row]:
    """Make the rows of an announcement: one for each day and hours of a part."""
    for part in announcements.parts(text, today):
        try:
            periods = list(part.periods(usual))
        except ValueError as error:
            raise ValueError(f"Строка {part.line}: {error}") from None
        for begins, ends in periods:
            yield Row(part.line, f"{begins:{_FORMAT}}", f"{ends:{_FORMAT}}", "", "", part.text)


def _checked(form: Any, rows: Sequence[Row]) -> Iterator[OutageAnswers]:
    if not rows:
        raise ValueError("В списке нет ни одного отключения")
    if len(rows) > MOST_ROWS:
        raise ValueError(f"Разделите список на части: за все дни и часы в нём больше {MOST_ROWS} отключений")
    unexplained = None if form.reason_id.data else next((row for row in rows if not row.reason), None)
    if unexplained is not None:
        raise ValueError(f"Выберите причину: в строке {unexplained.number} она не названа")
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


def _period(row: Row, usual: Period | None) -> Period:
    """Read when a row's outage is; one that names neither end is when the clerk said above."""
    if usual and not row.begins_at and not row.ends_at:
        return usual
    begins, ends = moment(row.begins_at, "начало"), moment(row.ends_at, "конец")
    period(begins, ends)
    return begins, ends


def _answers(form: Any, row: Row) -> OutageAnswers:
    begins, ends = _period(row, form.usual)
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
