"""Stage: glasses, with their lenses, temples and shadows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.decomposition import joined
from faceaug.stages.eyewear.fitting import fitted
from faceaug.stages.eyewear.front import flat_front, front
from faceaug.stages.eyewear.power import bent
from faceaug.stages.eyewear.shadow import shadow
from faceaug.stages.eyewear.temples import temples

if TYPE_CHECKING:
    from faceaug.channels import Eyewear
    from faceaug.scene import Scene

MASKS = ("glasses", "glasses_frame", "glasses_lens", "glasses_shadow")
"""Masks that the stage adds: all that may differ, and its three parts."""

# A pixel that changed at all has at least this much in the first mask.
_SEEN = 0.005


@dataclass(frozen=True)
class _Row:
    """One finished row: window, landmarks, masks ``(1, 4, h, w)``."""

    picture: Tensor
    points: Tensor
    masks: Tensor


def put_on_glasses(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Put glasses on: shadows on the skin, temples, what is seen through the lenses, the front, reflections.

    Adds the masks named in `MASKS`; the eyes' landmarks move where a lens of some power moves the eyes.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB, after pigment and light.
        scene: Its ``eyewear`` channel is used.
    """
    if scene.eyewear is None:
        return linear, scene
    rows = []
    for index in range(len(scene)):
        one = scene.row(index)
        asked = one.eyewear
        if asked is not None:
            rows.append(_one(linear[index : index + 1], one, asked))
    source = replace(scene.source, points=joined([row.points for row in rows]))
    scene = replace(scene, source=source)
    for index, name in enumerate(MASKS):
        scene = scene.with_mask(name, joined([row.masks[:, index : index + 1] for row in rows]))
    return joined([row.picture for row in rows]), scene


def _one(linear: Tensor, scene: Scene, asked: Eyewear) -> _Row:
    nothing = torch.zeros_like(linear[:, :1]).expand(-1, len(MASKS), -1, -1)
    strength = float(asked.strength[0])
    fit = fitted(scene, asked, linear) if strength > 0 else None
    if fit is None:
        return _Row(linear, scene.source.points, nothing)
    own = fit.whole.of(linear)
    lit = shadow(fit)
    flat = flat_front(fit)
    face, points = bent(own * lit, fit, flat[:, 7:8])
    below, arms, ears = temples(face, fit)
    done = front(below, fit, flat, ears)
    seen = torch.lerp(own, done.picture.clamp(min=0), strength)
    parts = torch.cat([torch.maximum(done.frame, arms), done.lens, (1 - lit).amax(dim=1, keepdim=True)], dim=1)
    differs = seen != own
    changed = (differs[:, :1] | differs[:, 1:2] | differs[:, 2:]) * _SEEN
    masks = torch.cat([torch.maximum(parts.amax(dim=1, keepdim=True), changed), parts], dim=1)
    return _Row(fit.whole.pasted(linear, seen), points, fit.whole.pasted(nothing, masks))
