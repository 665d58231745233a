"""«Журнал» of the staff panel: whose entries, about what, from which day to which."""

from wtforms.fields import SubmitField

from forms.base import Figure
from forms.fields import DateField, LineField, RowField


class JournalForm(Figure):
    """The filters, sent by GET; the view lays the colleagues in."""

    token = None

    words = LineField("Кто или о чём", limit=100, optional=True)
    staff_id = RowField("Сотрудник", noun="сотрудника", first="Все сотрудники", optional=True)
    since = DateField(optional=True)
    till = DateField(optional=True)
    submit = SubmitField("Показать")

    class Meta:
        """A search changes nothing, and its address can be passed on."""

        csrf = False
