"""The tables. Everything is imported here, so that migrations see it all."""

from portal.models.cases import Appeal, Case, Document
from portal.models.clocks import Clock
from portal.models.connections import Connection, Draft, SupplyPoint, Verdict
from portal.models.documents import Upload
from portal.models.exchange import AGREEMENT, Decision, Receipt, SignatureRequest, SigningCode
from portal.models.extra_services import ExtraService
from portal.models.journal import JournalEntry
from portal.models.letters import Letter, LetterState, LetterText
from portal.models.meters import (
    FileState,
    Meter,
    Reading,
    ReadingCheck,
    ReadingFile,
    ReadingPhoto,
    ReadingReminder,
    ReminderRefusal,
    ReminderRound,
)
from portal.models.outages import Outage, OutageAddress, OutageNotice, OutageReason, OutageSubscription
from portal.models.people import Consent, SignIn, Staff, StaffRole, Subscriber
from portal.models.presence import Glance
from portal.models.reference import (
    Activity,
    AppealTopic,
    ConsentDraft,
    ConsentText,
    Listed,
    LoadKind,
    NonWorkingDay,
    ObjectType,
    ServiceTopic,
    Street,
    Supplier,
    Term,
    TermUnit,
    VoltageClass,
)
from portal.models.registers import Counter
from portal.models.saved_lists import SavedList
from portal.models.search import SearchSlip, SearchText, SearchWord
from portal.models.secrets import EmailChange, RecoveryCode, RecoveryRequest, TemporaryPassword

__all__ = [
    "AGREEMENT",
    "Activity",
    "Appeal",
    "AppealTopic",
    "Case",
    "Clock",
    "Connection",
    "Consent",
    "ConsentDraft",
    "ConsentText",
    "Counter",
    "Decision",
    "Document",
    "Draft",
    "EmailChange",
    "ExtraService",
    "FileState",
    "Glance",
    "JournalEntry",
    "Letter",
    "LetterState",
    "LetterText",
    "Listed",
    "LoadKind",
    "Meter",
    "NonWorkingDay",
    "ObjectType",
    "Outage",
    "OutageAddress",
    "OutageNotice",
    "OutageReason",
    "OutageSubscription",
    "Reading",
    "ReadingCheck",
    "ReadingFile",
    "ReadingPhoto",
    "ReadingReminder",
    "Receipt",
    "RecoveryCode",
    "RecoveryRequest",
    "ReminderRefusal",
    "ReminderRound",
    "SavedList",
    "SearchSlip",
    "SearchText",
    "SearchWord",
    "ServiceTopic",
    "SignIn",
    "SignatureRequest",
    "SigningCode",
    "Staff",
    "StaffRole",
    "Street",
    "Subscriber",
    "Supplier",
    "SupplyPoint",
    "TemporaryPassword",
    "Term",
    "TermUnit",
    "Upload",
    "Verdict",
    "VoltageClass",
]
