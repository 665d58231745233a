"""The period of a report."""

import datetime as dt
from typing import Any

from wtforms.fields import SubmitField

from forms.answers import PeriodAnswers
from forms.base import Figure
from forms.fields import DateField


class PeriodForm(Figure):
    """Two days, both included."""

    token = None

    since = DateField()
    till = DateField()
    submit = SubmitField("Скачать XLSX")

    def validate(self, extra_validators: Any = None) -> bool:
        """Compare the two dates as well."""
        is_valid = super().validate(extra_validators)
        first, last = self.since.data, self.till.data
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            self.till.errors = ["Проверьте дату конца: она раньше даты начала"]
            return False
        return is_valid

    def answers(self) -> PeriodAnswers:
        """Return what was said."""
        return self.filled(PeriodAnswers)
