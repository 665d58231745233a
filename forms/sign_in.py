"""Fig. 2: the door of the cabinet."""

from wtforms.fields import SubmitField

from forms import checks
from forms.answers import SignInAnswers
from forms.base import Figure
from forms.fields import LineField, PasswordField, TickField


class SignInForm(Figure):
    """Login or e-mail, and the password."""

    token = None

    login = LineField(
        "Логин",
        noun="логин или e-mail",
        limit=checks.EMAIL_LONGEST,
        description="Имя пользователя или e-mail",
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField()
    remember = TickField()
    submit = SubmitField("Войти")

    def answers(self) -> SignInAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(SignInAnswers)
