"""House rules that no linter knows: sizes, names, one edit a file, nothing of anybody's own machine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from faceaug.edit import edits

FILE_LINES = 350
FUNCTION_LINES = 60

MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|Users|root|work|tmp|mnt|opt)/[\w.-]+")
"""Absolute paths that exist on one machine only."""

SHUNNED = {"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
"""File names that say nothing."""


def sources(root: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def tracked(root: Path) -> list[Path]:
    """The files of the repository, as git knows them."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [root / name for name in done.stdout.decode().split("\0") if name and (root / name).is_file()]


def long_functions(tree: ast.AST) -> Iterator[str]:
    """Functions over the limit; a docstring of many settings does not count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            told = ast.get_docstring(node) is not None
            text = (first.end_lineno or 0) - first.lineno + 1 if told else 0
            if (node.end_lineno or 0) - node.lineno + 1 - text > FUNCTION_LINES:
                yield node.name


def repeated(tree: ast.Module) -> list[str]:
    """Test functions that a later one of the same name hides."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    scopes: list[ast.Module | ast.ClassDef] = [tree, *classes]
    names = (
        (id(scope), node.name)
        for scope in scopes
        for node in scope.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    )
    return [name for (_, name), count in Counter(names).items() if count > 1]


def test_files_stay_short(root: Path) -> None:
    lines = {
        path: len(path.read_text().splitlines()) for path in sources(root, "faceaug", "tests", "benchmarks", "tools")
    }
    assert not {str(path.relative_to(root)): count for path, count in lines.items() if count > FILE_LINES}


def test_functions_stay_short(root: Path) -> None:
    paths = sources(root, "faceaug", "tests")
    found = {str(p.relative_to(root)): list(long_functions(ast.parse(p.read_text()))) for p in paths}
    assert not {path: names for path, names in found.items() if names}


def test_a_long_function_is_seen() -> None:
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES))
    assert list(long_functions(ast.parse(f"def long():\n{body}"))) == ["long"]
    assert not list(long_functions(ast.parse("def short():\n    x = 1")))


def test_names_say_something(root: Path) -> None:
    assert not [path for path in sources(root, "faceaug") if path.stem in SHUNNED]


def test_one_edit_a_file_of_its_own_name(root: Path) -> None:
    files = {path.stem for path in (root / "faceaug" / "edits").glob("*.py")} - {"__init__"}
    assert files == set(edits())
    for edit in edits().values():
        assert edit.function.__module__ == f"faceaug.edits.{edit.name}"


def test_no_file_outside_its_own_names_an_edit(root: Path) -> None:
    for path in sources(root, "faceaug"):
        for name in edits():
            if path.stem != name and path.name != "__init__.py":
                assert f"edits.{name}" not in path.read_text(), f"{path} names {name}"


def test_no_test_hides_another(root: Path) -> None:
    found = {str(path.relative_to(root)): repeated(ast.parse(path.read_text())) for path in sources(root, "tests")}
    assert not {path: names for path, names in found.items() if names}


def test_a_hidden_test_is_seen() -> None:
    assert repeated(ast.parse("def test_a(): ...\ndef test_a(): ...\ndef test_b(): ...")) == ["test_a"]


def test_layers_hold(root: Path) -> None:
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([program, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_of_anybodys_own_machine(root: Path) -> None:
    found = {}
    for path in tracked(root):
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".json", ".csv"} or path.name in {
            "Makefile",
            "run",
            "NOTICE",
        }:
            match = MACHINE_PATHS.search(path.read_text())
            if match:
                found[str(path.relative_to(root))] = match[0]
    found.pop("tests/house/test_tree.py", None)  # this file shows what such a path looks like
    assert not found


def test_a_machine_path_is_seen() -> None:
    assert MACHINE_PATHS.search("open('/home/somebody/x')")
    assert not MACHINE_PATHS.search("see faceaug/edits/home/x and https://example.org/home/x")
