"""Applications for connection in the panel: the queue, the card, what is missing in three actions, and cancelling."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, deadlines
from portal.extensions import db
from portal.models import Case, Clock, Connection, Document, Letter, Verdict
from portal.transactions import transaction
from tests.support import people, stories
from tests.support.page import Page, words
from tests.support.visitor import Visitor, signed_in

ASK = "Запросить недостающие документы и отправить письмо"
FINISH = "Присвоить лицевой счёт и отправить письмо"
QUEUE = "/admin/connections/"


@pytest.fixture
def engineer(app: Flask) -> Visitor:
    with app.app_context():
        login = people.staff("engineer").login
    return signed_in(app, login, "/admin/login")


def file(app: Flask, status: str = "checking", **changes: object) -> int:
    with app.app_context():
        return stories.connection_in(status, people.subscriber(), people.staff("engineer"), **changes).id


def release(app: Flask, case_id: int) -> None:
    """Let nobody in particular be responsible: it stands in everybody's queue."""
    with app.app_context(), transaction() as session:
        session.get_one(Case, case_id).responsible_id = None


def status(app: Flask, case_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Connection, case_id).status


def steps(page: Page) -> list[str]:
    return [words(label) for label in page.root.iter("label") if (label.get("for") or "").startswith("step-")]


def test_the_queue_tells_of_each_application_what_a_clerk_needs(app: Flask, engineer: Visitor) -> None:
    release(app, file(app, "preparing"))
    with app.app_context():
        year = clock.today().year
    table = engineer.open(QUEUE).table()
    assert table[0] == [
        "",
        "Срок",
        "Рег. номер",
        "Дата подачи",
        "Заявитель",
        "Адрес объекта",
        "Мощность",
        "Статус",
        "Ответственный",
    ]
    assert table[1][2:3] + table[1][4:8] == [
        f"1 / {year}",
        "Образцов П.И.",
        "1 Мая ул., д. 5",
        "12,5 кВт",
        "Подготовка ТУ",
    ]


@pytest.mark.parametrize("asked", ["1", "1/2026", "образцов", "1 мая"])
def test_it_is_found_by_number_name_and_street(app: Flask, engineer: Visitor, asked: str) -> None:
    file(app)
    assert len(engineer.open(f"{QUEUE}?preset=all&search={asked}").table()) == 2


def test_what_is_missing_is_asked_for_by_one_mark_and_the_next_of_the_queue_opens(
    app: Flask, engineer: Visitor
) -> None:
    first, second = file(app, "registered"), file(app, "registered")
    page = engineer.open(f"{QUEUE}{first}")
    sent = engineer.press(page, ASK, {"Однолинейная схема электрических сетей заявителя": True})
    assert "Заявка № 1: ожидание недостающих документов. Перед вами следующее дело." in sent.words()
    assert sent.path == f"{QUEUE}{second}"
    assert status(app, first) == "documents_missing"
    with app.app_context():
        said = db.session.scalars(select(Verdict).where(Verdict.case_id == first).order_by(Verdict.kind)).all()
        assert [(one.kind, one.accepted, one.remark) for one in said] == [
            ("ownership", True, None), ("plan", True, None), ("scheme", False, "Приложите однолинейную схему"),
        ]  # fmt: skip
        letter = db.session.scalars(select(Letter).where(Letter.name == "documents_missing")).one()
        assert "1. Однолинейная схема электрических сетей заявителя: Приложите однолинейную схему" in letter.text
        assert db.session.scalar(select(Document.name).where(Document.from_company)) == "Ответ 1.pdf"


def test_nothing_marked_or_no_remark_is_refused_and_what_was_typed_stays(app: Flask, engineer: Visitor) -> None:
    case_id = file(app)
    page = engineer.open(f"{QUEUE}{case_id}")
    refused = engineer.press(page, ASK, {"Что ещё сказать заявителю": "Ждём до пятницы"}, 422)
    assert "Отметьте документ, которого не хватает, и напишите, что не так" in refused.words()
    assert refused.form(ASK).typed("Что ещё сказать заявителю") == "Ждём до пятницы"
    label = next(words(one) for one in page.root.iter("label") if one.get("for") == "verdict-plan")
    refused = engineer.press(page, ASK, {label: True}, 422)
    assert "Напишите, что не так: План расположения энергопринимающих устройств" in refused.words()
    assert refused.by_id("verdict-plan").get("checked") is not None
    assert status(app, case_id) == "checking"


