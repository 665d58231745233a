"""The pages of the exchange, as their owner, a firm and staff use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forms.choices import ApplicantKind
from portal import clock, formats
from portal.services import placing
from tests.support import papers, people
from tests.support.visitor import signed_in

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.visitor import Visitor


def test_signing_page_by_page(app: Flask) -> None:
    with app.app_context():
        owner, clerk = people.subscriber(), people.staff()
        document = papers.placed(owner, clerk, wants_signature=True)
        document_id, login = document.id, owner.login
    resident, card = signed_in(app, login), f"/documents/{document_id}/card"
    page = resident.open(card)
    assert "Прочитайте и подпишите" in page.words()
    resident.client.get(page.link("Открыть документ"))
    page = resident.press(resident.open(card), "Принять соглашение", status=422)
    assert page.errors() == {
        "Прочитал и принимаю соглашение о простой электронной подписи": "Отметьте галочкой, что принимаете соглашение"
    }
    agree = "Прочитал и принимаю соглашение о простой электронной подписи"
    page = resident.press(page, "Принять соглашение", {agree: True})
    page = resident.press(page, "Получить код")
    with app.app_context():
        code = papers.sealed()
    page = resident.press(page, "Подписать", {"Код из письма": "12"}, status=422)
    assert page.errors()["Код из письма"]
    page = resident.press(page, "Подписать", {"Код из письма": papers.wrong(code)}, status=422)
    assert "осталось 4 попытки" in page.errors()["Код из письма"]
    stale = page
    page = resident.press(page, "Подписать", {"Код из письма": f"{code[:3]} {code[3:]}"})
    assert "Документ подписан" in page.words()
    assert "Лист подписания" in page.words()
    page = resident.press(stale, "Подписать", {"Код из письма": code})
    assert "Документ уже подписан" in page.words()


def test_refusing_needs_a_reason(app: Flask) -> None:
    with app.app_context():
        owner, clerk = people.subscriber(), people.staff()
        card, login = f"/documents/{papers.to_sign(owner, clerk).id}/card", owner.login
    resident = signed_in(app, login)
    page = resident.press(resident.open(card), "Отказаться от подписи", status=422)
    assert page.errors() == {"Причина отказа": "Введите причину отказа"}
    page = resident.press(page, "Отказаться от подписи", {"Причина отказа": "Сумма не та"})
    assert "Отказ от подписи отправлен" in page.words()
    assert "Сумма не та" in page.words()


def test_a_firm_attaches_its_signature(app: Flask) -> None:
    with app.app_context():
        firm = people.subscriber(
            kind=ApplicantKind.ul, full_name=None, snils=None, organisation_short="ООО «Ромашка»",
            ogrn="1143668000024", inn="3662000015",
        )  # fmt: skip
        card, login = f"/documents/{papers.to_sign(firm, people.staff()).id}/card", firm.login
    visitor = signed_in(app, login)
    page = visitor.press(visitor.open(card), "Приложить подпись", {"Файл подписи": ("a.pdf", people.PDF)}, status=422)
    assert "отдельный файл подписи" in page.errors()["Файл подписи"]
    signature = ("Соглашение.sig", b"\x30\x82\x01\x00signature")
    page = visitor.press(page, "Приложить подпись", {"Файл подписи": signature})
    assert "проверка вне системы" in page.words()
    assert visitor.client.get(page.link("Соглашение.sig")).data == signature[1]


def test_bad_filters_are_said_beside_their_fields(resident: Visitor) -> None:
    page = resident.open("/documents?since=вчера&page=-3&case_id=9999999999999999999&document_state=nope", status=422)
    assert "С даты" in page.errors()


def test_staff_place_a_document_and_see_what_became_of_it(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        owner = people.subscriber(full_name="Тихонов Егор Львович")
        case = people.appeal(owner)
        login, title = owner.login, f"{case.title} от {formats.date(case.registered_at)}"
        today = clock.today().isoformat()
    assert "Введите" in clerk.open("/admin/exchange/place?who=", status=422).words()
    assert "Никого не нашли" in clerk.open("/admin/exchange/place?who=Незнакомцев").words()
    page = clerk.open(clerk.open("/admin/exchange/place?who=тихонов").link("Тихонов Егор Львович"))
    page = clerk.press(page, "Разместить и отправить письмо", {"Документ": ("Акт.pdf", people.PDF)}, status=422)
    assert page.errors() == {"Вид документа": "Введите вид документа, например «Договор»"}
    assert "Акт.pdf" in page.words()
    said = {"Вид документа": "Акт", "К чему относится": title, "Нужна подпись абонента": True}
    page = clerk.press(page, "Разместить и отправить письмо", said | {"Подписать не позднее": "2020-01-01"}, status=422)
    assert page.errors() == {"Подписать не позднее": "Введите дату не раньше сегодняшней"}
    page = clerk.press(page, "Разместить и отправить письмо", {"Подписать не позднее": today})
    assert "Документ размещён" in page.words()
    assert "Тихонов Е.Л." in clerk.open("/admin/exchange/?preset=to_sign&search=тихонов").words()
    assert "Документов здесь нет" in clerk.open("/admin/exchange/?preset=late").words()
    resident = signed_in(app, login)
    assert "сегодня последний день" in resident.open("/documents").words()


def test_an_engineer_sees_no_papers_of_appeals(app: Flask) -> None:
    with app.app_context():
        owner, clerk = people.subscriber(), people.staff()
        case = people.appeal(owner)
        document_id = papers.placed(owner, clerk, "Справка", case_id=case.id).id
        login = people.staff("engineer").login
    engineer = signed_in(app, login, "/admin/login")
    assert "Справка" not in engineer.open("/admin/exchange/?preset=all").words()
    engineer.open(f"/admin/exchange/{document_id}", status=404)
    engineer.open(f"/documents/{document_id}", status=404)


def test_staff_decline_a_paper_with_a_remark(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        owner = people.subscriber()
        people.kept(owner, form := people.token())
        document_id = people.appeal(owner, form_token=form).documents[0].id
        papers.to_sign(owner, people.staff())
    assert [row[1] for row in clerk.open("/admin/exchange/?preset=to_judge").table()[1:]] == ["Документ к обращению"]
    page = clerk.press(clerk.open(f"/admin/exchange/{document_id}"), "Отклонить", status=422)
    assert page.errors() == {"Что не так": "Введите замечание"}
    page = clerk.press(page, "Отклонить", {"Что не так": "Не читается"})
    assert "Отклонён" in page.words()
    assert "Не читается" in page.words()
    assert "Документов здесь нет" in clerk.open("/admin/exchange/?preset=to_judge").words()


def test_whose_a_document_is_and_what_it_belongs_to_are_a_press_away(app: Flask, clerk: Visitor) -> None:
    with app.app_context():
        owner = people.subscriber()
        case = people.appeal(owner)
        document = papers.placed(owner, people.staff(), "Справка", case_id=case.id)
        document_id, number, name = document.id, case.number, owner.name
    card = clerk.open(f"/admin/exchange/{document_id}")
    assert clerk.open(card.link(f"Обращение № {number}")).heading().startswith(f"Обращение № {number}")
    assert clerk.open(card.link(name)).heading() == name


def test_of_many_namesakes_the_first_are_shown_and_the_page_says_so(
    app: Flask, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "MOST_FOUND", 2)
    with app.app_context():
        for _ in range(3):
            people.subscriber(full_name="Тихонов Егор Львович")
    assert "Показаны первые 2" in clerk.open("/admin/exchange/place?who=тихонов").words()
