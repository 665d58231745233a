"""«Версия для слабовидящих» and the dark look: chosen by a plain form, kept by this browser, undone by one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.person import both_ways

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

LARGE = {
    "Размер шрифта": "Очень крупный, 200 %",
    "Цвета": "Белым по чёрному",
    "Расстояние между буквами и строками": "Увеличенные",
    "Изображения": "Скрывать",
}
BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"


def look(person: Person) -> dict[str, str]:
    """See how the page looks: letters, paper, size, pictures."""
    found: dict[str, str] = person.page.evaluate("""() => {
        const style = getComputedStyle(document.body);
        const picture = getComputedStyle(document.querySelector(".logo")).display;
        return { ink: style.color, paper: style.backgroundColor, size: style.fontSize, picture };
    }""")
    return found


@both_ways
def test_large_letters_and_contrast_are_chosen_kept_and_undone(
    visit: Callable[..., Person], how: dict[str, bool]
) -> None:
    person = visit(**how)
    person.open("/")
    usual = look(person)
    person.page.get_by_role("link", name="Версия для слабовидящих").click()
    person.fill(LARGE)
    person.press("Сохранить")
    person.sees("Вид страниц изменён")
    person.open("/login")
    expect(person.page.locator("html")).to_have_attribute("data-size", "200")
    assert look(person) == {"ink": WHITE, "paper": BLACK, "size": "34px", "picture": "none"}
    person.open("/accessibility")
    expect(person.page.get_by_role("group", name="Цвета").get_by_label("Белым по чёрному")).to_be_checked()
    person.press("Обычная версия")
    expect(person.page.locator("html")).to_have_attribute("data-size", "100")
    person.open("/login")
    assert look(person) == usual


def test_light_and_dark_are_switched_at_the_foot_of_every_page(visit: Callable[..., Person]) -> None:
    person = visit(color_scheme="light")
    person.open("/help")
    light = look(person)["paper"]
    person.press("тёмное")
    person.is_at("Инструкция по работе в кабинете")  # the same page again
    dark = look(person)["paper"]
    assert dark != light
    expect(person.button("тёмное")).to_have_attribute("aria-pressed", "true")
    person.open("/register")
    assert look(person)["paper"] == dark
    person.press("как в системе")
    assert look(person)["paper"] == light
    person.page.emulate_media(color_scheme="dark")
    assert look(person)["paper"] == dark


def test_the_dark_switch_keeps_large_letters(visit: Callable[..., Person]) -> None:
    person = visit()
    person.open("/accessibility")
    person.fill({"Размер шрифта": "Крупный, 150 %"})
    person.press("Сохранить")
    person.press("тёмное")
    expect(person.page.locator("html")).to_have_attribute("data-size", "150")
    expect(person.page.locator("html")).to_have_attribute("data-scheme", "dark")
