"""«Письма»: reading them as they will arrive, and sending them once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.extensions import db
from portal.models import JournalEntry, Letter, LetterState
from portal.transactions import transaction
from tests.support import people
from tests.support.page import words

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.visitor import Visitor


@pytest.fixture
def failed(app: Flask) -> int:
    """A letter that did not arrive; gives its id."""
    with app.app_context():
        people.appeal(people.subscriber())
        with transaction() as session:
            letter = session.scalars(select(Letter).where(Letter.name == "appeal_registered")).one()
            letter.state, letter.attempts, letter.error = LetterState.failed.value, 9, "550 Нет такого ящика"
        return letter.id


def letter_of(app: Flask, letter_id: int) -> Letter:
    with app.app_context():
        return db.session.get_one(Letter, letter_id)


def test_what_did_not_arrive_is_in_its_own_part_with_the_reason(clerk: Visitor, failed: int) -> None:
    page = clerk.open("/admin/letters/?preset=failed")
    row = page.table()[1]
    assert failed
    assert row[2:4] == ["Обращение № 1 зарегистрировано", "Не доставлено"]
    assert row[-2:] == ["9", "550 Нет такого ящика"]
    assert "Писем здесь нет." in clerk.open("/admin/letters/?preset=sent").words()


def test_a_letter_is_shown_as_it_will_arrive_in_a_frame_that_can_do_nothing(clerk: Visitor, failed: int) -> None:
    page = clerk.open(f"/admin/letters/details/?id={failed}")
    assert "Мы получили ваше обращение" in page.words()
    frame = next(page.root.iter("iframe"))
    assert frame.get("sandbox") == ""
    answer = clerk.client.get(frame.get("src"))
    assert "Обращение № 1 зарегистрировано" in answer.get_data(as_text=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert policy.endswith("sandbox")


def test_sending_again_asks_first_and_is_in_the_journal(clerk: Visitor, failed: int, app: Flask) -> None:
    page = clerk.open(f"/admin/letters/details/?id={failed}")
    button = next(item for item in page.root.iter("button") if words(item) == "Да, отправить")
    assert next(item for item in page.root.iter("details") if button in item.iter()).get("open") is None
    page = clerk.press(page, "Да, отправить")
    assert "Письмо уйдёт ещё раз в ближайшую минуту" in page.words()
    letter = letter_of(app, failed)
    assert (letter.state, letter.attempts, letter.error) == ("waiting", 0, None)
    with app.app_context():
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "letters.again")).one()
        assert entry.subject == f"letters:{failed}"
        assert entry.staff_id is not None


def test_marked_letters_go_again_together(clerk: Visitor, failed: int, app: Flask) -> None:
    form = clerk.open("/admin/letters/?preset=failed").form("Да, отправить ещё раз")
    form.values["rowid"] = [str(failed), "77", "x", "9" * 30, "1,2"]
    answer = clerk.client.post(form.action, data=form.data("Да, отправить ещё раз"), follow_redirects=True)
    assert "Уйдёт ещё раз" in answer.get_data(as_text=True)
    assert letter_of(app, failed).state == "waiting"
    with app.app_context():
        events = db.session.scalars(select(JournalEntry).where(JournalEntry.event == "letters.again")).all()
        assert [event.subject for event in events] == [f"letters:{failed}"]


def test_no_mark_no_letter(clerk: Visitor, failed: int, app: Flask) -> None:
    page = clerk.press(clerk.open("/admin/letters/?preset=failed"), "Да, отправить ещё раз")
    assert "Отметьте хотя бы одно письмо." in page.words()
    assert letter_of(app, failed).state == "failed"


@pytest.mark.parametrize("action", ["", "delete", "nothing", "again\0"])
def test_there_is_no_other_thing_to_do_with_marked_letters(
    clerk: Visitor, failed: int, app: Flask, action: str
) -> None:
    form = clerk.open("/admin/letters/?preset=failed").form("Да, отправить ещё раз")
    form.values |= {"rowid": [str(failed)], "action": [action]}
    clerk.client.post(form.action, data=form.data("Да, отправить ещё раз") | {"action": [action]})
    assert letter_of(app, failed).state == "failed"


def test_a_letter_that_is_not_there_is_not_found(clerk: Visitor, failed: int) -> None:
    token = clerk.open(f"/admin/letters/details/?id={failed}").form("Да, отправить").values["csrf_token"]
    assert clerk.client.post("/admin/letters/77/again", data={"csrf_token": token}).status_code == 404
    assert clerk.client.post(f"/admin/letters/{failed}/again").status_code == 400
