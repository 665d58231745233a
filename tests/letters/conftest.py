"""Fixtures: a cabinet that sends its letters to a real mail server of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.support.smtp import Mailbox


@pytest.fixture
def post(mailbox: Mailbox) -> Mailbox:
    """The mail server, willing and with nothing in it."""
    mailbox.clear()
    return mailbox


@pytest.fixture
def sender(make_app: Callable[..., Flask], post: Mailbox) -> Iterator[Flask]:
    """The context of a cabinet that uses it, and that people reach by https."""
    app = make_app(**post.settings(), PUBLIC_URL="https://lk.example.org", ORGANISATION_SITE="https://grid.example.org")
    with app.app_context():
        yield app
