"""What was measured before, kept on disk, so that a benchmark that is run again only does what is new.

Everything is kept under a digest of all it depends on: the photograph, what was asked, and the source of the code that
makes and measures the picture. Nothing is ever out of date; delete the folder to begin anew.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
from functools import cache
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = Any

OURS = ("faceaug", "benchmarks")
"""Packages whose source belongs to a digest; what third parties give is taken to stay."""


class Memory:
    """JSON values by key, one small file each.

    Args:
        folder: Where they are kept; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.recalled = self.made = 0

    def recall(self, key: tuple[str, ...], make: Callable[[], Json]) -> Json:
        """The value of a key: the one that was kept, or a new one."""
        if self.folder is None:
            return make()
        name = hashlib.sha256("\0".join(key).encode()).hexdigest()
        path = self.folder / name[:2] / f"{name}.json"
        if path.is_file():
            self.recalled += 1
            return json.loads(path.read_text(encoding="utf-8"))
        self.made += 1
        value = json.loads(json.dumps(make()))  # the first time just as every later time
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(value), encoding="utf-8")
        draft.replace(path)
        return value


@cache
def code(*modules: str, without: tuple[str, ...] = ()) -> str:
    """Digest of the source of some modules and of all of ours that they import, directly or not.

    Args:
        modules: Where to begin.
        without: Modules that do not matter here, nor does what only they import.
    """
    digest = hashlib.sha256()
    for name in sorted(closure(modules, without)):
        digest.update(name.encode())
        digest.update(_file(name).read_bytes())
    return digest.hexdigest()[:16]


@cache
def digest(path: Path) -> str:
    """Digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def closure(modules: tuple[str, ...], without: tuple[str, ...] = ()) -> set[str]:
    """Some modules, and all of ours that they import, directly or not, wherever in a file the import stands."""
    waiting, seen = list(modules), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen and name not in without:
            seen.add(name)
            waiting += _imported(name)
    return seen


@cache
def _imported(module: str) -> tuple[str, ...]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(_file(module).read_text(encoding="utf-8"))):
        names.update(_named(node, module))
    return tuple(sorted(name for name in names if name.split(".")[0] in OURS and _is_module(name)))


def _named(node: ast.AST, module: str) -> Iterator[str]:
    """What an import statement might import: modules, and names that may be modules."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = module.rsplit(".", 1)[0]
        base = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


@cache
def _is_module(name: str) -> bool:
    try:
        spec = find_spec(name)
    except (ModuleNotFoundError, ValueError):
        return False
    return spec is not None and spec.origin is not None and spec.origin.endswith(".py")


@cache
def _file(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        msg = f"{module} has no source file"
        raise ModuleNotFoundError(msg)
    return Path(spec.origin)
