"""The staff panel: its door, and what moves of a case ask for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from wtforms.fields import SubmitField

from forms.amounts import roubles
from forms.answers import ColleagueAnswers, MoveAnswers, SignInAnswers
from forms.base import Figure
from forms.choices import StaffDuty
from forms.fields import (
    AmountField,
    ChoiceField,
    ConsentField,
    DateField,
    EmailField,
    EssayField,
    KilowattHoursField,
    LineField,
    LoginField,
    PasswordField,
    PersonField,
    PhoneField,
    TickField,
    UploadField,
)
from forms.inputs import INPUTS, Kind
from forms.meters import AccountNumberField


class StaffSignIn(Figure):
    """Sign-in of staff: by login only, and never remembered."""

    token = None

    login = LineField("Логин", noun="логин", limit=40, render_kw={"autocomplete": "username", "autocapitalize": "none"})
    password = PasswordField()
    submit = SubmitField("Войти")

    def answers(self) -> SignInAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(SignInAnswers)


class ColleagueForm(Figure):
    """A new account of the panel; its owner changes the one-time password at the first sign-in."""

    login = LoginField()
    full_name = PersonField()
    email = EmailField()
    role = ChoiceField("Роль", of=StaffDuty, noun="роль", default=StaffDuty.operator.code)
    submit = SubmitField("Добавить")

    def answers(self) -> ColleagueAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(ColleagueAnswers)


class RoleForm(Figure):
    """Another role for a colleague."""

    token = None

    role = ChoiceField("Роль", of=StaffDuty, noun="роль")
    submit = SubmitField("Сменить роль")


class SavedListForm(Figure):
    """The name of what a clerk saves of a list."""

    token = None

    name = LineField("Название набора", noun="название набора", limit=40)


@dataclass(frozen=True)
class Note:
    """How one move words its text: label, noun in the accusative, most characters."""

    label: str = "Комментарий"
    noun: str = "комментарий"
    limit: int = 4000


_FIELDS: Final[dict[Kind, Callable[..., Any]]] = {
    Kind.essay: lambda note, *_, optional: EssayField(note.label, noun=note.noun, limit=note.limit, optional=optional),
    Kind.line: lambda _, one, *, optional: LineField(limit=one.limit, optional=optional),
    **dict.fromkeys((Kind.day, Kind.past_day, Kind.coming_day), lambda *_, optional: DateField(optional=optional)),
    Kind.money: lambda *_, optional: AmountField(rule=roubles, optional=optional),
    Kind.kilowatt_hours: lambda *_, optional: KilowattHoursField(optional=optional),
    Kind.phone: lambda *_, optional: PhoneField(optional=optional),
    Kind.account: lambda *_, optional: AccountNumberField(optional=optional),
    Kind.tick: lambda *_, optional: TickField(),  # noqa: ARG005 - it may always stay empty
    Kind.agreement: lambda *_, optional: ConsentField(optional=optional),
    Kind.file: lambda *_, optional: UploadField(optional=optional),
    Kind.files: lambda *_, optional: UploadField(multiple=True, optional=optional),
}


class MoveForm(Figure):
    """The form of a move; `move_form` adds the fields that the move needs."""

    def answers(self) -> MoveAnswers:
        """Return what was filled in, after a successful validation."""
        said = {field.short_name: field.answer for field in self if field.short_name in INPUTS}
        files = {field.short_name for field in self if isinstance(field, UploadField)}
        facts = {name: value for name, value in said.items() if name not in files | {"note"}}
        return MoveAnswers(token=self.token.data, note=said.get("note"), facts=facts)


def move_form(needs: Iterable[str], note: Note | None = None, **more: Any) -> type[MoveForm]:
    """Return the form class of a move from the names of its needs; "letter_date?" may be left blank.

    `more` are further fields by name. Raises KeyError for a need that `INPUTS` does not know.
    """
    fields = {}
    for need in needs:
        name = need.rstrip("?")
        one = INPUTS[name]
        fields[name] = _FIELDS[one.kind](note or Note(), one, optional=name != need)
    return type("MoveForm", (MoveForm,), fields | more)
