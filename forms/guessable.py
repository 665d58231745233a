"""Passwords that are guessed first: a bundled list, and what is made of words that belong to the place or the person.

Passwords are compared by the keys pressed: «пароль» typed in the Latin layout is no secret either.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Final

_REMARK: Final = "# "
KEYS: Final = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`")
_BIRTHDAY: Final = re.compile(r"(0[1-9]|[12][0-9]|3[01])\.?(0[1-9]|1[0-2])\.?(19|20)[0-9]{2}")
_CUT: Final = 8  # old systems kept so many characters, and lists of what people chose there still circulate
_WORD_SHORTEST: Final = 3  # two letters of a login are found in every other password


def is_common(password: str) -> bool:
    """Tell whether a password is among those guessed first (ASVS 6.2.4), alone, twice or with a usual ending."""
    typed = keys(password)
    if typed in _listed() or _BIRTHDAY.fullmatch(typed):
        return True
    return any(_is_pair(typed[:cut], typed[cut:]) for cut in range(1, len(typed)))


def is_made_of(password: str, words: Iterable[str], shortest: int) -> bool:
    """Tell whether too little is left of a password without these words (ASVS 6.2.11).

    Too little is no letter at all, or fewer than `shortest` characters of any kind.
    """
    letters = rest = _letters(password)
    for word in sorted({_letters(word) for word in words}, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) >= _WORD_SHORTEST else rest
    without = len(keys(password)) - len(letters) + len(rest)
    return rest != letters and (not rest or without < shortest)


def keys(text: str) -> str:
    """Return the keys that a text is typed with, whatever the layout and the case."""
    return unicodedata.normalize("NFKC", text).lower().translate(KEYS)


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    lines = files("forms").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    entries = [keys(line) for line in lines if not line.startswith(_REMARK)]
    return frozenset(entries) | {entry[:_CUT] for entry in entries if len(entry) > _CUT}


def _is_pair(first: str, second: str) -> bool:
    if first not in _listed() or second not in _listed():
        return False
    return first == second or not _letters(first) or not _letters(second)


def _letters(text: str) -> str:
    """Return the keys of the letters alone: on some of them the other layout has a comma or a bracket."""
    return keys("".join(filter(str.isalpha, unicodedata.normalize("NFKC", text))))
