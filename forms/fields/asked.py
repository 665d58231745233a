"""What every field knows: its word, its condition, and the order in which it is judged."""

from typing import Any, ClassVar

from wtforms.fields import Field
from wtforms.validators import StopValidation

from forms.labels import LABELS, accusative


class Asked(Field):
    """What all fields share: the word for what is asked, the condition, and the order of judging.

    `required` tells the page to show the star; `when` gives the class `only-<when>` of its wrapper.
    """

    attributes: ClassVar[dict[str, str]] = {}

    def __init__(
        self,
        label: str | None = None,
        *,
        when: str | None = None,
        needed: str | None = None,
        optional: bool = False,
        noun: str | None = None,
        **kwargs: Any,
    ) -> None:
        name = kwargs["name"]
        kwargs["render_kw"] = self.attributes | (kwargs.get("render_kw") or {})
        super().__init__(label or LABELS[name], **kwargs)
        self.when = when
        self.needed = needed
        self.required = not optional and needed is None
        self.noun = accusative(name) if noun is None else noun

    @property
    def answer(self) -> Any:
        """What goes into the frozen answers; called after a successful validation only."""
        return self.data

    def pre_validate(self, form: Any) -> None:
        """Judge once, and stop WTForms' own chain: one field shows one sentence at most."""
        if not form.applies(self):
            raise StopValidation
        if self.needed:
            self.required = form.holds(self.needed)
        try:
            self.judge(form)
        except ValueError as error:
            raise StopValidation(str(error)) from error

    def judge(self, form: Any) -> None:
        """Bring `data` to its normalised value. Raises ValueError with the sentence to show beside it."""
        raise NotImplementedError


def printable(text: str) -> str:
    """Replace what no page can carry, so that a hostile value can be shown beside its refusal."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
