# ruff: noqa: ANN401
"""What every screen is: everything is off until the screen opens it, and whatever it writes is in the journal.

A list counts nothing but the counters of its parts, those no further than `parts.MOST_COUNTED`, and is leafed no
deeper than `LAST_PAGE`: it opens as fast over a million rows as over a thousand, if there is an index for its order
and for each of its parts (tests/staff/test_lists.py tells which list has none).

A directory is one declaration (see `reference.py`); a screen of its own is a small class:

    class Meters(Screen):
        roles = (StaffRole.operator, StaffRole.admin)     # who may look; nobody unless said
        column_list = ("number", "subscriber", "checked_on")
        column_searchable_list = ("number",)
        column_filters = (OneOf(Meter.kind, "Вид", lambda: MeterKind.pairs()),)
        presets = (Preset("all", "Все", true), Preset("late", "Просрочена поверка", _is_late))

and a line in `admin/__init__.py`. To let somebody write, name them in `editors`, set `can_create`, `can_edit` or
`can_delete`, and list `form_columns`. `can_export` lets whoever may look take away what the list shows, `can_keep` save
it under a name. Pages that a screen does not open do not exist: neither do inline editing and look-ups, which
Flask-Admin would make for each.

Flask-Admin has no types: what is `Any` here stays here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import flash, g, redirect, request
from flask_admin.contrib.sqla import ModelView
from flask_admin.helpers import get_redirect_target
from markupsafe import Markup
from sqlalchemy import String, inspect, or_
from sqlalchemy import cast as sql_cast

from admin import exporting, looking
from admin.guard import Guarded, page
from admin.parts import TABLE_FORMATTERS, TYPE_FORMATTERS, OneOf, Preset, Tally, narrowed, searched
from admin.rows import RowConverter, RowForm
from admin.writing import Writing
from forms.labels import LABELS
from forms.staff import SavedListForm
from portal import access
from portal.extensions import db
from portal.refusals import FieldRefusal
from portal.search.kinds import BY_MODEL
from portal.services import saved_lists
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement

    from admin.looking import Find
    from portal.database import Base
    from portal.models import SavedList

# What fits an integer of every database; pages beyond the last one are empty anyway.
LARGEST_ID = 2**31 - 1
# Whoever has leafed so far looks for something: searching and the drop-downs find it.
LAST_PAGE = 100


class Screen(Guarded, Writing, ModelView):
    """A list of rows of one table, and whatever of create, edit, delete and details the screen opens."""

    can_create = can_edit = can_delete = can_view_details = can_export = False
    column_display_actions = False
    can_keep = False
    column_labels: Any = LABELS
    column_type_formatters = column_type_formatters_detail = TYPE_FORMATTERS
    column_type_formatters_export = TABLE_FORMATTERS
    form_base_class = RowForm
    form_columns: Any = ()
    model_form_converter = RowConverter
    page_size = 20
    simple_list_pager = True  # it is the other one that counts
    list_template = "staff/list.html"
    create_template = edit_template = "staff/form.html"
    details_template = "staff/details.html"
    action_disallowed_list = ("delete",)
    ajax_lookup = ajax_update = export = None

    presets: tuple[Preset, ...] = ()
    loads: tuple[Any, ...] = ()  # what is read together with the rows
    export_formatters: Mapping[str, Any] = MappingProxyType({})  # of columns that a table shows in another way
    sort_keys: Mapping[str, Any] = MappingProxyType({})  # what a column is sorted by, if not by itself
    labels: Mapping[str, str] = MappingProxyType({})
    nouns: Mapping[str, str] = MappingProxyType({})
    empty = "Здесь пока пусто."
    nothing_marked = "Отметьте хотя бы одну строку."

    def __init__(self, model: type[Base], name: str, path: str, icon: str = "", category: str | None = None) -> None:
        """Take the table, the name in the menu and the path under /admin."""
        self.column_labels = LABELS | dict(self.labels)
        self.column_formatters_export = dict(self.column_formatters) | dict(self.export_formatters)
        ModelView.__init__(self, model, db, name, category, f"staff_{path}", path, menu_icon_value=icon)

    def create_blueprint(self, admin: Any) -> Any:
        """Make the pages that the screen opens, and no other."""
        opened = {
            "create_view": self.can_create,
            "edit_view": self.can_edit,
            "delete_view": self.can_delete,
            "details_view": self.can_view_details,
            "export_view": self.can_export,
            "keep_view": self.can_keep,
            "drop_view": self.can_keep,
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

    def tabs(self) -> Iterator[tuple[Preset, Tally]]:
        """Give each preset with its counter."""
        for preset in self.presets:
            yield preset, Tally.of(self.model, preset.where())

    def order(self) -> tuple[Any, ...]:
        """Say how the list is sorted until somebody presses a heading."""
        return (self.model.id,)

    last_page, latest = LAST_PAGE, looking.LATEST

    @property
    def is_long(self) -> bool:
        """Whether a search leaves out rows that the index of words does not know."""
        return looking.last_passed_over(self.model) > 0

    @property
    def has_next(self) -> bool:
        """Whether another page of the list follows the one that was just read."""
        return bool(g.get("has_next"))

    def get_list(self, *args: Any, **kwargs: Any) -> Any:
        """Read a page, and one row more to know whether there is another."""
        count, rows = super().get_list(*args, **kwargs)
        g.has_next = len(rows) > self.page_size
        self.prepare(rows[: self.page_size])
        return count, rows[: self.page_size]

    def prepare(self, rows: list[Any]) -> None:
        """Read at once what the columns of these rows are made of, where that is more than the rows themselves."""

    def indexed(self, find: Find) -> Iterator[ColumnElement[bool]]:
        """Say which rows the index of words finds; `find` gives the keys of a kind that fit what was typed."""
        kind = BY_MODEL.get(self.model)
        if kind is not None:
            yield self.model.id.in_(find(kind.code))

    def matches(self, word: str) -> ColumnElement[bool]:
        """Say which rows one word finds among the latest ones, where columns are read one after another."""
        columns = (getattr(self.model, name) for name in self.column_searchable_list)
        return or_(*(sql_cast(column, String).icontains(word, autoescape=True) for column in columns))

    def get_query(self) -> Any:
        """Select the rows of the preset."""
        return self._narrowed(super().get_query()).options(*self.loads)

    def asked(self) -> dict[str, str]:
        """Give what of the address narrows and sorts the list: all that another page needs to show the same rows."""
        args = self._get_list_extra_args()
        said = args.extra_args | self._get_filters(args.filters)
        said |= {"search": args.search, "sort": args.sort, "desc": 1 if args.sort_desc else None}
        return {name: str(value) for name, value in said.items() if value not in {None, ""}}

    def narrowed_to(self) -> list[tuple[str, str]]:
        """Say in words what else the address narrows the list to, beside its part and drop-downs."""
        return []

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
        return narrowed(query, self.preset.where()) if self.preset else query

    def _get_list_filter_args(self) -> Any:
        chosen = enumerate(self._filters or ())
        return [(place, flt.name, self.chosen(flt)) for place, flt in chosen if flt.validate(self.chosen(flt))]

    def _get_filters(self, filters: Any) -> dict[str, str]:
        return {f"flt0_{self._filters[place].column.key}": value for place, _, value in filters or ()}

    def _get_list_extra_args(self) -> Any:
        """Take of the address what is ours: Flask-Admin would hand the rest on to `url_for`, `_scheme` and all."""
        asked = super()._get_list_extra_args()
        extra = {"preset": self.preset.code} if self.preset else {}
        return asked.clone(page=min(max(asked.page, 0), LAST_PAGE), search=searched(), extra_args=extra)

    def _apply_search(self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str) -> Any:
        return query.filter(self.model.id.in_(looking.keys(self, search))), count_query, joins, count_joins

    def _apply_pagination(self, query: Any, page: int, page_size: int) -> Any:
        return query.limit(self.page_size + 1).offset(page * self.page_size) if page_size else query

    def _apply_sorting(self, query: Any, joins: Any, sort_column: Any, sort_desc: bool) -> Any:  # noqa: FBT001
        column = self.sort_keys.get(sort_column, self._sortable_columns.get(sort_column))
        keys = (column, inspect(self.model).primary_key[0])
        chosen = self.order() if column is None else [key.desc() if sort_desc else key.asc() for key in keys]
        return query.order_by(*chosen), joins

    # --- what is done with the marked rows ---

    def handle_action(self, return_view: str | None = None) -> Any:
        """Do it, if there is anything to do it with."""
        if request.form.getlist("rowid"):
            return super().handle_action(return_view)
        flash(self.nothing_marked, "error")
        return redirect(get_redirect_target() or self.get_url(".index_view"))

    def choices_of(self, action: str) -> list[tuple[str, str]]:  # noqa: ARG002
        """Offer what has to be chosen for an action, as (value, words); nothing unless said."""
        return []

    # --- what a clerk saves of it ---

    def saved(self) -> list[SavedList]:
        """List what the clerk has saved of this list."""
        return saved_lists.of(access.staff(), self.endpoint)

    def saved_form(self, current: SavedList | None) -> SavedListForm:
        """Give the form with the name: as it was sent with an error, or the name that this part has already."""
        return g.get("saved_form") or SavedListForm(formdata=None, obj=current, prefix="saved-")

    @page("/keep/", "POST")
    def keep_view(self) -> Any:
        """Save what the list shows under a name, or give it another name."""
        form = g.saved_form = SavedListForm(prefix="saved-")
        if form.validate():
            try:
                saved_lists.keep(access.staff(), self.endpoint, form.name.answer, self.asked())
            except FieldRefusal as refusal:
                submitting.refuse(form, refusal)
            else:
                flash(f"Набор «{form.name.answer}» сохранён", "success")
                return redirect(self.get_url(".index_view", **self.asked()))
        return self.index_view(), 422

    @page("/drop/", "POST")
    def drop_view(self) -> Any:
        """Forget what was saved."""
        if saved_lists.drop(access.staff(), self.endpoint, self.asked()):
            flash("Набор удалён", "success")
        return redirect(self.get_url(".index_view"))

    # --- taking it away ---

    @page("/export/", "GET", "POST")
    def export_view(self) -> Any:
        """Say how much it is; give it as CSV or XLSX. Who took what is in the journal."""
        if request.method == "GET":
            return self.render("staff/export.html", **exporting.facts(self))
        return exporting.take(self, request.form.get("kind", ""))

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
