"""Letters: one function each, named by what happened; the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template
from sqlalchemy import select

from portal import formats, outbox, reading_days, settings
from portal.models import Staff
from portal.workflow import WORKFLOWS, By

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from portal.models import Appeal, Case, Connection, ExtraService, JournalEntry, Letter, Outage, Subscriber


@dataclass(frozen=True)
class Message:
    """What a letter says beside the words of its folder: `facts` as a short table, one link to follow.

    A letter carries the name, a number and a link: no other personal data, no files (152-ФЗ).
    """

    facts: tuple[tuple[str, str], ...]
    link: tuple[str, str]
    fields: dict[str, Any] = field(default_factory=dict)


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
ACCOUNT_LETTERS: dict[str, Callable[[Any], Message]] = {}


OUTAGE_LETTERS: dict[str, Callable[[Outage], Message]] = {}


def _outage_letter(function: Callable[[Outage], Message]) -> Callable[[Outage], Message]:
    OUTAGE_LETTERS[function.__name__] = function
    return function


def _case_letter(function: Callable[[Any, JournalEntry], Message]) -> Callable[[Any, JournalEntry], Message]:
    CASE_LETTERS[function.__name__] = function
    return function


def _account_letter(function: Callable[[Any], Message]) -> Callable[[Any], Message]:
    ACCOUNT_LETTERS[function.__name__] = function
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


@_account_letter
def registered(account: Subscriber) -> Message:
    """The account is there (figs 3–5)."""
    return _of_account(account, "Войти в кабинет", "auth.sign_in")


@_account_letter
def temporary_password(account: Subscriber) -> Message:
    """«Забыли пароль?»: the password itself is written in at the moment of sending and is kept nowhere."""
    return _with_secret(account)


@_account_letter
def account_made(account: Subscriber) -> Message:
    """«Единое окно» made an account; its first password comes like a forgotten one."""
    return _with_secret(account)


@_account_letter
def password_changed(account: Subscriber | Staff) -> Message:
    """Whoever did it, the owner hears of it."""
    return _of_account(account, *_door(account))


@_account_letter
def email_confirm(account: Subscriber) -> Message:
    """To the new address: until its owner opens the link, the old one stays. The link is made when it is sent."""
    link = public_link("account.confirm_email", token=outbox.SECRET)
    return Message((("Имя пользователя", account.login),), ("Подтвердить почту", link))


@_account_letter
def email_changing(account: Subscriber) -> Message:
    """To the old address: somebody asked for another one."""
    return _of_account(account, "Войти в кабинет", "auth.sign_in")


@_account_letter
def new_device(account: Subscriber | Staff) -> Message:
    """A sign-in from a device that was not seen before."""
    return _of_account(account, *_door(account))


@_account_letter
def readings_due(_: Subscriber) -> Message:
    """Readings of meters are expected these days, and one at least has none yet."""
    window = reading_days.window()
    said = {"month": formats.month_alone(window.month), "last_day": formats.in_words(window.last)}
    return Message((("Приём показаний", window.days),), ("Добавить показания", public_link("meters.index")), said)


@_outage_letter
def outage_published(outage: Outage) -> Message:
    """There will be, or is, no power at an address subscribed to."""
    return _of_outage(outage)


@_outage_letter
def outage_moved(outage: Outage) -> Message:
    """Its time, kind or reason is another one."""
    return _of_outage(outage)


@_outage_letter
def outage_cancelled(outage: Outage) -> Message:
    """It will not be, at least not there."""
    return _of_outage(outage)


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


def tell(session: Session, name: str, account: Subscriber | Staff, *, to: str = "", **fields: Any) -> Letter:  # noqa: ANN401
    """Put a letter about an account into the outbox; `to` is another address than the account's own."""
    said = ACCOUNT_LETTERS[name](account)
    letter = rendered(name, greeting_of(account, account.name), said, account=account, **fields)
    letter.recipient = to or account.email
    letter.subscriber_id = None if isinstance(account, Staff) else account.id
    session.add(letter)
    session.flush()
    return letter


def announce(session: Session, name: str, account: Subscriber, outage: Outage, streets: list[str]) -> Letter:
    """Put a letter about an outage into the outbox; streets are named without the house: that is personal data."""
    said = OUTAGE_LETTERS[name](outage)
    letter = rendered(name, greeting_of(account, account.name), said, outage=outage, streets=streets)
    letter.recipient, letter.subscriber_id = account.email, account.id
    session.add(letter)
    return letter


def public_link(endpoint: str, **values: Any) -> str:  # noqa: ANN401
    """Build the address of a page for a letter: always from PUBLIC_URL, never from a Host header."""
    routes = current_app.url_map.bind("")
    return settings.current().public_url + routes.build(endpoint, values)


def rendered(name: str, greeting: str, said: Message, **context: Any) -> Letter:  # noqa: ANN401
    """Write a letter by the words of its folder."""
    context |= {"organisation": settings.current().organisation, "greeting": greeting, **said.fields}
    subject = " ".join(render_template(f"letters/{name}/subject.txt", **context).split())
    words = render_template(f"letters/{name}/body.txt", **context)
    body = context | {
        "subject": subject,
        "paragraphs": [" ".join(part.split("\n")) for part in words.strip().split("\n\n")],
        "facts": said.facts,
        "link": said.link,
    }
    return outbox.letter(
        name=name,
        subject=subject,
        link=said.link[1],
        text=render_template("letters/layout.txt", **body),
        html=render_template("letters/layout.html", **body),
    )


def greeting_of(account: Subscriber | Staff, name: str) -> str:
    """Say how a letter addresses somebody."""
    return formats.first_names(name) if isinstance(account, Staff) or account.is_person else name


def _about(case: Case, **fields: Any) -> Message:  # noqa: ANN401
    facts = [*case.headline, ("Зарегистрировано", formats.date(case.registered_at))]
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


def _of_outage(outage: Outage) -> Message:
    facts = [
        ("Начало", formats.moment(outage.begins_at)),
        ("Конец", formats.moment(outage.ends_at)),
        ("Вид отключения", outage.kind_label),
    ]
    if outage.reason:
        facts.append(("Причина", str(outage.reason)))
    return Message(tuple(facts), ("Посмотреть отключения и подписки", public_link("outages.show")))


def _of_account(account: Subscriber | Staff, words: str, endpoint: str) -> Message:
    return Message((("Имя пользователя", account.login),), (words, public_link(endpoint)))


def _with_secret(account: Subscriber) -> Message:
    facts = (("Имя пользователя", account.login), ("Временный пароль", outbox.SECRET))
    return Message(facts, ("Войти в кабинет", public_link("auth.sign_in")))


def _door(account: Subscriber | Staff) -> tuple[str, str]:
    return ("Войти в панель", "staff.sign_in") if isinstance(account, Staff) else ("Войти в кабинет", "auth.sign_in")
