# ruff: noqa: ANN401
"""What every screen is: everything is off until the screen opens it, and whatever it writes is in the journal.

A directory is one declaration (see `reference.py`); a screen of its own is a small class:

    class Meters(Screen):
        roles = (StaffRole.operator, StaffRole.admin)     # who may look; nobody unless said
        column_list = ("number", "subscriber", "checked_on")
        column_searchable_list = ("number",)
        column_filters = (OneOf(Meter.kind, "Вид", lambda: MeterKind.pairs()),)
        presets = (Preset("all", "Все", true), Preset("late", "Просрочена поверка", _is_late))

and a line in `admin/__init__.py`. To let somebody write, name them in `editors`, set `can_create`, `can_edit` or
`can_delete`, and list `form_columns`. Pages that a screen does not open do not exist: neither do export, inline
editing and look-ups, which Flask-Admin would make for each of them.

Flask-Admin has no types: what is `Any` here stays here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import current_app, request, url_for
from flask_admin import BaseView, expose
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from markupsafe import Markup
from sqlalchemy import String, func, or_, select
from sqlalchemy import cast as sql_cast

from admin.rows import RowConverter, RowForm
from admin.writing import Writing
from forms.labels import LABELS
from portal import access, formats
from portal.extensions import db
from portal.models import StaffRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from flask import Flask
    from sqlalchemy import ColumnElement

    from portal.database import Base

View = TypeVar("View", bound="Callable[..., Any]")
EVERYBODY = tuple(StaffRole)
WRITING = {"create_view", "edit_view", "delete_view", "action_view"}
# What fits an integer of every database; pages beyond the last one are empty anyway.
LARGEST_ID = 2**31 - 1
LAST_PAGE = 100_000
LONGEST_SEARCH = 100
MOST_WORDS = 6


def page(path: str, *methods: str) -> Callable[[View], View]:
    """Open a page of a screen under its path; by GET unless said."""
    return cast("Callable[[View], View]", expose(path, methods or ("GET",)))


def bulk(code: str, words: str, question: str) -> Callable[[View], View]:
    """Open something to do with the rows marked in a list; it asks first."""
    return cast("Callable[[View], View]", action(code, words, question))


class Guarded(BaseView):
    """A page or group of pages that says whom it is for: `roles` may look, `editors` may write, nobody unless said."""

    roles: tuple[StaffRole, ...] = ()
    editors: tuple[StaffRole, ...] = ()
    _urls: Any

    def open_pages(self, app: Flask) -> None:
        """Tell the guard whom each page is for; the generated ones that write are for editors."""
        for _, page, _ in self._urls:
            whom = self.editors if page in WRITING else self.roles
            if whom:
                access.open_endpoint(app, f"{self.endpoint}.{page}", access.staff_audience(*whom))

    def may(self, page: str) -> bool:
        """Whether whoever is signed in may open a page here («edit_view») or elsewhere («staff_appeals.index_view»)."""
        endpoint = page if "." in page else f"{self.endpoint}.{page}"
        whom = access.audience_of(current_app, endpoint)
        return whom is not None and whom.admits(access.visitor())

    def is_accessible(self) -> bool:
        """Whether whoever is signed in may come in: the menu shows nothing else."""
        return self.may(self._default_view)

    def get_url(self, endpoint: str, **kwargs: Any) -> str:
        """Build an address without the page size, which nobody can set."""
        kwargs.pop("page_size", None)
        return url_for(endpoint, **kwargs)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin would call again after a TypeError, and hide it.
        return fn(self, *args, **kwargs)


@dataclass(frozen=True)
class Preset:
    """A named part of a list, with its counter; the first one is where the list opens."""

    code: str
    label: str
    where: Callable[[], ColumnElement[bool]]


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
        return query.filter(self.column == self.column.type.python_type(value))

    def operation(self) -> str:
        """Name the comparison; the drop-down says it by itself."""
        return "равно"


TYPE_FORMATTERS = {
    type(None): lambda _view, _value, _name: "—",
    bool: lambda _view, value, _name: "да" if value else "нет",
    datetime: lambda _view, value, _name: formats.moment(value),
    date: lambda _view, value, _name: formats.date(value),
}


class Screen(Guarded, Writing, ModelView):
    """A list of rows of one table, and whatever of create, edit, delete and details the screen opens."""

    can_create = can_edit = can_delete = can_view_details = can_export = False
    column_display_actions = False
    column_labels: Any = LABELS
    column_type_formatters = column_type_formatters_detail = TYPE_FORMATTERS
    form_base_class = RowForm
    form_columns: Any = ()
    model_form_converter = RowConverter
    page_size = 20
    list_template = "staff/list.html"
    create_template = edit_template = "staff/form.html"
    details_template = "staff/details.html"
    action_disallowed_list = ("delete",)
    ajax_lookup = ajax_update = export = None

    presets: tuple[Preset, ...] = ()
    labels: Mapping[str, str] = MappingProxyType({})
    nouns: Mapping[str, str] = MappingProxyType({})
    empty = "Здесь пока пусто."

    def __init__(self, model: type[Base], name: str, path: str, icon: str = "", category: str | None = None) -> None:
        """Take the table, the name in the menu and the path under /admin."""
        self.column_labels = LABELS | dict(self.labels)
        ModelView.__init__(self, model, db, name, category, f"staff_{path}", path, menu_icon_value=icon)

    def create_blueprint(self, admin: Any) -> Any:
        """Make the pages that the screen opens, and no other."""
        opened = {
            "create_view": self.can_create,
            "edit_view": self.can_edit,
            "delete_view": self.can_delete,
            "details_view": self.can_view_details,
            "action_view": bool(self.get_actions_list()[0]),
        }
        self._urls = [rule for rule in self._urls if opened.get(rule[1], True)]
        return super().create_blueprint(admin)

    # --- what a list shows ---

    @property
    def preset(self) -> Preset | None:
        """The part of the list that is being shown."""
        asked = request.args.get("preset")
        return next((preset for preset in self.presets if preset.code == asked), *self.presets[:1] or (None,))

    def tabs(self) -> Iterator[tuple[Preset, int]]:
        """Give each preset with its counter."""
        for preset in self.presets:
            count = select(func.count()).select_from(self.model).where(preset.where())
            yield preset, db.session.scalar(count) or 0

    def order(self) -> tuple[Any, ...]:
        """Say how the list is sorted until somebody presses a heading."""
        return (self.model.id,)

    def matches(self, word: str) -> ColumnElement[bool]:
        """Say which rows one word finds."""
        columns = (getattr(self.model, name) for name in self.column_searchable_list)
        return or_(*(sql_cast(column, String).icontains(word, autoescape=True) for column in columns))

    def get_query(self) -> Any:
        """Select the rows of the preset."""
        return self._narrowed(super().get_query())

    def get_count_query(self) -> Any:
        """Count the rows of the preset."""
        return self._narrowed(super().get_count_query())

    def get_one(self, id: Any) -> Any:  # noqa: A002
        """Find a row; None for whatever can't be a key."""
        key = row_id(id)
        return None if key is None else db.session.get(self.model, key)

    def get_column_name(self, field: str) -> str:
        """Name a column by the vocabulary; a column it does not know stops the start."""
        return str(self.column_labels[field])

    def get_filter_arg(self, index: int, flt: Any) -> str:  # noqa: ARG002
        """Name a filter in the address by its column."""
        return str(flt.column.key)

    def chosen(self, flt: OneOf) -> str:
        """Give what a filter is set to."""
        return request.args.get(f"flt0_{flt.column.key}", "")

    def _narrowed(self, query: Any) -> Any:
        return query.filter(self.preset.where()) if self.preset else query

    def _get_list_filter_args(self) -> Any:
        chosen = enumerate(self._filters or ())
        return [(place, flt.name, self.chosen(flt)) for place, flt in chosen if flt.validate(self.chosen(flt))]

    def _get_filters(self, filters: Any) -> dict[str, str]:
        return {f"flt0_{self._filters[place].column.key}": value for place, _, value in filters or ()}

    def _get_list_extra_args(self) -> Any:
        """Take of the address what is ours: Flask-Admin would hand the rest on to `url_for`, `_scheme` and all."""
        asked = super()._get_list_extra_args()
        search = (asked.search or "").replace("\0", "")[:LONGEST_SEARCH]
        extra = {"preset": self.preset.code} if self.preset else {}
        return asked.clone(page=min(max(asked.page, 0), LAST_PAGE), search=search, extra_args=extra)

    def _apply_search(self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str) -> Any:
        for word in search.split()[:MOST_WORDS]:
            query = query.filter(self.matches(word))
            count_query = count_query.filter(self.matches(word)) if count_query is not None else None
        return query, count_query, joins, count_joins

    def _apply_sorting(self, query: Any, joins: Any, sort_column: Any, sort_desc: bool) -> Any:  # noqa: FBT001
        column = self._sortable_columns.get(sort_column)
        chosen = () if column is None else (column.desc() if sort_desc else column.asc(),)
        return query.order_by(*chosen, *self.order()), joins

    def scaffold_form(self) -> Any:
        """Make the form of `form_columns`; Flask-Admin would take an empty list for «all of them»."""
        return super().scaffold_form() if self.form_columns else self.form_base_class


def tag(tone: str, words: str) -> Markup:
    """Draw a status: its colour never says more than its words."""
    return Markup('<span class="tag tag-{}">{}</span>').format(tone, words)


def link(href: str, words: str) -> Markup:
    """Draw a link."""
    return Markup('<a class="link" href="{}">{}</a>').format(href, words)


def row_id(value: Any) -> int | None:
    """Read a key from an address; None for what is none."""
    text = value if isinstance(value, str) else ""
    is_key = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))
    return int(text) if is_key and int(text) <= LARGEST_ID else None
