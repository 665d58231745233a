"""Every page, in every state, in every look, at every width: readable, reachable, within the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.person import FORM_ERROR
from tests.browser.places import PLACES, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.person import Person
    from tests.browser.town import Town

ARTEFACTS = Path(__file__).parents[2] / "artefacts" / "pages"
# A look is what the server writes on <html>: taking it there spares sending every form three times.
LOOKS = {
    "light": {},
    "dark": {"scheme": "dark"},
    "low-vision": {"size": "150", "colours": "wb", "spacing": "wide"},
}
PLAIN = {"scheme": "light", "size": "100", "colours": "normal", "spacing": "normal"}
WEAR = "look => { for (const [name, value] of Object.entries(look)) document.documentElement.dataset[name] = value; }"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Colours are what a look changes; sizes are measured by `SMALL`.
RULES_OF_LOOKS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
AXE = """async rules => (await axe.run(document, {...rules, resultTypes: ["violations"]})).violations
    .map(rule => `${rule.id}: ${rule.nodes.map(node => node.html.slice(0, 160)).join(" | ")}`)"""
# Everything that can be pressed, but links within a sentence and what is there for screen readers alone.
SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter(it => {
    const box = it.getBoundingClientRect();
    const around = it.closest("p, li, dd, td");
    const isInText = around && around.innerText.trim() !== it.innerText.trim() && !it.matches(".btn, .link, button")
        && getComputedStyle(it).display.startsWith("inline");
    return it.checkVisibility() && box.width > 1 && !isInText && (box.width < 24 || box.height < 24);
}).map(it => it.outerHTML.slice(0, 160))"""
WIDER = """() => document.documentElement.scrollWidth > innerWidth
    && [...document.querySelectorAll("body *")].filter(it => it.getBoundingClientRect().right > innerWidth + 1)
        .map(it => it.outerHTML.slice(0, 100)).slice(0, 5)"""

titles: dict[str, str] = {}


@pytest.fixture(params=PLACES, ids=lambda place: place.name)
def place(request: pytest.FixtureRequest) -> Place:
    """One line of the table."""
    found: Place = request.param
    return found


@pytest.fixture(scope="module")
def inhabitants(town: Town, browser: Browser) -> Iterator[dict[str, Person]]:
    """One browser of each: opening one for each place would take longer than looking at the place."""
    opened = {who: town.enter(browser, who) for who in {place.who for place in PLACES}}
    yield opened
    for person in opened.values():
        person.leave()


@pytest.fixture
def person(place: Place, town: Town, inhabitants: dict[str, Person]) -> Iterator[Person]:
    """Somebody who stands at the place; the browser may complain of nothing but what the place is about."""
    arrived = inhabitants[place.who]
    arrived.complaints.clear()
    arrived.expected = {FORM_ERROR, *place.expected}
    arrived.resize(place.widths[0])
    arrived.open(place.path.format(**town.numbers))
    place.act(arrived)
    yield arrived
    assert arrived.complaints == [], town.house.said()


def test_place(place: Place, person: Person, pytestconfig: pytest.Config) -> None:
    page = person.page
    page.evaluate("document.fonts.ready")
    _check_head(place, page)
    page.evaluate(Axe().axe_script)
    found: list[str] = []
    # What axe reads is the same on every screen and in every look; its colours are not. Where there is room is measured.
    judged = {"light": place.widths[0], "dark": place.widths[0], "low-vision": place.widths[:2][-1]}
    for look, values in LOOKS.items():
        page.evaluate(WEAR, PLAIN | values)
        # The dark is a matter of colours alone.
        for width in [judged[look]] if look == "dark" else place.widths:
            person.resize(width)
            where = f"{look}, {width}"
            found += [f"{where}: wider than the screen: {wide}" for wide in [page.evaluate(WIDER)] if wide]
            found += [f"{where}: too small to press: {small}" for small in page.evaluate(SMALL)]
            if width == judged[look]:
                rules = RULES if look == "light" else RULES_OF_LOOKS
                found += [f"{where}: {violation}" for violation in page.evaluate(AXE, rules)]
                if pytestconfig.getoption("--pictures"):
                    _shoot(page, f"{place.name}-{look}-{width}")
    assert not found, "\n".join(found)


def _check_head(place: Place, page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "ru"
    assert page.locator("h1").count() == 1
    title = page.title()
    assert title.startswith("Ошибка: ") is place.has_errors
    path = urlsplit(page.url).path
    assert place.expected or titles.setdefault(title, path) == path, f"two pages are called «{title}»"


def _shoot(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)
