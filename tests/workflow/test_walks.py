"""Walks over the workflow that nobody planned: whatever is done in whatever order, what must hold holds."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from portal import clock, moves
from portal.extensions import db
from portal.models import JournalEntry, Letter, Staff, Subscriber, SupplyPoint
from portal.refusals import Refusal
from portal.services import reminders
from portal.workflow import CONNECTION, By, Move, Tone
from tests.support import people, stories

pytestmark = pytest.mark.usefixtures("inside")
CODES = [move.code for move in CONNECTION.moves]


class Walk(RuleBasedStateMachine):
    """One application, moved by two people at random while days go by."""

    author: Subscriber
    engineer: Staff

    def __init__(self) -> None:
        super().__init__()
        self.shift = timedelta(0)

    @initialize()
    def file(self) -> None:
        self.case = people.connection(self.author)
        self.number = self.case.number
        self.promised = [CONNECTION.letter]

    @rule(days=st.integers(1, 25))
    def wait(self, days: int) -> None:
        self.shift += timedelta(days=days)
        with clock.shifted(self.shift):
            self.reminded = reminders.remind()
            reminders.propose()
            assert (reminders.remind(), reminders.propose()) == (0, 0)
        self.promised += ["term_near"] * self.reminded

    @rule(place=st.integers(0, 20), seen=st.booleans())
    def go_on(self, place: int, *, seen: bool) -> None:
        """Do something that a page offers: such walks come far."""
        offered = [move.code for by in By for move in moves.offered(self.case, by)]
        if offered:
            self.move(offered[place % len(offered)], seen=seen)

    @rule(code=st.sampled_from(CODES), seen=st.booleans())
    def move(self, code: str, *, seen: bool) -> None:
        """Try whatever comes to mind."""
        move = CONNECTION.move(code)
        assert move is not None
        with clock.shifted(self.shift):
            may = move in moves.offered(self.case, move.by)
            try:
                self._make(move, self.case.version if seen else None)
            except Refusal:
                assert not may, f"{code} was offered and refused"
            else:
                assert may, f"{code} was made without being offered"
                self.promised += [name for name in (move.letter, move.tells) if name]

    @precondition(lambda self: self.case.version > 1)
    @rule(code=st.sampled_from(CODES))
    def move_stale(self, code: str) -> None:
        before = self.case.status
        with clock.shifted(self.shift), pytest.raises(Refusal):
            self._make(CONNECTION.move(code), self.case.version - 1)
        db.session.expire_all()
        assert self.case.status == before

    @invariant()
    def everything_is_explained(self) -> None:
        if not hasattr(self, "case"):
            return
        case = self.case
        assert case.number == self.number
        reached = [entry for entry in case.entries if entry.to_status]
        assert reached[-1].to_status == case.status
        assert all(a.to_status == b.from_status for a, b in pairwise(reached))
        names = select(Letter.name).where(Letter.case_id == case.id).order_by(Letter.id)
        assert list(db.session.scalars(names)) == self.promised

    @invariant()
    def clocks_are_consistent(self) -> None:
        if not hasattr(self, "case"):
            return
        case, running = self.case, [one for one in self.case.clocks if one.runs]
        assert len({one.code for one in running}) == len(running), "one term runs twice"
        assert case.due_on in ({one.due_on for one in running} or {None})
        if CONNECTION.status(case.status).tone in {Tone.done, Tone.closed}:
            assert not running
        points = db.session.scalar(select(func.count()).select_from(SupplyPoint).where(SupplyPoint.case_id == case.id))
        assert points == (case.status == "done")

    def _make(self, move: Move | None, seen: int | None) -> JournalEntry:
        assert move is not None
        who = self.engineer if move.by is By.staff else self.author
        return stories.make(self.case, move.code, who, seen)


def test_whatever_two_people_do_in_whatever_order_the_application_stays_whole(app: Flask) -> None:
    Walk.author, Walk.engineer = people.subscriber(), people.staff("engineer")
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(JournalEntry)) > 0