def test_a_remark_is_never_cut_in_silence(app: Flask, engineer: Visitor) -> None:
    case_id = file(app)
    page = engineer.open(f"{QUEUE}{case_id}")
    form = page.form(ASK)
    data = form.data(ASK) | {"verdict-plan": "y", "remark-plan": "о" * 1001}
    answer = engineer.client.post(f"{QUEUE}{case_id}", data=data)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "Сократите замечание до 1000 знаков" in text
    assert "о" * 1001 in text


def test_the_letter_names_what_is_marked_before_it_goes(app: Flask, engineer: Visitor) -> None:
    case_id = file(app)
    form = engineer.open(f"{QUEUE}{case_id}").form(ASK)
    data = form.data(ASK) | {"verdict-plan": "y", "remark-plan": "Не видно границы"}
    answer = engineer.client.post(f"{QUEUE}{case_id}/letter", data=data)
    assert "План расположения энергопринимающих устройств: Не видно границы" in answer.get_data(as_text=True)
    assert status(app, case_id) == "checking"


def test_a_term_that_passed_proposes_to_cancel_and_a_person_does(app: Flask, engineer: Visitor) -> None:
    case_id = file(app, "documents_missing")
    assert "checked" not in (engineer.open(f"{QUEUE}{case_id}").by_id("step-cancel").attrib)
    with app.app_context(), transaction() as session:
        supply = session.scalars(select(Clock).where(Clock.case_id == case_id, Clock.code == "missing_supply")).one()
        supply.due_on = clock.today() - timedelta(days=1)
        deadlines.settle(session.get_one(Case, case_id))
    release(app, case_id)
    queue = engineer.open(QUEUE).words()
    assert "истёк 1 дн. назад" in queue
    assert "Просрочено 0" in queue, "that is of the company's own terms"
    assert "Предлагается аннулировать 1" in engineer.open(QUEUE).words()
    page = engineer.open(f"{QUEUE}{case_id}")
    assert "срок заявителя истёк" in page.words()
    engineer.press(page, "Аннулировать и отправить письмо")
    assert status(app, case_id) == "cancelled"


def test_the_way_to_the_account_number_goes_through_the_panel(app: Flask, engineer: Visitor) -> None:
    case_id = file(app, "act")
    page = engineer.open(f"{QUEUE}{case_id}")
    assert steps(page) == ["Присвоить лицевой счёт"]
    refused = engineer.press(page, FINISH, status=422)
    assert "Введите номер лицевого счёта" in refused.errors().values()
    refused = engineer.press(page, FINISH, {"Номер лицевого счета": "тридцать шесть"}, 422)
    assert "Введите номер лицевого счёта: от 4 до 20 цифр, например 123456" in refused.errors().values()
    engineer.press(page, FINISH, {"Номер лицевого счета": "36 0000-0001"})
    assert status(app, case_id) == "done"
    assert "3600000001" in engineer.open(f"{QUEUE}{case_id}").words()


def test_the_strip_says_what_is_asked_for_and_what_the_power_is_made_of(app: Flask, engineer: Visitor) -> None:
    sheet = ({"title": "Объект", "facts": [["Тип объекта", "Гараж"]]},)
    case_id = file(app, sheet=sheet, power_requested=Decimal(10), power_previous=Decimal("4.5"))
    page = engineer.open(f"{QUEUE}{case_id}").words()
    for said in ("Тип объектаГараж", "Вид услугиФЛ до 15 кВт включительно", "Мощность, кВт14,5 = 10 + 4,5"):
        assert said in page
    assert "Документы заявителя 2 из 2 обязательных" in page


def test_who_else_has_the_card_open_is_said(app: Flask, engineer: Visitor) -> None:
    case_id = file(app)
    with app.app_context():
        other = signed_in(app, people.staff("engineer", "second").login, "/admin/login")
    other.open(f"{QUEUE}{case_id}")
    assert "Эту страницу открыли ещё: second" in engineer.open(f"{QUEUE}{case_id}").words()


def test_identifiers_on_a_card_are_masked(app: Flask, engineer: Visitor) -> None:
    sheet = ({"title": "Заявитель", "facts": [["СНИЛС", "112-233-445 95"], ["ФИО", "Образцов Пётр Ильич"]]},)
    case_id = file(app, sheet=sheet)
    shown = engineer.open(f"{QUEUE}{case_id}").text
    assert "112-233-445 95" not in shown
    assert "11*-***-*** *5" in shown


def test_an_operator_does_not_open_applications_nor_an_engineer_appeals(
    app: Flask, engineer: Visitor, clerk: Visitor
) -> None:
    case_id = file(app)
    clerk.open(f"{QUEUE}{case_id}", 403)
    engineer.open("/admin/appeals/", 403)
