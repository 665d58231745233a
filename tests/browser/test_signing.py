"""Signing a document, from the letter that asks for it to the signing sheet: at a desk and on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.house import link_of, text_of
from tests.support import papers, people

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.house import House
    from tests.browser.person import Person

SCREENS = {
    "desktop": {},
    "phone": {"viewport": {"width": 390, "height": 800}},
    "desktop-without-javascript": {"java_script_enabled": False},
}
AGREE = "Прочитал и принимаю соглашение о простой электронной подписи"


@pytest.mark.parametrize("how", SCREENS.values(), ids=SCREENS)
def test_a_document_is_read_and_signed(house: House, visit: Callable[..., Person], how: dict[str, Any]) -> None:
    with house.inside():
        owner = people.subscriber()
        papers.placed(owner, people.staff(), wants_signature=True)
        login, email = owner.login, owner.email
    person = visit(**how)
    person.sign_in(login)
    person.is_at("Здравствуйте, Пётр Ильич")
    person.open(link_of(house.letter(email, papers.TITLE)))
    card = person.page.url
    href = person.page.get_by_role("link", name="Открыть документ").get_attribute("href")
    assert href
    person.page.request.get(house.address + href)  # a browser without a window downloads a PDF instead of showing it
    person.open(card)
    person.fill({AGREE: True})
    person.press("Принять соглашение")
    person.press("Получить код")
    code = re.search(r"Код: (\d{3} \d{3})", text_of(house.letter(email, "Код для подписи")))
    assert code
    person.fill({"Код из письма": "000 000" if code[1] != "000 000" else "000 001"})
    person.press("Подписать")
    person.sees("осталось 4 попытки")
    person.fill({"Код из письма": code[1]})
    person.press("Подписать")
    expect(person.page.get_by_role("heading", name="Документ подписан")).to_be_visible()
    person.sees("Лист подписания")
    assert house.letter(email, "Документ подписан")
    person.open("/documents")
    person.sees("Подписан")
    person.open("/notifications")
    person.press("Отметить прочитанными")
    person.sees("Уведомления отмечены прочитанными")
    assert "новое" not in person.page.get_by_role("main").inner_text()
