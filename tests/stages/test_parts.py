"""Work is done on parts of a window: the whole gives the same."""

from __future__ import annotations

from functools import cache

import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.scene import Scene
from faceaug.stages.turning import complete, turn, unseen
from faceaug.stages.turning.correspondence import correspondence
from tests.conftest import ROOT

TURNS = [(25.0, 5.0, 3.0), (-20.0, -6.0, 0.0)]


@cache
def portrait() -> Decomposition:
    return decompose(ROOT / "sample_data" / "eileen_collins.png")


@pytest.mark.parametrize("angles", TURNS)
def test_what_was_not_seen_well_is_found_by_every_other_pixel(
    angles: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = correspondence(portrait(), torch.tensor([angles]))
    height, width = found.place.shape[-2:]

    def sight() -> unseen.Sight:
        return unseen.look_up(found.place, found.visible, found.mirror, found.near, float(portrait().pose.scale))

    part = sight()
    monkeypatch.setattr(unseen, "extent_of_every", lambda *_: (slice(0, height), slice(0, width)))
    whole = sight()
    assert float((whole.seen < 1).float().mean()) > 0.003
    for name in ("seen", "share", "shown"):
        torch.testing.assert_close(getattr(part, name), getattr(whole, name), atol=1e-3, rtol=0)
    for limit in (0.4, 0.6, 0.85):
        assert torch.equal(part.dense < limit, whole.dense < limit)
    assert torch.equal(part.jump > 9, whole.jump > 9)
    assert bool((whole.jump > 9).any())


@pytest.mark.parametrize("angles", TURNS)
def test_a_turned_head_is_completed_in_its_own_part_as_in_all_of_the_window(
    angles: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene.of(portrait(), seed=1)
    for name, asked in {
        "skin_tone": {},
        "pose": dict(zip(("yaw", "pitch", "roll"), angles, strict=True)),
    }.items():
        scene = get_edit(name)(scene, None, **asked)
    part, there = turn.turn(scene.source.linear, scene)
    height, width = scene.source.linear.shape[-2:]
    monkeypatch.setattr(complete, "_around", lambda *_: (slice(0, height), slice(0, width)))
    whole, all_ = turn.turn(scene.source.linear, scene)
    assert there.bare is not None
    assert all_.bare is not None
    for one, other in ((part, whole), (there.bare, all_.bare)):
        assert float((one - other).abs().mean()) < 3e-6
