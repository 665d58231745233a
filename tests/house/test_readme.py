"""README tells the truth: its diffs fit the code, and what they add is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.settings import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
NOTHING = "/dev/null"
COPIED = ("admin", "forms", "portal", "templates", "tests", "app.py", "pyproject.toml", "README.md")
MIGRATE = """
from flask_migrate import migrate, upgrade
from app import create_app
with create_app().app_context():
    upgrade(), migrate(message="added")
"""


@dataclass(frozen=True)
class Hunk:
    """A piece of a diff: in which file what becomes what; a file that is not there yet begins with nothing."""

    path: str
    is_new: bool
    old: str
    new: str

    def apply(self, root: Path) -> None:
        """Change the file under a folder. Raises AssertionError where the code is not what the diff says."""
        file = root / self.path
        if self.is_new:
            assert not file.exists(), f"{self.path} is there already"
            file.parent.mkdir(parents=True, exist_ok=True)
        else:
            text = file.read_text(encoding="utf-8")
            assert text.count(self.old) == 1, (
                f"README: this stands {text.count(self.old)} times in {self.path}:\n{self.old}"
            )
        file.write_text(self.new if self.is_new else text.replace(self.old, self.new), encoding="utf-8")


def hunks() -> list[Hunk]:
    found = []
    for block in re.findall(r"```diff\n(.*?)```", TEXT, re.DOTALL):
        for before, after, body in re.findall(r"--- (\S+)\n\+\+\+ b/(\S+)\n@@\n(.*?)(?=\n--- |\Z)", block, re.DOTALL):
            lines = [line or " " for line in body.strip("\n").split("\n")]
            old, new = ("\n".join(line[1:] for line in lines if line[0] in signs).strip("\n") for signs in (" -", " +"))
            found.append(Hunk(after, before == NOTHING, old, new))
    return found


def test_each_kind_of_addition_has_its_diff() -> None:
    paths = {hunk.path for hunk in hunks()}
    assert {
        "portal/models/reference.py",
        "admin/reference.py",
        "portal/case_letters.py",
        "portal/workflow/service.py",
    } <= paths
    assert TEXT.count("```diff") == 4


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with all the diffs applied."""
    made = tmp_path / "copy"
    made.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, made / name, ignore=shutil.ignore_patterns("__pycache__", "browser"))
        else:
            shutil.copy(ROOT / name, made / name)
    for hunk in hunks():
        hunk.apply(made)
    return made


def test_the_diffs_fit_the_code_and_add_what_they_say(copy: Path, tmp_path: Path) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DATABASE_"))}
    environ = known | {
        "INSTANCE": str(tmp_path / "instance"),
        "UPLOADS": str(tmp_path / "uploads"),
        "PYTHONPATH": str(copy),
    }

    def run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, *words], cwd=copy, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"

    run("-c", MIGRATE)
    run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/house/adding.py")
