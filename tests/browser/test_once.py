"""What is sent once is kept once: double clicks, the browser's Back, two tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.person import Person

APPEAL = {"Тема обращения": "Жалоба", "Текст обращения (не более 1000 символов)": "Мигает свет"}
SAVED = "Заявка успешно сохранена"


@pytest.fixture
def writer(resident: Callable[..., Person]) -> Person:
    """Somebody who has filled in an appeal."""
    person = resident()
    person.open("/appeals/new")
    person.fill(APPEAL)
    return person


def count_of(person: Person) -> int:
    """Count the appeals in the journal."""
    person.open("/appeals")
    return person.page.get_by_role("table").get_by_role("row").count() - 1


def test_a_double_click_makes_one_appeal(writer: Person) -> None:
    writer.button("Сохранить").dblclick()
    writer.sees(SAVED)
    assert count_of(writer) == 1


def test_a_double_click_makes_one_appeal_without_javascript_too(resident: Callable[..., Person]) -> None:
    person = resident(java_script_enabled=False)
    person.open("/appeals/new")
    person.fill(APPEAL)
    person.button("Сохранить").dblclick()
    person.sees(SAVED)
    assert count_of(person) == 1


def test_the_button_says_that_it_was_pressed(writer: Person) -> None:
    writer.page.evaluate("addEventListener('submit', event => event.preventDefault())")  # stay, as on a slow line
    writer.press("Сохранить")
    pressed = writer.page.get_by_role("button", name="Отправляем…")
    expect(pressed).to_have_attribute("aria-disabled", "true")


def test_back_and_send_again_makes_no_second_appeal(writer: Person) -> None:
    writer.press("Сохранить")
    writer.sees(SAVED)
    number = writer.page.get_by_role("heading", name=SAVED).inner_text()
    writer.page.go_back()
    writer.is_at("Обращение")
    for _ in range(2):  # as often as one likes
        expect(writer.field("Текст обращения (не более 1000 символов)")).to_have_value("Мигает свет")
        writer.press("Сохранить")
        expect(writer.page.get_by_role("heading", name=SAVED)).to_have_text(number)
        writer.page.go_back()
        writer.is_at("Обращение")
    assert count_of(writer) == 1


def test_back_and_send_other_words_makes_a_second_appeal(writer: Person) -> None:
    writer.press("Сохранить")
    writer.sees(SAVED)
    writer.page.go_back()
    writer.is_at("Обращение")
    writer.fill({"Текст обращения (не более 1000 символов)": "И ещё не горит фонарь"})
    writer.press("Сохранить")
    writer.sees(SAVED)
    assert count_of(writer) == 2


def test_two_tabs_make_two_appeals(writer: Person) -> None:
    first = writer.page
    second: Page = writer.context.new_page()
    second.goto("/appeals/new")
    writer.page = second
    writer.fill(APPEAL)
    for page in (first, second):
        writer.page = page
        writer.press("Сохранить")
        writer.sees(SAVED)
    assert count_of(writer) == 2
