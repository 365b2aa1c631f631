"""Stage: melanin and haemoglobin added to the skin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.skin import HAEMOGLOBIN, MELANIN

if TYPE_CHECKING:
    from faceaug.scene import Scene


def add_pigment(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Filter the light that comes out of the skin through the added pigment; the surface reflection stays on top.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        scene: Its ``pigment`` channel is ``(B, 2, h, w)``; 0 changes nothing.
    """
    if scene.pigment is None:
        return linear, scene
    melanin, haemoglobin = scene.pigment[:, :1], scene.pigment[:, 1:]
    axes = torch.tensor([MELANIN, HAEMOGLOBIN], device=linear.device)
    density = melanin * axes[0].reshape(1, 3, 1, 1) + haemoglobin * axes[1].reshape(1, 3, 1, 1)
    specular = scene.source.skin.specular
    coloured = (linear - specular) * torch.exp(-density) + specular
    return torch.lerp(linear, coloured, (density != 0).to(linear)), scene
