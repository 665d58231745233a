"""House numbers: «32/1», «40а», «12 к. 1» in one normal form, and ranges of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

LARGEST: Final = 9999
# Latin letters that look like Russian ones: «40a» typed in either layout is one house.
_LOOKS: Final = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
_WORDS: Final = {"корпус": "к", "корп": "к", "к": "к", "строение": "стр", "стр": "стр", "с": "стр",
                 "литера": "", "литер": "", "лит": "", "владение": "вл", "вл": "вл"}  # fmt: skip
_SHOWN: Final = {"к": " к. ", "стр": " стр. "}
_NUMBER: Final = re.compile(r"(?:(вл)(?:адение)?\.?\s*)?№?\s*(\d{1,4})(.*)", re.DOTALL)
_MARK: Final = re.compile(r"[\s,.-]*(корпус|корп|строение|стр|литера|литер|лит|владение|вл|к|с)[\s.№]*(\w{1,4})")
_LETTER: Final = re.compile(r"[\s-]*([а-я])(?![а-я])")
_FRACTION: Final = re.compile(r"\s*/\s*(\d{1,4})")
_SUFFIX: Final = re.compile(r"(вл)?(/\d+)?([а-я])?(/\d+)?((?:к|стр)\w+)?")


class Parity(IntEnum):
    """Which side of a street."""

    all = 0
    odd = 1
    even = 2

    @classmethod
    def of(cls, number: int) -> Parity:
        """Tell the side of one number."""
        return cls.odd if number % 2 else cls.even


PARITY_WORDS: Final = {Parity.all: "все", Parity.odd: "нечёт.", Parity.even: "чёт."}


@dataclass(frozen=True, order=True)
class House:
    """A number and the rest in its normal form: (32, "/1"), (40, "а"), (12, "к1"), (31, "стр1"), (9, "вл")."""

    number: int
    suffix: str = ""

    @classmethod
    def of(cls, text: str) -> House | None:
        """Read one house as people write it; None where it does not begin with a number, or says more than a house."""
        found = _NUMBER.fullmatch(" ".join(text.lower().replace("ё", "е").split()).removeprefix("д. "))
        if found is None:
            return None
        suffix = _suffix(found[3].translate(_LOOKS))
        return None if suffix is None else cls(int(found[2]), (found[1] or "") + suffix)

    def __str__(self) -> str:
        """Write it as addresses do: «12 к. 1», «40а», «вл. 9»."""
        rest = re.sub(r"(к|стр)(?=\w+$)", lambda mark: _SHOWN[mark[1]], self.suffix.removeprefix("вл"))
        return f"{'вл. ' if self.suffix.startswith('вл') else ''}{self.number}{rest}"


@dataclass(frozen=True)
class Span:
    """One house (`last` is None), or all from `first` to `last` on a side; letters within a range are all meant.

    `is_assumed`: the side was not named, but both ends are on it. `is_odd_looking`: written the wrong way round.
    """

    first: House
    last: House | None = None
    parity: Parity = Parity.all
    is_assumed: bool = False
    is_odd_looking: bool = False

    @classmethod
    def between(cls, first: House, last: House, parity: Parity | None = None) -> Span:
        """Make a range; without a word for the side, ends of one side mean that side, mixed ones both."""
        low, high = sorted((first, last))
        same = Parity.of(low.number) == Parity.of(high.number) and low.number != high.number
        side = parity if parity is not None else Parity.of(low.number) if same else Parity.all
        return cls(low, high, side, is_assumed=parity is None and same, is_odd_looking=first > last)

    def holds(self, house: House) -> bool:
        """Whether a house is meant."""
        if self.last is None:
            return house == self.first
        is_within = self.first.number <= house.number <= self.last.number
        return is_within and self.parity in {Parity.all, Parity.of(house.number)}

    def __str__(self) -> str:
        """Write it so that it is read back as the same: the side is always named, «все» where both are meant."""
        if self.last is None:
            return str(self.first)
        return f"{self.first}–{self.last} ({PARITY_WORDS[self.parity]})"


def _suffix(rest: str) -> str | None:
    """Bring what follows the number to its normal form; None where it is no part of a house."""
    made = ""
    while rest.strip(" .,-"):
        if found := _FRACTION.match(rest):
            made += f"/{int(found[1])}"
        elif found := _MARK.match(rest):
            made += _WORDS[found[1]] + found[2]
        elif found := _LETTER.match(rest):
            made += found[1]
        else:
            return None
        rest = rest[found.end() :]
    return made if _SUFFIX.fullmatch(made) else None
