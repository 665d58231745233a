"""Letters about outages, to those who subscribed to an address; the words are in templates/letters/<name>/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import formats
from portal.letter_kinds import LETTERS, Group, Message
from portal.letters import greeting_of, public_link, rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.models import Letter, Outage, Subscriber

OUTAGE = Group(
    "Отключения",
    ("outage_kind", "begins_on", "streets"),
    (("Начало", "02.12.2026, 09:00"), ("Конец", "02.12.2026, 17:00"), ("Вид отключения", "Плановое")),
    "Посмотреть отключения и подписки",
)


@OUTAGE.letter("Отключение объявлено")
def outage_published(outage: Outage, streets: Sequence[str]) -> Message:
    """There will be, or is, no power at an address subscribed to."""
    return _of_outage(outage, streets)


@OUTAGE.letter("Сведения об отключении изменились")
def outage_moved(outage: Outage, streets: Sequence[str]) -> Message:
    """Its time, kind or reason is another one."""
    return _of_outage(outage, streets)


@OUTAGE.letter("Отключение отменено")
def outage_cancelled(outage: Outage, streets: Sequence[str]) -> Message:
    """It will not be, at least not there."""
    return _of_outage(outage, streets)


def announce(session: Session, name: str, account: Subscriber, outage: Outage, streets: list[str]) -> Letter:
    """Put a letter about an outage into the outbox; streets are named without the house: that is personal data."""
    letter = rendered(name, greeting_of(account, account.name), LETTERS[name].says(outage, streets))
    letter.recipient, letter.subscriber_id = account.email, account.id
    session.add(letter)
    return letter


def _of_outage(outage: Outage, streets: Sequence[str]) -> Message:
    facts = [
        ("Начало", formats.moment(outage.begins_at)),
        ("Конец", formats.moment(outage.ends_at)),
        ("Вид отключения", outage.kind_label),
    ]
    if outage.reason:
        facts.append(("Причина", str(outage.reason)))
    if outage.cancelled_because:
        facts.append(("Почему отменено", " ".join(outage.cancelled_because.split())))
    fields = {
        "outage_kind": outage.kind_label,
        "begins_on": formats.in_words(outage.begins_at),
        "streets": "; ".join(streets),
    }
    return Message(tuple(facts), (OUTAGE.link, public_link("outages.show")), fields)
