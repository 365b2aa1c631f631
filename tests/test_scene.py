from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.scene import Scene
from tests.portraits import collins, hopper


def test_one_face_becomes_one_row() -> None:
    scene = Scene.of(collins())
    assert len(scene) == 1
    assert scene.variants == (0,)
    assert scene.source is collins()
    assert scene.pigment is None
    assert scene.light is None
    assert scene.sensor is None
    assert dict(scene.masks) == {}
    assert dict(scene.applied) == {}


def test_one_face_is_repeated_for_its_variants() -> None:
    scene = Scene.of(collins(), seed=3, variants=(4, 9, 2))
    assert len(scene) == 3
    assert scene.variants == (4, 9, 2)
    assert scene.seed == 3
    assert {photo.sha256 for photo in scene.source.photos} == {collins().photos[0].sha256}
    assert Scene.of(collins(), variants=range(2)).variants == (0, 1)


def test_faces_become_rows() -> None:
    scene = Scene.of([collins(), collins()], variants=(1, 2))
    assert len(scene) == 2
    assert Scene.of([collins(), collins()]).variants == (0, 0)


@pytest.mark.parametrize(
    ("source", "variants", "said"),
    [
        ([collins(), hopper()], None, "agree in size"),
        ([collins(), collins()], (0,), "2 faces but 1 variant"),
        ([], None, "no decomposition"),
    ],
)
def test_rows_that_do_not_fit(source: list[Decomposition], variants: tuple[int, ...] | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Scene.of(source, variants=variants)


@pytest.mark.parametrize("given", ["face.png", ["face.png"], Scene.of(collins()).source.points])
def test_what_is_no_face_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match=r"made of a Decomposition, not a (str|list|Tensor); make one by"):
        Scene.of(given)


def test_noise_depends_on_seed_photograph_variant_and_edit_alone(samples: Path) -> None:
    scene = Scene.of(collins(), seed=5, variants=(0, 1))
    rows = scene.noise("toy").rows
    assert rows[0] != rows[1]
    assert Scene.of(collins(), seed=5, variants=(1,)).noise("toy").rows == rows[1:]
    assert Scene.of(collins(), seed=6, variants=(1,)).noise("toy").rows != rows[1:]
    assert scene.noise("ball").rows != rows
    again = decompose(samples / "eileen_collins.png")
    assert Scene.of(again, seed=5, variants=(0, 1)).noise("toy").rows == rows


def test_channels_are_added_to_a_copy() -> None:
    scene = Scene.of(collins())
    some = torch.full((1, 2, *collins().size[1]), 0.25)
    once = scene.with_pigment(some)
    twice = once.with_pigment(some)
    assert scene.pigment is None
    assert torch.equal(once.pigment, some) if once.pigment is not None else False
    assert twice.pigment is not None
    assert float(twice.pigment[0, 0, 0, 0]) == 0.5
    masked = scene.with_mask("toy", some[:, :1])
    assert list(masked.masks) == ["toy"]
    assert dict(scene.masks) == {}
    noted = scene.noting("toy", {"size": torch.ones(1)}).noting("ball", {})
    assert list(noted.applied) == ["toy", "ball"]
    assert dict(scene.applied) == {}


def test_a_condition_adds_to_pigment_and_relief_and_is_remembered() -> None:
    scene = Scene.of(collins(), variants=(0, 1))
    flat, raised = torch.full((2, 2, *collins().size[1]), 0.25), torch.full((2, 3, *collins().size[1]), 0.5)
    done = scene.with_condition("toy", flat, flat[:, :1]).with_condition("ball", raised, flat[:, 1:])
    assert scene.with_condition("toy", flat, flat[:, :1]).relief is None
    assert done.pigment is not None
    assert done.relief is not None
    assert float(done.pigment[0, 1, 0, 0]) == 0.75
    assert float(done.relief[1, 0, 0, 0]) == 0.5
    assert sorted(done.masks) == sorted(done.conditions) == ["ball", "toy"]
    assert {name: len(drawn) for name, drawn in done.row(1).conditions.items()} == {"toy": 1, "ball": 1}
    assert dict(scene.conditions) == {}


def test_a_scene_says_what_it_lacks() -> None:
    assert Scene.of(collins(), variants=(0, 1)).lacking(frozenset({"skin", "colour"})) == [None, None]
    assert Scene.of(collins()).device == torch.device("cpu")
