"""An appeal's own page: where it is, what was said, what may be done, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from portal import moves
from portal.extensions import db
from portal.models import Case, Document, Subscriber
from portal.workflow import APPEAL
from tests.support import people, stories
from tests.support.people import PDF
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.page import Page

BUTTONS = {
    "registered": {"Отозвать обращение"},
    "in_work": {"Отозвать обращение"},
    "clarification": {"Ответить на вопрос", "Отозвать обращение"},
    "extended": {"Отозвать обращение"},
    "redirected": set(),
    "answered": {"Не согласен с ответом"},
    "closed": set(),
    "withdrawn": set(),
}
ALL_BUTTONS = set().union(*BUTTONS.values())


@pytest.fixture
def bring(app: Flask, resident: Visitor) -> object:
    """Bring an appeal of the resident into a status, and give its number."""

    def into(status: str, text: str = "По вечерам мигает свет") -> int:
        with app.app_context():
            author = db.session.scalars(select(Subscriber).order_by(Subscriber.id)).first()
            assert author is not None
            return stories.appeal_in(status, author, people.staff(), text).number

    return into


def status_of(app: Flask, number: int) -> str:
    with app.app_context():
        return db.session.scalars(select(Case.status).where(Case.number == number)).one()


def buttons(page: Page) -> set[str]:
    return {"".join(b.itertext()).strip() for b in page.root.iter("button")} & ALL_BUTTONS


@pytest.mark.parametrize("status", list(BUTTONS))
def test_the_page_says_where_the_appeal_is_and_offers_what_may_be_done(
    resident: Visitor, bring: object, status: str
) -> None:
    assert callable(bring)
    number = bring(status)
    page = resident.open(f"/appeals/{number}")
    words = page.words()
    assert page.heading().startswith(f"Обращение № {number} от ")
    assert APPEAL.status(status).label in words
    assert APPEAL.status(status).says in words
    assert "По вечерам мигает свет" in words
    assert "Запрос справочной информации" in words
    assert buttons(page) == BUTTONS[status]


def test_the_answer_is_on_the_page_with_its_letter(app: Flask, resident: Visitor, bring: object) -> None:
    assert callable(bring)
    number = bring("in_work")
    with app.app_context():
        clerk, form = people.staff(), people.token()
        people.kept(clerk, form, "Ответ 1095.pdf", slot="letter_file")
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        stories.make(case, "answer", clerk, letter_number="1095", token=form)
        paper = db.session.scalars(select(Document)).one().id
    page = resident.open(f"/appeals/{number}")
    assert stories.ANSWER in page.words()
    assert "№ 1095" in page.words()
    assert "Ответ 1095.pdf" in page.words()
    assert page.link("Скачать") == f"/documents/{paper}/download"
    assert page.link("Просмотреть") == f"/documents/{paper}/view"


def test_a_question_stands_on_the_first_page_and_is_answered_with_a_file(
    app: Flask, resident: Visitor, bring: object
) -> None:
    assert callable(bring)
    number = bring("clarification")
    home = resident.open("/")
    assert stories.QUESTION in home.words()
    page = resident.open(home.link("Ответить на вопрос"))
    assert stories.QUESTION in page.words()
    page = resident.press(page, "Ответить на вопрос", {"Ваш ответ": "Квартира 7", "Документ": ("Фото.pdf", PDF)})
    assert page.path == f"/appeals/{number}"
    assert "Готово: на рассмотрении" in page.words()
    assert "Квартира 7" in page.words()
    assert "Фото.pdf" in page.words()
    assert status_of(app, number) == "in_work"
    assert stories.QUESTION not in resident.open("/").words()


def test_an_answer_without_words_is_told_and_the_file_is_kept(app: Flask, resident: Visitor, bring: object) -> None:
    assert callable(bring)
    number = bring("clarification")
    page = resident.open(f"/appeals/{number}")
    page = resident.press(page, "Ответить на вопрос", {"Документ": ("Фото.pdf", PDF)}, status=422)
    assert list(page.errors()) == ["Ваш ответ"]
    assert "Фото.pdf" in page.words()
    assert status_of(app, number) == "clarification"
    resident.press(page, "Ответить на вопрос", {"Ваш ответ": "Квартира 7"})
    page = resident.press(page, "Ответить на вопрос", {"Ваш ответ": "Квартира 7"})  # the second of two clicks
    assert page.path == f"/appeals/{number}"
    assert "Готово: на рассмотрении" in page.words()
    with app.app_context():
        assert db.session.scalars(select(Document.name)).all() == ["Фото.pdf"]


def test_without_javascript_the_kept_file_of_a_move_is_removed_and_the_text_stays(
    resident: Visitor, bring: object
) -> None:
    assert callable(bring)
    number = bring("clarification")
    page = resident.open(f"/appeals/{number}")
    page = resident.press(page, "Ответить на вопрос", {"Документ": ("Фото.pdf", PDF)}, status=422)
    page.form("Ответить на вопрос")
    page = resident.press(page, "Удалить", {"Ваш ответ": "Квартира 7"})
    assert "Фото.pdf" not in page.words()
    assert page.form("Ответить на вопрос").typed("Ваш ответ") == "Квартира 7"


def test_one_disagrees_once_and_the_appeal_is_looked_at_again(app: Flask, resident: Visitor, bring: object) -> None:
    assert callable(bring)
    number = bring("answered")
    page = resident.open(f"/appeals/{number}")
    page = resident.press(page, "Не согласен с ответом", {"С чем вы не согласны": "Никто не приезжал"})
    assert "Никто не приезжал" in page.words()
    assert status_of(app, number) == "in_work"
    assert "Не согласен с ответом" not in buttons(page)


def test_two_weeks_after_the_answer_it_is_too_late_to_disagree(app: Flask, resident: Visitor, bring: object) -> None:
    assert callable(bring)
    number = bring("answered")
    page = resident.open(f"/appeals/{number}")
    with app.app_context(), time_machine.travel(_in_days(20), tick=False):
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        assert moves.offered(case, moves.By.applicant) == []
    with time_machine.travel(_in_days(20), tick=True):
        # Twelve hours without a visit ended the session: what was written comes back.
        page = resident.press(page, "Не согласен с ответом", {"С чем вы не согласны": "Никто не приезжал"}, status=400)
        assert "Никто не приезжал" in page.words()
    assert status_of(app, number) == "answered"


def _in_days(days: int) -> object:
    from datetime import timedelta

    from portal import clock

    return clock.now() + timedelta(days=days)


def test_an_appeal_is_withdrawn_by_its_owner(app: Flask, resident: Visitor, bring: object) -> None:
    assert callable(bring)
    number = bring("registered")
    page = resident.press(resident.open(f"/appeals/{number}"), "Отозвать обращение")
    assert "Готово: отозвано" in page.words()
    assert status_of(app, number) == "withdrawn"
    assert buttons(page) == set()


def test_whoever_comes_second_is_told_what_happened(app: Flask, resident: Visitor, bring: object) -> None:
    assert callable(bring)
    number = bring("in_work")
    page = resident.open(f"/appeals/{number}")
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.number == number)).one()
        stories.make(case, "answer", people.staff(login="sokolova"))
    page = resident.press(page, "Отозвать обращение", {"Почему (можно не писать)": "Свет больше не мигает"}, status=409)
    assert "Свет больше не мигает" in page.words()
    assert "пока страница была открыта, всё изменилось. sokolova" in page.words()
    assert "«Ответ направлен»" in page.words()
    assert status_of(app, number) == "answered"


def test_moves_of_staff_and_moves_that_nobody_has_are_not_found(app: Flask, resident: Visitor, bring: object) -> None:
    assert callable(bring)
    number = bring("in_work")
    token = resident.open(f"/appeals/{number}").form("Отозвать обращение").values
    (csrf,) = next(value for name, value in token.items() if name.endswith("csrf_token"))
    for code in ("take", "answer", "close", "delete", "filed", "__class__"):
        answer = resident.client.post(f"/appeals/{number}/{code}", data={"csrf_token": csrf, f"{code}-note": "x"})
        assert answer.status_code == 404, code
    assert status_of(app, number) == "in_work"


def test_without_its_token_a_move_is_refused_and_what_was_written_comes_back(
    app: Flask, resident: Visitor, bring: object
) -> None:
    assert callable(bring)
    number = bring("clarification")
    answer = resident.client.post(f"/appeals/{number}/clarify", data={"clarify-note": "Квартира 7, по вечерам"})
    page = resident._page(f"/appeals/{number}/clarify", answer, 400)
    assert "Квартира 7, по вечерам" in page.words()
    assert status_of(app, number) == "clarification"


def test_the_switch_of_colours_on_a_form_sent_back_leads_to_a_page_that_opens(resident: Visitor, bring: object) -> None:
    assert callable(bring)
    page = resident.open(f"/appeals/{bring('clarification')}")
    page = resident.press(page, "Ответить на вопрос", {}, 422)
    again = resident.press(page, "тёмное")
    assert again.heading().startswith("Обращение № ")
