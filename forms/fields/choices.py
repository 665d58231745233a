"""Fields that offer what to choose from: lists, radio buttons, boxes to tick."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from wtforms.fields import BooleanField, SelectField
from wtforms.fields.choices import Choice as Option
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget, RadioInput

from forms.choices import Choice, YesNo
from forms.fields.asked import Asked, printable

_ROW_ID: Final = re.compile(r"[0-9]{1,18}")


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
        return printable(self.data or "")


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
