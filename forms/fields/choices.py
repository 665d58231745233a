"""Fields that offer what to choose from: lists, radio buttons, boxes to tick."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from markupsafe import Markup, escape
from wtforms.fields import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import Choice as Option
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, RadioInput, Select

from forms.choices import Choice, YesNo
from forms.fields.asked import Asked, printable

_ROW_ID: Final = re.compile(r"[0-9]{1,18}")


class OptionsWidget(Select):
    """Draws a drop-down ten times quicker than the library's: a thousand streets took half of their page's time."""

    @classmethod
    def render_option(cls, choice: Option, **kwargs: Any) -> Markup:
        """Draw one option; whatever has attributes of its own is left to the library."""
        if choice.render_kw or kwargs:
            return Markup(super().render_option(choice, **kwargs))  # noqa: S704 - Markup already
        chosen = " selected" if choice.selected else ""
        return Markup(f'<option{chosen} value="{escape(choice.value)}">{escape(choice.label)}</option>')  # noqa: S704


class PickField(Asked, SelectField):
    """One of the options laid in; `data` is None for whatever is not among them."""

    widget = OptionsWidget()

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

    @property
    def words(self) -> str:
        """The wording of what is chosen."""
        return next(
            (str(choice.label) for choice in self.choices if choice.value and choice.value == str(self.data)), ""
        )

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
        self.offer(of)

    def offer(self, members: Iterable[Choice]) -> None:
        """Narrow the list to some of its members."""
        self.choices = [SelectChoice(member.code, member.label) for member in members]

    @property
    def answer(self) -> Choice | None:
        """The member chosen."""
        return None if self.data is None else self.of[self.data]


class HiddenChoiceField(ChoiceField):
    """A member of a closed list that the page has chosen."""

    widget = HiddenInput()

    def _value(self) -> str:
        return printable(self.data or "")


class CardsField(ChoiceField):
    """A closed list of a few long lines, each a radio button that shows it whole."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.label.field_id = False


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

    `first` is the manual's line that stands for no choice, «-Выберите улицу-»; without one the first row is chosen.
    """

    def __init__(self, label: str | None = None, *, first: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.first = first
        self.lay(())

    def lay(self, rows: Iterable[tuple[int, str]]) -> None:
        """Lay in the rows, as (id, what is shown), in the order to show them."""
        none = [] if self.first is None else [SelectChoice("", self.first)]
        self.choices = none + [SelectChoice(str(key), shown) for key, shown in rows]

    def understood(self, sent: str) -> int | None:
        """Return the id; digits of other scripts and numbers that fit no column are none."""
        return int(sent) if _ROW_ID.fullmatch(sent) else None


class TicksField(Asked, SelectMultipleField):
    """Boxes of a closed list, any number of them ticked: `data` are codes, what is not offered is dropped."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str | None = None, *, of: type[Choice], **kwargs: Any) -> None:
        super().__init__(label, choices=[], optional=True, validate_choice=False, **kwargs)
        self.label.field_id = False
        self.offer(of)

    def offer(self, members: Iterable[Choice]) -> None:
        """Narrow the list to some of its members."""
        self.choices = [SelectChoice(member.code, member.label) for member in members]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the texts that were sent."""
        self.data = [value for value in valuelist if isinstance(value, str)]

    def iter_choices(self) -> Iterator[Option]:
        """Yield what the widget draws."""
        for choice in self.choices:
            yield Option(choice.value, choice.label, choice.value in (self.data or ()), choice.render_kw)

    @property
    def words(self) -> str:
        """The wordings of what is ticked."""
        return "; ".join(str(choice.label) for choice in self.choices if choice.value in (self.data or ()))

    def judge(self, form: Any) -> None:
        """Keep what is offered, in its order."""
        del form
        self.data = [choice.value for choice in self.choices if choice.value in (self.data or ())]


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

    @property
    def words(self) -> str:
        """«Да» where it is given."""
        return YesNo.yes.label if self.data else ""

    def judge(self, form: Any) -> None:
        """Ask for the tick where the service cannot do without it."""
        del form
        if self.required and not self.data:
            raise ValueError(f"Отметьте {self.noun}")

    def _value(self) -> str:
        return "y"
