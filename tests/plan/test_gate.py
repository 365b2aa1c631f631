"""The gate keeps good pictures and finds each fault by the check that is meant for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from benchmarks.broken import misplaced_glasses, with_eyes_swapped, with_seam, with_spill
from faceaug.coverage.axes import BINS, Axis
from faceaug.data.attributes import VOCABULARY, Value
from faceaug.data.photos import Photo
from faceaug.face.decompose import decompose
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.plan.gate import BOUNDS, Expectation, Verdict, judge
from faceaug.plan.gate.check import Check
from faceaug.plan.gate.frame import SCALE, aligned, apart
from faceaug.plan.gate.labels import missed
from faceaug.recipe import Recipe
from faceaug.recipe.variants import Variant
from tests.portraits import collins

TONE = Axis("skin_tone", VOCABULARY["skin_tone"].values)
GLASSES = Axis("glasses", VOCABULARY["glasses"].values)
YAW = BINS["yaw"]


def recipe(**edits: dict[str, float | str]) -> Recipe:
    return Recipe.parse({"about": "A test", "seed": 3, "edits": edits})


@cache
def darker() -> Variant:
    return recipe(skin_tone={"ita": 0.0}).variants(collins())[0]


def verdict(made: Variant, expectation: Expectation | None = None) -> Verdict:
    after = decompose(Photo.from_array(made.pixels))
    return judge(collins(), after, made, expectation or Expectation())


def failed(made: Variant) -> set[str]:
    return {check.name for check in verdict(made).checks if not check.passed}


@pytest.mark.parametrize(
    "edits",
    [
        {"skin_tone": {"ita": 0.0}},
        {"glasses": {"lens": "clear"}},
        {"glasses": {"lens": "tinted"}},
        {"pose": {"yaw": 25.0}},
        {"freckles": {}},
        {"lighting": {}},
        {"sensor": {}},
    ],
    ids=str,
)
def test_good_pictures_pass(edits: dict[str, dict[str, float | str]]) -> None:
    found = verdict(recipe(**edits).variants(collins())[0])
    assert found.accepted, found.reasons
    assert found.reasons == ()
    assert set(found.as_dict()) >= {"face", "landmarks", "clipping"}
    if edits.keys() & {"lighting", "sensor", "freckles"}:
        assert "seam" not in found.as_dict(), "where new edges are meant, none can be found out of place"


def test_a_seam_is_found() -> None:
    assert failed(with_seam(darker(), collins())) == {"seam"}


def test_colour_that_was_spilt_is_found() -> None:
    assert "spill" in failed(with_spill(darker(), collins()))


def test_exchanged_eyes_are_found() -> None:
    """Around them skin of another tone shows the edges of the exchange too."""
    assert failed(with_eyes_swapped(darker(), collins())) - {"seam"} == {"eyes"}


@pytest.mark.parametrize("side", range(4))
def test_glasses_beside_the_eyes_are_found(side: int) -> None:
    made = misplaced_glasses(recipe(glasses={"over": "draw"}), collins(), side)
    assert "glasses" in failed(made)


def test_landmarks_that_belong_elsewhere_are_found() -> None:
    made = replace(darker(), points=darker().points + np.float32(12))
    assert "landmarks" in failed(made)


def test_blown_out_skin_is_found() -> None:
    bright = np.where(darker().pixels > 90, 255, darker().pixels).astype(np.uint8)
    assert "clipping" in failed(replace(darker(), pixels=bright))


def test_a_picture_without_a_face_is_rejected() -> None:
    found = judge(collins(), None, darker(), Expectation())
    assert not found.accepted
    assert found.reasons == ("no face is found on it any more",)


class Stranger:
    """A recogniser that takes every further face for somebody else."""

    name, same = "stranger", 0.5

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, pixels: object, points: object) -> np.ndarray:
        del pixels, points
        self.seen += 1
        return np.array([0.55 * self.seen])


def test_somebody_else_is_rejected() -> None:
    after = decompose(Photo.from_array(darker().pixels))
    found = judge(collins(), after, darker(), Expectation(), Stranger())
    [reason] = found.reasons
    assert "0.55" in reason
    assert found.as_dict()["identity"]["bound"] == 0.5


def test_expected_classes_are_checked_against_the_picture() -> None:
    labels = {"skin_tone": Value("brown", "measured", 0.5)}
    asked = Expectation([TONE], {"skin_tone": "tan"}, labels, labels, {})
    [reason] = verdict(darker(), asked).reasons
    assert reason == "skin_tone is labelled brown, not tan"


def test_the_frame_is_upright_and_of_one_scale() -> None:
    pair = aligned(collins(), collins(), collins().points[0].numpy(), {"m": np.full((512, 512), 255, np.uint8)})
    eyes = pair.points[[RIGHT_PUPIL, LEFT_PUPIL]]
    assert eyes[0, 1] == pytest.approx(eyes[1, 1], abs=1e-6)
    assert apart(collins()) == pytest.approx(63 * float(collins().pose.scale[0]))
    assert not pair.turned
    assert np.array_equal(pair.picture, pair.moved)
    assert pair.masks["m"][pair.inside] == pytest.approx(1)
    double = torch.nn.functional.interpolate(
        torch.from_numpy(collins().photos[0].pixels.copy()).permute(2, 0, 1)[None].float(), scale_factor=2.0
    )
    twice = decompose(Photo.from_array(double[0].permute(1, 2, 0).byte().numpy()))
    large = aligned(twice, twice, twice.points[0].numpy(), {})
    assert large.points == pytest.approx(pair.points, abs=0.02 * 63 * SCALE)


class TestLabels:
    rendered = Value("clear", "rendered")

    def test_as_planned(self) -> None:
        assert missed([GLASSES], {"glasses": "clear"}, {"glasses": self.rendered}, {}, {}) == []
        assert missed([GLASSES, YAW], {"glasses": "clear"}, {"glasses": self.rendered}, {}, {}) == []

    def test_a_label_that_is_missing_or_wrong(self) -> None:
        assert missed([GLASSES], {"glasses": "clear"}, {}, {}, {}) == ["glasses is labelled unknown, not clear"]
        assert missed([GLASSES], {"glasses": "tinted"}, {"glasses": self.rendered}, {}, {}) == [
            "glasses is labelled clear, not tinted"
        ]

    def test_a_label_that_the_picture_does_not_show(self) -> None:
        found = {"glasses": Value("none", "measured", 0.9)}
        faults = missed([GLASSES], {"glasses": "clear"}, {"glasses": self.rendered}, found, {})
        assert faults == ["glasses is measured as none, not clear"]

    def test_an_unreliable_measurement_says_nothing(self) -> None:
        found = {"glasses": Value("none", "measured", 0.1)}
        assert missed([GLASSES], {"glasses": "clear"}, {"glasses": self.rendered}, found, {}) == []

    def test_what_was_told_and_measured_differently_only_has_to_stay(self) -> None:
        told = {"glasses": Value("clear", "inherited")}
        none, tinted = ({"glasses": Value(word, "measured", 0.9)} for word in ("none", "tinted"))
        assert missed([GLASSES], {"glasses": "clear"}, told, none, none) == []
        assert missed([GLASSES], {"glasses": "clear"}, told, tinted, none) == [
            "glasses is measured as tinted, not none"
        ]


class TestLabelsNobodyPlannedFor:
    beard = Value("beard", "inherited")

    @staticmethod
    def seen(word: str, reliability: float = 0.9) -> dict[str, Value]:
        return {"facial_hair": Value(word, "measured", reliability)}

    def told(self, found: dict[str, Value], was: dict[str, Value], label: Value | None = None) -> list[str]:
        return missed([GLASSES], {}, {"facial_hair": label or self.beard}, found, was)

    def test_what_stays_is_right(self) -> None:
        assert self.told(self.seen("beard"), self.seen("beard")) == []
        assert self.told({}, self.seen("beard")) == []

    def test_what_is_lost_is_told(self) -> None:
        fault = "facial_hair is measured as none, and no longer beard"
        assert self.told(self.seen("none"), self.seen("beard")) == [fault]
        assert self.told(self.seen("none"), {}) == [fault]
        assert self.told(self.seen("none"), self.seen("none", 0.1)) == [fault], "an unreliable reading excuses nothing"

    def test_what_the_photograph_says_too_is_no_fault_of_the_picture(self) -> None:
        assert self.told(self.seen("none"), self.seen("none")) == []
        assert self.told(self.seen("none"), self.seen("moustache")) == []

    def test_what_was_planned_for_is_told_once(self) -> None:
        told = {"glasses": Value("clear", "inherited")}
        tinted, clear = ({"glasses": Value(word, "measured", 0.9)} for word in ("tinted", "clear"))
        assert missed([GLASSES], {"glasses": "clear"}, told, tinted, clear) == [
            "glasses is measured as tinted, not clear"
        ]

    def test_what_is_unsure_or_known_otherwise_is_not_compared(self) -> None:
        assert self.told(self.seen("none", 0.1), self.seen("beard")) == []
        assert self.told(self.seen("none"), self.seen("beard"), Value("beard", "rendered")) == []
        assert self.told(self.seen("none"), {}, Value("full", "inherited")) == [], "a word of somebody's own"


def test_excess_of_checks() -> None:
    assert Check("seam", 3.0, 2.0, "").excess == 1.5
    assert Check("labels", 0.0, 0.0, "").excess == 0
    assert Check("labels", 1.0, 0.0, "").excess == 2
    assert BOUNDS["labels"] == 0
