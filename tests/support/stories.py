"""How an appeal comes into each of its statuses: the shortest way, move by move."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from forms.answers import MoveAnswers
from portal import moves
from portal.journal import Actor
from tests.support import people

if TYPE_CHECKING:
    from portal.models import Case, JournalEntry, Staff, Subscriber

WAYS: dict[str, tuple[str, ...]] = {
    "registered": (),
    "in_work": ("take",),
    "clarification": ("take", "ask"),
    "extended": ("take", "extend"),
    "redirected": ("redirect",),
    "answered": ("take", "answer"),
    "closed": ("take", "answer", "close"),
    "withdrawn": ("withdraw",),
}
QUESTION = "В какой квартире мигает свет?"
ANSWER = "Бригада проверила линию и подтянула контакт"
REASON = "Запросили схему в другой организации"


def inputs_of(case: Case, code: str) -> dict[str, Any]:
    """What a move is usually given."""
    given = {
        "ask": {"note": QUESTION},
        "answer": {"note": ANSWER},
        "extend": {"note": REASON, "until": (case.due_on or case.registered_at.date()) + timedelta(days=5)},
        "redirect": {"addressee": "Управа Центрального района"},
        "clarify": {"note": "Квартира 7, по вечерам"},
        "disagree": {"note": "Никто не приезжал"},
    }
    return dict(given.get(code, {}))


def make(case: Case, code: str, who: Staff | Subscriber, seen: int | None = None, **changes: Any) -> JournalEntry:
    """Make one move the usual way, with changes."""
    inputs = {"token": people.token()} | inputs_of(case, code) | changes
    return moves.make(case, code, Actor.of(who), MoveAnswers(**inputs), seen)


def appeal_in(status: str, author: Subscriber, clerk: Staff, text: str = "Прошу проверить напряжение в сети") -> Case:
    """File an appeal and bring it into a status."""
    case = people.appeal(author, text)
    for code in WAYS[status]:
        move = moves.workflow_of(case).move(code)
        assert move is not None
        make(case, code, clerk if move.by == "staff" else author)
    assert case.status == status
    return case
