"""Moves: everything that belongs to one happens in one transaction, or nothing does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import func, select

from portal import case_letters, moves
from portal.extensions import db
from portal.journal import Actor
from portal.models import Case, Document, JournalEntry, Letter, Upload
from portal.refusals import FieldRefusal, Refusal
from portal.workflow import APPEAL, By
from tests.support import people, stories

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("inside")
WORDS = {
    "answer": ("Ответ на обращение № {}", "Мы ответили на обращение № {}"),
    "ask": ("Обращение № {}: нужны уточнения", "нам нужно кое-что уточнить"),
    "extend": ("Обращение № {}: срок ответа продлён до ", "понадобилось больше времени"),
    "redirect": ("Обращение № {} перенаправлено", "Управа Центрального района"),
    "withdraw": ("Обращение № {} отозвано", "Вы отозвали обращение № {}"),
}


def letters_of(case: Case) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.case_id == case.id).order_by(Letter.id)))


def before(code: str) -> str:
    """Find a status from which a move leads on."""
    move = APPEAL.move(code)
    assert move is not None
    return "in_work" if "in_work" in move.sources else move.sources[0]


@pytest.mark.parametrize("code", [move.code for move in APPEAL.moves])
def test_each_promised_letter_lies_in_the_outbox_with_its_words_and_no_other(code: str) -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.appeal_in(before(code), author, clerk)
    known = len(letters_of(case))
    move = APPEAL.move(code)
    assert move is not None
    stories.make(case, code, clerk if move.by is By.staff else author)
    fresh = letters_of(case)[known:]
    assert [letter.name for letter in fresh] == ([move.letter] if move.letter else [])
    for letter in fresh:
        subject, words = (text.format(case.number) for text in WORDS[code])
        assert letter.subject.startswith(subject)
        assert words in letter.text
        assert words in letter.html
        assert letter.recipient == author.email
        assert f"http://127.0.0.1:8000/appeals/{case.number}" in letter.text


@pytest.mark.parametrize("status", list(stories.WAYS["appeal"]))
def test_the_journal_explains_the_status(status: str) -> None:
    case = stories.appeal_in(status, people.subscriber(), people.staff())
    entries = db.session.scalars(select(JournalEntry).where(JournalEntry.case_id == case.id).order_by(JournalEntry.id))
    replayed: str | None = None
    for entry in entries:
        assert entry.from_status == replayed
        if entry.event != "filed":
            move = APPEAL.move(entry.event)
            assert move is not None
            assert replayed in move.sources
            assert entry.to_status == move.target
        replayed = entry.to_status
    assert replayed == case.status == status


def test_the_version_grows_by_one_with_each_move() -> None:
    case = stories.appeal_in("closed", people.subscriber(), people.staff())
    assert case.version == 1 + len(stories.WAYS["appeal"]["closed"])


def test_whoever_decides_on_an_old_page_is_told_who_was_first_and_when() -> None:
    author, clerk = people.subscriber(), people.staff(login="sokolova")
    case = people.appeal(author)
    seen = case.version
    with time_machine.travel("2026-11-24 11:32 +0000", tick=False):
        stories.make(case, "take", clerk)
    with pytest.raises(Refusal) as refusal:
        stories.make(case, "answer", people.staff(), seen=seen)
    assert refusal.value.sentence == (
        "Обращение № 1: пока страница была открыта, всё изменилось. sokolova, 24.11.2026, 14:32: «На рассмотрении»."
    )
    assert case.status == "in_work"
    stories.make(case, "answer", clerk, seen=case.version)


INCOMPLETE = [
    ("answer", {"note": None}, "note", "Напишите текст ответа или приложите письмо"),
    ("ask", {"note": ""}, "note", "Напишите текст"),
    ("extend", {"until": None}, "until", "Введите новый срок"),
    ("extend", {"note": None}, "note", "Напишите текст"),
    ("redirect", {"addressee": None}, "addressee", "Введите получателя обращения"),
]


@pytest.mark.parametrize(("code", "changes", "field", "sentence"), INCOMPLETE)
def test_a_move_without_what_it_demands_is_refused_and_leaves_no_trace(
    code: str, changes: dict[str, Any], field: str, sentence: str
) -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.appeal_in("in_work", author, clerk)
    entries, letters_before, due_on = len(case.entries), len(letters_of(case)), case.due_on
    with pytest.raises(FieldRefusal, match=sentence) as refusal:
        stories.make(case, code, clerk, **changes)
    assert refusal.value.field == field
    db.session.expire_all()
    assert (case.status, len(case.entries), len(letters_of(case)), case.due_on) == (
        "in_work", entries, letters_before, due_on,
    )  # fmt: skip


def test_an_answer_may_be_a_letter_alone_numbered_by_the_register_of_outgoing_papers() -> None:
    author, clerk = people.subscriber(), people.staff()
    numbers = []
    with time_machine.travel("2026-12-30 12:00 +0300") as now:
        for _ in range(2):
            case, form = stories.appeal_in("in_work", author, clerk), people.token()
            people.kept(clerk, form, "Ответ.pdf", slot="letter_file")
            entry = stories.make(case, "answer", clerk, note=None, token=form)
            numbers.append(entry.data["letter_number"])
            assert case.documents[0].number == entry.data["letter_number"]
            assert f"письмом № {entry.data['letter_number']}" in letters_of(case)[-1].text
        now.move_to("2027-01-11 12:00 +0300")
        case, form = stories.appeal_in("in_work", author, clerk), people.token()
        people.kept(clerk, form, "Ответ.pdf", slot="letter_file")
        numbers.append(stories.make(case, "answer", clerk, note=None, token=form).data["letter_number"])
    assert numbers == ["1", "2", "1"]  # the register of outgoing papers begins anew each year


def test_a_number_and_date_that_the_clerk_gave_stand_on_the_letter() -> None:
    author, clerk, form = people.subscriber(), people.staff(), people.token()
    case = stories.appeal_in("in_work", author, clerk)
    people.kept(clerk, form, "Ответ 1095.pdf", slot="letter_file")
    day = date(2026, 11, 20)
    entry = stories.make(case, "answer", clerk, letter_number="1095/2", letter_date=day, token=form)
    paper = case.documents[-1]
    assert (paper.title, paper.name, paper.number, paper.dated) == (
        "Ответ на обращение", "Ответ 1095.pdf", "1095/2", day,
    )  # fmt: skip
    assert paper.from_company
    assert entry.data == {"letter_number": "1095/2", "letter_date": "2026-11-20"}


def test_a_file_with_a_move_becomes_a_document_of_that_very_entry() -> None:
    author, clerk, form = people.subscriber(), people.staff(), people.token()
    case = stories.appeal_in("clarification", author, clerk)
    people.kept(author, form, "Фото.pdf")
    entry = stories.make(case, "clarify", author, token=form)
    paper = case.documents[-1]
    assert (paper.entry_id, paper.title, paper.from_company) == (entry.id, "Уточнение к обращению", False)
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_refused_move_keeps_the_file_for_the_next_try() -> None:
    author, clerk, form = people.subscriber(), people.staff(), people.token()
    case = stories.appeal_in("clarification", author, clerk)
    people.kept(author, form, "Фото.pdf")
    with pytest.raises(FieldRefusal):
        stories.make(case, "clarify", author, token=form, note=None)
    assert db.session.scalars(select(Upload)).one().token == form
    assert db.session.scalar(select(func.count()).select_from(Document)) == 0


def test_who_takes_an_appeal_first_answers_for_it() -> None:
    author, first, second = people.subscriber(), people.staff(), people.staff()
    case = people.appeal(author)
    stories.make(case, "take", first)
    stories.make(case, "ask", second)
    assert case.responsible_id == first.id


def test_nothing_at_all_happens_when_the_letter_can_not_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    author, clerk, form = people.subscriber(), people.staff(), people.token()
    case = stories.appeal_in("in_work", author, clerk)
    people.kept(clerk, form, "Ответ.pdf", slot="letter_file")
    said = moves_said(case)

    def broken(*_: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr(case_letters, "send", broken)
    with pytest.raises(RuntimeError):
        stories.make(case, "answer", clerk, token=form)
    db.session.expire_all()
    assert moves_said(case) == said
    assert db.session.scalars(select(Upload)).one().slot == "letter_file"
    monkeypatch.undo()
    assert stories.make(case, "answer", clerk, token=form).data["letter_number"] == "1"


def test_what_a_clerk_sees_beforehand_is_the_letter_that_goes() -> None:
    author, clerk = people.subscriber(), people.staff()
    case = stories.appeal_in("in_work", author, clerk)
    move = APPEAL.move("extend")
    assert move is not None
    inputs = stories.answers(case, "extend", token="")
    due_on = case.due_on
    shown = moves.preview(case, move, Actor.of(clerk), inputs)
    assert shown is not None
    assert (case.due_on, case.status) == (due_on, "in_work")
    assert not db.session.is_modified(case)
    moves.make(case, "extend", Actor.of(clerk), inputs)
    sent = letters_of(case)[-1]
    assert (shown.recipient, shown.subject, shown.text) == (sent.recipient, sent.subject, sent.text)
    take = APPEAL.move("take")
    assert take is not None
    assert moves.preview(case, take, Actor.of(clerk), inputs) is None


def moves_said(case: Case) -> tuple[Any, ...]:
    counted: Callable[[Any], int | None] = lambda model: db.session.scalar(select(func.count()).select_from(model))  # noqa: E731
    return case.status, case.version, case.due_on, counted(JournalEntry), counted(Letter), counted(Document)
