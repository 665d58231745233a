"""Figs. 7-8, «Мои данные»: all but the login and the kind of applicant can be changed."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Protocol

from wtforms.fields import SubmitField

from forms import checks
from forms.answers import ProfileAnswers
from forms.applicant import ApplicantFigure
from forms.choices import ApplicantKind
from forms.fields import PasswordField
from forms.labels import LABELS


class Owner(Protocol):
    """Whose data they are: what the form has to know before it is filled in."""

    kind: str
    email: str
    passport: str | None
    registry_number: str | None
    registry_date: dt.date | None


def _moves_away(form: Any) -> bool:
    """Tell whether another address is typed; one that is none at all has a sentence of its own."""
    try:
        typed = checks.email(form.email.typed)
    except ValueError:
        return False
    return typed != str(form.current_email)


class ProfileForm(ApplicantFigure):
    """`ProfileForm(obj=subscriber)`, then `settle`: another e-mail asks for the password in use."""

    conditions: ClassVar = ApplicantFigure.conditions | {"email_changed": _moves_away}

    kind = None
    login = None
    password_again = None
    password = PasswordField(when="email_changed", needed="email_changed", noun="пароль, чтобы сменить почту")
    submit = SubmitField("Сохранить")

    kind_code: str | None = None
    current_email = ""
    # The view knows the company's time zone: `form.today = clock.today`.
    today: Callable[[], dt.date] = staticmethod(dt.date.today)

    def settle(
        self, owner: Owner, city_genitive: str, postcode_prefix: str, streets: Iterable[tuple[int, str]]
    ) -> None:
        """Lay in whose data they are and what belongs to the city (see `lay_city`)."""
        self.lay_city(city_genitive, postcode_prefix, streets)
        self.kind_code = owner.kind
        self.current_email = owner.email
        self._name_numbers()
        for field in (self.passport, self.registry_number, self.registry_date):
            field.required = bool(getattr(owner, field.short_name))

    def _name_numbers(self) -> None:
        """Word the numbers of an organisation for the kind that it is: nobody changes it here."""
        if self.kind_code == ApplicantKind.ip.code:
            self.ogrn.label.text = "ОГРНИП"
            self.registry_number.label.text = LABELS["registry_number_ip"]
        for field in (self.ogrn, self.inn):
            if self.applies(field):
                (digits,) = field.particulars(self)
                field.description = f"{digits} цифр"

    def answers(self) -> ProfileAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(ProfileAnswers)
