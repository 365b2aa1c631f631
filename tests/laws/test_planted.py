"""Each law goes red on a bug made for it: a law that cannot fail protects nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug import edit as registry
from faceaug import render as rendering
from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.edit import Edit, Labels, number
from faceaug.face.decomposition import Decomposition
from faceaug.image.noise import Noise
from faceaug.render import render
from faceaug.scene import Scene
from tests.laws import laws

Amount = Annotated[Tensor, number(0.1, 0.4, within=(0, 0.6), means="how dark the spots are")]
Body = Callable[[Scene, Noise, Tensor], Scene]


def planted(body: Body) -> Edit:
    """An edit around a body, that nobody else gets to see."""

    def toy(scene: Scene, noise: Noise, *, amount: Amount) -> Scene:
        """Darken the skin.

        Source: made up for these tests.
        """
        return body(scene, noise, amount)

    made = registry.edit(main="amount", channel="skin", neutral={"amount": 0.0})(toy)
    registry._REGISTRY.pop(made.name)
    return made


def painted(scene: Scene, dark: Tensor, where: Tensor | None = None) -> Scene:
    """Add pigment, with a mask that tells where."""
    mask = scene.source.regions.skin if where is None else where
    return scene.with_pigment(torch.cat([dark, dark], dim=1)).with_mask("toy", mask)


def wide(value: Tensor) -> Tensor:
    return value[:, None, None, None]


def honest(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
    """Darken smoothly along the face's own height: lawful in every way."""
    slow = torch.sin(scene.source.surface.position[:, 1:2] / 20) * 0.5 + 0.5
    own = noise.uniform("own", device=scene.device)[:, :, None, None]
    return painted(scene, wide(amount) * scene.source.regions.skin * (0.5 + 0.5 * slow * own))


EVERY_LAW = {
    1: laws.kept,
    2: laws.untouched,
    3: laws.neutral,
    4: laws.confined,
    5: laws.batched,
    6: laws.unordered,
    7: laws.seeded,
    8: laws.replayed,
    10: laws.physical,
    11: laws.mirrored,
    12: laws.rising,
    14: laws.ranged,
}


@pytest.mark.parametrize("law", EVERY_LAW.values(), ids=map(str, EVERY_LAW))
def test_an_honest_edit_keeps_every_law(law: laws.Law, face: Decomposition) -> None:
    law(planted(honest), face)


