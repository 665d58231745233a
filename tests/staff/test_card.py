"""One appeal on one screen: taking it in work, asking, answering, and two clerks on one thing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal import moves
from portal.extensions import db
from portal.models import Appeal, Document, Letter, Staff, Upload
from portal.workflow import APPEAL, By
from tests.support import people, stories
from tests.support.page import words

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page
    from tests.support.visitor import Visitor

CARD = "/admin/appeals/1"
ANSWER = "Ответить и отправить письмо"
ASK = "Запросить уточнения и отправить письмо"


@pytest.fixture(autouse=True)
def _two_appeals(app: Flask) -> None:
    with app.app_context():
        author = people.subscriber()
        people.kept(author, token := people.token())
        people.appeal(author, "Мигает свет в подъезде", token)
        people.appeal(author, "Второе обращение")


def status(app: Flask, number: int = 1) -> str:
    with app.app_context():
        return db.session.scalar(select(Appeal.status).where(Appeal.number == number)) or ""


def steps(page: Page) -> list[str]:
    return [words(label) for label in page.root.iter("label") if (label.get("for") or "").startswith("step-")]


def in_five_days(app: Flask) -> str:
    """A term that this appeal's may be moved to."""
    with app.app_context():
        due_on = db.session.scalar(select(Appeal.due_on).where(Appeal.number == 1))
        assert due_on is not None
        return (due_on + timedelta(days=5)).isoformat()


def letters(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(Letter.name == name)) or 0


def test_the_card_shows_who_what_and_the_file(clerk: Visitor) -> None:
    page = clerk.open(CARD)
    for said in ("Образцов Пётр Ильич", "+7 (900) 000-00-01", "Мигает свет в подъезде", "Схема.pdf", "Подать"):
        assert said in page.words()
    frame = next(page.root.iter("iframe"))
    assert clerk.client.get(frame.get("src")).mimetype == "application/pdf"
    assert "frame-src 'self'" in page.response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("code", [state.code for state in APPEAL.statuses])
def test_only_moves_that_may_be_made_are_offered(clerk: Visitor, app: Flask, code: str) -> None:
    with app.app_context():
        case = stories.appeal_in(code, people.subscriber(), db.session.scalars(select(Staff)).first() or people.staff())
        number, expected = case.number, [move.label for move in moves.offered(case, By.staff)]
    page = clerk.open(f"/admin/appeals/{number}")
    assert steps(page) == expected
    assert expected or "ход заявителя" in page.words() or "Работа завершена" in page.words()


def test_taking_it_in_work_stays_with_it(clerk: Visitor, app: Flask) -> None:
    page = clerk.press(clerk.open(CARD), "Взять в работу")
    assert page.heading().startswith("Обращение № 1")
    assert "Обращение № 1: на рассмотрении." in page.words()
    assert status(app) == "in_work"


def test_an_answer_by_text_goes_out_and_the_next_appeal_opens(clerk: Visitor, resident: Visitor, app: Flask) -> None:
    page = clerk.press(clerk.open(CARD), ANSWER, {"Текст ответа": "Свет починили"})
    assert "Обращение № 1: ответ направлен. Перед вами следующее дело." in page.words()
    assert page.heading().startswith("Обращение № 2")
    assert status(app) == "answered"
    assert letters(app, "appeal_answered") == 1
    assert "Свет починили" in clerk.open(CARD).words()
    resident.open("/appeals/1", 404)


def test_the_last_of_the_queue_leads_back_to_it(clerk: Visitor) -> None:
    clerk.press(clerk.open(CARD), ANSWER, {"Текст ответа": "Готово"})
    page = clerk.press(clerk.open("/admin/appeals/2"), ANSWER, {"Текст ответа": "Готово"})
    assert page.heading() == "Обращения"
    assert "Больше в очереди ничего нет." in page.words()


def test_an_answer_by_numbered_letter_keeps_its_file_through_an_error(clerk: Visitor, app: Flask) -> None:
    paper = {"Файл письма": ("Ответ.pdf", people.PDF), "Номер письма": "x" * 41, "Дата письма": "2026-11-20"}
    page = clerk.press(clerk.open(CARD), ANSWER, paper, 422)
    assert "Сократите номер письма до 40 знаков" in page.errors()["Номер письма"]
    assert "Ответ.pdf" in page.words()
    clerk.press(page, ANSWER, {"Номер письма": "12-ов"})
    with app.app_context():
        document = db.session.scalars(select(Document).where(Document.from_company)).one()
        assert (document.name, document.number, f"{document.dated:%d.%m.%Y}") == ("Ответ.pdf", "12-ов", "20.11.2026")
        assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_kept_file_can_be_taken_away_again(clerk: Visitor) -> None:
    answers = {"Файл письма": ("Ответ.pdf", people.PDF), "Номер письма": "x" * 41}
    page = clerk.press(clerk.open(CARD), ANSWER, answers, 422)
    form = page.form("Удалить")
    page = clerk._page(CARD, clerk.client.post(form.action, data=form.data("Удалить")), 200)
    assert "Ответ.pdf" not in page.words()
    assert page.form(ANSWER).values["answer-letter_number"] == ["x" * 41]


def test_an_empty_answer_is_refused_beside_the_field(clerk: Visitor, app: Flask) -> None:
    page = clerk.press(clerk.open(CARD), ANSWER, status=422)
    assert "Напишите текст ответа или приложите письмо" in page.errors()["Текст ответа"]
    assert words(next(page.root.iter("title"))).startswith("Ошибка: ")
    assert status(app) == "registered"


