"""«Мои согласия»: taking a consent back, and asking for the account to be deleted."""

from wtforms.fields import SubmitField

from forms.answers import DeletionAnswers, WithdrawAnswers
from forms.base import Figure
from forms.choices import ConsentKind
from forms.fields import ConsentField, EssayField, HiddenChoiceField

REASON_LONGEST = 1000


class WithdrawForm(Figure):
    """One consent, beside which the button stands."""

    token = None

    kind = HiddenChoiceField("Согласие", of=ConsentKind, noun="согласие, которое отзываете")
    submit = SubmitField("Отозвать")

    def answers(self) -> WithdrawAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(WithdrawAnswers)


class DeletionForm(Figure):
    """«Удалить учётную запись»: a request, since the company must keep some papers."""

    reason = EssayField("Почему вы уходите", limit=REASON_LONGEST, optional=True)
    understood = ConsentField(
        "Понимаю, что документы по заявкам и обращениям компания обязана хранить",
        noun="галочкой, что знаете о документах, которые компания обязана хранить",
    )
    submit = SubmitField("Отправить запрос")

    def answers(self) -> DeletionAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(DeletionAnswers)
