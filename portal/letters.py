"""Letters: one function each, named by what happened; the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template

from portal import formats, outbox, reading_days, settings
from portal.models import Staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.models import Letter, Subscriber


@dataclass(frozen=True)
class Message:
    """What a letter says beside the words of its folder: `facts` as a short table, one link to follow.

    A letter carries the name, a number and a link: no other personal data, no files (152-ФЗ).
    """

    facts: tuple[tuple[str, str], ...]
    link: tuple[str, str]
    fields: dict[str, Any] = field(default_factory=dict)


ACCOUNT_LETTERS: dict[str, Callable[[Any], Message]] = {}


def _account_letter(function: Callable[[Any], Message]) -> Callable[[Any], Message]:
    ACCOUNT_LETTERS[function.__name__] = function
    return function


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


def tell(session: Session, name: str, account: Subscriber | Staff, *, to: str = "", **fields: Any) -> Letter:  # noqa: ANN401
    """Put a letter about an account into the outbox; `to` is another address than the account's own."""
    said = ACCOUNT_LETTERS[name](account)
    letter = rendered(name, greeting_of(account, account.name), said, account=account, **fields)
    letter.recipient = to or account.email
    letter.subscriber_id = None if isinstance(account, Staff) else account.id
    session.add(letter)
    session.flush()
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


def _of_account(account: Subscriber | Staff, words: str, endpoint: str) -> Message:
    return Message((("Имя пользователя", account.login),), (words, public_link(endpoint)))


def _with_secret(account: Subscriber) -> Message:
    facts = (("Имя пользователя", account.login), ("Временный пароль", outbox.SECRET))
    return Message(facts, ("Войти в кабинет", public_link("auth.sign_in")))


def _door(account: Subscriber | Staff) -> tuple[str, str]:
    return ("Войти в панель", "staff.sign_in") if isinstance(account, Staff) else ("Войти в кабинет", "auth.sign_in")