def test_the_letter_is_shown_before_it_goes_and_nothing_typed_is_lost(clerk: Visitor, app: Flask) -> None:
    page = clerk.open(CARD)
    assert "Ответ на обращение № 1" in page.words(), "this letter needs nothing to be written"
    form = page.form(ASK).fill({"Что нужно уточнить": "В какой квартире?"})
    page = clerk._page(CARD, clerk.client.post(form.action, data=form.data("Показать письмо")), 200)
    assert "Обращение № 1: нужны уточнения" in page.words()
    assert page.form(ASK).values["ask-note"] == ["В какой квартире?"]
    assert page.by_id("step-ask").get("checked") is not None
    assert status(app) == "registered"
    assert letters(app, "appeal_clarification") == 0


def test_the_letter_is_written_while_the_clerk_is_typing(clerk: Visitor) -> None:
    form = clerk.open(CARD).form("Перенаправить и отправить письмо")
    blank = clerk.client.post(f"{CARD}/letter", data=form.data("Показать письмо")).get_data(as_text=True)
    assert "Письмо появится здесь" in blank
    form.fill({"Кому перенаправлено": "Управа <b>района</b>"})
    letter = clerk.client.post(f"{CARD}/letter", data=form.data("Показать письмо")).get_data(as_text=True)
    assert "Управа &lt;b&gt;района&lt;/b&gt;" in letter


def test_asking_waits_for_the_author(clerk: Visitor, app: Flask) -> None:
    clerk.press(clerk.open(CARD), ASK, {"Что нужно уточнить": "В какой квартире?"})
    assert status(app) == "clarification"
    page = clerk.open(CARD)
    assert "Сейчас ход заявителя" in page.words()
    assert "В какой квартире?" in page.words()


def test_the_second_of_two_clerks_hears_of_the_first_and_keeps_the_text(
    clerk: Visitor, admin: Visitor, app: Flask
) -> None:
    clerk.press(clerk.open(CARD), "Взять в работу")
    stale = clerk.open(CARD)
    reasons = {"Новый срок": in_five_days(app), "Почему нужно больше времени": "Ждём замеров"}
    admin.press(admin.open(CARD), "Продлить срок и отправить письмо", reasons)
    page = clerk.press(stale, ANSWER, {"Текст ответа": "Длинный ответ"}, 409)
    assert "пока страница была открыта, всё изменилось" in page.words()
    assert page.form(ANSWER).values["answer-note"] == ["Длинный ответ"]
    assert status(app) == "extended"
    clerk.press(page, ANSWER)
    assert status(app) == "answered"


def test_a_text_whose_move_is_gone_can_still_be_copied(clerk: Visitor, admin: Visitor, app: Flask) -> None:
    stale = clerk.open(CARD)
    admin.press(admin.open(CARD), ANSWER, {"Текст ответа": "Ответ коллеги"})
    page = clerk.press(stale, ASK, {"Что нужно уточнить": "Мой вопрос"}, 409)
    assert "«Запросить уточнения» теперь не подходит" in page.words()
    kept = next(area for area in page.root.iter("textarea") if area.get("readonly") is not None)
    assert kept.text == "Мой вопрос"
    assert status(app) == "answered"
    assert letters(app, "appeal_clarification") == 0


def test_a_preview_does_not_hide_that_somebody_was_faster(clerk: Visitor, admin: Visitor, app: Flask) -> None:
    form = clerk.open(CARD).form(ANSWER).fill({"Текст ответа": "Мой ответ"})
    admin.press(admin.open(CARD), "Взять в работу")
    page = clerk._page(CARD, clerk.client.post(form.action, data=form.data("Показать письмо")), 200)
    assert "всё изменилось" in clerk.press(page, ANSWER, status=409).words()
    assert status(app) == "in_work"


@pytest.mark.parametrize("move", ["", "nothing", "withdraw", "clarify"])
def test_a_move_that_is_not_of_staff_is_not_there(clerk: Visitor, app: Flask, move: str) -> None:
    form = clerk.open(CARD).form(ANSWER)
    form.values["move"] = [move]
    for path in (CARD, f"{CARD}/letter"):
        assert clerk.client.post(path, data=form.data(ANSWER)).status_code == 404
    assert status(app) == "registered"


@pytest.mark.parametrize("seen", ["", "x", "0", "2", "9" * 30])
def test_a_version_that_was_never_shown_is_refused(clerk: Visitor, app: Flask, seen: str) -> None:
    form = clerk.open(CARD).form("Взять в работу")
    form.values["seen"] = [seen]
    assert clerk.client.post(form.action, data=form.data("Взять в работу")).status_code == 409
    assert status(app) == "registered"


def test_a_skipped_status_is_refused_by_the_workflow(clerk: Visitor, app: Flask) -> None:
    form = clerk.open(CARD).form("Взять в работу")
    form.values["move"] = ["close"]
    assert clerk.client.post(form.action, data=form.data("Взять в работу")).status_code == 409
    assert status(app) == "registered"


def test_words_of_an_appeal_stay_words(clerk: Visitor, app: Flask) -> None:
    with app.app_context():
        people.appeal(people.subscriber(full_name="О'Нил Ян Ян"), "<script>alert(1)</script> «ёлка» {{ 7*7 }}")
    page = clerk.open("/admin/appeals/3")
    assert "<script>alert(1)</script> «ёлка» {{ 7*7 }}" in page.words()
    assert "О'Нил Я.Я." in clerk.open("/admin/appeals/").words()
