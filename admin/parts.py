# ruff: noqa: ANN401
"""What a list is divided by: its parts with their counters, drop-downs and the words that are searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import request
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from sqlalchemy import case, func, literal, select

from portal import formats
from portal.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from portal.database import Base

MOST_COUNTED = 1000
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Preset:
    """A named part of a list, with its counter; the first one is where the list opens."""

    code: str
    label: str
    where: Callable[[], ColumnElement[bool]]


class Tally(int):
    """A number of rows that was counted up to `MOST_COUNTED`: «1000+» where there are more."""

    @classmethod
    def of(cls, model: type[Base], where: ColumnElement[bool]) -> Tally:
        """Count rows, not all where there are many."""
        met = select(literal(1)).select_from(model).where(where).limit(MOST_COUNTED + 1)
        return cls(db.session.scalar(select(func.count()).select_from(met.subquery())) or 0)

    def __str__(self) -> str:
        return f"{MOST_COUNTED}+" if self > MOST_COUNTED else str(int(self))


def searched() -> str:
    """Give the words that a list is searched for."""
    return " ".join(request.args.get("search", "").replace("\0", " ").split())[:LONGEST_SEARCH]


def narrowed(query: Any, where: ColumnElement[bool]) -> Any:
    """Narrow a list. Where something is searched its few rows are known by their keys already.

    Then the condition is wrapped, so that no planner begins with an index of its own and reads a part of the table.
    """
    return query.filter(case((where, 1), else_=0) == 1 if searched() else where)


class OneOf(BaseSQLAFilter):
    """A drop-down above the list: rows whose column equals one of the choices; any other value is passed over."""

    def __init__(self, column: Any, name: str, choices: Callable[[], Sequence[tuple[str, str]]]) -> None:
        """Take the column, the words above the drop-down, and where its (value, wording) come from."""
        super().__init__(column, name)
        self.choices = choices

    def validate(self, value: str) -> bool:
        """Whether it is one of the choices."""
        return value in dict(self.choices())

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:  # noqa: ARG002
        """Narrow the list."""
        return narrowed(query, self.column == self.column.type.python_type(value))

    def operation(self) -> str:
        """Name the comparison; the drop-down says it by itself."""
        return "равно"


TYPE_FORMATTERS = {
    type(None): lambda _view, _value, _name: "—",
    bool: lambda _view, value, _name: "да" if value else "нет",
    datetime: lambda _view, value, _name: formats.moment(value),
    date: lambda _view, value, _name: formats.date(value),
}
# In a table that is taken away an empty cell says the same as a dash on the page.
TABLE_FORMATTERS = {kind: said for kind, said in TYPE_FORMATTERS.items() if kind is not type(None)}
