"""Directories: what the company keeps in tables and changes by itself.

To add one is to add its model to `portal/models/reference.py` and a line to `screens`; a drop-down takes a line of
`_lists`:

    yield _list(tables.SealKind, "Виды пломб", "seal-kinds")

Labels come from `forms.labels`, the journal entry, the difference of a stale save, the role check and the
question before deleting from `admin.base`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from admin import consents
from admin.base import Screen
from admin.guard import EVERYBODY
from portal.models import ConsentText, OutageReason, StaffRole, TermUnit
from portal.models import reference as tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from portal.database import Base

CATEGORY = "Справочники"
ALL = frozenset({"create", "edit", "delete"})
# Under what all lines of drop-downs have.
LINE_HINTS = {
    "position": "Чем меньше число, тем выше строка в списке",
    "is_active": "Снимите отметку, и строку больше не предложат. Прежние записи останутся",
}


class Directory(Screen):
    """A table that everybody in the panel may read and an administrator may change.

    `columns` are listed, `fields` edited (the same unless said); `search` are the columns searched; `may` narrows
    what an administrator may do; `choices` are wordings of codes, `hints` stand under fields, `order` sorts.
    """

    roles = EVERYBODY
    can_export = True
    editors = (StaffRole.admin,)

    def __init__(  # noqa: PLR0913
        self,
        model: type[Base],
        name: str,
        path: str,
        *,
        columns: Sequence[str],
        fields: Sequence[str] | None = None,
        search: Sequence[str] = (),
        order: str = "id",
        may: frozenset[str] = ALL,
        choices: Mapping[str, list[tuple[str, str]]] | None = None,
        hints: Mapping[str, str] | None = None,
        nouns: Mapping[str, str] | None = None,
    ) -> None:
        """Lay the declaration out as Flask-Admin wants it."""
        self.column_list = tuple(columns)
        self.form_columns = list(columns if fields is None else fields)
        self.column_searchable_list = tuple(search)
        self.can_create, self.can_edit, self.can_delete = (right in may for right in ("create", "edit", "delete"))
        self.column_choices = self.form_choices = dict(choices or {})
        self.column_descriptions = dict(hints or {})
        self.nouns = dict(nouns or {})
        self._order = order
        super().__init__(model, name, path, category=CATEGORY)

    def order(self) -> tuple[Any, ...]:
        """Sort as the declaration says."""
        return (getattr(self.model, self._order), self.model.id)


def screens() -> tuple[Screen, ...]:
    """Make the directories, in the order of the menu."""
    return (
        Directory(
            tables.Street,
            "Улицы",
            "streets",
            columns=("display", "district", "is_active"),
            fields=("name", "type", "display", "district", "is_active"),
            search=("display",),
            order="display",
            hints={
                "type": "Например: ул., пер., пр-т",
                "display": "Так улица стоит в списках и письмах, например: Звёздная ул.",
                "is_active": "Снимите отметку, и улицу больше не предложат. Прежние адреса останутся",
            },
            nouns={"display": "улицу так, как её показывать"},
        ),
        *_lists(),
        Directory(
            tables.Activity,
            "ОКВЭД",
            "activities",
            columns=("code", "title"),
            search=("code", "title"),
            order="code",
            hints={"code": "Полную таблицу загружает команда «flask reference activities»"},
        ),
        Directory(
            tables.Term,
            "Сроки",
            "terms",
            columns=("name", "amount", "unit", "clause", "is_checked"),
            may=frozenset({"edit"}),
            choices={"unit": [(unit.value, unit.label) for unit in TermUnit]},
            hints={"amount": "Новый срок действует для того, что начнётся после сохранения"},
            nouns={"amount": "срок", "unit": "единицу"},
        ),
        Directory(
            tables.NonWorkingDay,
            "Нерабочие дни",
            "days-off",
            columns=("day", "title", "is_working"),
            search=("title",),
            order="day",
            hints={"is_working": "Отметьте, если это рабочая суббота или воскресенье"},
        ),
        consents.Consents(ConsentText, "Тексты согласий", "consents", category=CATEGORY),
    )


def _lists() -> Iterator[Directory]:
    """Make the screens of drop-downs."""
    yield _list(tables.AppealTopic, "Темы обращений", "topics")
    yield _list(tables.ServiceTopic, "Виды услуг", "service-topics")
    yield _list(OutageReason, "Причины отключений", "outage-reasons")
    yield _list(tables.ObjectType, "Типы объектов", "object-types")
    yield _list(tables.Supplier, "Сбытовые компании", "suppliers")
    yield _list(tables.LoadKind, "Виды нагрузки", "load-kinds", households="Предлагать физическим лицам первой")
    yield _list(tables.VoltageClass, "Классы напряжения", "voltage-classes", kilovolts="Например, 0,4")


def _list(model: type[Base], name: str, path: str, **more: str) -> Directory:
    """Make the screen of one drop-down; `more` are its further columns with their hints."""
    columns = ("name", *more, "position", "is_active")
    return Directory(model, name, path, columns=columns, order="position", hints=LINE_HINTS | more)
