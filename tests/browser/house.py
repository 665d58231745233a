"""The real thing for a browser: web server and letter delivery in their own processes, a mailbox, the command line."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Self

import app as wiring
from portal.extensions import db
from portal.settings import ROOT, Settings
from tests.support import people
from tests.support.server import Server
from tests.support.smtp import Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path
    from typing import TypeVar

    T = TypeVar("T")

PATIENCE_S = 40.0
LOOK_EVERY_S = 0.1


def wait_for(look: Callable[[], T | None], what: str) -> T:
    """Look again and again until there is something."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(LOOK_EVERY_S)
    raise AssertionError(f"waited in vain for {what}")


def text_of(letter: EmailMessage) -> str:
    """Read a letter's plain text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_of(letter: EmailMessage) -> str:
    """Find the address that a letter leads to."""
    found = re.search(r"https?://[^\s>]+", text_of(letter))
    assert found, text_of(letter)
    return found[0]


class House:
    """One installation, running. It stands behind a proxy as a real one does: each person comes from an address."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.mailbox = Mailbox()
        self._stack = ExitStack()
        self._place = {"DATABASE_URL": database_url, "INSTANCE": str(folder), "UPLOADS": str(folder / "uploads")}

    def __enter__(self) -> Self:
        self._stack.enter_context(self.mailbox)
        chosen = {"TRUSTED_PROXIES": "1", "WORKERS": "1", **self.mailbox.settings()}
        self.server = self._stack.enter_context(Server(self._place, **chosen))
        self.address = self.server.address
        self.app = wiring.web(Settings.from_env(self.server.environ))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def said(self) -> str:
        """Give the last of what the server has printed: a page that broke is explained there."""
        return f"The server's last words:\n{self.server.log[-4000:]}"

    def flask(self, *command: str, typed: str = "") -> str:
        """Run a command of the command line."""
        made = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *command],
            cwd=ROOT, env=self.server.environ, input=typed, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return made.stdout

    def employ(self, login: str, role: str = "operator") -> str:
        """Make an account of the staff panel by the command line; gives its login."""
        add = ("staff", "add", login, f"{login}@example.org", "--role", role, "--password-stdin")
        self.flask(*add, typed=f"{people.PASSWORD}\n")
        return login

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Call services of the same installation; no page is opened meanwhile."""
        with self.app.app_context():
            yield
            db.session.remove()

    def letter(self, to: str, subject: str) -> EmailMessage:
        """Wait for a letter to somebody with these words in its subject; the latest, where there are several."""

        def look() -> EmailMessage | None:
            here = [letter for letter in self.mailbox.received if letter["To"] == to]
            return next((letter for letter in reversed(here) if subject in letter["Subject"]), None)

        return wait_for(look, f"a letter to {to}: {subject}")
