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
    LineField,
    LoginField,
    PasswordField,
    PersonField,
    PhoneField,
    TickField,
    UploadField,
)


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


@dataclass(frozen=True)
class Note:
    """How one move words its text: label, noun in the accusative, most characters."""

    label: str = "Комментарий"
    noun: str = "комментарий"
    limit: int = 4000


NEEDS: Final[dict[str, Callable[[Note, bool], Any]]] = {
    "note": lambda note, optional: EssayField(note.label, noun=note.noun, limit=note.limit, optional=optional),
    **dict.fromkeys(
        ("letter_number", "terms_number", "invoice_number", "contract_number", "act_number", "account_number",
         "visit_window"),
        lambda _, optional: LineField(limit=40, optional=optional),
    ),
    **dict.fromkeys(
        ("letter_date", "until", "terms_date", "paid_on", "contract_date", "wished_on", "inspected_on", "energised_on",
         "act_date", "visit_on"),
        lambda _, optional: DateField(optional=optional),
    ),
    **dict.fromkeys(
        ("invoice_sum", "paid_sum", "cost"), lambda _, optional: AmountField(rule=roubles, optional=optional)
    ),
    **dict.fromkeys(
        ("letter_file", "document", "terms_file", "contract_file", "invoice_file", "act_file"),
        lambda _, optional: UploadField(optional=optional),
    ),
    "documents": lambda _, optional: UploadField(multiple=True, optional=optional),
    "crew_phone": lambda _, optional: PhoneField(optional=optional),
    "meter_reading": lambda _, optional: LineField(limit=12, optional=optional),
    "public_buyer": lambda _, optional: TickField(),  # noqa: ARG005 - a box may always stay empty
    "conditions_met": lambda _, optional: ConsentField(optional=optional),
    "addressee": lambda _, optional: LineField(limit=300, optional=optional),
}  # fmt: skip


class MoveForm(Figure):
    """The form of a move; `move_form` adds the fields that the move needs."""

    def answers(self) -> MoveAnswers:
        """Return what was filled in, after a successful validation."""
        said = {field.short_name: field.answer for field in self if field.short_name in NEEDS}
        files = {field.short_name for field in self if isinstance(field, UploadField)}
        facts = {name: value for name, value in said.items() if name not in files | {"note"}}
        return MoveAnswers(token=self.token.data, note=said.get("note"), facts=facts)


def move_form(needs: Iterable[str], note: Note | None = None, **more: Any) -> type[MoveForm]:
    """Return the form class of a move from the names of its needs; "letter_date?" may be left blank.

    `more` are further fields by name. Raises KeyError for a need that `NEEDS` does not know.
    """
    inputs = {need.rstrip("?"): NEEDS[need.rstrip("?")](note or Note(), need.endswith("?")) for need in needs}
    return type("MoveForm", (MoveForm,), inputs | more)
