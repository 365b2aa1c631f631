"""The colour of a near ear that is drawn: that of the other, as light as it would be here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.bare import bare_skin
from faceaug.face.kept import kept
from faceaug.image.filter import gaussian
from faceaug.image.shade import above, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.layers import layers_of
from faceaug.stages.turning.along import own_colour
from faceaug.stages.turning.ears.pinna import pinnae

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# Wall, and what is neither skin nor hair above this height, mm (arms of glasses), takes the colour that the ear has at
# its height, told at these shares of the width and smooth over this distance, mm; its mean counts so little.
_ARMS, _EVEN_MM, _LITTLE = -8.0, 3.0, 0.01
ACROSS = (0.3, 0.5, 0.7, 0.85)
"""At these shares of its width is told what colour an ear has at a height."""
# What is so much so, smooth over this distance, mm, is known.
_KNOWN, _CLEAN_MM = (0.6, 0.98), 0.7
# An ear is as light beside its cheek as the other is beside its own: skin so far aside and high, mm; of that between
# these shares (67 of 68 ears of official portraits have 0.4 to 1.3).
_CHEEK, _CHEEK_HIGH, _EAR = (40.0, 62.0), (-50.0, -5.0), (0.6, 0.95)
# The front of a mirrored ear, up to such shares of its width, becomes as light as the cheek before it,
# smooth over this distance, mm, by at most this factor: what was seen there is the flank of the other cheek.
_FRONT, _FRONT_MM, _FRONT_MOST = (0.1, 0.45), 3.0, 3.0
# What is darker than this is as dark as this.
_DARK = 1e-3
INTO_MM = 5.0
"""How far within the outline a cheek tells how light an ear is in front."""


@kept(
    "linear",
    *(
        f"regions.{name}"
        for name in ("person", "lips", "eyes", "brows", "mouth", "foreground", "body", "hair", "clothes")
    ),
    *("surface.position", "surface.face", "pose.scale", "skin.tone", "skin.shade_colour"),
)
def _skin_colour(source: Decomposition) -> Tensor:
    """Colour of bare skin times where there is any, that, and where there are no glasses or wall ``(B, 5, h, w)``."""
    layers, bare = layers_of(source), torch.maximum(bare_skin(source), source.regions.body)
    skin, high = layers.clear * above(bare, 0.5), source.surface.position[:, 1:2]
    known = torch.maximum(torch.maximum(skin, source.regions.hair), layers.clear * above(_ARMS - high, 0))
    return torch.cat([layers.own * skin, skin, known], dim=1)


def coloured(one: Decomposition, places: list[Tensor], scale: float) -> Tensor:
    """The colour of an ear ``(1, 3, h, w)``, linear.

    ``places`` tells where each of its pixels was seen, and then what lies at its height at `ACROSS`.
    """
    size, even = (one.linear.shape[-2], one.linear.shape[-1]), _skin_colour(one)
    colour = sampled([own_colour(one)], places[0], size, mode="bicubic").clamp(min=0)
    known = smooth_step(*_KNOWN, gaussian(sampled(even[:, 4:], places[0]), _CLEAN_MM * scale))
    total = torch.stack([sampled(even[:, :4], place) for place in places[1:]]).sum(dim=0)
    wide = gaussian(total, _EVEN_MM * scale)
    wide += _LITTLE * total.mean(dim=(2, 3), keepdim=True)
    mean = wide[:, :3] / wide[:, 3:].clamp(min=1e-6)
    return torch.lerp(mean, colour, known)


@kept(
    "linear",
    *(
        f"regions.{name}"
        for name in ("person", "lips", "eyes", "brows", "mouth", "foreground", "body", "hair", "clothes")
    ),
    "regions.skin",
    *("surface.face", "surface.position", "pose.scale", "skin.tone", "skin.shade_colour"),
)
def mirrored_light(source: Decomposition) -> Tensor:
    """What left and right ear are multiplied by to be each other's mirror image ``(B, 2, 3)``; 0 if they cannot be.

    As light beside the other cheek as beside their own, but no lighter or darker than ears are.
    """
    x, y = source.surface.position[:, :1], source.surface.position[:, 1:2]
    cheek = source.regions.skin * above(y, _CHEEK_HIGH[0]) * above(_CHEEK_HIGH[1] - y, 0)
    cheek = cheek * above(x.abs(), _CHEEK[0]) * above(_CHEEK[1] - x.abs(), 0)
    cheeks, ears = (
        torch.stack([_mean(source.linear, each * above(side * x, 0)) for side in (-1, 1)], dim=1)
        for each in (cheek, pinnae(source).cover * (1 - source.regions.hair) * above(bare_skin(source), 0.5))
    )
    light = cheeks.flip(1) / cheeks.clamp(min=1e-4)
    share = ((ears * light).mean(dim=2) / cheeks.flip(1).mean(dim=2).clamp(min=1e-4)).clamp(min=1e-3)
    light = light * (share.clamp(*_EAR) / share)[..., None]
    known = (cheeks.amin(dim=(1, 2)) > 0)[:, None] & (ears.amin(dim=2) > 0)
    return light * known[..., None]


def _mean(colour: Tensor, where: Tensor) -> Tensor:
    """Mean colour ``(B, 3)`` of what is there ``(B, 1, h, w)``; 0 of nothing."""
    return (colour * where).sum(dim=(2, 3)) / where.sum(dim=(2, 3)).clamp(min=1e-3)


def like_cheek(cheek: Tensor, colour: Tensor, across: Tensor, hair: Tensor, scale: float) -> Tensor:
    """What makes the front of an ear that was seen beside the other cheek as light as this ``(1, 3, h, w)``.

    Args:
        cheek: The colour of the cheek before each of its pixels ``(1, 3, h, w)``, linear.
        colour: Its own.
        across: From its front, 0, to its rim, 1 ``(h, w)``.
        hair: How much of each pixel is hair, likewise.
        scale: Pixels per millimetre.
    """
    front = ((1 - smooth_step(*_FRONT, across)) * (1 - hair))[None, None]
    smooth = gaussian(torch.cat([colour * front, cheek * front, front], dim=1), _FRONT_MM * scale)
    there, beside, known = smooth[:, :3], smooth[:, 3:6], smooth[:, 6:]
    ratio = ((beside + _DARK * known) / (there + _DARK * known).clamp(min=1e-6)).clamp(1 / _FRONT_MOST, _FRONT_MOST)
    return torch.lerp(torch.ones_like(ratio), ratio, front)
