"""What a subscriber has under way, over all journals."""

from __future__ import annotations

import pytest

from portal.services import cases
from tests.support import people, stories

pytestmark = pytest.mark.usefixtures("inside")


def test_what_is_open_comes_in_the_order_of_its_terms() -> None:
    author, clerk, engineer = people.subscriber(), people.staff(), people.staff("engineer")
    appeal = people.appeal(author)
    longer = stories.appeal_in("extended", author, clerk)
    stories.appeal_in("answered", author, clerk)
    stories.appeal_in("withdrawn", author, clerk)
    soonest = people.connection(author)
    stories.connection_in("cancelled", author, engineer)
    people.appeal(people.subscriber())
    assert cases.open_of(author) == [soonest, appeal, longer]


def test_each_journal_that_has_anything_is_counted() -> None:
    author = people.subscriber()
    assert cases.counts_of(author) == {}
    people.appeal(author)
    people.appeal(author)
    assert cases.counts_of(author) == {"requests": 2}
    people.connection(author)
    assert cases.counts_of(author) == {"requests": 2, "connections": 1}
