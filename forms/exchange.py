"""«Электронный документооборот»: looking through the register, signing, refusing; placing a document by staff."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields import SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import FileInput

from forms import files
from forms.answers import DocumentFilter, PlacedAnswers
from forms.base import Figure
from forms.choices import Direction
from forms.fields import (
    ConsentField,
    DateField,
    EssayField,
    LineField,
    OneTimeCodeField,
    PickField,
    RowField,
    TickField,
    UploadField,
)

REASON_LONGEST = 1000
TITLE_LONGEST = 150
NUMBER_LONGEST = 40


class FilterField(PickField):
    """A drop-down that narrows a list; its first line narrows nothing."""

    def __init__(self, label: str | None = None, *, first: str, **kwargs: Any) -> None:
        super().__init__(label, optional=True, **kwargs)
        self.first = first
        self.lay(())

    def lay(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Lay in the lines, as (value, what is shown)."""
        self.choices = [SelectChoice("", self.first), *(SelectChoice(value, shown) for value, shown in pairs)]

    @property
    def answer(self) -> str | None:
        """What was chosen, None for the first line."""
        return self.data or None


class RegisterForm(Figure):
    """The register's filters, sent by GET; the view lays states, kinds and cases in."""

    token = None

    words = LineField(limit=100, optional=True)
    document_kind = FilterField(first="Все виды")
    direction = FilterField(first="Входящие и исходящие")
    document_state = FilterField(first="Все статусы")
    case_id = RowField(first="Все документы", optional=True)
    since = DateField(optional=True)
    till = DateField(optional=True)
    submit = SubmitField("Показать")

    class Meta:
        """A search changes nothing, and its address can be passed on."""

        csrf = False

    def settle(self, kinds: Iterable[str], states: Iterable[tuple[str, str]], cases: Iterable[tuple[int, str]]) -> None:
        """Lay in what may be chosen."""
        self.direction.lay(Direction.pairs())
        self.document_kind.lay([(kind, kind) for kind in kinds])
        self.document_state.lay(states)
        self.case_id.lay(cases)

    def answers(self) -> DocumentFilter:
        """Return what is wanted, after a successful validation."""
        return self.filled(DocumentFilter)


class AgreementForm(Figure):
    """The agreement about a simple electronic signature: never ticked beforehand."""

    token = None

    agree = ConsentField(noun="галочкой, что принимаете соглашение")
    submit = SubmitField("Принять соглашение")


class CodeForm(Figure):
    """The code from the letter."""

    token = None

    signing_code = OneTimeCodeField()
    submit = SubmitField("Подписать")


class SignatureField(UploadField):
    """A detached signature; nobody here checks it."""

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.widget = FileInput()
        self.render_kw["accept"] = ",".join(f".{extension}" for extension in files.SIGNATURE.extensions)

    def _take(self, storage: Any) -> None:
        try:
            self.chosen.append(files.choose_signature(storage.filename or "", storage.stream))
        except ValueError as error:
            self.refusal = str(error)


class SignatureForm(Figure):
    """A signature made elsewhere."""

    token = None

    signature_file = SignatureField()
    submit = SubmitField("Приложить подпись")


class RefusalForm(Figure):
    """Why a document is not signed."""

    token = None

    refusal = EssayField(limit=REASON_LONGEST)
    submit = SubmitField("Отказаться от подписи")


class FindForm(Figure):
    """Whom a document is for, sent by GET."""

    token = None

    who = LineField(limit=100)
    submit = SubmitField("Найти")

    class Meta:
        """A search changes nothing."""

        csrf = False


class PlaceForm(Figure):
    """A document placed by staff; the view lays cases and earlier documents in."""

    case_id = RowField(first="Ни к чему: общий документ", optional=True)
    document_title = LineField(limit=TITLE_LONGEST)
    document_number = LineField(limit=NUMBER_LONGEST, optional=True)
    document_date = DateField()
    document = UploadField()
    replaces_id = RowField(first="Ничего: это новый документ", optional=True)
    wants_signature = TickField()
    sign_until = DateField(optional=True)
    submit = SubmitField("Разместить и отправить письмо")

    def settle(self, cases: Iterable[tuple[int, str]], documents: Iterable[tuple[int, str]]) -> None:
        """Lay in what may be chosen."""
        self.case_id.lay(cases)
        self.replaces_id.lay(documents)

    def answers(self) -> PlacedAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(PlacedAnswers)


class AcceptForm(Figure):
    """A document that came is all right."""

    token = None

    submit = SubmitField("Принять")


class DeclineForm(Figure):
    """A document that came is not all right."""

    token = None

    remark = EssayField(limit=REASON_LONGEST)
    submit = SubmitField("Отклонить")
