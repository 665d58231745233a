"""«Единое окно»: what a clerk fills in for a visitor's account, and does with an account."""

from dataclasses import replace
from typing import Any, ClassVar

from wtforms.fields import SubmitField

from forms import checks
from forms.answers import AppealAnswers, BlockAnswers, OfficeAccountAnswers
from forms.appeal import TEXT_LONGEST
from forms.applicant import ApplicantFigure
from forms.base import Figure
from forms.choices import ConsentKind
from forms.fields import ConsentField, EssayField, RowField, UploadField

REASON_LONGEST = 300


def _has_paper(form: Any) -> bool:
    document = form.document
    is_attached = document.chosen or document.refusal or form.kept.get(document.short_name)
    return bool(is_attached or form.topic_id.data is not None or not checks.is_blank(form.text.typed))


class OfficeAccountForm(ApplicantFigure):
    """Figs. 3-5 without the passwords; `data={"login": …}` suggests a login.

    «Заявление на бумаге» is welcome: once any of it is filled in, topic and text are needed as in fig. 10. The
    view lays the topics in.
    """

    conditions: ClassVar = ApplicantFigure.conditions | {"paper": _has_paper}

    password = None
    password_again = None
    passport = None
    registry_number = None
    registry_date = None

    personal_data = ConsentField(
        "Согласие на обработку персональных данных подписано на бумаге",
        noun="галочкой, что согласие на обработку персональных данных подписано",
    )
    topic_id = RowField(needed="paper", first="-Выберите вид обращения-")
    text = EssayField(needed="paper", limit=TEXT_LONGEST)
    document = UploadField(optional=True)
    submit = SubmitField("Создать кабинет")

    settle = ApplicantFigure.lay_city

    def answers(self) -> OfficeAccountAnswers:
        """Return what was filled in, after a successful validation."""
        appeal = self.filled(AppealAnswers) if self.holds("paper") else None
        return replace(self.filled(OfficeAccountAnswers), consents=(ConsentKind.personal_data,), appeal=appeal)


class BlockForm(Figure):
    """Why an account is blocked."""

    token = None

    reason = EssayField(limit=REASON_LONGEST)
    submit = SubmitField("Заблокировать")

    def answers(self) -> BlockAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(BlockAnswers)


class ReissueForm(Figure):
    """A new temporary password goes to the owner's e-mail: there is nothing to fill in, and nothing to see."""

    token = None

    submit = SubmitField("Отправить временный пароль")
