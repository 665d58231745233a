"""«Забыли пароль?»: who one is, and nothing else."""

from wtforms.fields import SubmitField

from forms import checks
from forms.answers import ForgotAnswers
from forms.base import Figure
from forms.fields import LineField


class ForgotForm(Figure):
    """Whether there is such an account, no sentence of this form tells."""

    token = None

    login = LineField(
        "Логин или e-mail",
        noun="логин или e-mail",
        limit=checks.EMAIL_LONGEST,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    submit = SubmitField("Отправить")

    def answers(self) -> ForgotAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(ForgotAnswers)
