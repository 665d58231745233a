"""`make run`: one command that prepares, starts, watches and ends everything."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask.cli import FlaskGroup

from portal import server as serving
from portal.settings import ROOT
from tests.support.ports import free_port
from tests.support.server import PATIENCE_S, Client, Server, command, descendants, is_alive, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result
    from flask import Flask

    from tests.support.databases import Postgres, Sqlite


@pytest.fixture
def bare(databases: Sqlite | Postgres, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the environment of an installation that never ran."""
    for url in databases.empty(tmp_path):
        yield {"DATABASE_URL": url, "INSTANCE": str(tmp_path / "instance"), "UPLOADS": str(tmp_path / "uploads")}


def works(client: Client) -> bool:
    """Whether the cabinet answers."""
    with contextlib.suppress(OSError):
        return client.get("/readyz").status_code == 200
    return False


def until(condition: object, why: str) -> None:
    assert callable(condition)
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, why
        time.sleep(0.1)


@pytest.mark.alone
def test_an_empty_machine_gets_a_cabinet_a_panel_and_its_first_administrator(bare: dict[str, str]) -> None:
    server = Server(bare)
    with server:
        (password,) = re.findall(r"login admin, one-time password (\S+)", server.log)
        assert f"Cabinet:     {server.address}/\n  Staff panel: {server.address}/admin/" in server.log
        client = Client(server.address)
        door = client.get("/admin/login").page().form("Войти").fill({"Логин": "admin", "Пароль": password})
        page = client.post("/admin/login", door.data("Войти"))
        assert page.path == "/admin/password", "a one-time password opens its own change alone"
        assert client.get("/admin/").path == "/admin/password"
        assert client.get("/readyz").status_code == 200
        assert "Traceback" not in server.log

        # Whatever of it dies is started again; with the web server its workers go, so that no old code answers.
        before = descendants(server.process.pid)
        for word in ("granian", "deliver"):
            os.kill(next(pid for pid in before if word in command(pid)), signal.SIGKILL)
        until(lambda: not any(is_alive(pid) for pid in before), "all of them are gone")
        until(lambda: works(client), "the cabinet is back")
        until(lambda: len(descendants(server.process.pid)) == len(before), "everybody is back")

        family = descendants(server.process.pid)
        assert len(family) == 4, "web server, two workers, letters"
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 15
        assert not [command(pid) for pid in family if is_alive(pid)], "no orphans"
        assert not listening(server.port)
    said = server.log
    with server:
        assert "one-time password" not in server.log[len(said) :], "said once"
        assert server.stop(signal.SIGINT) == 0


def test_killed_outright_it_leaves_nobody_on_the_port(environ: dict[str, str]) -> None:
    server = Server(environ).start()
    family = descendants(server.process.pid)
    server.process.kill()
    server.process.wait()
    try:
        until(lambda: not any(is_alive(pid) for pid in family), "the children follow their parent")
        assert not listening(server.port)
    finally:
        for pid in family:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


def test_a_port_that_is_taken_is_told_in_one_line(make_app: Callable[..., Flask]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run(make_app(PORT=str(port)))
    assert said.exit_code == 1
    assert said.output.strip() == (
        f"Error: 127.0.0.1:{port} can't be used (Address already in use); choose another by HOST and PORT"
    )


def test_an_address_that_is_not_of_this_machine_is_told_in_one_line(make_app: Callable[..., Flask]) -> None:
    said = run(make_app(HOST="192.0.2.1", PUBLIC_URL="http://192.0.2.1", PORT=str(free_port())))
    assert said.exit_code == 1
    assert said.output.startswith("Error: 192.0.2.1:")
    assert len(said.output.strip().splitlines()) == 1


def test_servers_that_start_together_on_an_empty_database_all_come_up(bare: dict[str, str]) -> None:
    script = "import app; made = app.create_app()\nwith made.app_context():\n from portal import installation; installation.prepare()"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, env=os.environ | bare, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    said = [process.communicate(timeout=PATIENCE_S) for process in started]
    assert [process.returncode for process in started] == [0] * 3, "\n".join(errors for _, errors in said)
    passwords = [line for out, _ in said for line in out.splitlines() if "one-time password" in line]
    assert len(passwords) == 1, "one administrator"


def test_a_child_that_dies_at_once_is_started_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(serving.time, "monotonic", lambda: now)

    class Dead:
        def __init__(self, *_: object, **__: object) -> None:
            starts.append(now)

        def poll(self) -> int:
            return 1

    starts: list[float] = []
    monkeypatch.setattr(serving.subprocess, "Popen", Dead)
    child = serving._Child(["false"])
    while len(starts) < 10:
        child.watch()
        now += 0.25
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert 30 <= pauses[-1] < 31
    now += 60  # a minute of life, and it is trusted again
    child.watch()
    assert starts[-1] == now


def run(app: Flask) -> Result:
    """Try to serve."""
    return app.test_cli_runner().invoke(FlaskGroup(load_dotenv=False), ["serve"])
