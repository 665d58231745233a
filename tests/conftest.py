"""Fixtures: an application of its own for each test, on SQLite or (`--database=postgresql`) on a real PostgreSQL."""

from __future__ import annotations

import gc
import shutil
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from portal import passwords
from portal.settings import Settings
from tests.support import people
from tests.support.chromium import chromium
from tests.support.databases import Postgres, Sqlite
from tests.support.smtp import Mailbox
from tests.support.visitor import Visitor, signed_in
from tests.support.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser


SECRET_KEY = "only for these tests, 32 characters"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the whole suite run on either database, and leave pictures of the pages behind."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--pictures", action="store_true", help="keep every page in every look in artefacts/pages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the embedded database where another one is used."""
    if config.getoption("--database") != "sqlite":
        for item in items:
            if item.get_closest_marker("sqlite_only"):
                item.add_marker(pytest.mark.skip(reason="about the embedded database, or no database"))


def pytest_collection_finish() -> None:
    """Let the collector leave alone what stays to the end: walking it took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


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


@pytest.fixture(scope="session")
def workshop() -> Workshop:
    """Where the applications of this process are made."""
    return Workshop()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this process's installation: always the same, so that an application can be lent again."""
    return tmp_path_factory.mktemp("installation")


@pytest.fixture
def environ(databases: Sqlite | Postgres, place: Path) -> Iterator[dict[str, str]]:
    """Give the environment variables of one installation, empty but for its database; a test may add its own."""
    shutil.rmtree(place)
    place.mkdir()
    for url in databases.fresh(place):
        yield {"DATABASE_URL": url, "INSTANCE": str(place), "UPLOADS": str(place / "uploads"), "SECRET_KEY": SECRET_KEY}


@pytest.fixture
def make_app(environ: dict[str, str], workshop: Workshop) -> Iterator[Callable[..., Flask]]:
    """Make applications on this test's installation, with further settings; one made earlier may serve as the first."""
    made: list[Flask] = []

    def make(**changes: str) -> Flask:
        settings = Settings.from_env(environ | changes)
        made.append(workshop.make(settings) if made else workshop.lend(settings))
        return made[-1]

    yield make
    for application in made:
        workshop.close(application)


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser a process; each test opens windows of its own in it."""
    with chromium() as running:
        yield running
