# ruff: noqa: ARG001  # fixtures prepare without being used
"""Toys for the recipe's tests: edits that are there only while a test runs, and a face stack without networks."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from faceaug import edit as registry
from faceaug.recipe import Recipe
from tests.recipe.runs import TEXT

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def toy_module() -> ModuleType:
    """The toy stack; its edits are registered while it loads and taken out again."""
    registry.edits()
    before = dict(registry._REGISTRY)
    spec = importlib.util.spec_from_file_location("faceaug_toy", HERE / "toy.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["faceaug_toy"] = module
    spec.loader.exec_module(module)
    own = {name: found for name, found in registry._REGISTRY.items() if name not in before}
    vars(module)["EDITS"] = own
    for name in own:
        del registry._REGISTRY[name]
    return module


@pytest.fixture
def toy_edits(toy_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edits `glow` and `spots`, for one test."""
    for name, found in toy_module.EDITS.items():
        monkeypatch.setitem(registry._REGISTRY, name, found)


@pytest.fixture
def toy(toy_module: ModuleType, toy_edits: None, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The whole toy stack, for one test."""
    toy_module.install(monkeypatch.setitem)
    return toy_module


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Four small photographs, of which the last one shows no face."""
    folder = tmp_path / "photos"
    folder.mkdir()
    paths = []
    for index in range(4):
        pixels = np.full((48, 40, 3), 60 + 20 * index, dtype=np.uint8)
        pixels[::3, :, index % 3] += 30
        pixels[0, 0] = 0 if index == 3 else 100
        paths.append(folder / f"face_{index}.png")
        Image.fromarray(pixels).save(paths[-1])
    return paths


@pytest.fixture
def recipe(toy: ModuleType) -> Recipe:
    """Two toy edits, one of them by chance."""
    return Recipe.parse(TEXT)
