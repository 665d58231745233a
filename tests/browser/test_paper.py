"""A page on paper: two sheets at most, black on white, without what can only be pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.town import RESIDENT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.town import Town

PRESSED = "main button, main .btn, nav, header .top-link, footer a, main form, main summary"


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/", "Мои заявки"), ("/appeals/{answered}", "Ход обращения"), ("/appeals/{long}", "Ход обращения")],
)
def test_a_page_is_printed_on_two_sheets_without_buttons(browser: Browser, town: Town, path: str, heading: str) -> None:
    person = town.enter(browser, RESIDENT, color_scheme="dark")
    person.open(path.format(**town.numbers))
    person.page.emulate_media(media="print")
    assert [it.inner_text() for it in person.page.locator(PRESSED).filter(visible=True).all()] == []
    expect(person.page.locator("h1")).to_be_visible()
    expect(person.page.get_by_role("heading", name=heading)).to_be_visible()
    assert person.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    sheets = re.findall(rb"/Type\s*/Page\b", person.page.pdf(prefer_css_page_size=True))
    assert 1 <= len(sheets) <= 2
    assert person.leave() == []
