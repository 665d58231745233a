"""Two people on one card hear of each other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import clock
from portal.services import presence
from tests.support import people


@pytest.mark.usefixtures("inside")
def test_who_else_has_the_card_open_is_known_for_a_few_minutes() -> None:
    case, one, other = people.appeal(people.subscriber()), people.staff(), people.staff()
    assert presence.look(case, one) == []
    assert [glance.staff_id for glance in presence.look(case, other)] == [one.id]
    assert [glance.staff_id for glance in presence.look(case, one)] == [other.id]
    presence.leave(case, other)
    assert presence.look(case, one) == []
    with clock.shifted(timedelta(minutes=6)):
        assert presence.look(case, other) == []
