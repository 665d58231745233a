"""Figs. 13.1 and 17: looking for a number in a journal."""

from wtforms.fields import SubmitField

from forms.base import Figure
from forms.fields import RegisterNumberField


class SearchForm(Figure):
    """One number, sent by GET: `SearchForm(request.args)`. `number.data` is int, None when left blank."""

    token = None

    number = RegisterNumberField("Номер заявки", noun="номер", optional=True)
    submit = SubmitField("Найти")

    class Meta:
        """A search changes nothing, and its address can be passed on."""

        csrf = False
