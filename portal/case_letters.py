"""Letters about cases: one function each, named by what happened; the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal import formats
from portal.letter_kinds import LETTERS, TO_STAFF, Group, Message, texts
from portal.letters import greeting_of, public_link, rendered
from portal.models import Staff
from portal.workflow import WORKFLOWS, By

if TYPE_CHECKING:
    from collections.abc import Sequence

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
TO_CARD = "Открыть карточку"
_FIELDS = ("number", "title", "due_on")
_DATES = (("Зарегистрировано", "24.11.2026"), ("Ответим не позднее", "09.12.2026"))
APPEAL = Group("Обращения", _FIELDS, (("Тема", "Жалоба"), *_DATES), PAGES["appeal"][0])
SERVICE = Group(
    "Заявки на услуги", (*_FIELDS, "cost"), (("Услуга", "Допуск прибора учёта"), *_DATES), PAGES["service"][0]
)
CONNECTION = Group("Заявки на присоединение", _FIELDS, (("Мощность, кВт", "12,5"), *_DATES), PAGES["connection"][0])


@APPEAL.letter("Обращение зарегистрировано")
def appeal_registered(appeal: Appeal, _: JournalEntry) -> Message:
    """It has a number; the term runs (fig. 11)."""
    return _about(appeal)


@APPEAL.letter("Нужны уточнения")
def appeal_clarification(appeal: Appeal, _: JournalEntry) -> Message:
    """The clerk asks something; the question is on the page: it may hold personal data."""
    return _about(appeal)


@APPEAL.letter("Срок ответа продлён")
def appeal_extended(appeal: Appeal, _: JournalEntry) -> Message:
    """The answer takes longer; why is on the page: it may hold personal data."""
    return _about(appeal)


@APPEAL.letter("Обращение перенаправлено", "addressee", "has_note")
def appeal_redirected(appeal: Appeal, entry: JournalEntry) -> Message:
    """Somebody else answers."""
    return _about(appeal, addressee=entry.data["addressee"], has_note=_yes(bool(entry.note)))


@APPEAL.letter("Ответ готов", "letter_number")
def appeal_answered(appeal: Appeal, entry: JournalEntry) -> Message:
    """The answer is on the page; the letter does not repeat it, since it may hold personal data."""
    return _about(appeal, letter_number=entry.data.get("letter_number"))


@APPEAL.letter("Обращение отозвано")
def appeal_withdrawn(appeal: Appeal, _: JournalEntry) -> Message:
    """The subscriber took it back."""
    return _about(appeal)


@CONNECTION.letter("Заявка зарегистрирована")
def connection_registered(connection: Connection, _: JournalEntry) -> Message:
    """It has a number; both sides' clocks run."""
    return _about(connection)


@CONNECTION.letter("Не хватает документов", "remarks", "letter_number", "note")
def documents_missing(connection: Connection, entry: JournalEntry) -> Message:
    """What is missing or wrong, paper by paper, and the last day."""
    return _about(connection, letter_number=entry.data.get("letter_number"), note=entry.note)


@CONNECTION.letter("Документы переданы на проверку")
def documents_received(connection: Connection, _: JournalEntry) -> Message:
    """The applicant has handed the missing documents over; the check begins anew."""
    return _about(connection)


@CONNECTION.letter("Заявитель прислал документы", to=TO_STAFF)
def documents_came(connection: Connection, _: JournalEntry) -> Message:
    """To staff: there is something to check."""
    return _about(connection)


@CONNECTION.letter("Документы приняты")
def documents_accepted(connection: Connection, _: JournalEntry) -> Message:
    """Nothing is missing; conditions are being prepared."""
    return _about(connection)


@CONNECTION.letter("Технические условия и счёт", "terms_number", "terms_date", "invoice_sum", "note")
def terms_issued(connection: Connection, entry: JournalEntry) -> Message:
    """Conditions, contract and invoice are on the page."""
    said = {"terms_number": entry.data.get("terms_number"), "terms_date": _day(entry, "terms_date"), "note": entry.note}
    cost = entry.data.get("invoice_sum")
    return _about(connection, **said, invoice_sum=cost and formats.money(cost))


@CONNECTION.letter("Договор заключён", "contract_number")
def contract_concluded(connection: Connection, entry: JournalEntry) -> Message:
    """The payment came: the contract is concluded, works begin."""
    return _about(connection, contract_number=entry.data.get("contract_number"))


@CONNECTION.letter("Сообщение о готовности получено")
def ready_reported(connection: Connection, _: JournalEntry) -> Message:
    """To the applicant: the report of readiness has been received (fig. 16)."""
    return _about(connection)


@CONNECTION.letter("Заявитель сообщил о готовности", "wished_on", to=TO_STAFF)
def ready_came(connection: Connection, entry: JournalEntry) -> Message:
    """To staff: the applicant is ready to be inspected."""
    return _about(connection, wished_on=_day(entry, "wished_on"))


@CONNECTION.letter("Замечания по техническим условиям")
def works_remarks(connection: Connection, _: JournalEntry) -> Message:
    """The inspection found something to mend."""
    return _about(connection)


@CONNECTION.letter("Начинаем присоединение", "note")
def inspection_passed(connection: Connection, entry: JournalEntry) -> Message:
    """The applicant's part is done; the object is being connected."""
    return _about(connection, note=entry.note)


@CONNECTION.letter("Составлен акт", "act_number")
def act_made(connection: Connection, entry: JournalEntry) -> Message:
    """Voltage is on, the act is on the page."""
    return _about(connection, act_number=entry.data.get("act_number"))


