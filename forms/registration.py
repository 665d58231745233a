"""Figs. 3-5: registration of a person, an individual entrepreneur or a company."""

from dataclasses import replace

from wtforms.fields import SubmitField

from forms.answers import RegistrationAnswers
from forms.applicant import ApplicantFigure
from forms.choices import ConsentKind
from forms.fields import ConsentField


class RegistrationForm(ApplicantFigure):
    """Figs. 3-5 in one form."""

    passport = None
    registry_number = None
    registry_date = None

    voluntary = ConsentField(ConsentKind.voluntary.label, noun="согласие: данные указаны вами добровольно")
    open_channels = ConsentField(
        ConsentKind.open_channels.label, noun="согласие на передачу данных по открытым каналам интернета"
    )
    personal_data = ConsentField(ConsentKind.personal_data.label, noun="согласие на обработку персональных данных")
    notices = ConsentField(ConsentKind.notices.label, noun="согласие на новости и объявления", optional=True)
    submit = SubmitField("Отправить")

    settle = ApplicantFigure.lay_city

    def answers(self) -> RegistrationAnswers:
        """Return what was filled in, after a successful validation."""
        consents = tuple(kind for kind in ConsentKind.at_registration() if self[kind.code].data)
        return replace(self.filled(RegistrationAnswers), consents=consents)
