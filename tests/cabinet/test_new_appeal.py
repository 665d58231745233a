"""Figs 10–11: writing an appeal; what is typed and attached is never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Appeal, Document, Upload
from tests.support import people
from tests.support.people import PDF
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.page import Page

TOPIC, TEXT, FILE = "Тема обращения", "Текст обращения (не более 1000 символов)", "Документ"
WORDS = "По вечерам мигает свет"
ANSWERS = {TOPIC: "Жалоба", TEXT: WORDS}
SCHEME = ("Схема.pdf", PDF)


def send(visitor: Visitor, answers: dict[str, Any], status: int = 200) -> Page:
    return visitor.press(visitor.open("/appeals/new"), "Сохранить", answers, status)


def counted(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_page_shows_who_writes_and_asks_what_the_manual_asks(resident: Visitor) -> None:
    page = resident.open("/appeals/new")
    form = page.form("Сохранить")
    words = page.words()
    for label, value in {
        "ФИО": "Образцов Пётр Ильич",
        "Почтовый адрес": "394006, Воронеж",
        "Телефон": "+7 (900) 000-00-01",
        "Email": "@example.org",
    }.items():
        assert label in words
        assert value in words
    assert form.options(TOPIC) == [
        "-Выберите вид обращения-",
        "Запрос справочной информации",
        "Жалоба",
        "Сообщение о бездоговорном / без учёта потреблении электроэнергии",
        "Сообщение о хищении объектов электросетевого комплекса",
        "Запрос консультации",
    ]
    assert form.typed(TEXT) == ""
    form._labelled(FILE)
    assert page.link("Отмена") == "/"
    assert "Обзор" in page.text


def test_a_saved_appeal_is_told_on_the_first_page_in_the_words_of_the_manual(app: Flask, resident: Visitor) -> None:
    home = send(resident, ANSWERS)
    assert home.path == "/"
    assert "Заявка успешно сохранена. Регистрационный номер Вашей заявки 1" in home.words()
    assert "Обращение № 1" in home.words()
    assert "Заявка успешно сохранена" not in resident.open("/").words(), "it is told once"
    assert counted(app, Appeal) == 1


def test_a_file_goes_with_the_appeal(app: Flask, resident: Visitor) -> None:
    send(resident, ANSWERS | {FILE: SCHEME})
    page = resident.open("/appeals/1")
    assert "Схема.pdf" in page.words()
    with app.app_context():
        paper = db.session.scalars(select(Document)).one()
    assert resident.client.get(f"/documents/{paper.id}/download").data == PDF
    assert counted(app, Upload) == 0


def test_text_and_file_survive_an_error_in_another_field(app: Flask, resident: Visitor) -> None:
    page = send(resident, {TEXT: WORDS, FILE: SCHEME}, status=422)
    assert page.errors() == {TOPIC: "Выберите тему обращения"}
    assert page.form("Сохранить").typed(TEXT) == WORDS
    assert "Схема.pdf" in page.words()
    assert "Обращение не отправлено: исправьте 1 ошибку" in page.words()
    assert counted(app, Appeal) == 0
    resident.press(page, "Сохранить", {TOPIC: "Жалоба"})
    assert "Схема.pdf" in resident.open("/appeals/1").words()
    assert counted(app, Document) == 1


def test_the_topic_and_the_text_survive_a_bad_file(app: Flask, resident: Visitor) -> None:
    page = send(resident, ANSWERS | {FILE: ("Схема.pdf", b"MZ\x90\x00 program")}, status=422)
    assert set(page.errors()) == {FILE}
    form = page.form("Сохранить")
    assert form.typed(TEXT) == WORDS
    with app.app_context():
        assert form.typed(TOPIC) == str(db.session.scalar(select(Appeal.topic_id)) or form.values["topic_id"][0])
    assert counted(app, Upload) == 0
    resident.press(page, "Сохранить", {FILE: SCHEME})
    assert counted(app, Document) == 1


def test_without_javascript_a_kept_file_is_removed_by_its_button_and_the_text_stays(
    app: Flask, resident: Visitor
) -> None:
    page = send(resident, {TEXT: WORDS, FILE: SCHEME}, status=422)
    page = resident.press(page, "Удалить")
    assert "Схема.pdf" not in page.words()
    assert page.form("Сохранить").typed(TEXT) == WORDS
    assert not page.errors()
    assert counted(app, Upload) == 0
    resident.press(page, "Сохранить", {TOPIC: "Жалоба"})
    assert counted(app, Document) == 0


def test_another_file_takes_the_place_of_the_kept_one(app: Flask, resident: Visitor) -> None:
    page = send(resident, {TEXT: WORDS, FILE: SCHEME}, status=422)
    resident.press(page, "Сохранить", {TOPIC: "Жалоба", FILE: ("Фото.pdf", PDF + b"2")})
    with app.app_context():
        assert [paper.name for paper in db.session.scalars(select(Document))] == ["Фото.pdf"]


BAD_FILES = [
    ("Пустой.pdf", b"", "Файл пустой"),
    ("Схема.pdf", b"MZ\x90\x00\x03 program", "Приложите файл другого вида"),
    ("Схема.exe", PDF, "Файлы .exe мы не принимаем"),
    ("page.html", b"<script>alert(1)</script>", "Приложите файл другого вида"),
    ("Большой.pdf", PDF + b"0" * 1024 * 1024, "Файл больше 1 МБ (в нём 1,1 МБ)"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BAD_FILES)
def test_a_file_that_is_not_taken_is_told_beside_its_field_and_nothing_of_it_stays(
    make_app: Callable[..., Flask], name: str, content: bytes, sentence: str
) -> None:
    app = make_app(UPLOAD_LIMIT_MB="1")
    resident = newcomer(app)
    page = send(resident, ANSWERS | {FILE: (name, content)}, status=422)
    assert sentence in page.errors()[FILE]
    assert page.form("Сохранить").typed(TEXT) == WORDS
    assert (counted(app, Appeal), counted(app, Upload)) == (0, 0)


def test_a_file_of_exactly_the_limit_is_taken(make_app: Callable[..., Flask]) -> None:
    app = make_app(UPLOAD_LIMIT_MB="1")
    send(newcomer(app), ANSWERS | {FILE: ("Схема.pdf", PDF.ljust(1024 * 1024, b"\n"))})
    assert counted(app, Document) == 1


def test_a_request_over_every_limit_is_refused_in_words(make_app: Callable[..., Flask]) -> None:
    app = make_app(UPLOAD_LIMIT_MB="1")
    page = send(newcomer(app), ANSWERS | {FILE: ("Большой.pdf", PDF + b"0" * 8 * 1024 * 1024)}, status=413)
    assert page.heading() == "Файл больше 1 МБ"
    assert "Уменьшите его или разделите на части" in page.words()
    assert counted(app, Upload) == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Введите текст обращения"),
        ("   \n ", "Введите текст обращения"),
        ("а" * 1001, "Сократите текст обращения до 1000 знаков: сейчас 1001"),
    ],
)
def test_the_text_is_asked_for_and_has_a_limit(resident: Visitor, text: str, sentence: str) -> None:
    page = send(resident, {TOPIC: "Жалоба", TEXT: text}, status=422)
    assert page.errors() == {TEXT: sentence}
    assert page.form("Сохранить").typed(TEXT) == text


def test_a_thousand_characters_are_a_thousand_however_a_new_line_is_sent(app: Flask, resident: Visitor) -> None:
    lines = "\r\n".join(["Ё" * 99] * 10)
    send(resident, {TOPIC: "Жалоба", TEXT: lines + "ё"})
    with app.app_context():
        text = db.session.scalars(select(Appeal.text)).one()
    assert text == lines.replace("\r\n", "\n") + "ё"
    assert len(text) == 1000


def test_a_page_sent_twice_is_one_appeal_with_one_number(app: Flask, resident: Visitor) -> None:
    page = resident.open("/appeals/new")
    for _ in range(2):
        home = resident.press(page, "Сохранить", ANSWERS | {FILE: SCHEME})
        assert "Регистрационный номер Вашей заявки 1" in home.words()
    assert (counted(app, Appeal), counted(app, Document)) == (1, 1)


def test_without_its_token_a_form_is_refused_and_what_was_written_comes_back(app: Flask, resident: Visitor) -> None:
    page = resident.open("/appeals/new")
    data = page.form("Сохранить").fill(ANSWERS).data("Сохранить")
    for token in ([""], ["forged"], None):
        sent = {name: value for name, value in (data | {"csrf_token": token}).items() if value}
        answer = resident.client.post("/appeals/new", data=sent)
        shown = resident._page("/appeals/new", answer, 400)
        assert shown.heading() == "Страница устарела"
        assert WORDS in shown.words()
    assert counted(app, Appeal) == 0


def test_who_was_signed_out_meanwhile_gets_back_what_was_written(app: Flask, resident: Visitor) -> None:
    page = resident.open("/appeals/new")
    resident.press(resident.open("/"), "Выйти")
    stale = resident.press(page, "Сохранить", ANSWERS, status=400)
    assert WORDS in stale.words()
    data = page.form("Сохранить").fill(ANSWERS).data("Сохранить")
    data["csrf_token"] = resident.open("/login").form("Войти").values["csrf_token"]
    signed_out = resident._page("/appeals/new", resident.client.post("/appeals/new", data=data), 401)
    assert signed_out.heading() == "Вы вышли из кабинета"
    assert WORDS in signed_out.words()
    assert counted(app, Appeal) == 0


def test_an_appeal_that_another_person_sent_from_this_page_is_not_overwritten(app: Flask, resident: Visitor) -> None:
    page = resident.open("/appeals/new")
    resident.press(page, "Сохранить", ANSWERS)
    other = newcomer(app)
    data = page.form("Сохранить").fill({TOPIC: "Жалоба", TEXT: "Второй абонент"}).data("Сохранить")
    data["csrf_token"] = other.open("/appeals/new").form("Сохранить").values["csrf_token"]
    shown = other._page("/appeals/new", other.client.post("/appeals/new", data=data), 409)
    assert "Второй абонент" in shown.words()
    assert counted(app, Appeal) == 1


def test_appeals_of_one_person_are_limited_and_the_text_comes_back(resident: Visitor) -> None:
    for number in range(30):
        send(resident, ANSWERS | {TEXT: f"Обращение {number}"})
    stopped = send(resident, ANSWERS, status=429)
    assert stopped.heading() == "Слишком много попыток"
    assert WORDS in stopped.words()


class TestUploadsByJavascript:
    """Files that a page sends at once."""

    def upload(self, visitor: Visitor, content: bytes = PDF, name: str = "Схема.pdf", **changes: str) -> Any:
        page = visitor.open("/appeals/new")
        token = page.form("Сохранить").values
        where = {"token": token["token"][0], "slot": "document"} | changes
        form = {"csrf_token": token["csrf_token"][0], "file": (__import__("io").BytesIO(content), name)}
        return page, visitor.client.post(f"/uploads/{where['token']}/{where['slot']}", data=form)

    def test_a_file_is_kept_and_told(self, app: Flask, resident: Visitor) -> None:
        page, answer = self.upload(resident)
        assert answer.status_code == 201
        assert set(answer.json) == {"id", "name", "size", "kind"}
        assert (answer.json["name"], answer.json["size"], answer.json["kind"]) == ("Схема.pdf", len(PDF), "PDF")
        resident.press(page, "Сохранить", ANSWERS)
        assert counted(app, Document) == 1

    def test_a_bad_file_is_refused_in_words(self, app: Flask, resident: Visitor) -> None:
        for content in (b"", b"MZ program"):
            _, answer = self.upload(resident, content)
            assert answer.status_code == 422
            assert set(answer.json) == {"error"}
        assert counted(app, Upload) == 0

    def test_a_slot_that_no_form_has_does_not_exist(self, resident: Visitor) -> None:
        for changes in ({"slot": "passport"}, {"token": "x"}, {"token": "../" * 10}, {"token": "-" * 32}):
            assert self.upload(resident, **changes)[1].status_code == 404

    def test_a_kept_file_is_removed_by_its_owner_alone(self, app: Flask, resident: Visitor) -> None:
        number = self.upload(resident)[1].json["id"]
        other = newcomer(app)
        token = other.open("/appeals/new").form("Сохранить").values["csrf_token"][0]
        assert other.client.post(f"/uploads/{number}/remove", data={"csrf_token": token}).status_code == 404
        assert counted(app, Upload) == 1
        token = resident.open("/appeals/new").form("Сохранить").values["csrf_token"][0]
        assert resident.client.post(f"/uploads/{number}/remove", data={"csrf_token": token}).status_code == 204
        assert counted(app, Upload) == 0

    def test_without_a_token_nothing_is_kept(self, app: Flask, resident: Visitor) -> None:
        answer = resident.client.post(f"/uploads/{people.token()}/document", data={})
        assert answer.status_code == 400
        assert counted(app, Upload) == 0


def newcomer(app: Flask) -> Visitor:
    """One more subscriber, signed in."""
    from tests.support.visitor import signed_in

    with app.app_context():
        login = people.subscriber().login
    return signed_in(app, login)
