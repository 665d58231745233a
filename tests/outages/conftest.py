"""What tests of outages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import people
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def engineer(app: Flask) -> Visitor:
    """An engineer, signed in to the staff panel."""
    with app.app_context():
        login = people.staff("engineer").login
    return signed_in(app, login, "/admin/login")
