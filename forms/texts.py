"""Words that staff edit: letters and consents."""

from typing import Any, Final

from wtforms.fields import SubmitField

from forms import wording
from forms.answers import ConsentWords, LetterWords
from forms.base import Figure
from forms.fields import EssayField, LineField

SUBJECT_LONGEST: Final = 150
BODY_LONGEST: Final = 5_000
TITLE_LONGEST: Final = 200
CONSENT_LONGEST: Final = 20_000


class LetterTextForm(Figure):
    """The words of one letter; the view lays in `names`, the fields that they may use."""

    token = None
    names: frozenset[str] = frozenset()

    subject = LineField("Тема", noun="тему", limit=SUBJECT_LONGEST)
    body = EssayField(
        "Текст",
        noun="текст",
        limit=BODY_LONGEST,
        description="Пустая строка начинает новый абзац. Обращение, сведения, кнопку и подпись письмо добавит само",
    )
    submit = SubmitField("Сохранить")

    def validate(self, extra_validators: Any = None) -> bool:
        """Hold both to the language of letters as well."""
        is_valid = super().validate(extra_validators)
        for field in (self.subject, self.body):
            if not field.errors:
                self._read(field)
        return is_valid and not self.errors

    def answers(self) -> LetterWords:
        """Return what was filled in, after a successful validation."""
        return self.filled(LetterWords)

    def _read(self, field: LineField) -> None:
        try:
            wording.check(field.data, self.names)
        except ValueError as error:
            field.errors = [str(error)]


class ConsentTextForm(Figure):
    """The next version of a consent."""

    token = None

    title = LineField("Название", noun="название", limit=TITLE_LONGEST)
    text = EssayField(
        "Текст",
        noun="текст",
        limit=CONSENT_LONGEST,
        description="Пустая строка начинает новый абзац",
    )
    submit = SubmitField("Сохранить черновик")

    def answers(self) -> ConsentWords:
        """Return what was filled in, after a successful validation."""
        return self.filled(ConsentWords)
