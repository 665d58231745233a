"""The fields that figures are made of: each knows its label, its check, its condition and its own sentence.

A figure declares a field in one line, `snils = SnilsField(when="fl")`. Label and noun come from `labels`; a
field is required unless `optional=True`, or `needed` names a condition of the figure that does not hold; `when`
names another, and a field whose condition does not hold is neither judged nor answered. Nothing that is sent
can make a field raise.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final
from uuid import uuid4

from flask import current_app
from werkzeug.datastructures import FileStorage
from wtforms.fields import BooleanField, Field, SelectField, StringField
from wtforms.fields.choices import Choice as Option
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import (
    CheckboxInput,
    DateInput,
    EmailInput,
    FileInput,
    HiddenInput,
    ListWidget,
    PasswordInput,
    RadioInput,
    TelInput,
    TextArea,
    TextInput,
)

from forms import checks, files
from forms.choices import Choice, YesNo
from forms.labels import LABELS, accusative

_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_ROW_ID: Final = re.compile(r"[0-9]{1,18}")


class Asked(Field):
    """What all fields share: the word for what is asked, the condition, and the order of judging.

    `required` tells the page to show the star; `when` gives the class `only-<when>` of its wrapper.
    """

    attributes: ClassVar[dict[str, str]] = {}

    def __init__(
        self,
        label: str | None = None,
        *,
        when: str | None = None,
        needed: str | None = None,
        optional: bool = False,
        noun: str | None = None,
        **kwargs: Any,
    ) -> None:
        name = kwargs["name"]
        kwargs["render_kw"] = self.attributes | (kwargs.get("render_kw") or {})
        super().__init__(label or LABELS[name], **kwargs)
        self.when = when
        self.needed = needed
        self.required = not optional and needed is None
        self.noun = accusative(name) if noun is None else noun

    @property
    def answer(self) -> Any:
        """What goes into the frozen answers; called after a successful validation only."""
        return self.data

    def pre_validate(self, form: Any) -> None:
        """Judge once, and stop WTForms' own chain: one field shows one sentence at most."""
        if not form.applies(self):
            raise StopValidation
        if self.needed:
            self.required = form.holds(self.needed)
        try:
            self.judge(form)
        except ValueError as error:
            raise StopValidation(str(error)) from error

    def judge(self, form: Any) -> None:
        """Bring `data` to its normalised value. Raises ValueError with the sentence to show beside it."""
        raise NotImplementedError


# --- text ---


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
        return _printable(self.typed)


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


class RegisterNumberField(TextField):
    """The number of a journal to look for; `data` is int or None."""

    attributes: ClassVar = {"autocomplete": "off", "inputmode": "numeric"}
    rule = staticmethod(checks.register_number)


class DateField(NamedTextField):
    """A date from the browser's own input or typed by hand; `data` is a date."""

    widget = DateInput()
    rule: ClassVar[Callable[..., Any]] = staticmethod(checks.day)

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


def _printable(text: str) -> str:
    """Replace what no page can carry, so that a hostile value can be shown beside its refusal."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


# --- passwords ---


class PasswordField(NamedTextField):
    """A password in use: its own blanks count, and it is never shown again."""

    attributes: ClassVar = {"autocomplete": "current-password"}
    widget = PasswordInput()
    rule: ClassVar[Callable[..., Any]] = staticmethod(checks.password)


class NewPasswordField(PasswordField):
    """A password being chosen; `unlike` names the fields that it must not repeat, `known` holds such words."""

    attributes: ClassVar = {"autocomplete": "new-password"}
    rule = staticmethod(checks.new_password)

    def __init__(self, label: str | None = None, *, unlike: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.unlike = tuple(unlike)
        self.known: tuple[str, ...] = ()

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the noun, what has been filled in beside it and what is known of its owner."""
        beside = (str(form[name].data or "") for name in self.unlike)
        return *super().particulars(form), *beside, *self.known


