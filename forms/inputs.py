"""What moves of cases may ask for: one line an input. Fields, checks, uploads and the journal all read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Kind(Enum):
    """What an input is."""

    essay = auto()
    line = auto()
    day = auto()
    past_day = auto()  # between the filing and today
    coming_day = auto()  # today at the earliest
    money = auto()
    kilowatt_hours = auto()
    phone = auto()
    account = auto()  # digits, as subscribers type them at their meters
    tick = auto()  # a box that may stay empty
    agreement = auto()  # one that may not
    file = auto()
    files = auto()  # any number, side by side


@dataclass(frozen=True)
class Input:
    """An input of moves; `limit` is how many characters a line may have."""

    kind: Kind
    limit: int = 40


INPUTS: Final[Mapping[str, Input]] = {
    "note": Input(Kind.essay),
    "addressee": Input(Kind.line, limit=300),
    "letter_number": Input(Kind.line),
    "letter_date": Input(Kind.day),
    "letter_file": Input(Kind.file),
    "document": Input(Kind.file),
    "documents": Input(Kind.files),
    "until": Input(Kind.day),
    "terms_number": Input(Kind.line),
    "terms_date": Input(Kind.past_day),
    "terms_file": Input(Kind.file),
    "contract_number": Input(Kind.line),
    "contract_date": Input(Kind.past_day),
    "contract_file": Input(Kind.file),
    "invoice_number": Input(Kind.line),
    "invoice_sum": Input(Kind.money),
    "invoice_file": Input(Kind.file),
    "paid_on": Input(Kind.past_day),
    "paid_sum": Input(Kind.money),
    "wished_on": Input(Kind.coming_day),
    "inspected_on": Input(Kind.past_day),
    "energised_on": Input(Kind.past_day),
    "act_number": Input(Kind.line),
    "act_date": Input(Kind.past_day),
    "act_file": Input(Kind.file),
    "account_number": Input(Kind.account),
    "conditions_met": Input(Kind.agreement),
    "visit_on": Input(Kind.coming_day),
    "visit_window": Input(Kind.line),
    "crew_phone": Input(Kind.phone),
    "cost": Input(Kind.money),
    "meter_reading": Input(Kind.kilowatt_hours),
    "public_buyer": Input(Kind.tick),
}


def _of(*kinds: Kind) -> frozenset[str]:
    return frozenset(name for name, one in INPUTS.items() if one.kind in kinds)


# Each is a slot of an upload; in those of MANY any number of files lie side by side.
MANY: Final = _of(Kind.files)
FILES: Final = _of(Kind.file) | MANY
PAST_DAYS: Final = _of(Kind.past_day)
COMING_DAYS: Final = _of(Kind.coming_day)
SUMS: Final = _of(Kind.money)
