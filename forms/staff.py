"""The staff panel: its door, and what moves of a case ask for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from wtforms.fields import SubmitField

from forms.answers import ColleagueAnswers, MoveAnswers, SignInAnswers
from forms.base import Figure
from forms.choices import StaffDuty
from forms.fields import (
    ChoiceField,
    DateField,
    EmailField,
    EssayField,
    LineField,
    LoginField,
    PasswordField,
    PersonField,
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
    "letter_number": lambda _, optional: LineField(limit=40, optional=optional),
    "letter_date": lambda _, optional: DateField(optional=optional),
    "letter_file": lambda _, optional: UploadField(optional=optional),
    "document": lambda _, optional: UploadField(optional=optional),
    "until": lambda _, optional: DateField(optional=optional),
    "addressee": lambda _, optional: LineField(limit=300, optional=optional),
}


class MoveForm(Figure):
    """The form of a move; `move_form` adds the fields that the move needs."""

    def answers(self) -> MoveAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(MoveAnswers)


def move_form(needs: Iterable[str], note: Note | None = None) -> type[MoveForm]:
    """Return the form class of a move from the names of its needs; "letter_date?" may be left blank.

    Raises KeyError for a need that `NEEDS` does not know.
    """
    return _built(tuple(needs), note or Note())


@lru_cache
def _built(needs: tuple[str, ...], note: Note) -> type[MoveForm]:
    inputs = {need.rstrip("?"): NEEDS[need.rstrip("?")](note, need.endswith("?")) for need in needs}
    return type("MoveForm", (MoveForm,), inputs)
