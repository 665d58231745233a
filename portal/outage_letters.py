"""Letters about outages, to those who subscribed to an address; the words are in templates/letters/<name>/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import formats
from portal.letters import Message, greeting_of, public_link, rendered

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.models import Letter, Outage, Subscriber

OUTAGE_LETTERS: dict[str, Callable[[Outage], Message]] = {}


def _outage_letter(function: Callable[[Outage], Message]) -> Callable[[Outage], Message]:
    OUTAGE_LETTERS[function.__name__] = function
    return function


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


def announce(session: Session, name: str, account: Subscriber, outage: Outage, streets: list[str]) -> Letter:
    """Put a letter about an outage into the outbox; streets are named without the house: that is personal data."""
    said = OUTAGE_LETTERS[name](outage)
    letter = rendered(name, greeting_of(account, account.name), said, outage=outage, streets=streets)
    letter.recipient, letter.subscriber_id = account.email, account.id
    session.add(letter)
    return letter


def _of_outage(outage: Outage) -> Message:
    facts = [
        ("Начало", formats.moment(outage.begins_at)),
        ("Конец", formats.moment(outage.ends_at)),
        ("Вид отключения", outage.kind_label),
    ]
    if outage.reason:
        facts.append(("Причина", str(outage.reason)))
    return Message(tuple(facts), ("Посмотреть отключения и подписки", public_link("outages.show")))
