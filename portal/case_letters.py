"""Letters about cases: one function each, named by what happened; the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal import formats
from portal.letters import Message, greeting_of, public_link, rendered
from portal.models import Staff
from portal.workflow import WORKFLOWS, By

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from portal.models import Appeal, Case, Connection, ExtraService, JournalEntry, Letter, Subscriber


@dataclass(frozen=True)
class Preview:
    """A letter as it would go."""

    recipient: str
    subject: str
    text: str


# kind of case: words of the link, endpoint of its page, endpoint of its card
PAGES = {
    "appeal": ("Открыть обращение", "appeals.show", "staff_appeals.card"),
    "service": ("Открыть заявку", "extra_services.show", "staff_services.card"),
    "connection": ("Открыть заявку", "connections.show", "staff_connections.card"),
}
CASE_LETTERS: dict[str, Callable[[Any, JournalEntry], Message]] = {}


def _case_letter(function: Callable[[Any, JournalEntry], Message]) -> Callable[[Any, JournalEntry], Message]:
    CASE_LETTERS[function.__name__] = function
    return function


@_case_letter
def appeal_registered(appeal: Appeal, _: JournalEntry) -> Message:
    """It has a number; the term runs (fig. 11)."""
    return _about(appeal)


@_case_letter
def appeal_clarification(appeal: Appeal, entry: JournalEntry) -> Message:
    """The clerk asks something."""
    return _about(appeal, question=entry.note)


@_case_letter
def appeal_extended(appeal: Appeal, entry: JournalEntry) -> Message:
    """The answer takes longer."""
    return _about(appeal, reason=entry.note)


@_case_letter
def appeal_redirected(appeal: Appeal, entry: JournalEntry) -> Message:
    """Somebody else answers."""
    return _about(appeal, addressee=entry.data["addressee"], note=entry.note)


@_case_letter
def appeal_answered(appeal: Appeal, entry: JournalEntry) -> Message:
    """The answer is on the page; the letter does not repeat it, since it may hold personal data."""
    return _about(appeal, letter_number=entry.data.get("letter_number"))


@_case_letter
def appeal_withdrawn(appeal: Appeal, _: JournalEntry) -> Message:
    """The subscriber took it back."""
    return _about(appeal)


@_case_letter
def connection_registered(connection: Connection, _: JournalEntry) -> Message:
    """It has a number; both sides' clocks run."""
    return _about(connection)


@_case_letter
def documents_missing(connection: Connection, entry: JournalEntry) -> Message:
    """What is missing or wrong, paper by paper, and the last day."""
    return _about(connection, letter_number=entry.data.get("letter_number"), note=entry.note)


@_case_letter
def documents_received(connection: Connection, _: JournalEntry) -> Message:
    """The applicant has handed the missing documents over; the check begins anew."""
    return _about(connection)


@_case_letter
def documents_came(connection: Connection, _: JournalEntry) -> Message:
    """To staff: there is something to check."""
    return _about(connection)


@_case_letter
def documents_accepted(connection: Connection, _: JournalEntry) -> Message:
    """Nothing is missing; conditions are being prepared."""
    return _about(connection)


@_case_letter
def terms_issued(connection: Connection, entry: JournalEntry) -> Message:
    """Conditions, contract and invoice are on the page."""
    number, day = entry.data.get("terms_number"), entry.data.get("terms_date")
    said = {"terms_number": number, "terms_date": day and date.fromisoformat(day), "note": entry.note}
    return _about(connection, **said, invoice_sum=entry.data.get("invoice_sum"))


@_case_letter
def contract_concluded(connection: Connection, entry: JournalEntry) -> Message:
    """The payment came: the contract is concluded, works begin."""
    return _about(connection, contract_number=entry.data.get("contract_number"))


@_case_letter
def ready_reported(connection: Connection, _: JournalEntry) -> Message:
    """To the applicant: the report of readiness has been received (fig. 16)."""
    return _about(connection)


@_case_letter
def ready_came(connection: Connection, entry: JournalEntry) -> Message:
    """To staff: the applicant is ready to be inspected."""
    wished = entry.data.get("wished_on")
    return _about(connection, wished_on=wished and date.fromisoformat(wished))


@_case_letter
def works_remarks(connection: Connection, _: JournalEntry) -> Message:
    """The inspection found something to mend."""
    return _about(connection)


@_case_letter
def inspection_passed(connection: Connection, entry: JournalEntry) -> Message:
    """The applicant's part is done; the object is being connected."""
    return _about(connection, note=entry.note)


@_case_letter
def act_made(connection: Connection, entry: JournalEntry) -> Message:
    """Voltage is on, the act is on the page."""
    return _about(connection, act_number=entry.data.get("act_number"))


