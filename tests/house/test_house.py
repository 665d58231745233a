"""The rules of the house, each with the sentence that says what to do."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from portal.settings import ROOT, documented

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_FILE = 420
LISTS = {"forms/checks.py": 560}  # long because it lists many small things of one kind
OWN_DRAWINGS = {"templates/staff/second_factor.html"}  # shows a picture that we draw ourselves
P95_FUNCTION, LONGEST_FUNCTION = 28, 60
LETTERS = ROOT / "templates" / "letters"


def sources(*folders: str) -> list[Path]:
    found = [ROOT / "app.py"] if not folders else []
    for folder in folders or ("forms", "portal", "admin"):
        found += [path for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts]
    return sorted(found)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


every_source = pytest.mark.parametrize("path", sources(), ids=name_of)
every_test = pytest.mark.parametrize("path", sources("tests"), ids=name_of)
templates = sorted(path for path in (ROOT / "templates").rglob("*.html") if LETTERS not in path.parents)
every_template = pytest.mark.parametrize("path", templates, ids=name_of)


@pytest.mark.parametrize("path", [*sources(), *sources("tests")], ids=name_of)
def test_a_module_says_in_one_line_what_lives_there(path: Path) -> None:
    said = ast.get_docstring(tree(path))
    assert said, f"{name_of(path)}: begin with a line that says what lives here"
    assert said.splitlines()[0].endswith((".", "!", "?")), f"{name_of(path)}: make it a sentence"


@every_source
def test_a_file_can_be_read_at_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LISTS.get(name_of(path), LONGEST_FILE), (
        f"{name_of(path)} has {lines} lines: what in it is a thing of its own?"
    )


def test_functions_are_small() -> None:
    sizes = sorted(
        ((node.end_lineno or 0) - node.lineno + 1, f"{name_of(path)}:{node.lineno} {node.name}")
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    )
    size, where = sizes[len(sizes) * 95 // 100]
    assert size <= P95_FUNCTION, f"one function in twenty has over {P95_FUNCTION} lines, from {where} up: split some"
    size, where = sizes[-1]
    assert size <= LONGEST_FUNCTION, f"{where} has {size} lines: split it"
    assert sizes[len(sizes) // 2][0] <= 11, "half of the functions should be shorter than a dozen lines"


@pytest.mark.parametrize("path", [*sources(), *sources("tests"), *templates], ids=name_of)
def test_nothing_is_put_off(path: Path) -> None:
    marks = [mark for mark in ("TO" + "DO", "FIX" + "ME", "XX" + "X:") if mark in path.read_text(encoding="utf-8")]
    assert not marks, f"{name_of(path)}: do it, or open an issue"


@every_source
def test_nothing_is_printed_or_left_from_looking_for_a_bug(path: Path) -> None:
    calls = {
        f"{node.func.id}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    left = {call for call in calls if call.partition(":")[0] in {"print", "breakpoint", "eval", "exec"}}
    assert not left, f"{name_of(path)}: {left}: pages speak by templates, commands by click.echo, failures by the log"


@every_source
def test_words_that_people_never_read_stay_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    assert "некорректн" not in text, f"{name_of(path)}: say what to do, not that something is wrong"


def blocks(text: str) -> set[str]:
    return set(re.findall(r"{%-?\s*(?:extends|macro|block)\b", text))


@every_template
def test_a_page_extends_the_skeleton_or_is_a_part_of_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    is_page = re.search(r"{%-?\s*extends\s", text) is not None
    is_skeleton = "<!doctype" in text.lower()
    is_macros = re.search(r"{%-?\s*macro\s", text) is not None
    is_part = "<html" not in text and "<body" not in text
    assert is_page or is_skeleton or is_macros or is_part, f"{name_of(path)}: extend base.html"
    if is_page:
        assert "<html" not in text, f"{name_of(path)}: the skeleton has <html> already"


def test_there_are_two_skeletons_and_no_more() -> None:
    skeletons = {name_of(path) for path in templates if "<!doctype" in path.read_text(encoding="utf-8").lower()}
    assert skeletons <= {"templates/base.html", "templates/staff/base.html"}, "extend one of these"


INLINE = re.compile(
    r"""\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*nonce)|<style"""
)


@every_template
def test_a_template_has_no_style_and_no_script_of_its_own(path: Path) -> None:
    found = INLINE.search(path.read_text(encoding="utf-8"))
    assert not found, (
        f"{name_of(path)}: {found and found.group()!r}: the browser is told to run none of it; use a class"
    )


@every_template
def test_a_template_trusts_nothing_that_people_wrote(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = len(re.findall(r"\|\s*safe\b|autoescape\s+false", text))
    assert found <= (name_of(path) in OWN_DRAWINGS), f"{name_of(path)}: what people wrote is escaped"


def test_every_setting_has_a_meaning_to_read() -> None:
    for name, _, about in documented():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", name)
        assert len(about) > 5, f"{name}: say what it means"


@every_test
def test_a_test_is_a_sentence(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            words = node.name.removeprefix("test_").split("_")
            assert len(words) >= 3 or "browser" in path.parts, (
                f"{name_of(path)}:{node.lineno}: name it by what it promises"
            )


@every_test
def test_a_test_can_fail(path: Path) -> None:
    helpers = {
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_")
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            asserts = any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
            called = {
                getattr(inner.func, "id", getattr(inner.func, "attr", ""))
                for inner in ast.walk(node)
                if isinstance(inner, ast.Call)
            }
            speaks = called & {"raises", "open", "press", "check", *helpers}
            assert asserts or speaks, f"{name_of(path)}:{node.lineno} {node.name} asserts nothing"


def test_stays_within_the_top_level_of_the_design() -> None:
    ignored = {line.strip().strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - ignored
    known = {"admin", "forms", "portal", "templates", "tests", "uploads"}
    assert folders == known, f"{folders ^ known}: in which of the rooms does it belong?"


@pytest.mark.parametrize("name", ["cab.css", "staff.css"])
def test_a_stylesheet_closes_each_layer_before_the_next(name: str) -> None:
    depth = 0
    for number, line in enumerate((ROOT / "portal" / "static" / name).read_text(encoding="utf-8").splitlines(), 1):
        assert depth == 0 or not line.startswith("@layer"), f"{name}:{number}: the layer before is still open"
        depth += line.count("{") - line.count("}")
    assert depth == 0
