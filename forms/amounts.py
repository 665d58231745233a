"""Amounts as people type them: kilowatts and roubles, with comma or point, with spaces between thousands."""

import re
from decimal import Decimal
from typing import Final

from forms.checks import tidy

_NUMBER: Final = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,9}))?")
KILOWATTS_MOST: Final = 100_000
ROUBLES_MOST: Final = 1_000_000_000


def kilowatts(text: str, noun: str) -> Decimal:
    """Return kW above zero with at most one decimal. Raises ValueError with the sentence to show."""
    return _amount(text, noun, decimals=1, most=KILOWATTS_MOST, example="12,5")


def kilowatts_or_none(text: str, noun: str) -> Decimal:
    """Return kW, zero among them: what was connected before may be nothing."""
    return _amount(text, noun, decimals=1, most=KILOWATTS_MOST, example="5", is_zero_good=True)


def roubles(text: str, noun: str) -> Decimal:
    """Return roubles above zero with kopecks at most. Raises ValueError with the sentence to show."""
    return _amount(text.replace("₽", ""), noun, decimals=2, most=ROUBLES_MOST, example="12 345,60")


def positive(text: str, noun: str) -> Decimal:
    """Return a number above zero with at most three decimals. Raises ValueError with the sentence to show."""
    return _amount(text, noun, decimals=3, most=KILOWATTS_MOST, example="0,4")


def _amount(text: str, noun: str, *, decimals: int, most: int, example: str, is_zero_good: bool = False) -> Decimal:
    typed = re.sub(r"\s", "", tidy(text, noun))
    found = _NUMBER.fullmatch(typed)
    if not found:
        raise ValueError(f"Введите {noun} числом, например {example}")
    whole, fraction = found[1], found[2] or ""
    if len(fraction.rstrip("0")) > decimals:
        digits = {1: "один знак", 2: "два знака", 3: "три знака"}[decimals]
        raise ValueError(f"Округлите {noun}: после запятой может быть {digits}, например {example}")
    amount = Decimal(f"{whole}.{fraction or 0}")
    if amount > most:
        raise ValueError(f"Проверьте {noun}: больше {most} быть не может")
    if not amount and not is_zero_good:
        raise ValueError(f"Введите {noun} больше нуля")
    return amount
