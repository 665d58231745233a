"""Fig. 14: an application for an extra service."""

from wtforms.fields import SubmitField

from forms.answers import ExtraServiceAnswers
from forms.appeal import TEXT_LONGEST
from forms.base import Figure
from forms.fields import EssayField, LineField, RowField, UploadField

LONGEST = 25


class ExtraServiceForm(Figure):
    """Where, which service, and in one's own words; who asks is known from the profile. The view lays rows in."""

    street_id = RowField(first="-Выберите улицу-")
    house = LineField(limit=LONGEST)
    flat = LineField(limit=LONGEST, optional=True)
    service_topic_id = RowField(first="-Выберите вид доп. услуги-")
    text = EssayField(limit=TEXT_LONGEST)
    document = UploadField(optional=True)
    submit = SubmitField("Сохранить")

    def answers(self) -> ExtraServiceAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(ExtraServiceAnswers)
