"""Somebody at a browser: acts by the words on the page, and remembers whatever the browser complained about."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.support import people

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Locator, WebError

    from tests.browser.house import House

WIDTH = 1280
HEIGHT = 800
PATIENCE_MS = 15_000
WATCH = """addEventListener("securitypolicyviolation", event =>
    console.error(`refused by policy: ${event.violatedDirective} ${event.blockedURI}`), true)"""
# What a form with mistakes in it answers; browsers note it, and it is what was asked for.
FORM_ERROR = "the server responded with a status of 422"
# With the page's script and without: `visit(**how)`.
WAYS = {"with-javascript": {}, "without-javascript": {"java_script_enabled": False}}
both_ways = pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
_places = count(1)

expect.set_options(timeout=PATIENCE_MS)


def labelled(label: str) -> re.Pattern[str]:
    """Match a label with or without its star."""
    return re.compile(rf"^\s*{re.escape(label)}( \*)?\s*$")


class Person:
    """One browser with cookies and an address of its own; `options` are those of a Playwright context."""

    def __init__(self, browser: Browser, house: House, **options: Any) -> None:
        number = next(_places)
        self.house = house
        self.complaints: list[str] = []  # what the browser wrote to its console beside what was expected
        self.expected = {FORM_ERROR}
        defaults: dict[str, Any] = {
            "base_url": house.address,
            "locale": "ru-RU",
            "timezone_id": "Europe/Moscow",
            "reduced_motion": "reduce",
            "viewport": {"width": WIDTH, "height": HEIGHT},
            "extra_http_headers": {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250 + 1}"},
        }
        self.context = browser.new_context(**(defaults | options))
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(WATCH)
        self.context.on("console", self._hear)
        self.context.on("weberror", self._note)
        self.page = self.context.new_page()

    # --- what people do ---

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def follow(self, words: str) -> None:
        """Follow a link of the page's main part."""
        self.page.get_by_role("main").get_by_role("link", name=words, exact=True).first.click()

    def menu(self, words: str) -> None:
        """Follow a link of the menu."""
        self.page.get_by_role("navigation", name="Разделы").get_by_role("link", name=words, exact=True).click()

    def press(self, words: str) -> None:
        """Press a button."""
        self.button(words).click()

    def choose(self, words: str) -> None:
        """Choose one of the radio buttons."""
        self.page.get_by_role("radio", name=words, exact=True).check()

    def fill(self, answers: dict[str, Any]) -> None:
        """Fill in fields by their labels: text, choice from a list by its words, True for a tick, a path for a file."""
        for label, answer in answers.items():
            self.answer(label, answer)

    def answer(self, label: str, answer: Any) -> None:
        """Fill in one field the way its kind is filled in."""
        group = self.page.get_by_role("group", name=label, exact=True)
        if group.count():
            group.get_by_label(answer, exact=True).check()
            return
        field = self.field(label)
        kind = field.evaluate("field => field.getAttribute('role') || field.type")
        if kind == "combobox":
            field.fill(answer)
            self.page.get_by_role("listbox", name=label).get_by_role("option").first.click()
        elif kind == "select-one":
            field.select_option(label=answer)
        elif kind == "checkbox":
            field.set_checked(answer)
        elif kind == "file":
            field.set_input_files(answer)
        else:
            field.fill(answer)

    def drop(self, label: str, file: Path) -> None:
        """Drag a file from the desktop onto a field and let it go."""
        field = self.field(label)
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        assert box is not None
        hand = self.context.new_cdp_session(self.page)
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        carried = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        for step in ("dragEnter", "dragOver", "drop"):
            hand.send("Input.dispatchDragEvent", {"type": step, "data": carried, **place})
        hand.detach()

    def sign_in(self, login: str, door: str = "/login") -> None:
        """Come in by the door, with the password of all invented people."""
        self.open(door)
        self.fill({"Логин": login, "Пароль": people.PASSWORD})
        self.press("Войти")

    # --- what people see ---

    def field(self, label: str) -> Locator:
        """Find a visible field by its label."""
        control = self.page.locator("input, select, textarea")
        return self.page.get_by_label(labelled(label)).and_(control).filter(visible=True)

    def button(self, words: str) -> Locator:
        """Find a visible button by its words."""
        return self.page.get_by_role("button", name=words, exact=True).filter(visible=True)

    def sees(self, words: str) -> None:
        """Wait until the page's main part says something."""
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def is_at(self, heading: str) -> None:
        """Wait for a page by its h1."""
        expect(self.page.locator("h1")).to_have_text(heading)

    def resize(self, width: int) -> None:
        """Take a narrower or wider screen."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def leave(self) -> list[str]:
        """Close the browser; gives what it complained about."""
        self.context.close()
        return self.complaints

    def _hear(self, message: ConsoleMessage) -> None:
        is_expected = any(words in message.text for words in self.expected)
        if message.type in {"error", "warning"} and not is_expected:
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")

    def _note(self, error: WebError) -> None:
        self.complaints.append(f"{error.page and error.page.url}: {error.error}")
