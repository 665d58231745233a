"""«Письма»: what waits, what went, what did not arrive and why; and sending it once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from flask import Response, abort, flash, redirect
from sqlalchemy import and_, or_, select, true

from admin.base import LARGEST_ID, Screen, row_id, tag
from admin.guard import bulk, page
from admin.parts import Preset
from admin.whose import OfSubscriber
from portal import access, formats, outbox
from portal.chrome import FILE_POLICY
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Letter, LetterState, StaffRole
from portal.workflow import WORKFLOWS, kinds_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy import ColumnElement

    from admin.looking import Find

# Letters are about cases: whoever answers those may read them.
ROLES = (StaffRole.admin, *{StaffRole(role) for workflow in WORKFLOWS.values() for role in workflow.roles})
TONES = {LetterState.waiting: "ours", LetterState.sent: "done", LetterState.failed: "late"}
LETTER = f"/<int(max={LARGEST_ID}):letter_id>"


def in_state(state: LetterState) -> Callable[[], ColumnElement[bool]]:
    """Select the letters in a state, of those that whoever is signed in may read."""
    return lambda: and_(Letter.state == state.value, may_read())


def may_read() -> ColumnElement[bool]:
    """Select letters about accounts, and about the kinds of cases that this role works with."""
    kinds = kinds_for(access.staff().role)
    if len(kinds) == len(WORKFLOWS):
        return true()
    # The kind of each letter's own case: a planner that joins here would read all cases.
    kind = select(Case.kind).where(Case.id == Letter.case_id).scalar_subquery()
    return or_(Letter.case_id.is_(None), kind.in_(kinds))


PRESETS = (
    Preset("waiting", "Ждут", in_state(LetterState.waiting)),
    Preset("failed", "Не доставлены", in_state(LetterState.failed)),
    Preset("sent", "Отправлены", in_state(LetterState.sent)),
    Preset("all", "Все", may_read),
)


class Letters(Screen):
    """The outbox."""

    roles = editors = ROLES
    can_view_details = True
    details_template = "staff/letters/details.html"
    column_list = ("recipient", "subject", "state", "created_at", "sent_at", "attempts", "error")
    column_details_list = ("recipient", "state", "created_at", "sent_at", "attempts", "error")
    column_sortable_list = ("created_at", "sent_at", "attempts")
    sort_keys: Mapping[str, Any] = {"created_at": Letter.id}
    column_searchable_list = ("recipient", "subject")
    column_filters = (OfSubscriber(Letter.subscriber_id),)
    column_formatters: ClassVar[Any] = {"state": lambda _view, _context, letter, _name: _state(letter)}
    labels: Mapping[str, str] = {"recipient": "Получатель", "attempts": "Попыток", "error": "Ошибка"}
    can_export = can_keep = True
    presets = PRESETS
    empty = "Писем здесь нет."
    nothing_marked = "Отметьте хотя бы одно письмо."

    def get_one(self, id: Any) -> Letter | None:  # noqa: A002, ANN401
        """Find a letter that may be read."""
        key = row_id(id)
        return None if key is None else db.session.scalar(select(Letter).where(Letter.id == key, may_read()))

    def order(self) -> tuple[Any, ...]:
        """Put the newest first."""
        return (Letter.id.desc(),)

    def indexed(self, find: Find) -> Iterator[ColumnElement[bool]]:
        """Find by whom they are for and by what they are about."""
        yield Letter.subscriber_id.in_(find("subscriber"))
        for kind in kinds_for(access.staff().role):
            yield Letter.case_id.in_(find(kind))

    @bulk("again", "Отправить ещё раз", "Отмеченные письма уйдут ещё раз.")
    def send_chosen_again(self, ids: list[str]) -> None:
        """Send the marked letters once more."""
        asked = [letter_id for letter_id in map(row_id, ids[: self.page_size]) if letter_id is not None]
        chosen = db.session.scalars(select(Letter.id).where(Letter.id.in_(asked), may_read())).all()
        for letter_id in chosen:
            outbox.send_again(letter_id, Actor.of(access.staff()))
        words = f"Уйдёт ещё раз: {formats.plural(len(chosen), 'письмо', 'письма', 'писем')}"
        flash(words if chosen else self.nothing_marked, "success" if chosen else "error")

    @page(f"{LETTER}/again", "POST")
    def send_again(self, letter_id: int) -> ResponseReturnValue:
        """Send one letter once more."""
        outbox.send_again(_found(letter_id).id, Actor.of(access.staff()))
        flash("Письмо уйдёт ещё раз в ближайшую минуту", "success")
        return redirect(self.get_url(".details_view", id=letter_id))

    @page(f"{LETTER}/html")
    def html(self, letter_id: int) -> Response:
        """Show the letter as a mail program will, in a frame that can do nothing else."""
        response = Response(_found(letter_id).html, mimetype="text/html")
        response.headers["Content-Security-Policy"] = FILE_POLICY
        return response


def _state(letter: Letter) -> Markup:
    state = LetterState(letter.state)
    return tag(TONES[state], state.label)


def _found(letter_id: int) -> Letter:
    return db.session.scalar(select(Letter).where(Letter.id == letter_id, may_read())) or abort(404)
