"""The second factor of staff: at the door, and when it is set up."""

from typing import Final

from wtforms.fields import SubmitField

from forms.answers import EnrolAnswers, SecondFactorAnswers
from forms.base import Figure
from forms.fields import OneTimeCodeField, SecondFactorField

_LABEL: Final = "Код из приложения"


class CodeForm(Figure):
    """The second step of the staff's door; a recovery code stands in for a lost telephone."""

    token = None

    code = SecondFactorField(_LABEL, description="6 цифр. Нет телефона под рукой — введите запасной код")
    submit = SubmitField("Войти")

    def answers(self) -> SecondFactorAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(SecondFactorAnswers)


class EnrolForm(Figure):
    """The first code of an application proves that it holds the secret."""

    token = None

    code = OneTimeCodeField(_LABEL, description="6 цифр")
    submit = SubmitField("Подключить")

    def answers(self) -> EnrolAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(EnrolAnswers)
