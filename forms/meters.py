"""Figs. 19-23, «Направить показания прибора учёта»: a meter, its readings, a file of many, corrections."""

from typing import ClassVar

from wtforms.fields import SubmitField

from forms import readings
from forms.answers import CorrectionAnswers, MeterAnswers, MeterChangeAnswers, ReadingAnswers
from forms.base import Figure
from forms.fields import (
    DateField,
    EssayField,
    KilowattHoursField,
    LineField,
    NamedTextField,
    TableField,
    TickField,
    UploadField,
)

REASON_LONGEST = 300


class SerialField(NamedTextField):
    """The serial number of a meter."""

    attributes: ClassVar = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    rule = staticmethod(readings.serial)


class AccountNumberField(NamedTextField):
    """The number of an account with the company."""

    attributes: ClassVar = {"autocomplete": "off", "inputmode": "numeric"}
    rule = staticmethod(readings.account_number)


class MeterForm(Figure):
    """Fig. 20."""

    place = LineField(limit=150, description="Например: на опоре у дома")
    account_number = AccountNumberField(
        description="Он есть в квитанции. Например, 123456", render_kw={"list": "accounts"}
    )
    serial = SerialField(description="Буквы и цифры с корпуса счётчика. Например, 123456ТЭ")
    submit = SubmitField("Сохранить")

    def answers(self) -> MeterAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(MeterAnswers)


class MeterChangeForm(Figure):
    """Where a meter is. Its number never changes: another number is another meter."""

    token = None

    place = LineField(limit=150)
    object_address = LineField(limit=300)
    submit = SubmitField("Сохранить")

    def answers(self) -> MeterChangeAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(MeterChangeAnswers)


class ReadingForm(Figure):
    """Fig. 22: `ReadingForm(data={"taken_on": today})`. The ticks come out when they are asked for."""

    reading = KilowattHoursField(description="Только целые кВт·ч, цифры после запятой не нужны")
    restarted = TickField()
    sure = TickField()
    taken_on = DateField()
    photo = UploadField(optional=True)
    submit = SubmitField("Сохранить")

    def answers(self) -> ReadingAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(ReadingAnswers)


class CorrectionForm(Figure):
    """Another value for the same day; the first one stays in the history."""

    reading = KilowattHoursField()
    restarted = TickField()
    sure = TickField()
    reason = EssayField("Почему исправляете", limit=REASON_LONGEST)
    submit = SubmitField("Сохранить")

    def answers(self) -> CorrectionAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(CorrectionAnswers)


class ReadingsFileForm(Figure):
    """Readings of many meters in one file."""

    table = TableField()
    submit = SubmitField("Отправить")
