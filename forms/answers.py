"""What a filled-in figure says: frozen records that services take instead of forms.

Fields are named as in the form and normalised: phones `+7XXXXXXXXXX`, identifiers digits alone, e-mails in
lower case; None where a field was left blank or does not belong to this kind of applicant.
"""

import datetime as dt
from dataclasses import dataclass, field

from forms.choices import ApplicantKind, ConsentKind


@dataclass(frozen=True)
class RegistrationAnswers:
    """Figs. 3-5. Secrets and identifiers stay out of its repr, and so out of logs."""

    kind: ApplicantKind
    login: str
    email: str
    password: str = field(repr=False)
    full_name: str | None
    organisation_short: str | None
    organisation_full: str | None
    head_name: str | None
    in_city: bool
    street_id: int | None
    house: str | None
    flat: str | None
    address: str | None
    postcode: str
    phone: str = field(repr=False)
    snils: str | None = field(repr=False)
    ogrn: str | None
    inn: str | None = field(repr=False)
    token: str
    consents: tuple[ConsentKind, ...] = ()


@dataclass(frozen=True)
class SignInAnswers:
    """Fig. 2. `login` may be an e-mail address, and is as typed but for blanks around it."""

    login: str
    password: str = field(repr=False)
    remember: bool = False


@dataclass(frozen=True)
class NewPasswordAnswers:
    """Fig. 9."""

    old: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True)
class AppealAnswers:
    """Fig. 10. Its document is kept under the token in the slot `document`."""

    topic_id: int
    text: str
    token: str


@dataclass(frozen=True)
class MoveAnswers:
    """What a move of the workflow was given; None for what it did not ask. Files are kept under the token."""

    token: str
    note: str | None = None
    letter_number: str | None = None
    letter_date: dt.date | None = None
    until: dt.date | None = None
    addressee: str | None = None