class PasswordAgainField(PasswordField):
    """The same password once more; `of` names the first one's field."""

    attributes: ClassVar = {"autocomplete": "new-password"}
    rule = staticmethod(checks.password_again)

    def __init__(self, label: str | None = None, *, of: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.of = of

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the noun and the first password as it was typed."""
        return *super().particulars(form), form[self.of].typed


class OneTimeCodeField(TextField):
    """A one-time code of six digits."""

    attributes: ClassVar = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    rule = staticmethod(checks.one_time_code)


class SecondFactorField(TextField):
    """A one-time code, or a recovery code: hence no keyboard of digits alone."""

    attributes: ClassVar = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    rule = staticmethod(checks.second_factor)


# --- choices ---


class PickField(Asked, SelectField):
    """One of the options laid in; `data` is None for whatever is not among them."""

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, choices=[], **kwargs)

    def process_data(self, value: Any) -> None:
        """Take a default or a stored value as it is."""
        self.data = value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first text sent."""
        sent = next((value for value in valuelist if isinstance(value, str)), None)
        self.data = None if sent is None else self.understood(sent)

    def understood(self, sent: str) -> Any:
        """Return the value that a sent text stands for, None when it can be none."""
        return sent

    def iter_choices(self) -> Iterator[Option]:
        """Yield what the widget draws."""
        current = "" if self.data is None else str(self.data)
        for choice in self.choices:
            yield Option(choice.value, choice.label, choice.value == current, choice.render_kw)

    def judge(self, form: Any) -> None:
        """Ask for a choice where none of the options has been chosen."""
        del form
        if self.data is not None and any(choice.value == str(self.data) for choice in self.choices):
            return
        self.data = None
        if self.required:
            raise ValueError(f"Выберите {self.noun}")


class ChoiceField(PickField):
    """A drop-down of a closed list: `data` is the code, the answer is the member."""

    def __init__(self, label: str | None = None, *, of: type[Choice], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.of = of
        self.choices = [SelectChoice(code, wording) for code, wording in of.pairs()]

    @property
    def answer(self) -> Choice | None:
        """The member chosen."""
        return None if self.data is None else self.of[self.data]


class HiddenChoiceField(ChoiceField):
    """A member of a closed list that the page has chosen."""

    widget = HiddenInput()

    def _value(self) -> str:
        return _printable(self.data or "")


class YesNoField(ChoiceField):
    """Two radio buttons «Да» and «Нет»: `data` is "yes" or "no", the answer is a bool."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, of=YesNo, **kwargs)
        self.label.field_id = False

    def process_data(self, value: Any) -> None:
        """Take a stored bool as well as a code."""
        self.data = {True: YesNo.yes.code, False: YesNo.no.code}.get(value, value)

    @property
    def answer(self) -> Any:
        """Whether «Да» is chosen."""
        return self.data == YesNo.yes.code


class RowField(PickField):
    """A drop-down of rows that staff edit: the view lays them in; `data` is the row's id or None.

    `first` is the manual's line that stands for no choice, «-Выберите улицу-».
    """

    def __init__(self, label: str | None = None, *, first: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.first = first
        self.lay(())

    def lay(self, rows: Iterable[tuple[int, str]]) -> None:
        """Lay in the rows, as (id, what is shown), in the order to show them."""
        self.choices = [SelectChoice("", self.first), *(SelectChoice(str(key), shown) for key, shown in rows)]

    def understood(self, sent: str) -> int | None:
        """Return the id; digits of other scripts and numbers that fit no column are none."""
        return int(sent) if _ROW_ID.fullmatch(sent) else None


class TickField(Asked, BooleanField):
    """A box that may stay empty."""

    widget = CheckboxInput()

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, optional=True, **kwargs)

    def judge(self, form: Any) -> None:
        """Accept both states."""

    def _value(self) -> str:
        return "y"


class ConsentField(Asked, BooleanField):
    """A consent: never ticked beforehand; `noun` is what one agrees to, and follows «Отметьте»."""

    widget = CheckboxInput()

    def judge(self, form: Any) -> None:
        """Ask for the tick where the service cannot do without it."""
        del form
        if self.required and not self.data:
            raise ValueError(f"Отметьте {self.noun}")

    def _value(self) -> str:
        return "y"


# --- files ---


class UploadField(Asked):
    """A file, or several with `multiple=True`, each recognised by content as soon as it arrives.

    `chosen` holds the good ones: a view keeps them before the rest of the form is judged, so that they
    outlive an error elsewhere. The limit of one file is the configuration's UPLOAD_LIMIT_BYTES. A file kept
    under the form's token (`form.kept`) satisfies a required field. The field's name is the slot.
    """

    def __init__(self, label: str | None = None, *, multiple: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.multiple = multiple
        self.widget = FileInput(multiple=multiple)
        self.render_kw["accept"] = files.ACCEPT
        self.chosen: list[files.ChosenFile] = []
        self.refusal: str | None = None

    @property
    def kind(self) -> files.FileKind | None:
        """The kind of the first good file."""
        return self.chosen[0].kind if self.chosen else None

    @property
    def safe_name(self) -> str | None:
        """The name of the first good file, fit to show."""
        return self.chosen[0].name if self.chosen else None

    def process_data(self, value: Any) -> None:
        """Start with nothing: a browser is never given a file back."""
        del value
        self.data: FileStorage | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Recognise each file; a file input left empty sends a nameless empty one, which is none."""
        sent = [value for value in valuelist if isinstance(value, FileStorage) and value.filename]
        self.data = sent[0] if sent else None
        if len(sent) > 1 and not self.multiple:
            self.refusal = "Приложите один файл: несколько страниц соберите в один PDF или в архив"
            return
        for storage in sent:
            self._take(storage)

    def judge(self, form: Any) -> None:
        """Repeat the refusal of a bad file; ask for one where none is chosen or kept."""
        if self.refusal:
            raise ValueError(self.refusal)
        if self.required and not self.chosen and not form.kept.get(self.short_name):
            raise ValueError(f"Приложите {self.noun}")

    def _take(self, storage: FileStorage) -> None:
        name = storage.filename or ""
        try:
            self.chosen.append(files.choose(name, storage.stream, _upload_limit()))
        except ValueError as error:
            self.refusal = f"{files.safe_name(name)}: {error}" if self.multiple else str(error)


def _upload_limit() -> int:
    return int(current_app.config.get("UPLOAD_LIMIT_BYTES", files.DEFAULT_LIMIT))
