# ruff: noqa: ANN401
"""Forms of generated screens: a column becomes the field that figures are made of, with the same words and errors."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_admin.contrib.sqla.form import AdminModelConverter
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from forms.amounts import positive
from forms.base import Figure
from forms.fields import AmountField, DateField, LineField, NamedTextField, PickField, TickField
from portal.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Column

LONGEST = 300
_WHOLE = re.compile(r"[0-9]{1,4}")


class RowForm(Figure):
    """The form of one row; `row` is what is being changed, None where a new one is made."""

    token = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remember the row, so that a unique column does not quarrel with itself."""
        self.row = kwargs.get("obj")
        super().__init__(*args, **kwargs)


class TextLine(LineField):
    """One line; left blank where that is allowed, it is an empty text and not NULL."""

    def judge(self, form: Any) -> None:
        """Bring `data` to text in any case."""
        super().judge(form)
        self.data = self.data or ""


class WholeField(NamedTextField):
    """A whole number from 0 to 9999."""

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        """Ask phones for the keyboard with digits."""
        super().__init__(label, **kwargs, render_kw={"inputmode": "numeric", "autocomplete": "off"})

    @staticmethod
    def rule(text: str, noun: str) -> int:
        """Read the number. Raises ValueError with the sentence to show."""
        if not _WHOLE.fullmatch(text.strip()):
            raise ValueError(f"Введите {noun} целым числом от 0 до 9999")
        return int(text)


class CodeField(PickField):
    """A choice of codes; `pairs` are (code, wording)."""

    def __init__(self, label: str | None = None, *, pairs: list[tuple[str, str]], **kwargs: Any) -> None:
        """Lay in the wordings."""
        super().__init__(label, **kwargs)
        self.choices = [SelectChoice(code, wording) for code, wording in pairs]


def _amount(label: str, **kwargs: Any) -> AmountField:
    return AmountField(label, rule=positive, **kwargs)


FIELDS: dict[type, Callable[..., Any]] = {
    str: lambda label, **kwargs: TextLine(label, limit=LONGEST, **kwargs),
    bool: lambda label, optional, **kwargs: TickField(label, **kwargs),  # noqa: ARG005 - a box may always stay empty
    int: WholeField,
    date: DateField,
    Decimal: _amount,
}


class RowConverter(AdminModelConverter):
    """Makes the fields; a screen's `nouns` say what follows «Введите» where the label does not do."""

    def convert(self, model: Any, mapper: Any, name: str, prop: Any, field_args: Any, hidden_pk: bool) -> Any:  # noqa: ARG002, FBT001
        """Give the field of one column."""
        column = prop.columns[0]
        label = self.view.column_labels[name]
        common = {
            "noun": self.view.nouns.get(name, label[0].lower() + label[1:]),
            "optional": column.nullable or (column.default is not None and column.default.arg == ""),
            "default": column.default.arg if column.default is not None and column.default.is_scalar else None,
            "description": self.view.column_descriptions.get(name, ""),
            "validators": [_unique(model, column)] if column.unique else [],
        }
        if name in self.view.form_choices:
            return CodeField(label, pairs=self.view.form_choices[name], **common)
        return FIELDS[column.type.python_type](label, **common)


def _unique(model: Any, column: Column[Any]) -> Callable[[Any, Any], None]:
    def check(form: Any, field: Any) -> None:
        found = db.session.scalar(select(model).where(column == field.data))
        if found is not None and found is not form.row:
            raise ValidationError(f"Введите другое: запись «{found}» уже есть")

    return check
