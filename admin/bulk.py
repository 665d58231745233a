"""What is done with the marked cases of a queue: each in a transaction of its own, and what was refused is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, request
from flask_admin.helpers import get_redirect_target
from sqlalchemy import select

from admin import queue
from admin.base import Screen, row_id
from admin.guard import bulk
from forms.answers import MoveAnswers
from portal import access, formats, moves
from portal.extensions import db
from portal.journal import Actor
from portal.refusals import Refusal
from portal.services import assigning, reminders
from portal.workflow import By

if TYPE_CHECKING:
    from collections.abc import Callable

    from admin.queue import Queue
    from portal.models import Case, Staff

CANCEL = "cancel"


class CaseActions(Screen):
    """The actions of queues. Which of them a kind has follows from its workflow."""

    queue: Queue
    nothing_marked = "Отметьте хотя бы одно дело."

    def is_action_allowed(self, name: str) -> bool:
        """Remind where applicants have terms, cancel where the calendar proposes it."""
        workflow = self.queue.workflow
        has = {"remind": By.applicant in workflow.clocks.values(), CANCEL: workflow.lapse is not None}
        return has.get(name, True) and bool(super().is_action_allowed(name))

    def choices_of(self, action: str) -> list[tuple[str, str]]:
        """Offer oneself first, then the colleagues."""
        if action != "assign":
            return []
        me = access.staff()
        others = [(str(one.id), one.short_name) for one in assigning.colleagues(self._kind) if one.id != me.id]
        return [(str(me.id), f"Мне ({me.short_name})"), *others]

    @bulk("assign", "Назначить", "Отмеченные дела получит:")
    def assign_chosen(self, ids: list[str]) -> Any:  # noqa: ANN401
        """Give the marked cases to oneself or to a colleague."""
        to = self._colleague()
        if to is None:
            return flash("Выберите сотрудника из списка.", "error")
        return self._each(ids, "Назначено", lambda case: assigning.assign(case, to, _me()))

    @bulk("remind", "Напомнить", "Заявители получат письмо о своём сроке, каждый не чаще раза в день.")
    def remind_chosen(self, ids: list[str]) -> Any:  # noqa: ANN401
        """Write to the applicants about the terms that run."""
        return self._each(ids, "Напомнили", lambda case: reminders.remind_now(case, _me()))

    @bulk(CANCEL, "Аннулировать", "Аннулировать отмеченные заявки, срок заявителя по которым истёк? Вернуть их нельзя.")
    def cancel_chosen(self, ids: list[str]) -> Any:  # noqa: ANN401
        """Confirm what the calendar proposes."""
        return self._each(ids, "Аннулировано", _cancel)

    def _each(self, ids: list[str], done: str, do: Callable[[Case], None]) -> Any:  # noqa: ANN401
        """Do it to each of the page's rows that are marked; go back where all is well, else say what is not and why."""
        model = self.queue.model
        keys = [key for key in map(row_id, ids[: self.page_size]) if key is not None]
        cases = db.session.scalars(select(model).where(model.id.in_(keys)).order_by(*self.order())).all()
        refused = [(case, sentence) for case in cases if (sentence := _refused(do, case))]
        words = f"{done}: {formats.plural(len(cases) - len(refused), 'дело', 'дела', 'дел')}"
        if not refused:
            return flash(words if cases else self.nothing_marked, "success" if cases else "error")
        back = get_redirect_target() or self.get_url(".index_view")
        return self.render("staff/cases/bulk.html", words=words, refused=refused, back=back)

    def _colleague(self) -> Staff | None:
        known = {str(one.id): one for one in assigning.colleagues(self._kind)}
        return known.get(request.form.get("assign", ""))

    @property
    def _kind(self) -> str:
        return self.queue.workflow.kind


def _me() -> Actor:
    return Actor.of(access.staff())


def _refused(do: Callable[[Case], None], case: Case) -> str:
    try:
        do(case)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _cancel(case: Case) -> None:
    seen, reason = case.version, queue.reason_to_cancel(case)
    if not reason:
        raise Refusal("Срок заявителя не истёк, аннулировать нечего.")
    moves.make(case, CANCEL, _me(), MoveAnswers(token="", note=reason), seen)
