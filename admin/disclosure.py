"""«Раскрытие информации»: the report on the stages of applications for a period, as XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_admin import BaseView

from admin.guard import Guarded, page
from forms.disclosure import PeriodForm
from forms.tables import TableKind
from portal import access, exports
from portal.models import StaffRole
from portal.refusals import FieldRefusal
from portal.services import disclosure
from portal.views import submitting
from portal.workflow import CONNECTION

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue


class Disclosure(Guarded, BaseView):
    """One page: a period, and a button."""

    roles = (StaffRole.admin, *(StaffRole(role) for role in CONNECTION.roles))

    def __init__(self) -> None:
        """Say what it is called and where it is."""
        super().__init__("Раскрытие информации", None, "staff_disclosure", "disclosure", menu_icon_value="download")

    @page("/", "GET", "POST")
    def index(self) -> ResponseReturnValue:
        """Ask for a period, and give the workbook."""
        form = PeriodForm(obj=disclosure.last_quarter())
        if form.validate_on_submit():
            try:
                return self._given(form)
            except FieldRefusal as refusal:
                submitting.refuse(form, refusal)
        shown = self.render("staff/disclosure.html", form=form, basis=disclosure.BASIS, heads=disclosure.HEADS)
        return shown, 422 if form.errors else 200

    def _given(self, form: PeriodForm) -> Response:
        period = form.answers()
        pieces, size = disclosure.take(period, access.staff())
        return exports.answer(TableKind.xlsx, pieces, f"etapy-zayavok-{period.since}-{period.till}", size)
