"""Fields that people type into: lines, identifiers, dates, and the hidden token."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar, Final
from uuid import uuid4

from wtforms.fields import StringField
from wtforms.widgets import DateInput, EmailInput, HiddenInput, TelInput, TextArea, TextInput

from forms import checks, readings
from forms.fields.asked import Asked, printable

_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


class TextField(Asked, StringField):
    """One typed value, brought to its normal form by a rule of `checks`.

    `typed` stays as it was sent, to be shown again beside an error; `data` becomes the normalised value, and
    None where an optional field was left blank.
    """

    widget = TextInput()
    rule: ClassVar[Callable[..., Any]]

    typed = ""

    def process_data(self, value: Any) -> None:
        """Show a stored value as if it had been typed."""
        self.data = value
        self.typed = "" if value is None else str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first text sent; a file under this name, or a second text, is ignored."""
        self.data = self.typed = next((value for value in valuelist if isinstance(value, str)), "")

    def judge(self, form: Any) -> None:
        """Apply the rule to what was typed."""
        is_skipped = not self.required and checks.is_blank(self.typed)
        self.data = None if is_skipped else type(self).rule(self.typed, *self.particulars(form))

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return what the rule wants besides the text."""
        del form
        return ()

    def _value(self) -> str:
        return printable(self.typed)


class NamedTextField(TextField):
    """Text whose sentences are made of the field's noun."""

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the noun."""
        del form
        return (self.noun,)


class LineField(NamedTextField):
    """One line of text, at most `limit` characters."""

    rule = staticmethod(checks.line)

    def __init__(self, label: str | None = None, *, limit: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.limit = limit

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the noun and the limit."""
        return *super().particulars(form), self.limit


class EssayField(LineField):
    """Text of many lines, at most `limit` characters as a person counts them."""

    widget = TextArea()
    rule = staticmethod(checks.essay)


class PersonField(NamedTextField):
    """ФИО of a person."""

    attributes: ClassVar = {"autocomplete": "name"}
    rule = staticmethod(checks.person)


class LoginField(TextField):
    """A login being chosen."""

    attributes: ClassVar = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    rule = staticmethod(checks.login)


class EmailField(TextField):
    """An e-mail address."""

    attributes: ClassVar = {"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
    widget = EmailInput()
    rule = staticmethod(checks.email)


class PhoneField(TextField):
    """A Russian telephone number in any spelling."""

    attributes: ClassVar = {"autocomplete": "tel"}
    widget = TelInput()
    rule = staticmethod(checks.phone)


class PostcodeField(TextField):
    """Почтовый индекс."""

    attributes: ClassVar = {"autocomplete": "postal-code", "inputmode": "numeric"}
    rule = staticmethod(checks.postcode)


class SnilsField(TextField):
    """СНИЛС."""

    attributes: ClassVar = {"autocomplete": "off", "inputmode": "numeric"}
    rule = staticmethod(checks.snils)


class InnField(TextField):
    """ИНН; `digits` gives its length by condition of the figure: {"ul": 10, "ip": 12}."""

    attributes: ClassVar = {"autocomplete": "off", "inputmode": "numeric"}
    rule = staticmethod(checks.inn)

    def __init__(self, label: str | None = None, *, digits: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.digits = digits

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the length that belongs to the kind of applicant."""
        return (next(length for when, length in self.digits.items() if form.holds(when)),)


class OgrnField(InnField):
    """ОГРН or ОГРНИП, by condition of the figure: {"ul": 13, "ip": 15}."""

    rule = staticmethod(checks.ogrn)


class GrnField(InnField):
    """ГРН of ЕГРЮЛ or ЕГРИП, by condition of the figure: {"ul": 13, "ip": 15}."""

    rule = staticmethod(checks.grn)


class PassportField(TextField):
    """Series and number of a passport."""

    attributes: ClassVar = {"autocomplete": "off", "inputmode": "numeric"}
    rule = staticmethod(checks.passport)

    @property
    def words(self) -> str:
        """Its first two digits and the last: summaries are printed and passed on."""
        first, hidden, last = self.typed[:2], self.typed[2:-1], self.typed[2:][-1:]
        return printable(first + re.sub("[0-9]", "*", hidden) + last)


class OkvedField(TextField):
    """A code of ОКВЭД; one that the directory lacks is taken too. `titles` are the directory's, laid in by the view."""

    attributes: ClassVar = {"autocomplete": "off"}
    rule = staticmethod(checks.okved)
    titles: Mapping[str, str] = MappingProxyType({})

    @property
    def words(self) -> str:
        """The code with its title."""
        return titled(super().words, self.titles)


def titled(code: str, titles: Mapping[str, str]) -> str:
    """Write a code with the title that a directory has for it."""
    return f"{code} {titles[code]}" if code in titles else code


class RegisterNumberField(TextField):
    """The number of a journal to look for; `data` is int or None."""

    attributes: ClassVar = {"autocomplete": "off", "inputmode": "numeric"}
    rule = staticmethod(checks.register_number)


class KilowattHoursField(NamedTextField):
    """A reading; `data` is whole kWh."""

    attributes: ClassVar = {"autocomplete": "off", "inputmode": "numeric"}
    rule = staticmethod(readings.kilowatt_hours)


class AmountField(NamedTextField):
    """A number with decimals: `rule` is one of `amounts`."""

    attributes: ClassVar = {"inputmode": "decimal", "autocomplete": "off"}

    def __init__(self, label: str | None = None, *, rule: Callable[[str, str], Decimal], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.amount = rule

    def judge(self, form: Any) -> None:
        """Read the number; a field left blank where it may be is None."""
        is_skipped = not self.required and checks.is_blank(self.typed)
        self.data = None if is_skipped else self.amount(self.typed, *self.particulars(form))

    @property
    def words(self) -> str:
        """The number with a comma."""
        return f"{self.data.normalize():f}".replace(".", ",") if isinstance(self.data, Decimal) else super().words


class DateField(NamedTextField):
    """A date from the browser's own input or typed by hand; `data` is a date."""

    widget = DateInput()
    rule: ClassVar[Callable[..., Any]] = staticmethod(checks.day)

    @property
    def words(self) -> str:
        """«07.03.2014»."""
        return f"{self.data:%d.%m.%Y}" if isinstance(self.data, dt.date) else super().words

    def _value(self) -> str:
        return self.data.isoformat() if isinstance(self.data, dt.date) else super()._value()


class RegisterDayField(DateField):
    """The date of a record in ЕГРЮЛ or ЕГРИП; what day it is, the form knows."""

    rule = staticmethod(checks.register_day)

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the noun and the last day possible."""
        return *super().particulars(form), form.today()


class TokenField(TextField):
    """The hidden token of a form; whatever else is sent in its place becomes a fresh token.

    It names the files kept for the form, and lets a second POST find the result of the first.
    """

    widget = HiddenInput()

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label or kwargs["name"], noun="", **kwargs)

    def process_data(self, value: Any) -> None:
        """Take none from a stored record: what is called so there is another secret."""
        del value
        super().process_data(None)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Keep a token of ours, make one where there is none."""
        super().process(*args, **kwargs)
        self.data = self.typed = self.typed if _TOKEN.fullmatch(self.typed) else uuid4().hex

    def judge(self, form: Any) -> None:
        """Leave the token as it is."""
