"""Fixtures: people who write appeals, and servers that can be taken away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from portal.extensions import limiter
from tests.support import people
from tests.support.ports import free_port
from tests.support.server import PATIENCE_S, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count nobody's requests: these tests send more than a person may."""
    monkeypatch.setattr(limiter, "enabled", False)


@pytest.fixture
def live(make_app: Callable[..., Flask]) -> Callable[..., Flask]:
    """Make applications as they run for people: errors are pages."""

    def make(**changes: str) -> Flask:
        app = make_app(**changes)
        app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
        return app

    return make


class Bucket:
    """An S3-compatible server with one bucket."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_S
        while not listening(self.port):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/papers", method="PUT")
        with urllib.request.urlopen(request):
            pass

    def keys(self) -> list[str]:
        """List what lies in it."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/papers?list-type=2") as answer:
            return [part.partition("</Key>")[0] for part in answer.read().decode().split("<Key>")[1:]]

    def stop(self) -> None:
        """Take it away."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The bucket, and the variables by which the store finds it."""
    made = Bucket()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{made.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    yield made
    with suppress(ProcessLookupError):
        made.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def login_of(app: Flask) -> str:
    """Register somebody and give the login."""
    with app.app_context():
        return people.subscriber().login
