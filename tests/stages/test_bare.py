"""Bare skin and lips of a scene, by which tone and light know flesh."""

from __future__ import annotations

import pytest
import torch

from faceaug.face.bare import bare_skin
from faceaug.scene import Scene
from faceaug.stages.bare import bare_now, flesh_now
from tests.portraits import collins, hopper


@pytest.mark.parametrize("portrait", [collins, hopper])
def test_lips_are_flesh_and_no_bare_skin(portrait) -> None:  # type: ignore[no-untyped-def]
    scene = Scene.of(portrait())
    lips, bare, flesh = scene.source.regions.lips > 0.99, bare_now(scene), flesh_now(scene)
    assert lips.sum() > 30
    assert float(bare[lips].max()) < 0.05
    assert float(flesh[lips].min()) > 0.98
    assert float(flesh.max()) <= 1
    assert torch.equal(bare, bare_skin(scene.source)), "it is kept with the face, and nothing is added to it"
