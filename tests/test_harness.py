"""The parts of the harness that can be wrong without anybody seeing it: memory, instruments, cases, baselines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import cases, instruments, memory, shaded
from benchmarks.baselines import BASELINES
from benchmarks.looks import Case, make
from benchmarks.sample import told_worst
from faceaug.edit import edits
from faceaug.face.geometry import pose_rotation
from faceaug.face.topology import face_model
from tests.portraits import collins


class TestMemory:
    def test_what_is_kept_is_not_made_again(self, tmp_path: Path) -> None:
        kept = memory.Memory(tmp_path)
        made: list[int] = []

        def once() -> dict[str, float]:
            made.append(1)
            return {"x": 1.5}

        assert [kept.recall(("a", "b"), once) for _ in range(2)] == [{"x": 1.5}] * 2
        assert made == [1]
        assert (kept.made, kept.recalled) == (1, 1)

    def test_parts_of_a_key_do_not_run_together(self, tmp_path: Path) -> None:
        kept = memory.Memory(tmp_path)
        assert kept.recall(("ab", "c"), lambda: 1) == 1
        assert kept.recall(("a", "bc"), lambda: 2) == 2

    def test_the_first_answer_is_what_later_ones_are(self, tmp_path: Path) -> None:
        assert memory.Memory(tmp_path).recall(("k",), lambda: {"pair": (1, 2)}) == {"pair": [1, 2]}

    def test_code_is_followed_through_imports(self) -> None:
        reached = memory.closure(("faceaug.edits.moles",))
        assert {"faceaug.face.scatter", "faceaug.image.noise", "faceaug.edit"} <= reached
        assert "faceaug.edits.pose" not in reached

    def test_imports_inside_functions_count(self) -> None:
        assert "faceaug.face.geometry" in memory.closure(("benchmarks.instruments",))


@pytest.mark.parametrize("angles", [(0.0, 0.0, 0.0), (25.0, 0.0, 0.0), (-40.0, 10.0, 5.0), (5.0, -15.0, -20.0)])
def test_five_points_give_the_angles_back(angles: tuple[float, float, float]) -> None:
    rotation = pose_rotation(torch.tensor([angles], dtype=torch.float64))[0].numpy()
    chosen = face_model().points[[468, 473, 4, 61, 291]].astype(np.float64) @ rotation.T
    points = chosen[:, :2] * [2.0, -2.0] + [400.0, 400.0]
    assert instruments.angles_of_five(points, (800, 800)) == pytest.approx(angles, abs=1.0)


def test_cheek_patches_lie_where_the_set_has_them() -> None:
    pixels = np.full((400, 400, 3), 200, np.uint8)
    pupils = np.array([[150.0, 150.0], [250.0, 150.0]])
    for x in (148.0, 252.0):
        pixels[201:223, round(x - 11) : round(x + 11)] = (180, 120, 90)
    brown = instruments.cheek_tone(pixels, pupils)
    assert brown["lightness"] == pytest.approx(56.0, abs=1.0)
    assert brown["ita"] == pytest.approx(np.degrees(np.arctan2(brown["lightness"] - 50, 27.6)), abs=2.0)


def test_every_edit_is_asked_for() -> None:
    asked = {case.way for turn in range(8) for name in cases.SWEEPS for case in cases.turn_of(name, turn)}
    assert set(edits()) <= asked
    assert set(BASELINES) - {"Lab offset", "ramp in sRGB"} <= asked


def test_sides_and_targets_take_turns() -> None:
    yaws = {case.settings["yaw"] for turn in range(20) for case in cases.turn_of("pose", turn)}
    assert {-45.0, -30.0, -15.0, 15.0, 30.0, 45.0} <= yaws
    assert {case.settings["ita"] for turn in range(3) for case in cases.turn_of("tone", turn)} == set(cases.TARGETS)


@pytest.mark.parametrize(
    "case",
    [
        Case("mesh warp without layers", {"yaw": 0.0, "pitch": 0.0, "roll": 0.0}),
        Case("gamma and gain", {"gamma": 1.0, "gain": 1.0}),
    ],
    ids=lambda case: case.way,
)
def test_a_baseline_asked_for_nothing_does_next_to_nothing(case: Case) -> None:
    made = make(collins(), case)
    assert isinstance(made, np.ndarray)
    assert np.abs(made.astype(int) - collins().photos[0].pixels).mean() < 0.5


def test_the_warp_turns_the_head_the_way_it_was_asked() -> None:
    from faceaug.face.decompose import decompose

    made = make(collins(), Case("mesh warp without layers", {"yaw": 20.0, "pitch": 0.0, "roll": 0.0}))
    assert isinstance(made, np.ndarray)
    assert float(decompose(made).pose.angles[0, 0] - collins().pose.angles[0, 0]) > 8.0


def test_the_width_of_an_edge() -> None:
    x = np.arange(200, dtype=np.float64)
    sigma = 6.0
    flank = np.array([0.5 * (1 + np.tanh(0.8 * (v - 100) / sigma)) for v in x])
    mask = np.tile(flank, (50, 1))
    ten, ninety = np.interp([0.1, 0.9], flank, x)
    assert shaded._width(mask, np.ones_like(mask, dtype=bool), 2.0) == pytest.approx((ninety - ten) / 2, rel=0.2)


def test_the_worst_class_is_named() -> None:
    assert told_worst("error", {"light": 1.0, "dark": 3.0, "tan": None, "brown": 1.0}) == [
        "Worst tone for error: dark, 3; the median of the other classes is 1."
    ]
    assert told_worst("error", {"light": 1.0, "dark": None}) == []
