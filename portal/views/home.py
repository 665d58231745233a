"""The cabinet's first page (figs 6, 11): what to do, what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from portal import access, formats, moves, timeline
from portal.services import appeals
from portal.workflow import By, Tone

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from portal.models import Case
    from portal.workflow import Status

blueprint = Blueprint("home", __name__)
SHOWN = 3


@dataclass(frozen=True)
class Todo:
    """Something that waits for the subscriber; `action` are the words of its button."""

    title: str
    text: str
    due: str
    href: str
    action: str


@dataclass(frozen=True)
class CaseCard:
    """A case in a few words."""

    title: str
    href: str
    status: Status
    facts: list[tuple[str, str]]
    stage: tuple[int, int]


@blueprint.get("/")
@access.public
def show() -> ResponseReturnValue:
    """The cabinet; a guest is shown the door."""
    if access.visitor() is None:
        return redirect(url_for("auth.sign_in"))
    if not access.SUBSCRIBERS.admits(access.visitor()):
        return access.door(access.SUBSCRIBERS)
    subscriber = access.subscriber()
    still_open = appeals.open_of(subscriber)
    return render_template(
        "home/show.html",
        todo=[_todo(case) for case in still_open if _status(case).tone is Tone.yours],
        cases=[_card(case) for case in sorted(still_open, key=lambda case: case.id, reverse=True)[:SHOWN]],
        total=appeals.count_of(subscriber),
    )


def _status(case: Case) -> Status:
    return moves.workflow_of(case).status(case.status)


def _todo(case: Case) -> Todo:
    move = moves.offered(case, By.applicant)[0]
    asked = case.entries[-1].note or ""
    return Todo(f"{case.title}: {_status(case).label.lower()}", asked, "", _href(case), move.label)


def _card(case: Case) -> CaseCard:
    facts = [("Тема", getattr(case, "topic", "")), ("Подано", formats.date(case.registered_at))]
    if case.due_on:
        facts.append(("Ответим до", formats.in_words(case.due_on)))
    return CaseCard(case.title, _href(case), _status(case), facts, timeline.stage(case))


def _href(case: Case) -> str:
    return url_for("appeals.show", number=case.number)
