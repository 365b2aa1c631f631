"""Whoever asks where a part of a turned head stood is told the same, and the photograph is looked up once for all."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from faceaug.image.warp import pixel_centres, sampled
from faceaug.stages.turning import stood as module
from faceaug.stages.turning.stood import own_shading, stood
from faceaug.stages.turning.unseen import Sight
from tests.portraits import collins


def test_a_part_is_looked_up_once_and_as_each_would_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    face, looks = collins(), 0

    def counted(*given: Any) -> Tensor:
        nonlocal looks
        looks += 1
        return sampled(*given)

    monkeypatch.setattr(module, "sampled", counted)
    nothing = torch.zeros_like(face.regions.skin)
    xs, ys = pixel_centres((nothing.shape[-2], nothing.shape[-1]), nothing.device)
    place = torch.stack([(xs + 7.4).expand(nothing.shape[-2:]), (0.9 * ys).expand(nothing.shape[-2:])])[None]
    whole = Sight(place, 0 * place, nothing, 1 - nothing, 1 - nothing, 1 - nothing, nothing, 1.0)
    part = (slice(30, 90), slice(40, 120))
    within = whole.within(part)
    for _ in range(2):
        told = stood(face, within)
        at = place[(..., *part)]
        torch.testing.assert_close(told.position, sampled(face.surface.position, at))
        torch.testing.assert_close(told.shading, sampled(own_shading(face), at))
    assert looks == 1
    assert stood(face, whole).position.shape[-2:] == nothing.shape[-2:]  # another part has its own
    assert looks == 2