@CONNECTION.letter("Присвоен лицевой счёт")
def account_assigned(connection: Connection, _: JournalEntry) -> Message:
    """The account number: the way is at its end."""
    return _about(connection)


@CONNECTION.letter("Заявка аннулирована", "by_owner", "reason")
def connection_cancelled(connection: Connection, entry: JournalEntry) -> Message:
    """Closed before the contract, by whom and why; one can file again."""
    return _about(connection, by_owner=_yes(entry.staff_id is None), reason=entry.note)


@CONNECTION.letter("Заявитель отозвал заявку", "reason", to=TO_STAFF)
def connection_withdrawn(connection: Connection, entry: JournalEntry) -> Message:
    """To staff: the applicant took it back."""
    return _about(connection, reason=entry.note)


@CONNECTION.letter("Срок подходит к концу", "left", "what")
def term_near(case: Case, entry: JournalEntry) -> Message:
    """The applicant's term ends soon: sent 10, 5, 2 and 1 working days before."""
    days = formats.plural(entry.data["left"], "рабочий день", "рабочих дня", "рабочих дней")
    return _about(case, left=days if entry.data["left"] else "", what=entry.data["term"])


@SERVICE.letter("Заявка зарегистрирована")
def service_registered(service: ExtraService, _: JournalEntry) -> Message:
    """It has a number; the check begins."""
    return _of_service(service)


@SERVICE.letter("Нужно уточнение")
def service_clarification(service: ExtraService, _: JournalEntry) -> Message:
    """The clerk asks something."""
    return _of_service(service)


@SERVICE.letter("Заявитель ответил", to=TO_STAFF)
def service_clarified(service: ExtraService, _: JournalEntry) -> Message:
    """To staff: the applicant has answered, or wants another day."""
    return _of_service(service)


@SERVICE.letter("Предлагаем дату и стоимость")
def service_offered(service: ExtraService, _: JournalEntry) -> Message:
    """Day, time and cost are proposed."""
    return _of_service(service)


@SERVICE.letter("Заявитель согласен", to=TO_STAFF)
def service_agreed(service: ExtraService, _: JournalEntry) -> Message:
    """To staff: the applicant agrees."""
    return _of_service(service)


@SERVICE.letter("Выезд не нужен", to=TO_STAFF)
def service_called_off(service: ExtraService, _: JournalEntry) -> Message:
    """To staff: the applicant does not want the crew to come."""
    return _of_service(service)


@SERVICE.letter("Оплатите счёт")
def service_to_pay(service: ExtraService, _: JournalEntry) -> Message:
    """To be paid before the visit."""
    return _of_service(service)


@SERVICE.letter("Выезд назначен")
def service_visit(service: ExtraService, _: JournalEntry) -> Message:
    """The visit is appointed."""
    return _of_service(service)


@SERVICE.letter("Выезд перенесён")
def service_moved(service: ExtraService, _: JournalEntry) -> Message:
    """The visit has another day."""
    return _of_service(service)


@SERVICE.letter("Завтра приедем")
def service_visit_near(service: ExtraService, _: JournalEntry) -> Message:
    """The day before the visit."""
    return _of_service(service)


@SERVICE.letter("Работы выполнены")
def service_done(service: ExtraService, _: JournalEntry) -> Message:
    """The work is done, the act is on the page."""
    return _of_service(service)


@SERVICE.letter("Не можем оказать услугу")
def service_refused(service: ExtraService, _: JournalEntry) -> Message:
    """It can't be done, and why."""
    return _of_service(service)


@SERVICE.letter("Заявка отозвана")
def service_withdrawn(service: ExtraService, _: JournalEntry) -> Message:
    """The subscriber took it back."""
    return _of_service(service)


def write(
    name: str, case: Case, entry: JournalEntry, to: Subscriber | Staff, remarks: Sequence[tuple[str, str]] = ()
) -> Letter:
    """Render a letter about a case, without sending it: what the clerk sees before deciding.

    `remarks` are (document, what is wrong with it).
    """
    said = LETTERS[name].says(case, entry)
    greeting = greeting_of(to, to.name if isinstance(to, Staff) else case.applicant["name"])
    link = _card(case) if isinstance(to, Staff) else _page(case)
    fields = said.fields | {"remarks": _listed(remarks)}
    letter = rendered(name, greeting, replace(said, link=link, fields=fields))
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


def _about(case: Case, **fields: str | None) -> Message:
    facts = [*case.letter_facts, ("Зарегистрировано", formats.date(case.registered_at))]
    due_on = formats.date(case.due_on) if case.due_on else ""
    if due_on:
        facts.append(("Ваш срок" if case.due_side is By.applicant else "Ответим не позднее", due_on))
    named = texts(number=case.number, title=case.title, due_on=due_on, **fields)
    return Message(tuple(facts), ("", ""), named)


def _of_service(service: ExtraService) -> Message:
    return _about(service, cost=formats.money(service.cost) if service.cost else None)


def _day(entry: JournalEntry, name: str) -> str | None:
    said = entry.data.get(name)
    return formats.date(date.fromisoformat(said)) if said else None


def _yes(holds: bool) -> str:  # noqa: FBT001 - the one thing it is about
    return "да" if holds else ""


def _listed(remarks: Sequence[tuple[str, str]]) -> str:
    lines = (f"{place}. {label}: {remark}" for place, (label, remark) in enumerate(remarks, 1))
    return "\n\n".join(lines)


def _page(case: Case) -> tuple[str, str]:
    words, endpoint, _ = PAGES[case.kind]
    return words, public_link(endpoint, **case.page_key)


def _card(case: Case) -> tuple[str, str]:
    return TO_CARD, public_link(PAGES[case.kind][2], key=case.card_key)
