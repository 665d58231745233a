"""One command for everything: makes the database ready, runs web server and letter delivery, and watches them."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
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
from portal.settings import ROOT, Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

HERE = Path(__file__).resolve().parent
MARKER = "prepared"
PATIENCE_S = 30
LOOK_EVERY_S = 0.2
# A child that dies young is started again after a pause that doubles each time; whoever has lived a minute is grown up.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
GROWN_S = 60.0
ASK_EVERY_S = 1.0


def run(settings: Settings) -> None:
    """Start everything and stay until a signal; a child that dies is started again."""
    _check_port(settings)
    was_prepared = _is_prepared(settings)
    if not was_prepared:
        _prepare()
        (settings.instance / MARKER).write_text(_fingerprint(settings), encoding="ascii")
    _Children((_web(settings), _letters()), settings).run(after_greeting=_prepare if was_prepared else None)


def _prepare() -> None:
    """Bring the database up to date, in a process of its own: this one stays small and quick."""
    done = subprocess.run([sys.executable, "-m", "flask", "--app", "app", "prepare"], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def _fingerprint(settings: Settings) -> str:
    """Name what a database was made ready for: its address, our migrations and reference data."""
    sources = [*sorted((HERE / "migrations" / "versions").glob("*.py")), *sorted((HERE / "reference").glob("*.csv"))]
    said = hashlib.sha256(settings.database_url.encode())
    for path in sources:
        said.update(path.read_bytes())
    return said.hexdigest()


def _is_prepared(settings: Settings) -> bool:
    """Whether this database was ready at the last start, so that nobody need wait for it to be looked at again."""
    marker = settings.instance / MARKER
    file = settings.database_url.removeprefix("sqlite:///")
    is_there = file == settings.database_url or Path(file).exists()
    return is_there and marker.exists() and marker.read_text(encoding="ascii") == _fingerprint(settings)


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


class _Child:
    """A process that is started again when it dies."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.pause_s = 0.0
        self.due: float | None = None
        self.start()

    def start(self) -> None:
        # A session of their own: Ctrl-C reaches this process alone, which ends them in order.
        self.process = subprocess.Popen(self.command, cwd=ROOT, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603, PLW1509
        self.started, self.due = time.monotonic(), None

    def watch(self) -> None:
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self.due is None:
            died_young = now - self.started < GROWN_S
            self.pause_s = min(2 * self.pause_s or FIRST_PAUSE_S, LONGEST_PAUSE_S) if died_young else 0.0
            self.due = now + self.pause_s
        if now >= self.due:
            self.start()


class _Children:
    """The web server and the letter delivery, watched."""

    def __init__(self, commands: tuple[list[str], ...], settings: Settings) -> None:
        self.commands = commands
        self.settings = settings
        self.running = True

    def run(self, after_greeting: Callable[[], None] | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        web, *others = self.commands
        children = [_Child(web)]
        self._greet()
        if after_greeting and self.running:
            after_greeting()
        children += [_Child(command) for command in others]
        while self.running:
            time.sleep(LOOK_EVERY_S)
            for child in children if self.running else ():
                child.watch()
        _end([child.process for child in children])

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


if __name__ == "__main__":
    try:
        run(Settings.from_env())
    except SettingsError as error:
        sys.exit(f"Setting refused: {error}")
    except click.ClickException as error:
        sys.exit(f"Error: {error.message}")
