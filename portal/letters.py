"""Letters: one function each, named by what happened; the words are in templates/letters/<name>/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template

from portal import formats, outbox, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.models import Appeal, Case, JournalEntry, Letter


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


def write(name: str, case: Case, entry: JournalEntry) -> Letter:
    """Render a letter about a case, without sending it: what the clerk sees before deciding."""
    message = CASE_LETTERS[name](case, entry)
    context = {
        "case": case,
        "organisation": settings.current().organisation,
        "greeting": formats.first_names(case.applicant["name"])
        if case.subscriber.is_person
        else case.applicant["name"],
        "facts": message.facts,
        "link": message.link,
        **message.fields,
    }
    subject = " ".join(render_template(f"letters/{name}/subject.txt", **context).split())
    words = render_template(f"letters/{name}/body.txt", **context)
    paragraphs = [" ".join(part.split("\n")) for part in words.strip().split("\n\n")]
    body = {**context, "subject": subject, "paragraphs": paragraphs}
    return outbox.letter(
        name=name,
        recipient=case.subscriber.email,
        subject=subject,
        text=render_template("letters/layout.txt", **body),
        html=render_template("letters/layout.html", **body),
        subscriber_id=case.subscriber_id,
        case_id=case.id,
    )


def send(session: Session, name: str, case: Case, entry: JournalEntry) -> Letter:
    """Put a letter about a case into the outbox of the running transaction."""
    letter = write(name, case, entry)
    session.add(letter)
    return letter


def public_link(endpoint: str, **values: Any) -> str:  # noqa: ANN401
    """Build the address of a page for a letter: always from PUBLIC_URL, never from a Host header."""
    routes = current_app.url_map.bind("")
    return settings.current().public_url + routes.build(endpoint, values)


def _about(appeal: Appeal, **fields: Any) -> Message:  # noqa: ANN401
    facts = [("Тема", appeal.topic), ("Зарегистрировано", formats.date(appeal.registered_at))]
    if appeal.due_on:
        facts.append(("Ответим не позднее", formats.date(appeal.due_on)))
    return Message(tuple(facts), ("Открыть обращение", public_link("appeals.show", number=appeal.number)), fields)
