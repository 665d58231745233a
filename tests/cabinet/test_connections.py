"""Figs 13.1, 13.3 and 16: one's applications for connection, what to do about each, until when, and its documents."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.models import Draft, Subscriber, Upload
from portal.services import drafts, uploads
from portal.workflow import CONNECTION
from tests.support import people
from tests.support.page import words as words_of
from tests.support.people import PDF
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.cabinet.conftest import Applications
    from tests.support.page import Page

HEADS = [
    "Рег. номер", "Дата подачи", "Адрес объекта", "Мощность, кВт", "Номер ТУ", "Дата ТУ", "Статус", "Лицевой счет", "#",
]  # fmt: skip
PAPER_HEADS = ["№", "Дата", "Содержание", "Вложение", "#"]
SEND, CLOSE, READY = "Направить недостающие сведения/документы", "Завершить загрузку", "Сообщить о готовности"
# What the page asks the applicant to do, and what it offers; where it is not the applicant's turn, nothing.
CALLS: dict[str, tuple[str, set[str]]] = {
    "documents_missing": ("Дошлите документы", {SEND}),
    "terms_issued": ("Оплатите счёт", {"Скачать счёт"}),
    "works": ("Выполните условия и сообщите о готовности", {READY}),
    "works_remarks": ("Устраните замечания", {READY}),
}
WITHDRAWN_UNTIL = {"registered", "checking", "documents_missing", "preparing", "terms_issued"}


def filled_buttons(page: Page) -> list[str]:
    """What the page wants one to do: the buttons that are filled."""
    return ["".join(e.itertext()).strip() for e in page.root.iter() if "btn-primary" in (e.get("class") or "").split()]


def today() -> str:
    return f"{clock.today():%d.%m.%Y}"


# --- the list, fig. 13.1 ---


def test_somebody_who_never_applied_is_told_what_will_be_here(resident: Visitor) -> None:
    page = resident.open("/connections")
    assert page.heading() == "Информация по заявкам на технологическое присоединение"
    assert "Здесь появятся ваши заявки" in page.words()
    assert page.link("Подать заявку")


def test_the_list_has_the_columns_of_the_manual_and_the_newest_first(
    app: Flask, resident: Visitor, applications: Applications
) -> None:
    for status in ("cancelled", "done", "documents_missing"):
        applications.bring(status)
    with app.app_context():
        day = today()
    table = resident.open("/connections").table()
    assert table[0] == HEADS
    address = table[1][2]
    assert address.endswith("д. 5")
    waiting = f"{SEND}{CLOSE}"
    assert table[1:] == [
        ["3", day, address, "12,5", "—", "—", "Ожидание недостающих документов", "—", waiting],
        ["2", day, address, "12,5", "ТУ-17", day, "Присоединение завершено", "3600000002", "—"],
        ["1", day, address, "12,5", "—", "—", "Аннулирована", "—", "—"],
    ]


def test_a_row_leads_to_what_it_offers(resident: Visitor, applications: Applications) -> None:
    path = applications.bring("documents_missing")
    page = resident.open("/connections")
    assert page.link("1") == path
    assert page.link(SEND) == f"{path}/documents"
    assert page.link(CLOSE) == f"{path}/complete"
    assert "Передавать пока нечего" in resident.open(page.link(CLOSE)).words()
    other = applications.bring("works")
    assert resident.open("/connections").link(READY) == f"{other}/ready"


def test_a_number_is_looked_for_among_ones_own(app: Flask, resident: Visitor, applications: Applications) -> None:
    applications.bring("registered")
    with app.app_context():
        people.connection(people.subscriber())
    applications.bring("registered")

    def search(number: str) -> Page:
        return resident.press(resident.open("/connections"), "Найти", {"Номер заявки": number})

    assert [row[0] for row in search("3").table()[1:]] == ["3"]
    assert "Заявки № 2 нет среди ваших" in search("2").words()
    assert list(search("abc").errors()) == ["Номер заявки"]


def test_a_draft_stands_above_the_list_and_on_the_first_page(app: Flask, resident: Visitor) -> None:
    with app.app_context():
        token = people.token()
        drafts.save(db.session.scalars(select(Subscriber)).one(), "connection", token, {"house": ["5"]})
    for path in ("/connections", "/"):
        page = resident.open(path)
        assert "Черновик от" in page.words() or "черновик от" in page.words()
        assert page.link("Продолжить").endswith(token)
    assert "С чего начать" not in page.words()


# --- an application's own page ---


@pytest.mark.parametrize("status", [status.code for status in CONNECTION.statuses])
def test_the_page_says_whose_turn_it_is_and_offers_what_may_be_done(
    resident: Visitor, applications: Applications, status: str
) -> None:
    page = resident.open(applications.bring(status))
    words = page.words()
    assert page.heading().startswith("Заявка № 1 от ")
    assert CONNECTION.status(status).label in words
    call, buttons = CALLS.get(status, ("", set()))
    assert call in words
    assert ("Сейчас ход за нами" in words) is (CONNECTION.status(status).tone == "ours")
    assert filled_buttons(page) == (["Подать заново на основе этой заявки"] if status == "cancelled" else list(buttons))
    assert ("Отозвать заявку" in words) is (status in WITHDRAWN_UNTIL)
    assert "Образцов Пётр Ильич" in words  # what the application says
    assert page.table()[0] == PAPER_HEADS


@pytest.mark.parametrize(
    ("status", "clocks"),
    {
        "checking": ["Наш срок: сообщить о недостающих документах — до", "3 рабочих дня, ПП 861, п. 15"],
        "documents_missing": [
            "Ваш срок: прислать недостающие документы — до", "20 рабочих дней, ПП 861, п. 15",
            "Наш срок: подготовить технические условия и счёт — приостановлен с",
        ],
        "terms_issued": ["Ваш срок: оплатить счёт — до", "ПП 861, п. 106"],
        "works": ["Наш срок: выполнить мероприятия по договору — до", "6 месяцев"],
    }.items(),
)  # fmt: skip
def test_both_sides_clocks_stand_on_the_page_with_their_clauses(
    resident: Visitor, applications: Applications, status: str, clocks: list[str]
) -> None:
    words = resident.open(applications.bring(status)).words()
    for clock_words in clocks:
        assert clock_words in words


def test_steps_ahead_say_what_the_rules_give(resident: Visitor, applications: Applications) -> None:
    page = resident.open(applications.bring("checking"))
    steps = [words_of(step) for step in page.root.iter("li") if "step" in (step.get("class") or "")]
    assert any(step.startswith("Подготовка") and "10 рабочих дней, ПП 861, п. 105" in step for step in steps)


def test_whoever_is_late_is_told_calmly_that_it_is_not_too_late(
    app: Flask, resident: Visitor, applications: Applications
) -> None:
    with clock.shifted(timedelta(days=-60)):
        path = applications.bring("documents_missing")
    words = resident.open(path).words()
    assert "Срок прошёл, поэтому заявку могут аннулировать. Пока она открыта, ещё не поздно" in words
    assert "прислать недостающие документы — прошёл" in words
    assert "Срок прошёл" in resident.open("/").words()


def test_an_invoice_stands_on_the_page_with_its_sum(resident: Visitor, applications: Applications) -> None:
    path = applications.bring("terms_issued")
    page = resident.open(path)
    assert "Счёт № С-17 на 12 345,60 ₽" in page.words().replace("\u00a0", " ")
    assert page.link("Скачать счёт").endswith("/download")


def test_an_application_is_withdrawn_with_its_reason(resident: Visitor, applications: Applications) -> None:
    path = applications.bring("checking")
    page = resident.press(resident.open(path), "Отозвать заявку", status=422)
    assert list(page.errors()) == ["Причина"]
    page = resident.press(page, "Отозвать заявку", {"Причина": "Купили другой участок"})
    assert page.path == path
    assert "Заявка отозвана" in page.words()
    assert "Вы отозвали заявку" in page.words()
    assert "Купили другой участок" in page.words()
    assert applications.status(path) == "cancelled"


def test_a_cancelled_one_is_filed_again_from_a_copy_with_its_files(
    app: Flask, resident: Visitor, applications: Applications
) -> None:
    path = applications.bring("cancelled")
    page = resident.open(path)
    for _ in range(2):  # a double click begins one draft
        answer = resident.send(page, "Подать заново на основе этой заявки")
        assert answer.status_code == 302
    with app.app_context():
        draft = db.session.scalars(select(Draft)).one()
        assert answer.headers["Location"].endswith(draft.token)
        assert draft.typed["house"] == ["5"]
        kept = db.session.scalars(select(Upload).order_by(Upload.slot)).all()
        assert [(one.slot, one.name) for one in kept] == [("ownership", "ownership.pdf"), ("plan", "plan.pdf")]
    words = resident.open(answer.headers["Location"]).words()
    assert "plan.pdf" in words
    assert "ownership.pdf" in words


def test_an_open_one_is_not_copied(app: Flask, resident: Visitor, applications: Applications) -> None:
    page, path = resident.open(applications.bring("cancelled")), applications.bring("checking")
    form = page.form("Подать заново на основе этой заявки")
    answer = resident.client.post(f"{path}/copy", data=form.data("Подать заново на основе этой заявки"))
    assert answer.status_code == 409
    with app.app_context():
        assert db.session.scalar(select(Draft)) is None


def test_somebody_elses_application_is_not_found(app: Flask, resident: Visitor, applications: Applications) -> None:
    path = applications.bring("documents_missing")
    with app.app_context():
        login = people.subscriber().login
    other = signed_in(app, login)
    for page in ("", "/documents", "/complete", "/ready"):
        other.open(f"{path}{page}", status=404)


# --- readiness, fig. 16 ---


def test_readiness_is_reported_with_a_tick_a_day_and_files(resident: Visitor, applications: Applications) -> None:
    path = applications.bring("works")
    page = resident.open(resident.open(path).link(READY))
    files = [("Щит.pdf", PDF), ("Акт испытаний.pdf", PDF + b"%2")]
    page = resident.press(page, READY, {"Документы": files, "Что нам нужно знать": "Звоните вечером"}, status=422)
    assert page.errors() == {"Технические условия выполнены": "Отметьте пункт «Технические условия выполнены»"}
    assert "Щит.pdf" in page.words()
    assert "Акт испытаний.pdf" in page.words()
    sent = page
    page = resident.press(page, READY, {"Технические условия выполнены": True, "Удобная дата осмотра": "31.12.2099"})
    assert page.path == path
    assert "Мы получили сообщение о готовности" in page.words()
    assert {name for _, name in applications.papers(path)} >= {"Щит.pdf", "Акт испытаний.pdf"}
    page = resident.press(sent, READY, {"Технические условия выполнены": True})  # the second of two clicks
    assert page.path == path
    assert "Мы получили сообщение о готовности" in page.words()
    page = resident.open(f"{path}/ready")
    assert "Сейчас это не нужно" in page.words()
    assert "Заявитель сообщил о готовности" in page.words()


def test_a_day_that_is_past_is_not_wished_for(resident: Visitor, applications: Applications) -> None:
    path = applications.bring("works")
    answers = {"Технические условия выполнены": True, "Удобная дата осмотра": "01.01.2020"}
    page = resident.press(resident.open(f"{path}/ready"), READY, answers, status=422)
    assert page.errors() == {"Удобная дата осмотра": "Введите дату не раньше сегодняшней"}
    assert applications.status(path) == "works"


# --- documents, fig. 13.3 ---


def test_documents_of_both_sides_are_listed_and_opened_in_the_page(
    app: Flask, resident: Visitor, applications: Applications
) -> None:
    path = applications.bring("documents_missing")
    page = resident.open(path)
    with app.app_context():
        day = today()
    assert f"Документы по заявке №: 1 от {day}" in page.words()
    table = page.table()
    assert table[1][0] == "1"
    assert table[1][2] == "Уведомление о нестаче документов от компании"
    assert table[1][3].startswith("Ответ 1.pdf")
    assert table[1][4] == "СкачатьПросмотреть"
    assert [row[3].split()[0] for row in table[2:]] == ["ownership.pdf", "plan.pdf"]
    number = applications.document(path, "Ответ 1.pdf")
    answer = resident.client.get(f"/documents/{number}/view")
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert f'<iframe class="preview preview-paper" src="/documents/{number}"' in answer.get_data(as_text=True)
    assert resident.open(f"/documents/{number}/view").link("← Заявка № 1") == path
    assert "frame-src" not in resident.client.get(path).headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in resident.client.get(f"/documents/{number}").headers["Content-Security-Policy"]


def test_a_picture_is_shown_and_an_archive_is_a_list_of_names(
    app: Flask, resident: Visitor, applications: Applications
) -> None:
    path = applications.bring("documents_missing")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("Схема/лист 1.pdf", b"x" * 2048)
        made.writestr("Справка <b>.docx", b"y")
    with app.app_context():
        author, token = db.session.scalars(select(Subscriber)).first(), people.token()
        assert author is not None
        for name, content, kind in (
            ("Фото.png", b"png", "image/png"),
            ("Всё.zip", archive.getvalue(), "application/zip"),
            ("Битый.zip", b"PK\3\4", "application/zip"),
            ("Всё.rar", b"Rar!", "application/vnd.rar"),
        ):
            uploads.keep(author, token, "documents", io.BytesIO(content), name, kind)
    applications.make(path, "add_documents", token=token)
    number = applications.document(path, "Фото.png")
    assert f'<img src="/documents/{number}"' in resident.open(f"/documents/{number}/view").text
    page = resident.open(f"/documents/{applications.document(path, 'Всё.zip')}/view")
    assert page.table() == [["Имя файла", "Размер"], ["Схема/лист 1.pdf", "2 КБ"], ["Справка <b>.docx", "1 Б"]]
    broken = resident.open(f"/documents/{applications.document(path, 'Битый.zip')}/view")
    assert "Показать этот файл здесь не получится" in broken.words()
    row = next(row for row in resident.open(path).table() if row[3].startswith("Всё.rar"))
    assert row[4] == "Скачать"
