"""What a filled-in figure says: frozen records that services take instead of forms.

Fields are named as in the form and normalised: phones `+7XXXXXXXXXX`, identifiers digits alone, e-mails in
lower case; None where a field was left blank or does not belong to this kind of applicant. Secrets and
identifiers stay out of a record's repr, and so out of logs.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from forms.choices import ApplicantKind, ConnectionService, ConsentKind, OutageKind, StaffDuty


@dataclass(frozen=True)
class ApplicantAnswers:
    """Who one is, and where to be found: what registration, profile and «Единое окно» all ask."""

    email: str
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


@dataclass(frozen=True)
class RegistrationAnswers(ApplicantAnswers):
    """Figs. 3-5."""

    kind: ApplicantKind
    login: str
    password: str = field(repr=False)
    consents: tuple[ConsentKind, ...] = ()


@dataclass(frozen=True)
class ProfileAnswers(ApplicantAnswers):
    """Figs. 7-8. `password` is the one in use, given where the e-mail is another; None otherwise."""

    passport: str | None = field(repr=False)
    registry_number: str | None
    registry_date: dt.date | None
    password: str | None = field(repr=False)


@dataclass(frozen=True)
class SignInAnswers:
    """Fig. 2. `login` may be an e-mail address, and is as typed but for blanks around it."""

    login: str
    password: str = field(repr=False)
    remember: bool = False


@dataclass(frozen=True)
class SecondFactorAnswers:
    """Six digits of the application, or a recovery code `XXXXX-XXXXX` in capital Latin letters."""

    code: str = field(repr=False)

    @property
    def is_recovery(self) -> bool:
        """Whether it is a recovery code."""
        return "-" in self.code


@dataclass(frozen=True)
class EnrolAnswers:
    """Six digits that prove that the application holds the secret."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class ForgotAnswers:
    """«Забыли пароль?»: a login or an e-mail address, as typed but for blanks around it."""

    login: str


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
class ExtraServiceAnswers:
    """Fig. 14. Its document is kept under the token in the slot `document`."""

    street_id: int
    house: str
    flat: str | None
    service_topic_id: int
    text: str
    token: str


@dataclass(frozen=True)
class OfficeAccountAnswers(ApplicantAnswers):
    """An account made at «Единое окно», and the appeal on paper that came with it, if any."""

    kind: ApplicantKind
    login: str
    consents: tuple[ConsentKind, ...] = ()
    appeal: AppealAnswers | None = None


@dataclass(frozen=True)
class ColleagueAnswers:
    """A new account of the staff panel."""

    login: str
    full_name: str
    email: str
    role: StaffDuty


@dataclass(frozen=True)
class BlockAnswers:
    """Why an account is blocked."""

    reason: str


@dataclass(frozen=True)
class WithdrawAnswers:
    """Which consent is taken back."""

    kind: ConsentKind


@dataclass(frozen=True)
class DeletionAnswers:
    """A wish to have the account deleted."""

    reason: str | None
    token: str


@dataclass(frozen=True)
class ConnectionAnswers:
    """Fig. 12. Its documents are kept under the token, each in the slot of its paper's code.

    Power in kW. `sheet` is all of it in words, section by section: {"title": …, "facts": [[label, value], …]};
    `typed` the raw fields by name, for a copy. `profile` holds what the profile lacked, by column.
    """

    token: str
    service: ConnectionService
    circumstances: tuple[str, ...]
    street_id: int
    house: str
    office: str | None
    flat: str | None
    power_requested: Decimal
    power_previous: Decimal
    voltage_id: int | None
    supplier_id: int | None
    sheet: tuple[dict[str, Any], ...] = field(repr=False)
    typed: dict[str, list[str]] = field(repr=False)
    profile: dict[str, Any] = field(repr=False, default_factory=dict)
    handover: bool = False


@dataclass(frozen=True)
class VerdictAnswer:
    """What a clerk says of the documents of one kind: accepted, or returned with a remark."""

    kind: str
    accepted: bool
    remark: str | None = None


@dataclass(frozen=True)
class OutageAnswers:
    """One outage as staff write it down; moments are naive, by the company's wall clock."""

    kind: OutageKind
    begins_at: dt.datetime
    ends_at: dt.datetime
    reason_id: int
    text: str
    token: str


@dataclass(frozen=True)
class MoveAnswers:
    """What a move of the workflow was given.

    `facts` holds its inputs by name: dates, text, Decimal, True; None for what was left blank. Files are kept under the
    token, by slot.
    """

    token: str
    note: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    verdicts: tuple[VerdictAnswer, ...] = ()


@dataclass(frozen=True)
class MeterAnswers:
    """Fig. 20. `serial` as typed, in capitals; `account_number` digits."""

    place: str
    account_number: str
    serial: str
    token: str


@dataclass(frozen=True)
class MeterChangeAnswers:
    """Where a meter is: all that its owner may change of it."""

    place: str
    object_address: str


@dataclass(frozen=True)
class ReadingAnswers:
    """Fig. 22: kWh, the day, and the ticks that answer our doubts."""

    reading: int
    taken_on: dt.date
    token: str
    restarted: bool = False
    sure: bool = False


@dataclass(frozen=True)
class CorrectionAnswers:
    """Another value for a reading, and why."""

    reading: int
    reason: str
    token: str
    restarted: bool = False
    sure: bool = False


@dataclass(frozen=True)
class DocumentFilter:
    """Which documents of the register are wanted; `case_id` 0 means those of no case, None any."""

    words: str | None = None
    document_kind: str | None = None
    direction: str | None = None
    document_state: str | None = None
    case_id: int | None = None
    since: dt.date | None = None
    till: dt.date | None = None


@dataclass(frozen=True)
class PlacedAnswers:
    """A document that staff place; `case_id` and `replaces_id` are None where there is neither."""

    token: str
    case_id: int | None
    document_title: str
    document_number: str | None
    document_date: dt.date
    replaces_id: int | None
    wants_signature: bool
    sign_until: dt.date | None


@dataclass(frozen=True)
class LetterWords:
    """Subject and body of a letter, in the language of `wording`."""

    subject: str
    body: str


@dataclass(frozen=True)
class ConsentWords:
    """Title and text of a consent."""

    title: str
    text: str


@dataclass(frozen=True)
class PeriodAnswers:
    """A period, both days included."""

    since: dt.date
    till: dt.date
