"""What a service answers when it can't do what was asked: sentences for people, shown where they belong."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """A Russian sentence for the top of the page."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(sentence)
        self.sentence = sentence


class FieldRefusal(Refusal):
    """A Russian sentence for one field of the form: a fact that only the database knows."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep the field's name and the sentence."""
        super().__init__(sentence)
        self.field = field


class NotYours(Exception):  # noqa: N818
    """It is not there, or it is somebody else's: the page is the same."""


class Busy(Exception):  # noqa: N818
    """Too much of something costly is under way: the page says so and when to come back."""
