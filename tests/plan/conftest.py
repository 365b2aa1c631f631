# ruff: noqa: ARG001  # fixtures prepare without being used
"""The toy face stack of the recipe's tests, and a gate and a plan for it."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from faceaug.plan.augment import attempt, identity
from faceaug.plan.plan import Plan
from tests.plan.toys import toy_judge, toy_plan
from tests.recipe.conftest import photos, toy, toy_edits, toy_module

__all__ = ["photos", "plan", "toy", "toy_edits", "toy_gate", "toy_module"]


@pytest.fixture
def toy_gate(toy: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that rejects about a third of all pictures."""
    monkeypatch.setattr(attempt, "judge", toy_judge)
    monkeypatch.setattr(attempt, "recogniser", lambda: None)
    monkeypatch.setattr(identity, "recogniser", lambda: None)


@pytest.fixture
def plan(toy_gate: None, photos: list[Path]) -> Plan:
    """A plan of eight pictures of three photographs, with spares."""
    return toy_plan(photos[0].parent)
