"""The tables. Everything is imported here, so that migrations see it all."""

from portal.models.cases import Appeal, Case
from portal.models.documents import Document, Upload
from portal.models.journal import JournalEntry
from portal.models.letters import Letter, LetterState
from portal.models.outages import Outage, OutageAddress, OutageNotice, OutageReason, OutageSubscription
from portal.models.people import Consent, SignIn, Staff, StaffRole, Subscriber
from portal.models.reference import AppealTopic, ConsentText, NonWorkingDay, Street, Term, TermUnit
from portal.models.registers import Counter
from portal.models.secrets import EmailChange, RecoveryCode, RecoveryRequest, TemporaryPassword

__all__ = [
    "Appeal",
    "AppealTopic",
    "Case",
    "Consent",
    "ConsentText",
    "Counter",
    "Document",
    "EmailChange",
    "JournalEntry",
    "Letter",
    "LetterState",
    "NonWorkingDay",
    "Outage",
    "OutageAddress",
    "OutageNotice",
    "OutageReason",
    "OutageSubscription",
    "RecoveryCode",
    "RecoveryRequest",
    "SignIn",
    "Staff",
    "StaffRole",
    "Street",
    "Subscriber",
    "TemporaryPassword",
    "Term",
    "TermUnit",
    "Upload",
]
