"""Letters: one function each, named by what happened; the words are in templates/letters/<name>/, or staff's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template

from portal import formats, outbox, reading_days, settings
from portal.extensions import db
from portal.letter_kinds import LETTERS, Group, Kind, Message, words_of
from portal.models import Staff

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from forms.answers import LetterWords
    from portal.models import Letter, Subscriber

ACCOUNT = Group("Учётная запись", (), (("Имя пользователя", "primerov"),), "Войти в кабинет")
SAMPLE_NAME = "Пётр Ильич"
# Not the name of any letter, so that nothing is made or found by it.
SAMPLE = "sample"
_GAP = re.compile(r"\n\s*\n")


@ACCOUNT.letter("Кабинет открыт")
def registered(account: Subscriber) -> Message:
    """The account is there (figs 3–5)."""
    return _of_account(account, "Войти в кабинет", "auth.sign_in")


@ACCOUNT.letter("Временный пароль")
def temporary_password(account: Subscriber) -> Message:
    """«Забыли пароль?»: the password itself is written in at the moment of sending and is kept nowhere."""
    return _with_secret(account)


@ACCOUNT.letter("Кабинет открыт в «Едином окне»")
def account_made(account: Subscriber) -> Message:
    """«Единое окно» made an account; its first password comes like a forgotten one."""
    return _with_secret(account)


@ACCOUNT.letter("Пароль изменён", "at")
def password_changed(account: Subscriber | Staff, at: datetime) -> Message:
    """Whoever did it, the owner hears of it."""
    return _of_account(account, *_door(account), at=formats.moment(at))


@ACCOUNT.letter("Подтверждение новой почты")
def email_confirm(account: Subscriber) -> Message:
    """To the new address: until its owner opens the link, the old one stays. The link is made when it is sent."""
    link = public_link("account.confirm_email", token=outbox.SECRET)
    return Message((("Имя пользователя", account.login),), ("Подтвердить почту", link))


@ACCOUNT.letter("Почту меняют: на прежний адрес")
def email_changing(account: Subscriber) -> Message:
    """To the old address: somebody asked for another one."""
    return _of_account(account, "Войти в кабинет", "auth.sign_in")


@ACCOUNT.letter("Вход с нового устройства", "at", "device")
def new_device(account: Subscriber | Staff, at: datetime, device: str) -> Message:
    """A sign-in from a device that was not seen before."""
    return _of_account(account, *_door(account), at=formats.moment(at), device=device)


@ACCOUNT.letter("Пора передать показания", "month", "last_day")
def readings_due(_: Subscriber) -> Message:
    """Readings of meters are expected these days, and one at least has none yet."""
    window = reading_days.window()
    said = {"month": formats.month_alone(window.month), "last_day": formats.in_words(window.last)}
    return Message((("Приём показаний", window.days),), ("Добавить показания", public_link("meters.index")), said)


def tell(session: Session, name: str, account: Subscriber | Staff, *, to: str = "", **more: Any) -> Letter:  # noqa: ANN401
    """Put a letter about an account into the outbox; `to` is another address than the account's own.

    `more` is what its function asks for besides the account.
    """
    letter = rendered(name, greeting_of(account, account.name), LETTERS[name].says(account, **more))
    letter.recipient = to or account.email
    letter.subscriber_id = None if isinstance(account, Staff) else account.id
    session.add(letter)
    session.flush()
    return letter


def public_link(endpoint: str, **values: Any) -> str:  # noqa: ANN401
    """Build the address of a page for a letter: always from PUBLIC_URL, never from a Host header."""
    routes = current_app.url_map.bind("")
    return settings.current().public_url + routes.build(endpoint, values)


def rendered(name: str, greeting: str, said: Message) -> Letter:
    """Write a letter by the words that it goes out with now."""
    kind = LETTERS[name]
    return _written(name, kind, words_of(db.session(), kind), greeting, said)


def sample(kind: Kind, words: LetterWords) -> Letter:
    """Write a letter about invented things, to be looked at. Raises ValueError where it can't read the words."""
    said = Message(kind.group.facts, (kind.group.link, settings.current().public_url), kind.samples)
    return _written(SAMPLE, kind, words, SAMPLE_NAME, said)


def _written(name: str, kind: Kind, words: LetterWords, greeting: str, said: Message) -> Letter:
    values = said.fields | _everywhere()
    subject = " ".join(kind.filled(words.subject, values).split())
    body = {
        "organisation": settings.current().organisation,
        "greeting": greeting,
        "subject": subject,
        "paragraphs": [" ".join(part.split()) for part in _GAP.split(kind.filled(words.body, values).strip())],
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


def _everywhere() -> dict[str, str]:
    organisation = settings.current().organisation
    return {"organisation": organisation.short_name, "phones": ", ".join(organisation.phones)}


def greeting_of(account: Subscriber | Staff, name: str) -> str:
    """Say how a letter addresses somebody."""
    return formats.first_names(name) if isinstance(account, Staff) or account.is_person else name


def _of_account(account: Subscriber | Staff, words: str, endpoint: str, **fields: str) -> Message:
    return Message((("Имя пользователя", account.login),), (words, public_link(endpoint)), fields)


def _with_secret(account: Subscriber) -> Message:
    facts = (("Имя пользователя", account.login), ("Временный пароль", outbox.SECRET))
    return Message(facts, ("Войти в кабинет", public_link("auth.sign_in")))


def _door(account: Subscriber | Staff) -> tuple[str, str]:
    return ("Войти в панель", "staff.sign_in") if isinstance(account, Staff) else ("Войти в кабинет", "auth.sign_in")
