"""What a page weighs on the wire, compression included: people come by telephone, from a dacha."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.town import GUEST, RESIDENT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.person import Person
    from tests.browser.town import Town

KB = 1024
WHOLE = 120 * KB
PARTS = {"Stylesheet": 12 * KB, "Script": 10 * KB, "Font": 40 * KB}
MOST_REQUESTS = 14
REPEATED = 40 * KB


@dataclass
class Wire:
    """Counts what comes over the wire while a page loads, by kind of content; what is kept already costs nothing."""

    person: Person
    kinds: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: int = 0
    requests: int = 0

    def __post_init__(self) -> None:
        ear = self.person.context.new_cdp_session(self.person.page)
        ear.send("Network.enable")
        ear.on("Network.responseReceived", self._begin)
        ear.on("Network.dataReceived", self._receive)
        ear.on("Network.loadingFinished", self._finish)

    def load(self, path: str) -> Wire:
        """Open the page and wait for the last of it."""
        self.bodies.clear()
        self.total = self.requests = 0
        self.person.page.goto(path, wait_until="networkidle")
        return self

    def _begin(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _receive(self, event: dict[str, Any]) -> None:
        self.bodies[self.kinds.get(event["requestId"], "begun before")] += event["encodedDataLength"]

    def _finish(self, event: dict[str, Any]) -> None:
        self.total += int(event["encodedDataLength"])
        self.requests += event["encodedDataLength"] > 0


@pytest.mark.parametrize(
    ("who", "path"), [(GUEST, "/login"), (GUEST, "/register"), (RESIDENT, "/"), (RESIDENT, "/appeals/new")]
)
def test_a_first_visit_is_light_and_a_second_one_lighter(browser: Browser, town: Town, who: str, path: str) -> None:
    person = town.enter(browser, who)
    wire = Wire(person)
    first = wire.load(path)
    assert first.requests <= MOST_REQUESTS
    assert first.total <= WHOLE, first.bodies
    for kind, most in PARTS.items():
        assert 0 < first.bodies[kind] <= most, first.bodies
    assert wire.load(path).total <= REPEATED, wire.bodies
    assert person.leave() == []
