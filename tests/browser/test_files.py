"""A file goes to the server at once, with its progress shown; whatever is wrong with it is said beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.town import CLERK
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Route

    from tests.browser.person import Person
    from tests.browser.town import Town

LABEL = "Документ"
REST = {"Тема обращения": "Жалоба", "Текст обращения (не более 1000 символов)": "Мигает свет"}
SAVED = "Заявка успешно сохранена"


@pytest.fixture
def writer(resident: Callable[..., Person]) -> Person:
    """Somebody on the page of a new appeal."""
    person = resident()
    person.open("/appeals/new")
    return person


def put(folder: Path, name: str, content: bytes) -> Path:
    """Put a file on somebody's disk."""
    path = folder / name
    path.write_bytes(content)
    return path


def field_of(person: Person) -> Locator:
    """Find everything that stands around the field of the file."""
    return person.page.locator(".field", has=person.page.get_by_label(LABEL, exact=True))


def test_progress_is_shown_and_the_file_can_be_taken_away_again(writer: Person, tmp_path: Path) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    writer.page.route("**/uploads/*/document", hold)
    writer.answer(LABEL, put(tmp_path, "Схема.pdf", people.PDF))
    expect(writer.page.get_by_role("progressbar", name="Загрузка файла Схема.pdf")).to_be_visible()
    expect(writer.button("Отменить")).to_be_focused()
    held[0].continue_()
    writer.sees("загружен")
    writer.page.get_by_role("button", name="Удалить").click()
    expect(writer.field(LABEL)).to_be_focused()
    expect(field_of(writer)).to_contain_text("Файл не выбран")


def test_an_upload_can_be_cancelled(writer: Person, tmp_path: Path) -> None:
    writer.page.route("**/uploads/**", lambda _: None)
    writer.answer(LABEL, put(tmp_path, "Схема.pdf", people.PDF))
    writer.press("Отменить")
    expect(field_of(writer)).to_contain_text("Загрузка отменена")
    expect(writer.field(LABEL)).to_be_focused()


def test_what_is_wrong_with_a_file_is_said_beside_it(writer: Person, tmp_path: Path) -> None:
    for name, content, sentence in (
        ("Схема.pdf", b"MZ" + bytes(200), "PDF"),
        ("пусто.pdf", b"", "пуст"),
        ("Видео.pdf", people.PDF + bytes(20 * 1024 * 1024), "Файл больше 20 МБ (в нём 20,1 МБ)"),
    ):
        writer.answer(LABEL, put(tmp_path, name, content))
        expect(field_of(writer).locator(".error")).to_contain_text(sentence)
        expect(writer.field(LABEL)).to_have_attribute("aria-invalid", "true")
    writer.answer(LABEL, put(tmp_path, "Схема.pdf", people.PDF))
    writer.sees("загружен")
    expect(field_of(writer).locator(".error")).to_be_empty()


def test_a_file_that_could_not_be_sent_at_once_goes_with_its_form(writer: Person, tmp_path: Path) -> None:
    writer.page.route("**/uploads/**", lambda route: route.abort())
    writer.expected.add("net::ERR_FAILED")
    writer.answer(LABEL, put(tmp_path, "Схема.pdf", people.PDF))
    expect(field_of(writer).locator(".error")).to_contain_text("отправится вместе с формой")
    writer.fill(REST)
    writer.press("Сохранить")
    writer.sees(SAVED)
    writer.page.get_by_role("link", name="Обращение №").first.click()
    writer.sees("Схема.pdf")


def test_enter_in_a_field_sends_the_form_and_takes_no_file_away(town: Town, browser: Browser, tmp_path: Path) -> None:
    clerk = town.enter(browser, CLERK, java_script_enabled=False)
    clerk.open("/admin/subscribers/new")
    clerk.answer(LABEL, put(tmp_path, "Заявление.pdf", people.PDF))
    clerk.press("Создать кабинет")
    clerk.sees("загружен")
    clerk.fill({"E-mail": "нет"})
    clerk.field("E-mail").press("Enter")
    expect(clerk.field("E-mail")).to_have_attribute("aria-invalid", "true")
    clerk.sees("загружен")
    assert clerk.leave() == []
