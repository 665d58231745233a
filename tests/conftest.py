"""Fixtures: an application of its own for each test, on SQLite or (`--database=postgresql`) on a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from jinja2 import BytecodeCache

import app as wiring
from portal import passwords
from portal.extensions import db
from portal.settings import Settings
from tests.support import people
from tests.support.databases import Postgres, Sqlite
from tests.support.smtp import Mailbox
from tests.support.visitor import Visitor, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Templates compiled once, for the hundreds of applications that tests make."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known already."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole suite run on either database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the embedded database where another one is used."""
    if config.getoption("--database") != "sqlite":
        for item in items:
            if item.get_closest_marker("sqlite_only"):
                item.add_marker(pytest.mark.skip(reason="about the embedded database"))


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords at the least cost: hundreds of invented people sign in here."""
    shipped, passwords._HASHER = passwords._HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords._HASHER = shipped


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Sqlite | Postgres]:
    """Run the database server of the session."""
    made = Postgres() if request.config.getoption("--database") == "postgresql" else Sqlite()
    yield made
    made.close()


@pytest.fixture
def environ(databases: Sqlite | Postgres, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment variables of one installation, its database fresh; a test may add its own."""
    for url in databases.fresh(tmp_path):
        yield {"DATABASE_URL": url, "INSTANCE": str(tmp_path), "UPLOADS": str(tmp_path / "uploads")}


@pytest.fixture
def make_app(environ: dict[str, str]) -> Iterator[Callable[..., Flask]]:
    """Make applications on this test's installation, with further settings."""
    made: list[Flask] = []

    def make(**changes: str) -> Flask:
        application = wiring.create_app(Settings.from_env(environ | changes))
        application.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
        application.jinja_env.bytecode_cache = COMPILED
        made.append(application)
        return application

    yield make
    for application in made:
        with application.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application of this test."""
    return make_app()


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    """The application's context, for tests that call services: no page is opened inside it."""
    with app.app_context():
        yield app


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def resident(app: Flask) -> Visitor:
    """A subscriber, signed in."""
    with app.app_context():
        login = people.subscriber().login
    return signed_in(app, login)


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    """An operator, signed in to the staff panel."""
    with app.app_context():
        login = people.staff().login
    return signed_in(app, login, "/admin/login")


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server and what it received."""
    with Mailbox() as box:
        yield box
