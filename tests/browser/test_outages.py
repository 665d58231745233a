"""Outages in a browser: a guest looks an address up, a clerk publishes and calls off, a subscriber gets the letters."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.services import outages, streets
from tests.browser.person import both_ways
from tests.support import people, power

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.house import House
    from tests.browser.person import Person

STREET = "20-летия Октября ул."
WIDTHS = pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])


def street_id() -> int:
    return next(key for key, shown in streets.choices() if shown == STREET)


@both_ways
@WIDTHS
def test_a_guest_looks_an_address_up(
    house: House, visit: Callable[..., Person], how: dict[str, Any], width: int
) -> None:
    with house.inside():
        power.published(street_id(), "77")
    guest = visit(viewport={"width": width, "height": 800}, **how)
    guest.open("/outages")
    guest.fill({"Улица": STREET, "Номер дома": "77"})
    guest.press("Показать")
    expect(guest.page.get_by_role("heading", name=f"{STREET}, д. 77")).to_be_visible()
    expect(guest.page.get_by_role("cell", name="Плановое").first).to_be_visible()
    with guest.page.expect_download() as download:
        guest.page.get_by_role("cell").get_by_role("link").first.click()
    assert download.value.suggested_filename.endswith(".ics")


def test_a_clerk_publishes_and_calls_off_and_the_subscriber_hears_of_both(
    house: House, visit: Callable[..., Person]
) -> None:
    with house.inside():
        reader = people.subscriber(street_id=street_id(), house="99")
        outages.subscribe(reader, street_id(), "99")
        email, login = reader.email, people.staff().login
        day = clock.today() + timedelta(days=2)
    clerk = visit()
    clerk.sign_in(login, "/admin/login")
    clerk.page.wait_for_url("**/admin/")
    clerk.open("/admin/outages/new")
    clerk.fill({"Начало": f"{day}T09:00", "Конец": f"{day}T17:00", "Причина": "плановый ремонт"})
    clerk.field("Адреса").press_sequentially("ул. 20-летия Октября, д. 95–101 (нечёт.); возле ларька")
    seen = clerk.page.get_by_role("region", name="Что поняли")
    expect(seen).to_contain_text("Понято: 1")
    expect(seen).to_contain_text("«возле ларька»")
    clerk.press("Сохранить черновик")
    clerk.page.get_by_text("Опубликовать", exact=True).click()
    clerk.press("Да, опубликовать")
    assert "Начало" in str(house.letter(email, "Плановое отключение электричества").get_body(("plain",)))
    clerk.page.get_by_text("Отменить отключение", exact=True).click()
    clerk.fill({"Почему": "Работы перенесли"})
    clerk.press("Да, отменить")
    house.letter(email, "отменено")