@_case_letter
def account_assigned(connection: Connection, _: JournalEntry) -> Message:
    """The account number: the way is at its end."""
    return _about(connection)


@_case_letter
def connection_cancelled(connection: Connection, entry: JournalEntry) -> Message:
    """Closed before the contract, by whom and why; one can file again."""
    return _about(connection, by_owner=entry.staff_id is None, reason=entry.note)


@_case_letter
def connection_withdrawn(connection: Connection, entry: JournalEntry) -> Message:
    """To staff: the applicant took it back."""
    return _about(connection, reason=entry.note)


@_case_letter
def term_near(case: Case, entry: JournalEntry) -> Message:
    """The applicant's term ends soon: sent 10, 5, 2 and 1 working days before."""
    return _about(case, left=entry.data["left"], what=entry.data["term"])


@_case_letter
def service_registered(service: ExtraService, _: JournalEntry) -> Message:
    """It has a number; the check begins."""
    return _about(service)


@_case_letter
def service_clarification(service: ExtraService, _: JournalEntry) -> Message:
    """The clerk asks something."""
    return _about(service)


@_case_letter
def service_clarified(service: ExtraService, _: JournalEntry) -> Message:
    """To staff: the applicant has answered, or wants another day."""
    return _about(service)


@_case_letter
def service_offered(service: ExtraService, _: JournalEntry) -> Message:
    """Day, time and cost are proposed."""
    return _about(service)


@_case_letter
def service_agreed(service: ExtraService, _: JournalEntry) -> Message:
    """To staff: the applicant agrees."""
    return _about(service)


@_case_letter
def service_to_pay(service: ExtraService, _: JournalEntry) -> Message:
    """To be paid before the visit."""
    return _about(service)


@_case_letter
def service_visit(service: ExtraService, _: JournalEntry) -> Message:
    """The visit is appointed."""
    return _about(service)


@_case_letter
def service_moved(service: ExtraService, _: JournalEntry) -> Message:
    """The visit has another day."""
    return _about(service)


@_case_letter
def service_visit_near(service: ExtraService, _: JournalEntry) -> Message:
    """The day before the visit."""
    return _about(service)


@_case_letter
def service_done(service: ExtraService, _: JournalEntry) -> Message:
    """The work is done, the act is on the page."""
    return _about(service)


@_case_letter
def service_refused(service: ExtraService, _: JournalEntry) -> Message:
    """It can't be done, and why."""
    return _about(service)


@_case_letter
def service_withdrawn(service: ExtraService, _: JournalEntry) -> Message:
    """The subscriber took it back."""
    return _about(service)


def write(
    name: str, case: Case, entry: JournalEntry, to: Subscriber | Staff, remarks: Sequence[tuple[str, str]] = ()
) -> Letter:
    """Render a letter about a case, without sending it: what the clerk sees before deciding.

    `remarks` are (document, what is wrong with it).
    """
    said = CASE_LETTERS[name](case, entry)
    greeting = greeting_of(to, to.name if isinstance(to, Staff) else case.applicant["name"])
    link = _card(case) if isinstance(to, Staff) else _page(case)
    letter = rendered(name, greeting, replace(said, link=link), case=case, remarks=remarks)
    letter.recipient, letter.case_id = to.email, case.id
    letter.subscriber_id = None if isinstance(to, Staff) else to.id
    return letter


def send(
    session: Session, name: str, case: Case, entry: JournalEntry, remarks: Sequence[tuple[str, str]] = ()
) -> Letter:
    """Put a letter about a case into the outbox of the running transaction."""
    letter = write(name, case, entry, case.subscriber, remarks)
    session.add(letter)
    return letter


def tell_staff(session: Session, name: str, case: Case, entry: JournalEntry) -> None:
    """Put a letter to whoever is responsible, or to everybody of the role, into the outbox."""
    roles = WORKFLOWS[case.kind].roles
    everybody = select(Staff).where(Staff.role.in_(roles), Staff.blocked_at.is_(None))
    for person in [case.responsible] if case.responsible else session.scalars(everybody):
        session.add(write(name, case, entry, person))


def _about(case: Case, **fields: Any) -> Message:  # noqa: ANN401
    facts = [*case.letter_facts, ("Зарегистрировано", formats.date(case.registered_at))]
    if case.due_on:
        words = "Ваш срок" if case.due_side is By.applicant else "Ответим не позднее"
        facts.append((words, formats.date(case.due_on)))
    return Message(tuple(facts), ("", ""), fields)


def _page(case: Case) -> tuple[str, str]:
    words, endpoint, _ = PAGES[case.kind]
    return words, public_link(endpoint, **case.page_key)


def _card(case: Case) -> tuple[str, str]:
    key = case.id if case.year else case.number
    return "Открыть карточку", public_link(PAGES[case.kind][2], key=key)
