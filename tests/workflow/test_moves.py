"""The table of an appeal: what may be done in each status, by whom, and what it leads to."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from forms.inputs import INPUTS
from forms.staff import move_form
from portal import moves
from portal.extensions import db
from portal.letter_kinds import LETTERS
from portal.models import Case, JournalEntry
from portal.refusals import Refusal
from portal.settings import ROOT
from portal.timeline import steps
from portal.workflow import ALL, APPEAL, WORKFLOWS, By, Move, Tone
from tests.support import people, stories

ALLOWED = {
    "registered": {"take", "answer", "ask", "redirect", "withdraw"},
    "in_work": {"answer", "ask", "extend", "redirect", "withdraw"},
    "clarification": {"clarify", "withdraw"},
    "extended": {"answer", "ask", "redirect", "withdraw"},
    "redirected": set(),
    "answered": {"close", "disagree"},
    "closed": set(),
    "withdrawn": set(),
}
TARGETS = {
    "take": "in_work",
    "answer": "answered",
    "ask": "clarification",
    "extend": "extended",
    "redirect": "redirected",
    "close": "closed",
    "clarify": "in_work",
    "disagree": "in_work",
    "withdraw": "withdrawn",
}
TERMS = Path(ROOT / "portal" / "reference" / "terms.csv")
ALL_MOVES = [(kind, move) for kind, workflow in WORKFLOWS.items() for move in workflow.moves]
every_move = pytest.mark.parametrize("move", [move for _, move in ALL_MOVES], ids=[move.code for _, move in ALL_MOVES])
every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=list(WORKFLOWS))


@pytest.mark.usefixtures("inside")
@pytest.mark.sqlite_only
@pytest.mark.parametrize("status", list(ALLOWED))
def test_each_status_allows_its_moves_and_refuses_all_others(status: str) -> None:
    author, clerk = people.subscriber(), people.staff()
    for move in APPEAL.moves:
        case = stories.appeal_in(status, author, clerk)
        number, version = case.number, case.version
        who = clerk if move.by is By.staff else author
        if move.code in ALLOWED[status]:
            stories.make(case, move.code, who)
            assert (case.status, case.version) == (TARGETS[move.code], version + 1), move.code
            assert case.entries[-1].from_status == status
        else:
            with pytest.raises(Refusal, match=f"Обращение № {number}: пока страница была открыта, всё изменилось"):
                stories.make(case, move.code, who)
            db.session.expire_all()
            assert (case.status, case.version) == (status, version), move.code


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("status", list(ALLOWED))
def test_what_a_page_offers_is_what_may_be_done(status: str) -> None:
    case = stories.appeal_in(status, people.subscriber(), people.staff())
    offered = {move.code for by in By for move in moves.offered(case, by)}
    assert offered == ALLOWED[status]


@pytest.mark.usefixtures("inside")
def test_nobody_makes_the_moves_of_the_other_side() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.appeal_in("in_work", author, clerk)
    for code, who in (("answer", author), ("withdraw", clerk), ("delete", clerk)):
        with pytest.raises(Refusal, match=r"Такого действия нет\."):
            stories.make(case, code, who)


@pytest.mark.usefixtures("inside")
def test_roles_that_do_not_answer_appeals_are_refused_and_administrators_are_not() -> None:
    case = people.appeal(people.subscriber())
    with pytest.raises(Refusal, match="нужна другая роль"):
        stories.make(case, "take", people.staff("engineer"))
    stories.make(case, "take", people.staff("admin"))
    assert case.status == "in_work"


@pytest.mark.usefixtures("inside")
def test_a_term_is_extended_once_and_an_answer_disagreed_with_once() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.appeal_in("extended", author, clerk)
    for code in ("ask", "clarify", "answer", "disagree", "answer"):
        if code in {"ask", "clarify"} or case.status in {"in_work", "extended", "answered"}:
            stories.make(case, code, author if code in {"clarify", "disagree"} else clerk)
    assert case.status == "answered"
    assert {move.code for move in moves.offered(case, By.applicant)} == set()
    with pytest.raises(Refusal):
        stories.make(case, "disagree", author)
    other = stories.appeal_in("extended", author, clerk)
    stories.make(other, "ask", clerk)
    stories.make(other, "clarify", author)
    assert "extend" not in {move.code for move in moves.offered(other, By.staff)}
    with pytest.raises(Refusal):
        stories.make(other, "extend", clerk)


@pytest.mark.usefixtures("inside")
def test_one_may_disagree_until_the_last_day_of_the_term_and_not_after_it() -> None:
    with time_machine.travel("2026-03-02 12:00 +0300", tick=False) as clock:
        author = people.subscriber()
        case = stories.appeal_in("answered", author, people.staff())
        clock.move_to("2026-03-16 23:59 +0300")
        assert [move.code for move in moves.offered(case, By.applicant)] == ["disagree"]
        clock.move_to("2026-03-17 00:01 +0300")
        assert moves.offered(case, By.applicant) == []
        with pytest.raises(Refusal):
            stories.make(case, "disagree", author)


@every_workflow
def test_every_status_that_is_named_exists_and_can_be_reached(workflow: object) -> None:
    assert isinstance(workflow, type(APPEAL))
    codes = [status.code for status in workflow.statuses]
    assert len(codes) == len(set(codes))
    reached = {workflow.start.code, *(move.target for move in workflow.moves if move.target)}
    assert reached == set(codes)
    assert {source for move in workflow.moves for source in move.sources} <= set(codes)
    assert set(workflow.path) <= set(codes)
    assert workflow.path[0] == workflow.start.code
    assert len({move.code for move in workflow.moves}) == len(workflow.moves)


@every_workflow
def test_nothing_waits_where_nobody_can_move_it_on(workflow: object) -> None:
    assert isinstance(workflow, type(APPEAL))
    for status in workflow.statuses:
        by = {move.by for move in workflow.moves if status.code in move.sources}
        if status.tone is Tone.ours:
            assert By.staff in by, status.code
        if status.tone is Tone.yours:
            assert By.applicant in by, status.code
        assert status.label
        assert status.says.endswith(".")


@every_move
def test_a_move_has_words_for_all_that_it_asks(move: Move) -> None:
    names = [name.rstrip("?") for name in move.inputs]
    assert set(names) <= set(INPUTS)
    assert move_form(move.inputs).__name__ == "MoveForm"
    for demanded in move.demands:
        assert moves._please(demanded).split()[0] in {"Введите", "Приложите", "Напишите"}, demanded
    assert bool(move.asks) == ("note" in names), "the label of the note"
    assert bool(move.document) == bool({"document", "documents", "letter_file"} & set(names)), (
        "the title of the document"
    )
    assert move.label[0].isupper()


@every_move
def test_a_move_names_letters_and_terms_that_exist(move: Move) -> None:
    with TERMS.open(encoding="utf-8", newline="") as file:
        terms = {row["code"] for row in csv.DictReader(file)}
    assert {*move.starts, *move.pauses, *move.stops, move.extends, move.within} - {None, ALL} <= terms
    if move.letter:
        assert move.letter in LETTERS
        assert (ROOT / "templates" / "letters" / move.letter / "subject.txt").is_file()
        assert (ROOT / "templates" / "letters" / move.letter / "body.txt").is_file()


@every_workflow
def test_what_goes_with_the_filing_exists(workflow: object) -> None:
    assert isinstance(workflow, type(APPEAL))
    assert workflow.letter in LETTERS
    with TERMS.open(encoding="utf-8", newline="") as file:
        assert {*workflow.starts, *workflow.clocks} <= {row["code"] for row in csv.DictReader(file)}


STEPS = {
    "registered": [("Регистрация", "current"), ("На рассмотрении", "future"), ("Ответ направлен", "future")],
    "in_work": [("Регистрация", "done"), ("На рассмотрении", "current"), ("Ответ направлен", "future")],
    "clarification": [
        ("Регистрация", "done"), ("На рассмотрении", "done"), ("Запрошены уточнения", "current"),
        ("Ответ направлен", "future"),
    ],
    "extended": [
        ("Регистрация", "done"), ("На рассмотрении", "done"), ("Срок продлён", "current"),
        ("Ответ направлен", "future"),
    ],
    "redirected": [("Регистрация", "done"), ("Перенаправлено", "closed")],
    "answered": [("Регистрация", "done"), ("На рассмотрении", "done"), ("Ответ направлен", "closed")],
    "closed": [
        ("Регистрация", "done"), ("На рассмотрении", "done"), ("Ответ направлен", "done"), ("Закрыто", "closed"),
    ],
    "withdrawn": [("Регистрация", "done"), ("Отозвано", "closed")],
}  # fmt: skip
TURNS = {
    "registered": "ours",
    "in_work": "ours",
    "clarification": "yours",
    "extended": "ours",
    "redirected": "closed",
    "answered": "done",
    "closed": "closed",
    "withdrawn": "closed",
}


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("status", list(STEPS))
def test_the_way_of_an_appeal_is_told_step_by_step_with_whose_turn_it_is(status: str) -> None:
    case = stories.appeal_in(status, people.subscriber(), people.staff())
    shown = steps(case)
    assert [(step.label, step.state) for step in shown] == STEPS[status]
    now = next(step for step in shown if step.state in {"current", "closed"})
    assert now.tone == TURNS[status]
    assert now.says == APPEAL.status(status).says
    assert all((step.at is None) == (step.state == "future") for step in shown)


@pytest.mark.usefixtures("inside")
def test_a_way_that_turned_back_looks_ahead_from_where_it_is() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.appeal_in("answered", author, clerk)
    stories.make(case, "disagree", author)
    labels = [step.label for step in steps(case)]
    assert labels == ["Регистрация", "На рассмотрении", "Ответ направлен", "На рассмотрении", "Ответ направлен"]


@pytest.mark.usefixtures("inside")
def test_every_entry_of_the_journal_is_one_step_of_the_story() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.appeal_in("clarification", author, clerk)
    stories.make(case, "clarify", author, note="Квартира 7")
    told = [(step.label, step.note, step.who) for step in steps(case) if step.at]
    entries = db.session.scalars(select(JournalEntry).where(JournalEntry.case_id == case.id).order_by(JournalEntry.id))
    assert told == [(APPEAL.status(entry.to_status or "").label, entry.note, entry.actor) for entry in entries]
    assert told[-1][1:] == ("Квартира 7", "Образцов П.И.")
    assert db.session.get(Case, case.id) is case
