"""Fig. 9, «Смена пароля»: the same for subscribers and for staff."""

from typing import Any

from wtforms.fields import SubmitField
from wtforms.validators import ValidationError

from forms.answers import NewPasswordAnswers
from forms.base import Figure
from forms.fields import NewPasswordField, PasswordAgainField, PasswordField


class NewPassword(Figure):
    """Old, new, and the new once more."""

    token = None

    old = PasswordField()
    new = NewPasswordField(description="Не короче 8 знаков")
    repeat = PasswordAgainField(of="new")
    submit = SubmitField("Сохранить")

    def settle(self, *known: str) -> None:
        """Lay in the owner's login and e-mail: the new password must not repeat them."""
        self.new.known = known

    def validate_new(self, field: Any) -> None:
        """Refuse the old password as the new one."""
        if field.data == self.old.data:
            raise ValidationError("Придумайте новый пароль: этот совпадает со старым")

    def answers(self) -> NewPasswordAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(NewPasswordAnswers)
