"""Fixtures of the tests that drive a real browser against the real server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.town import Town
from tests.support import people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.support.databases import Postgres, Sqlite

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: `-m "not browser"` leaves it out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


@pytest.fixture(scope="package")
def house(databases: Sqlite | Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The installation that all browsers visit."""
    folder = tmp_path_factory.mktemp("house")
    for url in databases.fresh(folder):
        with House(folder, url) as running:
            yield running


@pytest.fixture(autouse=True)
def _alive(house: House, browser: Browser) -> None:
    """Say it once where the server or the browser is gone: every later test would fail for no reason of its own."""
    assert house.server.process.poll() is None, house.said()
    assert browser.is_connected(), "Chromium has ended"


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Callable[..., Person]]:
    """Open browsers of this test; none of them may have complained when it ends."""
    opened: list[Person] = []

    def open_browser(**options: object) -> Person:
        opened.append(Person(browser, house, **options))
        return opened[-1]

    yield open_browser
    complaints = [complaint for person in opened for complaint in person.leave()]
    assert not complaints, "\n".join([*complaints, house.said()])


@pytest.fixture
def resident(house: House, visit: Callable[..., Person]) -> Callable[..., Person]:
    """Open browsers in which a new subscriber is signed in already."""

    def open_browser(**options: object) -> Person:
        with house.inside():
            login = people.subscriber().login
        person = visit(**options)
        person.sign_in(login)
        person.is_at("Здравствуйте, Пётр Ильич")
        return person

    return open_browser


@pytest.fixture(scope="package")
def town(house: House) -> Town:
    """Everybody whose pages are looked at; the tests that look change nothing they would miss."""
    made = Town(house)
    made.settle()
    return made
