"""Fields that hold secrets: passwords and one-time codes."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flask import current_app
from wtforms.widgets import PasswordInput

from forms import checks
from forms.fields.text import NamedTextField, TextField


class PasswordField(NamedTextField):
    """A password in use: its own blanks count, and it is never shown again."""

    attributes: ClassVar = {"autocomplete": "current-password"}
    widget = PasswordInput()
    rule: ClassVar[Callable[..., Any]] = staticmethod(checks.password)


def _chosen(text: str, noun: str, *known: str) -> str:
    return checks.new_password(text, noun, *known, place=current_app.config.get("PLACE_WORDS", ()))


class NewPasswordField(PasswordField):
    """A password being chosen; `unlike` names the fields that it must not repeat, `known` holds such words.

    Words of the place are the configuration's PLACE_WORDS.
    """

    attributes: ClassVar = {"autocomplete": "new-password"}
    rule = staticmethod(_chosen)

    def __init__(self, label: str | None = None, *, unlike: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.unlike = tuple(unlike)
        self.known: tuple[str, ...] = ()

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the noun, what has been filled in beside it and what is known of its owner."""
        beside = (str(form[name].data or "") for name in self.unlike)
        return *super().particulars(form), *beside, *self.known


class PasswordAgainField(PasswordField):
    """The same password once more; `of` names the first one's field."""

    attributes: ClassVar = {"autocomplete": "new-password"}
    rule = staticmethod(checks.password_again)

    def __init__(self, label: str | None = None, *, of: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.of = of

    def particulars(self, form: Any) -> tuple[Any, ...]:
        """Return the noun and the first password as it was typed."""
        return *super().particulars(form), form[self.of].typed


class OneTimeCodeField(TextField):
    """A one-time code of six digits."""

    attributes: ClassVar = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    rule = staticmethod(checks.one_time_code)


class SecondFactorField(TextField):
    """A one-time code, or a recovery code: hence no keyboard of digits alone."""

    attributes: ClassVar = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
    rule = staticmethod(checks.second_factor)
