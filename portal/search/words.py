"""Words as the index has them: no case, no ё, letters that look alike are one; and what a slip makes of a word."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from forms.guessable import KEYS, keys
from forms.readings import TWINS

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 60
_STEM: Final = 4  # so many letters are looked at for slips
_SHORTEST: Final = 3  # in a shorter word everything is one slip away
_PHONE: Final = 10  # digits
_SAID: Final = ("ул", "д", "кв", "оф", "от", "№")  # stand in every address and title, and tell nothing
# An e-mail; a telephone in any spelling; «200-00-01»; a word or number.
_TOKEN: Final = re.compile(
    r"[\w.+-]+@[\w.-]*\w|(?<!\d)\+?\d(?:[\s()-]*\d){9,10}(?!\d)|(?<!\w)\d+(?:-\d+){2,}(?!\w)|[^\W_]+"
)
_RUSSIAN: Final = {latin: russian for russian, latin in KEYS.items()}


def typed(text: str) -> list[str]:
    """List the words of what somebody looks for, in their order; what tells nothing is left out if anything is left."""
    found = list(_tokens(text))
    return [word for word in found if word not in _NOTHING] or found


def kept(text: str) -> set[str]:
    """Give the words by which a text is found: parts of an address of e-mail too, and telephones by their end."""
    found = set(_tokens(text)) - _NOTHING
    emails = [word for word in found if "@" in word]
    phones = [word for word in found if word.isdigit() and len(word) >= _PHONE]
    return found.union(*(_tokens(word.partition("@")[0]) for word in emails), map(tail, phones))


def tail(number: str) -> str:
    """Give the word by whose beginning a telephone is found when its last digits are known."""
    return "<" + number[-_PHONE:][::-1]


def swapped(text: str) -> str:
    """Give what was meant if the keyboard stood on the other layout: «иванов» for «bdfyjd», and back."""
    is_latin = keys(text) == text.lower()
    return text.lower().translate(_RUSSIAN) if is_latin else keys(text)


def slips(word: str) -> set[str]:
    """Give the first letters of a word, as they are and without each one of them.

    Two words that are one slip apart within these letters have something in common here.
    """
    stem = word[:_STEM]
    if not word.isalpha() or len(word) < _SHORTEST:
        return set()  # a number is as it is
    return {stem, *(stem[:place] + stem[place + 1 :] for place in range(len(stem)))}


def near(word: str, other: str) -> str | None:
    """Give the beginning of the other word that is one slip away from this word, None where none is.

    A slip is a letter more, less or another one, or two that changed places.
    """
    beginnings = (other[: len(word) + more] for more in (0, 1, -1))
    return next((beginning for beginning in beginnings if _is_near(word, beginning)), None)


def _is_near(one: str, other: str) -> bool:
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    is_exchange = one[:2] == other[1::-1] and one[2:] == other[2:]
    return is_exchange or one[1:] == other[1:] or one[1:] == other or one == other[1:]


def _tokens(text: str) -> Iterator[str]:
    for found in _TOKEN.finditer(_normal(text)):
        token = found[0]
        is_number = not any(char.isalpha() for char in token)
        yield (re.sub(r"\D", "", token) if is_number else token)[:_LONGEST]


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().translate(TWINS).lower()


_NOTHING: Final = frozenset(token for word in _SAID for token in _tokens(word))
