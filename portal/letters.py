"""Letters: one function each, named by what happened; the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template

from portal import formats, outbox, settings
from portal.models import Staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.models import Appeal, Case, JournalEntry, Letter, Outage, Subscriber


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


def write(name: str, case: Case, entry: JournalEntry) -> Letter:
    """Render a letter about a case, without sending it: what the clerk sees before deciding."""
    said = CASE_LETTERS[name](case, entry)
    letter = _rendered(name, _greeting(case.subscriber, case.applicant["name"]), said, case=case)
    letter.recipient, letter.subscriber_id, letter.case_id = case.subscriber.email, case.subscriber_id, case.id
    return letter


def send(session: Session, name: str, case: Case, entry: JournalEntry) -> Letter:
    """Put a letter about a case into the outbox of the running transaction."""
    letter = write(name, case, entry)
    session.add(letter)
    return letter


def tell(session: Session, name: str, account: Subscriber | Staff, *, to: str = "", **fields: Any) -> Letter:  # noqa: ANN401
    """Put a letter about an account into the outbox; `to` is another address than the account's own."""
    said = ACCOUNT_LETTERS[name](account)
    letter = _rendered(name, _greeting(account, account.name), said, account=account, **fields)
    letter.recipient = to or account.email
    letter.subscriber_id = None if isinstance(account, Staff) else account.id
    session.add(letter)
    session.flush()
    return letter


def announce(session: Session, name: str, account: Subscriber, outage: Outage, streets: list[str]) -> Letter:
    """Put a letter about an outage into the outbox; streets are named without the house: that is personal data."""
    said = OUTAGE_LETTERS[name](outage)
    letter = _rendered(name, _greeting(account, account.name), said, outage=outage, streets=streets)
    letter.recipient, letter.subscriber_id = account.email, account.id
    session.add(letter)
    return letter


def public_link(endpoint: str, **values: Any) -> str:  # noqa: ANN401
    """Build the address of a page for a letter: always from PUBLIC_URL, never from a Host header."""
    routes = current_app.url_map.bind("")
    return settings.current().public_url + routes.build(endpoint, values)


def _rendered(name: str, greeting: str, said: Message, **context: Any) -> Letter:  # noqa: ANN401
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
        text=render_template("letters/layout.txt", **body),
        html=render_template("letters/layout.html", **body),
    )


def _greeting(account: Subscriber | Staff, name: str) -> str:
    return formats.first_names(name) if isinstance(account, Staff) or account.is_person else name


def _about(appeal: Appeal, **fields: Any) -> Message:  # noqa: ANN401
    facts = [("Тема", appeal.topic), ("Зарегистрировано", formats.date(appeal.registered_at))]
    if appeal.due_on:
        facts.append(("Ответим не позднее", formats.date(appeal.due_on)))
    return Message(tuple(facts), ("Открыть обращение", public_link("appeals.show", number=appeal.number)), fields)


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
