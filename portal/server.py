"""One command for everything: database, reference data, first administrator, web server, letter delivery."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal import passwords
from portal.extensions import db
from portal.services import accounts, reference
from portal.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from portal.settings import Settings

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
PATIENCE_S = 30
LOOK_EVERY_S = 0.2
ASK_EVERY_S = 1.0
LOCK = 720_240_002


def run(settings: Settings) -> None:
    """Start everything and stay until a signal; a child that dies is started again."""
    _check_port(settings)
    prepare()
    commands = (_web(settings), _letters())
    _Children(commands, settings).run()


def prepare() -> None:
    """Bring the database up to date; safe to repeat."""
    from flask_migrate import upgrade  # brings Alembic along: half a second that a server's worker need not spend

    upgrade(directory=str(MIGRATIONS))
    with _alone():
        reference.load()
        password = accounts.first_admin()
    if password:
        click.echo(f"\n  Staff panel: login admin, one-time password {password}\n")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let machines that start at once on an empty database fill it one after the other."""
    if db.engine.dialect.name != "postgresql":
        yield  # SQLite's write lock does the same
        return
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"{settings.host}:{settings.port} can't be used ({error.strerror}); choose another by HOST and PORT"
            ) from None


def _web(settings: Settings) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "app:worker",
        "--host", settings.host, "--port", str(settings.port), "--workers", str(settings.workers),
        "--blocking-threads", str(2 * passwords.LINE), "--no-ws", "--log-level", "error",
        "--workers-kill-timeout", str(PATIENCE_S), "--respawn-failed-workers",
    ]  # fmt: skip


def _letters() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "app", "letters", "deliver"]


def become_worker() -> None:
    """Let this process of the web server end when it is told to, and when the server is killed: nobody could later."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # what a fork inherits would note them and go on starting
    _die_with_parent()


def _die_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed: an orphan would hold the port against the next start."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask everybody to end, again and again: a worker that was forked a moment ago overhears the first time."""
    deadline = time.monotonic() + PATIENCE_S
    while (alive := [child for child in children if child.poll() is None]) and time.monotonic() < deadline:
        for child in alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)  # each leads a session of its own, its workers among it
        with contextlib.suppress(subprocess.TimeoutExpired):
            alive[0].wait(ASK_EVERY_S)
    for child in children:
        child.kill()


class _Children:
    """The web server and the letter delivery, watched."""

    def __init__(self, commands: tuple[list[str], ...], settings: Settings) -> None:
        self.commands = commands
        self.settings = settings
        self.running = True

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        children = [self._start(command) for command in self.commands]
        self._greet()
        while self.running:
            time.sleep(LOOK_EVERY_S)
            children = [
                child if child.poll() is None or not self.running else self._start(self.commands[place])
                for place, child in enumerate(children)
            ]
        _end(children)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        # A session of their own: Ctrl-C reaches this process alone, which ends them in order.
        return subprocess.Popen(command, cwd=ROOT, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603, PLW1509

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.running = False

    def _greet(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.running and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((self.settings.host, self.settings.port), 1):
                break
            time.sleep(LOOK_EVERY_S)
        address = self.settings.public_url
        click.echo(f"  Cabinet:     {address}/\n  Staff panel: {address}/admin/\n  Ctrl-C ends it.")
