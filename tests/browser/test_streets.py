"""The list of streets: found by the beginning of any word, taken by mouse or arrows, never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.browser.person import Person

LABEL = "Улица"


@pytest.fixture
def person(visit: Callable[..., Person]) -> Person:
    """Somebody at the form of registration."""
    arrived = visit()
    arrived.open("/register")
    return arrived


def shown(person: Person) -> Locator:
    """Find the rows of the open list."""
    return person.page.get_by_role("listbox", name=LABEL).get_by_role("option")


def chosen(person: Person) -> str:
    """What the form would send, in words."""
    text: str = person.page.locator("select[name=street_id]").evaluate(
        "list => list.value && list.selectedOptions[0].text"
    )
    return text


@pytest.mark.parametrize(
    ("typed", "street"),
    [
        ("20 лет окт", "20-летия Октября ул."),
        ("октября 20", "20-летия Октября ул."),
        ("ЗВЁЗД", "Звездная ул."),
        ("УЛ. 9 ЯНВ", "9 Января ул."),
    ],
)
def test_a_street_is_found_by_the_beginnings_of_its_words(person: Person, typed: str, street: str) -> None:
    person.field(LABEL).fill(typed)
    expect(person.field(LABEL)).to_have_attribute("aria-expanded", "true")
    expect(shown(person).filter(has_text=street).first).to_be_visible()
    assert shown(person).count() <= 8
    shown(person).get_by_text(street, exact=True).first.click()
    expect(person.field(LABEL)).to_have_value(street)
    expect(shown(person)).to_have_count(0)
    assert chosen(person) == street


def test_arrows_walk_the_list_and_the_screen_reader_is_told(person: Person) -> None:
    field = person.field(LABEL)
    field.fill("окт")
    field.press("ArrowDown")
    field.press("ArrowDown")
    lit = shown(person).nth(1)
    expect(lit).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(lit.get_attribute("id")))
    field.press("ArrowUp")
    name = shown(person).nth(0).inner_text()
    field.press("Enter")
    expect(field).to_have_value(name)
    assert chosen(person) == name
    person.is_at("Регистрация")  # Enter took the street and sent nothing
    field.press("Escape")
    expect(field).to_have_value(name)


def test_what_names_one_street_is_taken_on_leaving_the_field(person: Person) -> None:
    field = person.field(LABEL)
    field.fill("20 лет окт")
    field.press("Tab")
    expect(field).to_have_value("20-летия Октября ул.")
    assert chosen(person) == "20-летия Октября ул."


def test_what_names_no_street_stays_as_it_was_typed_even_after_an_error(person: Person) -> None:
    field = person.field(LABEL)
    field.fill("Улица Выдуманная")
    expect(person.page.get_by_text("Ничего не нашли")).to_be_visible()
    field.press("Tab")
    assert chosen(person) == ""
    person.press("Отправить")
    person.sees("Выберите улицу")
    expect(person.field(LABEL)).to_have_value("Улица Выдуманная")


def test_a_chosen_street_is_still_chosen_after_an_error_and_can_be_taken_back(person: Person) -> None:
    person.answer(LABEL, "20-летия Октября ул.")
    person.press("Отправить")
    person.page.get_by_role("alert").wait_for()
    expect(person.field(LABEL)).to_have_value("20-летия Октября ул.")
    assert chosen(person) == "20-летия Октября ул."
    person.field(LABEL).fill("")
    person.field(LABEL).press("Tab")
    assert chosen(person) == ""


def test_the_label_leads_to_the_field_and_the_list_writes_no_styles(person: Person) -> None:
    person.page.locator("label", has_text=LABEL).click()
    expect(person.field(LABEL)).to_be_focused()
    person.field(LABEL).fill("окт")
    assert person.page.locator(".pick [style]").count() == 0
