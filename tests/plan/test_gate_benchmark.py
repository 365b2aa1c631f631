"""The parts of the gate's benchmark that can be wrong without anybody seeing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.gate import FIXED, FLOORS, area, fitted, write_bounds
from benchmarks.gate_pictures import Seen
from faceaug.plan.gate import BOUNDS


def seen(person: str, fault: str = "", **scores: float) -> Seen:
    return Seen(person, person, fault, "skin_tone", scores)


def test_the_area_counts_pairs() -> None:
    assert area([0, 1], [2, 3]) == 1
    assert area([1.0], [1.0]) == 0.5
    assert area([0, 2], [1]) == 0.5
    assert area([2], [1]) == 0


def test_bounds_are_read_off_good_pictures_and_rounded_up() -> None:
    found = fitted([seen("a", seam=2.313), seen("b", seam=2.313), seen("c", fault="mask seam", seam=9.0)])
    assert found["seam"] == 2.4
    assert found["spill"] == FLOORS["spill"], "what no good picture tells has its floor"
    assert {name: found[name] for name in FIXED} == FIXED
    assert list(found) == list(BOUNDS)


def test_the_excess_is_that_of_the_worst_check() -> None:
    assert seen("a", seam=1.0, spill=3.0).excess({"seam": 2.0, "spill": 2.0}) == 1.5
    assert seen("a", labels=1.0).excess({"labels": 0.0}) > 1
    assert seen("a", labels=0.0, seam=0.5).excess({"labels": 0.0, "seam": 1.0}) == 0.5


def test_bounds_are_written_where_the_gate_reads_them(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.gate.ROOT", tmp_path)
    path = tmp_path / "bounds.py"
    path.write_text((root / "faceaug" / "plan" / "gate" / "bounds.py").read_text())
    write_bounds(path, {"face": 0.0, "seam": 7.5})
    space: dict[str, object] = {}
    exec(path.read_text(), space)
    assert space["BOUNDS"] == {"face": 0.0, "seam": 7.5}
