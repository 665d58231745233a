"""Fig. 10: an appeal to the company."""

from wtforms.fields import SubmitField

from forms.answers import AppealAnswers
from forms.base import Figure
from forms.fields import EssayField, RowField, UploadField

TEXT_LONGEST = 1000


class AppealForm(Figure):
    """Topic, text and a document; who asks is known from the profile. The view lays the topics in."""

    topic_id = RowField(first="-Выберите вид обращения-")
    text = EssayField(limit=TEXT_LONGEST)
    document = UploadField(optional=True)
    submit = SubmitField("Сохранить")

    def answers(self) -> AppealAnswers:
        """Return what was filled in, after a successful validation."""
        return self.filled(AppealAnswers)
