# ruff: noqa: ANN401
"""What generated screens write: each change with its journal entry, none over a colleague's without being seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from flask import abort, flash, request
from flask_admin import expose
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from admin import meanwhile
from portal import access, journal
from portal.database import Base
from portal.extensions import db
from portal.journal import Actor
from portal.refusals import Refusal
from portal.services import presence
from portal.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Column
    from sqlalchemy.orm import Session

SECRET = re.compile("password|hash|token|secret")
TAKEN = "Не сохранилось: такая запись уже есть."
OVERTAKEN = "Не сохранилось: эту запись уже изменили. Сравните и сохраните поверх, если так и нужно."
LOST = "Эту запись удалили, пока вы писали. Всё, что вы ввели, осталось: сохраните, и она появится заново."


class Writing:
    """The half of a screen that writes; Flask-Admin's views have the other half."""

    model: Any
    form_columns: Any
    form_choices: Any
    column_labels: Any
    can_create: bool
    _template_args: dict[str, Any]

    @expose("/edit/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def edit_view(self) -> Any:
        """Show the form with who else has it open; a save of what is no longer so gets the difference."""
        row = self._row()
        if row is None and request.method == "POST" and self.can_create:
            return self._lost()
        if row is not None:
            subject = self.subject_of(row)
            self._template_args["others"] = presence.look(subject, access.staff())
            self._template_args["seen"] = meanwhile.seen() if request.method == "POST" else self._opened(row)
        shown = super().edit_view()  # type: ignore[misc]
        return (shown, 409) if "lines" in self._template_args else shown

    def create_model(self, form: Any) -> Any:
        """Add a row."""
        row = self.model()
        return row if self._written("create", row, form) else False

    def update_model(self, form: Any, row: Any) -> bool:
        """Change a row."""
        is_written = self._written("edit", row, form)
        if is_written:
            presence.leave(self.subject_of(row), access.staff())
        return is_written

    def delete_model(self, row: Any) -> bool:
        """Delete a row that nothing points to."""
        return _told(lambda: self._delete(row))

    def is_used(self, row: Any) -> bool:
        """Whether other rows point to this one."""
        here = (db.session.scalar(select(column).where(column == row.id).limit(1)) for column in _pointers(self.model))
        return any(found is not None for found in here)

    def _row(self) -> Any:
        return cast("Any", self).get_one(request.args.get("id"))

    def _opened(self, row: Any) -> int:
        """Give the last entry about a row that is at least as new: whoever changes it later is noticed."""
        last = journal.latest(db.session(), self.subject_of(row))
        db.session.refresh(row)
        return last

    def _lost(self) -> Any:
        """Give back what was typed about a row that is gone, as a new one."""
        flash(LOST, "error")
        view = cast("Any", self)
        shown = view.render(view.create_template, form=view.create_form(), return_url=view.get_url(".index_view"))
        return shown, 409

    def _written(self, event: str, row: Any, form: Any) -> bool:
        return _told(lambda: self._write(event, row, form))

    def _write(self, event: str, row: Any, form: Any) -> None:
        with transaction() as session:
            if row.id is not None:
                self._hold(session, row, form)
            form.populate_obj(row)
            session.add(row)
            data = changes(row)
            session.flush()
            self._record(session, event, row, data)

    def _hold(self, session: Session, row: Any, form: Any) -> None:
        """Lock a row about to change. Raises Refusal where it is not what the page was opened on."""
        if session.get(self.model, row.id, populate_existing=True, with_for_update={"of": self.model}) is None:
            abort(404)  # somebody deleted it since this request began
        subject = self.subject_of(row)
        changed = journal.changes_since(session, subject, meanwhile.seen())
        typed = {name: plain(form[name].data) for name in self.form_columns if name in changed}
        if typed:
            self._template_args["lines"] = [
                meanwhile.line(self.column_labels[name], self._choices(name), changed[name], mine)
                for name, mine in typed.items()
            ]
            self._template_args["seen"] = journal.latest(session, subject)
            raise Refusal(OVERTAKEN)

    def _choices(self, name: str) -> dict[Any, str]:
        return dict((self.form_choices or {}).get(name, ()))

    def _delete(self, row: Any) -> None:
        with transaction() as session:
            if self.is_used(row):
                raise Refusal(f"«{row}» нельзя удалить: на эту запись ссылаются другие.")
            last = {name: {"old": plain(getattr(row, name)), "new": None} for name in self.form_columns}
            self._record(session, "delete", row, last)
            session.delete(row)

    def _record(self, session: Session, event: str, row: Any, data: dict[str, Any]) -> None:
        if data:
            actor = Actor.of(access.staff())
            journal.record(
                session, actor, f"{self.model.__tablename__}.{event}", subject=self.subject_of(row), data=data
            )

    def subject_of(self, row: Any) -> str:
        """Name a row as the journal does."""
        return f"{self.model.__tablename__}:{row.id}"


def changes(row: Any) -> dict[str, dict[str, Any]]:
    """List what is about to change in a row as {column: {"old": …, "new": …}}; secrets are left out."""
    state = inspect(row)
    return {
        name: {"old": plain(next(iter(past.deleted or ()), None)), "new": plain(getattr(row, name))}
        for name in state.mapper.column_attrs.keys()  # noqa: SIM118 - it is no dictionary
        if not SECRET.search(name) and (past := state.attrs[name].history).has_changes()
    }


def plain(value: Any) -> Any:
    """Write a value as the journal keeps it."""
    return value if value is None or isinstance(value, (str, int)) else str(value)


def _told(write: Callable[[], None]) -> bool:
    """Run a use case, and say on the next page why it was refused."""
    try:
        write()
    except IntegrityError:
        flash(TAKEN, "error")
    except Refusal as refusal:
        flash(refusal.sentence, "error")
    else:
        return True
    return False


def _pointers(model: type[Base]) -> Sequence[Column[Any]]:
    """Find the columns of all tables that point to a table."""
    target = cast("Any", model).__table__
    columns = (column for table in Base.metadata.tables.values() for column in table.columns)
    return [column for column in columns if any(key.column.table is target for key in column.foreign_keys)]
