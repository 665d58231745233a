"""«Сотрудники»: who works in the panel, in which role; for administrators alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from flask import flash, redirect, request
from sqlalchemy import true

from admin.base import LARGEST_ID, Screen, link, tag
from admin.guard import page
from admin.parts import Preset
from forms.choices import StaffDuty
from forms.office import BlockForm
from forms.staff import ColleagueForm, RoleForm
from portal import access, formats, passwords
from portal.journal import Actor
from portal.models import Staff, StaffRole
from portal.refusals import FieldRefusal, Refusal
from portal.services import accounts, office, second_factor
from portal.views import submitting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup

ONE = f"/<int(max={LARGEST_ID}):staff_id>"


class Colleagues(Screen):
    """The list, a card, and a one-time password that is shown once."""

    roles = (StaffRole.admin,)
    column_list = ("login", "full_name", "role", "email", "totp_since", "blocked_at")
    column_formatters: ClassVar[Any] = {
        "login": lambda view, _context, row, _name: link(view.get_url(".card", staff_id=row.id), row.login),
        "role": lambda _view, _context, row, _name: StaffDuty[row.role].label,
        "totp_since": lambda _view, _context, row, _name: "подключён" if row.totp_since else "нет",
        "blocked_at": lambda _view, _context, row, _name: _state(row),
    }
    labels: Mapping[str, str] = {
        "login": "Логин", "role": "Роль", "totp_since": "Второй шаг", "blocked_at": "Доступ",
    }  # fmt: skip
    list_template = "staff/colleagues/list.html"
    presets = (
        Preset("working", "Работают", lambda: Staff.blocked_at.is_(None)),
        Preset("all", "Все", true),
    )

    @page(ONE)
    def card(self, staff_id: int) -> ResponseReturnValue:
        """One colleague."""
        return self._card(office.colleague(staff_id))

    @page("/new", "GET", "POST")
    def new(self) -> ResponseReturnValue:
        """Employ somebody: the one-time password is shown once, on the next page."""
        form = ColleagueForm()
        if form.validate_on_submit():
            answers, password = form.answers(), passwords.one_time()
            try:
                made = accounts.add_staff(
                    answers.login, answers.email, answers.role.code, password,
                    must_change=True, full_name=answers.full_name, actor=Actor.of(access.staff()),
                )  # fmt: skip
            except FieldRefusal as refusal:
                submitting.refuse(form, refusal)
            else:
                return self._card(made, password=password)
        return self.render("staff/colleagues/new.html", form=form), 422 if form.errors else 200

    @page(f"{ONE}/password", "POST")
    def password(self, staff_id: int) -> ResponseReturnValue:
        """Give a one-time password in place of a forgotten one."""
        colleague = office.colleague(staff_id)
        return self._card(colleague, password=office.give_password(colleague, Actor.of(access.staff())))

    @page(f"{ONE}/second-factor", "POST")
    def second_factor(self, staff_id: int) -> ResponseReturnValue:
        """Switch the second step off, so that it can be set up anew."""
        colleague = office.colleague(staff_id)
        second_factor.switch_off(colleague, Actor.of(access.staff()))
        return self._back(colleague, "Второй шаг сброшен: при следующем входе его подключат заново")

    @page(f"{ONE}/role", "POST")
    def role(self, staff_id: int) -> ResponseReturnValue:
        """Give another role."""
        colleague = office.colleague(staff_id)
        form = RoleForm()
        if not form.validate():
            return self._card(colleague, role_form=form), 422
        try:
            office.change_role(
                colleague, StaffRole(form.role.data), request.form.get("seen", ""), Actor.of(access.staff())
            )
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return self._card(colleague, role_form=form), 409
        return self._back(colleague, f"Теперь это {StaffDuty[colleague.role].label.lower()}")

    @page(f"{ONE}/block", "POST")
    def block(self, staff_id: int) -> ResponseReturnValue:
        """Shut the account, saying why."""
        colleague = office.colleague(staff_id)
        form = BlockForm()
        if not form.validate():
            return self._card(colleague, form), 422
        try:
            office.block(colleague, form.answers().reason, Actor.of(access.staff()))
        except Refusal as refusal:
            flash(refusal.sentence, "error")
            return self._card(colleague, form), 409
        return self._back(colleague, "Доступ закрыт, все входы завершены")

    @page(f"{ONE}/unblock", "POST")
    def unblock(self, staff_id: int) -> ResponseReturnValue:
        """Open it again."""
        colleague = office.colleague(staff_id)
        office.unblock(colleague, Actor.of(access.staff()))
        return self._back(colleague, "Доступ снова открыт")

    def _card(
        self, colleague: Staff, form: BlockForm | None = None, password: str = "", role_form: RoleForm | None = None
    ) -> str:
        return str(
            self.render(
                "staff/colleagues/card.html",
                colleague=colleague,
                duty=StaffDuty[colleague.role].label,
                form=form or BlockForm(),
                role_form=role_form or RoleForm(formdata=None, data={"role": colleague.role}),
                is_own=colleague.id == access.staff().id,
                password=password,
            )
        )

    def _back(self, colleague: Staff, words: str) -> ResponseReturnValue:
        flash(words, "success")
        return redirect(self.get_url(".card", staff_id=colleague.id))


def _state(colleague: Staff) -> Markup:
    if colleague.blocked_at is None:
        return tag("done", "открыт")
    return tag("late", f"закрыт {formats.date(colleague.blocked_at)}")