def test_1_sees_a_number_that_is_none(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:  # noqa: ARG001 - an edit's signature
        return painted(scene, wide(amount) * scene.source.regions.skin * float("nan"))

    broken(laws.kept, bug, face, "not finite")


def test_1_sees_another_type(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        done = honest(scene, noise, amount)
        assert done.pigment is not None
        return replace(done, pigment=done.pigment.double())

    broken(laws.kept, bug, face, "float64")


def test_2_sees_a_write_into_the_input(face: Decomposition) -> None:
    victim = face.row(0)
    victim = replace(victim, linear=victim.linear.clone())

    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        scene.source.linear.mul_(0.99)
        return honest(scene, noise, amount)

    broken(laws.untouched, bug, victim, "wrote into")


def test_3_sees_an_edit_that_never_rests(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, amount + 0.05)

    broken(laws.neutral, bug, face, "changed the photograph")


def test_4_sees_paint_beyond_the_mask(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:  # noqa: ARG001 - an edit's signature
        dark = wide(amount) * scene.source.regions.skin
        half = torch.zeros_like(dark)
        half[..., : half.shape[-1] // 2] = 1
        return painted(scene, dark, scene.source.regions.skin * half)

    broken(laws.confined, bug, face, "outside the mask")


def test_5_sees_a_row_that_looks_at_its_neighbours(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, amount.mean().expand(len(amount)))

    broken(laws.batched, bug, face, "neighbours")


def test_6_sees_a_row_that_knows_its_place(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, amount + 0.05 * torch.arange(len(amount)))

    broken(laws.unordered, bug, face, "its place")


def test_6_sees_an_edit_that_looks_at_what_came_before(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, amount * (0.2 if scene.applied else 1))

    other = replace(planted(honest), name="other")
    with pytest.raises(AssertionError, match="makes a difference"):
        laws.commuting(planted(bug), face, {"other": other})
    laws.commuting(planted(honest), face, {"other": other})


def test_7_sees_hidden_state(face: Decomposition) -> None:
    calls = itertools.count()

    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, amount + 0.05 * next(calls))

    broken(laws.seeded, bug, face, "the same seed gave another")


def test_7_sees_a_seed_without_effect(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, Noise(("fixed",) * len(noise.rows)), torch.full_like(amount, 0.3))

    broken(laws.seeded, bug, face, "another seed gave the same")


def test_8_sees_a_result_that_the_record_does_not_hold(face: Decomposition) -> None:
    calls = itertools.count()

    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, amount * (1 + next(calls) % 2))

    broken(laws.replayed, bug, face, "recorded settings")


def test_10_sees_a_length_in_pixels(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:  # noqa: ARG001 - an edit's signature
        columns = torch.arange(scene.source.linear.shape[-1])
        stripes = ((columns // 6) % 2).float()[None, None, None]
        return painted(scene, wide(amount) * scene.source.regions.skin * stripes)

    broken(laws.physical, bug, face, "twice the pixels")


def test_11_sees_a_side_that_is_not_mirrored(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:  # noqa: ARG001 - an edit's signature
        right = (scene.source.surface.position[:, :1] > 0).float()
        return painted(scene, wide(amount) * scene.source.regions.skin * right)

    broken(laws.mirrored, bug, face, "mirrored")


def test_12_sees_a_main_setting_without_effect(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, torch.full_like(amount, 0.3))

    broken(laws.rising, bug, face, "changed by")


def test_12_sees_less_of_more(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        return honest(scene, noise, 0.3 - (amount - 0.25).abs())

    broken(laws.rising, bug, face, "changed by")


LABELS = Labels({"freckles": "present"}, frozenset({"tone"}), frozenset({"grain"}))
BEFORE = Record(
    "one",
    "one.png",
    subject="somebody",
    split="train",
    attributes={name: Value(1.0) for name in ("freckles", "tone", "grain", "shoes")},
)
RIGHT = {
    "freckles": Value("present", "rendered"),
    "tone": Value(2.0, "measured"),
    "shoes": Value(1.0, "inherited"),
}


def test_13_is_content_with_labels_as_declared() -> None:
    after = BEFORE.child("two", "two.png", recipe=None, attributes=RIGHT, dropped={"grain"})
    laws.labelled(replace(planted(honest), labels=LABELS), BEFORE, after)


@pytest.mark.parametrize(
    "bug",
    [
        {"freckles": Value("none", "rendered")},
        {"freckles": Value("present", "told")},
        {"tone": Value(1.0, "inherited")},
        {"grain": Value(1.0, "inherited")},
        {"shoes": Value(2.0, "rendered")},
        {"hat": Value("red", "rendered")},
    ],
)
def test_13_sees_a_wrong_label(bug: dict[str, Value]) -> None:
    after = BEFORE.child("two", "two.png", recipe=None, attributes=RIGHT | bug, dropped={"grain"})
    with pytest.raises(AssertionError):
        laws.labelled(replace(planted(honest), labels=LABELS), BEFORE, after)


@pytest.mark.parametrize("leak", [{"split": "test"}, {"subject": "somebody else"}, {"origin": "camera"}])
def test_13_sees_a_rendering_that_leaves_its_person(leak: dict[str, Any]) -> None:
    after = BEFORE.child("two", "two.png", recipe=None, attributes=RIGHT, dropped={"grain"})
    with pytest.raises(AssertionError):
        laws.labelled(replace(planted(honest), labels=LABELS), BEFORE, replace(after, **leak))


@pytest.mark.parametrize("labels", [Labels({"no such attribute": "x"}), Labels(drops=frozenset({"no such attribute"}))])
def test_13_sees_a_label_that_nobody_knows(labels: Labels) -> None:
    with pytest.raises(AssertionError, match="no attribute that we know"):
        laws.declared(replace(planted(honest), labels=labels), {"yaw"})


def test_13_sees_a_label_that_nobody_measures() -> None:
    labels = Labels(measures=frozenset({"yaw", "mood"}))
    with pytest.raises(AssertionError, match="mood is never measured"):
        laws.declared(replace(planted(honest), labels=labels), {"yaw"})


def test_14_sees_a_range_that_breaks_at_its_end(face: Decomposition) -> None:
    def bug(scene: Scene, noise: Noise, amount: Tensor) -> Scene:
        assert amount.max() < 0.6, "too dark"
        return honest(scene, noise, amount)

    broken(laws.ranged, bug, face, "too dark")


def test_14_sees_a_missing_source() -> None:
    made = planted(honest)
    laws.documented(made)
    made.function.__doc__ = "Darken the skin."
    with pytest.raises(AssertionError, match="source"):
        laws.documented(made)


def test_15_sees_landmarks_that_were_left_behind(large: Decomposition) -> None:
    rendering = render(Scene.of(large))
    laws.carried(rendering)
    moved = replace(rendering, points=np.asarray(rendering.points) + np.float32(8))
    with pytest.raises(AssertionError, match="off by"):
        laws.carried(moved)


def broken(law: laws.Law, body: Body, face: Decomposition, match: str) -> None:
    """The law is broken, and says how."""
    with pytest.raises(AssertionError, match=match):
        law(planted(body), face)


@pytest.mark.parametrize("name", ["lighting", "glasses", "foreign_shadow", "sensor"])
def test_16_sees_a_tint(name: str, grey: Decomposition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_still_grey", lambda pixels, _: pixels)
    with pytest.raises(AssertionError, match="gives it colour"):
        laws.colourless(registry.get_edit(name), grey)
