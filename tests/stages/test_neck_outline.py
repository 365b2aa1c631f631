"""The outline of a neck behind a jaw: no notch where it meets what stays, and its colour goes on."""

from __future__ import annotations

from dataclasses import replace

import torch

from faceaug.stages.turning.necks import over
from faceaug.stages.turning.necks.colour import _straight_up
from faceaug.stages.turning.necks.neck import neck_of
from faceaug.stages.turning.necks.over import apart_from_neck
from faceaug.stages.turning.necks.upright import upright
from tests.portraits import collins


def test_toward_its_outline_a_neck_comes_into_sight_as_soon_as_anything_moves() -> None:
    source = collins()
    (across, _), cover = upright(source), torch.ones_like(source.regions.body)
    cover[..., : cover.shape[-2] // 2, :] = 0
    neck, none = replace(neck_of(source), cover=cover), torch.zeros_like(cover)
    moved = apart_from_neck(none.clone(), neck, none + 1.0, source)
    outer = across.abs() > over._OUTER[1] + 1
    assert float(moved[outer & (cover > 0)].min()) == 1
    assert float(moved[cover == 0].max()) == 0, "the wall elsewhere goes along as before"
    assert float(moved[across.abs() < over._OUTER[0] - 1].max()) == 0, "and the throat under its chin"
    assert torch.equal(apart_from_neck(none.clone(), neck, none, source), none), "what stays stays"
    assert torch.equal(apart_from_neck(none + 0.5, neck, none, source), none + 0.5)


def test_beside_what_is_seen_of_it_a_neck_is_as_light_as_that_next_to_there() -> None:
    """A collar lets see a lit throat and a shaded side; what it hides is in the shade too."""
    outward = torch.linspace(-1.2, 1.2, 121).expand(1, 1, 8, 121)
    light = torch.where(outward.abs() < 0.4, 0.5, 0.1).expand(1, 3, -1, -1)
    seen = (outward.abs() < 0.6).float()
    colour = _straight_up(light, seen, outward)
    assert float((colour - light)[..., outward[0, 0, 0].abs() < 0.2].abs().max()) < 0.02
    assert float(colour[..., outward[0, 0, 0].abs() > 0.85].max()) < 0.16
    assert bool(_straight_up(light, 0 * seen, outward).isfinite().all())
