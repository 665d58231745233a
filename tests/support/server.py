"""A running cabinet: its own processes on a free port, and a plain client that speaks HTTP to it."""

from __future__ import annotations

import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from portal.settings import ROOT
from tests.support.page import Page
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATIENCE_S = 60


class Server:
    """`flask serve` on an installation of its own; `log` is what it has printed."""

    def __init__(self, environ: Mapping[str, str], **changes: str) -> None:
        self.port = free_port()
        folder = Path(environ["INSTANCE"])
        folder.mkdir(parents=True, exist_ok=True)
        self.output = folder / "server.log"
        self.environ = os.environ | dict(environ) | {"PORT": str(self.port), "PYTHONUNBUFFERED": "1"} | changes

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def start(self) -> Self:
        """Start it, and wait until it answers."""
        with self.output.open("a", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "serve"],
                cwd=ROOT, env=self.environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self.process.poll() is None, self.log[-4000:]
            assert time.monotonic() < deadline, self.log[-4000:]
            time.sleep(0.1)

    def _answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=1) as answer:
            return "Ctrl-C ends it." in self.log and bool(answer.status == 200)
        return False

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; gives its exit code."""
        everybody = [self.process.pid, *descendants(self.process.pid)]
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE_S)
        finally:
            for pid in everybody:  # whoever is left is a defect that a test has seen by now
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def workers(self) -> list[int]:
        """Give the processes that answer requests: the children of the web server."""
        return [
            pid
            for child in children(self.process.pid)
            if "granian" in command(child)
            for pid in children(child)
            if "resource_tracker" not in command(pid)
        ]


def command(pid: int) -> str:
    """Give the command line of a process."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def children(pid: int) -> list[int]:
    """List the processes that a process started and that live."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children") if Path(f"/proc/{pid}/task").exists() else ():
        with suppress(OSError):
            found += [int(child) for child in task.read_text().split()]
    return found


def descendants(pid: int) -> list[int]:
    """List those, and those that they started."""
    return [one for child in children(pid) for one in (child, *descendants(child))]


def is_alive(pid: int) -> bool:
    """Whether a process runs (one that only waits to be buried does not)."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@dataclass
class Answer:
    """What came back; enough of a response to be read as a page."""

    status_code: int
    body: bytes
    path: str
    headers: Mapping[str, str]

    def get_data(self, *, as_text: bool) -> str:
        """Give the text."""
        assert as_text
        return self.body.decode()

    def page(self) -> Page:
        """Read it as a page."""
        return Page(self.path, self)  # type: ignore[arg-type]


class Client:
    """A browser without windows: cookies, redirects, forms."""

    def __init__(self, address: str, timeout_s: float = 20) -> None:
        self.address = address
        self.timeout_s = timeout_s
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._asked(urllib.request.Request(self.address + path))

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        """Send a form."""
        sent = [
            (name, value)
            for name, values in data.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        boundary, body = encode_multipart(MultiDict((name, _part(value)) for name, value in sent))
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._asked(urllib.request.Request(self.address + path, body, headers))

    def sign_in(self, login: str, password: str) -> Answer:
        """Come in by the door; a line that was cut after the cookie came has let us in already."""
        door = self.get("/login")
        if door.path != "/login":
            return door
        form = door.page().form("Войти").fill({"Логин": login, "Пароль": password})
        return self.post("/login", form.data("Войти"))

    def _asked(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=self.timeout_s) as answer:
                return Answer(answer.status, answer.read(), answer.url.removeprefix(self.address), answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), error.url.removeprefix(self.address), error.headers)


def _part(value: Any) -> Any:
    return FileStorage(value[0], value[1]) if isinstance(value, tuple) else value


def retried(action: Any, times: int = 600) -> Any:
    """Do it until it works: a cut line and a server that is away are tried again, as a person would."""
    for _ in range(times):
        with suppress(OSError, http.client.HTTPException):
            answer = action()
            if answer.status_code != 503:
                return answer
        time.sleep(0.1)
    raise AssertionError("the server never came back")


def listening(port: int) -> bool:
    """Whether somebody listens there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


def lines(text: str) -> Iterator[str]:
    """Give the lines that say something."""
    return (line.strip() for line in text.splitlines() if line.strip())
