"""Fig. 18: looking outages up; and what staff write down about them."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, Final

from wtforms.fields import SubmitField
from wtforms.widgets import DateTimeLocalInput

from forms import checks
from forms.answers import OutageAnswers
from forms.base import Figure
from forms.choices import OutageKind
from forms.fields import ChoiceField, DateField, EssayField, LineField, NamedTextField, RowField, TickField

ADDRESSES_LONGEST: Final = 20_000
REASON_LONGEST: Final = 300
SHORTEST: Final = dt.timedelta(minutes=10)
LONG: Final = dt.timedelta(days=7)
LONGEST: Final = dt.timedelta(days=92)
_MOMENT: Final = re.compile(r"(\S+?)[T\s,]\s*(?:в\s+)?([0-9]{1,2})[:.]([0-9]{2})(?::00)?")
_FIRST_STREET: Final = "-Выберите улицу-"


def moment(text: str, noun: str = "время") -> dt.datetime:
    """Return a date and time of the wall clock: «2026-11-24T09:00» or «24.11.2026 9:00». Raises ValueError."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:  # noqa: PLR2004
        raise ValueError(f"Введите {noun}: дату и время, например 24.11.2026 09:00")
    day = checks.day(found[1], noun)
    return dt.datetime.combine(day, dt.time(int(found[2]), int(found[3])))


def period(begins: dt.datetime, ends: dt.datetime) -> str | None:
    """Return what looks odd about a period and may be right. Raises ValueError where it can't be."""
    lasts = ends - begins
    if lasts <= dt.timedelta(0):
        raise ValueError("Проверьте конец: он должен быть позже начала")
    if lasts > LONGEST:
        raise ValueError(f"Проверьте конец: отключение длится {lasts.days} дней, а можно не больше {LONGEST.days}")
    if lasts < SHORTEST:
        return f"Отключение длится {int(lasts.total_seconds() // 60)} мин"
    return f"Отключение длится больше недели: {lasts.days} дней" if lasts > LONG else None


class MomentField(NamedTextField):
    """A date and time of the wall clock; `data` is a naive datetime."""

    widget = DateTimeLocalInput()
    rule = staticmethod(moment)

    @property
    def words(self) -> str:
        """«24.11.2026, 09:00»."""
        return f"{self.data:%d.%m.%Y, %H:%M}" if isinstance(self.data, dt.datetime) else super().words

    def _value(self) -> str:
        return self.data.isoformat(timespec="minutes") if isinstance(self.data, dt.datetime) else super()._value()


class OutageSearch(Figure):
    """Address and range of dates, sent by GET: the page can be passed on. The view lays the streets in."""

    token = None

    street_id = RowField(first=_FIRST_STREET)
    # The browser cuts what no address line of a browser holds; what is merely too long is answered in words.
    house = LineField(
        limit=25, description="Вместе с корпусом или строением. Например, 12 к. 1", render_kw={"maxlength": 2000}
    )
    since = DateField("С", noun="дату начала", optional=True)
    until = DateField("По", noun="дату конца", optional=True)
    submit = SubmitField("Показать")

    class Meta:
        """A search changes nothing."""

        csrf = False

    def validate(self, extra_validators: Any = None) -> bool:
        """Compare the two dates as well."""
        is_valid = super().validate(extra_validators)
        first, last = self.since.data, self.until.data
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            self.until.errors = ["Проверьте дату «По»: она раньше даты «С»"]
            return False
        return is_valid


class SubscribeForm(Figure):
    """An address to be told about. The view lays the streets in."""

    token = None

    street_id = RowField(first=_FIRST_STREET)
    house = LineField(limit=25)
    submit = SubmitField("Подписаться")


class OutageForm(Figure):
    """One outage; the view lays reasons in. `odd` is what the clerk is asked about: the box lets it pass."""

    kind = ChoiceField("Вид отключения", of=OutageKind, noun="вид отключения", default=OutageKind.planned.code)
    begins_at = MomentField("Начало", noun="начало")
    ends_at = MomentField("Конец", noun="конец", description="Или ожидаемый конец, если авария ещё не устранена")
    reason_id = RowField("Причина", noun="причину", first="-Выберите причину-")
    text = EssayField(
        "Адреса",
        noun="адреса",
        limit=ADDRESSES_LONGEST,
        description="Как в объявлении: «ул. Ленина, д. 1–25 (нечёт.), 30, 32/1; пер. Садовый (полностью)»",
    )
    sure = TickField("Всё верно, так и есть", noun="что всё верно")
    submit = SubmitField("Сохранить")

    odd = ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the period as a whole."""
        is_valid = super().validate(extra_validators)
        first, last = self.begins_at.data, self.ends_at.data
        if isinstance(first, dt.datetime) and isinstance(last, dt.datetime):
            for sentence in self._wrong(first, last):
                self.ends_at.errors = [sentence]
                return False
        return is_valid

    def answers(self) -> OutageAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(OutageAnswers)

    def _wrong(self, first: dt.datetime, last: dt.datetime) -> Iterator[str]:
        try:
            self.odd = period(first, last) or ""
        except ValueError as error:
            yield str(error)
        else:
            if self.odd and not self.sure.data:
                yield f"{self.odd}. Проверьте время или отметьте «{self.sure.label.text}»"


class CallOffForm(Figure):
    """Why an outage is cancelled."""

    token = None

    reason = EssayField("Почему", limit=REASON_LONGEST, description="Это прочтут все, кому придёт письмо об отмене")
    submit = SubmitField("Отменить отключение")
