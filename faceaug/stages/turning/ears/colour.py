"""The light and hue of a near ear that was drawn: near those of the cheek before it, and the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.bare import bare_skin
from faceaug.face.kept import kept
from faceaug.face.shade_colour import deepened
from faceaug.image.color import luminance
from faceaug.image.filter import gaussian, smallest
from faceaug.image.shade import above, between, smooth_fall
from faceaug.stages.layers import layers_of
from faceaug.stages.turning.ears.cheek import on_cheeks
from faceaug.stages.turning.ears.pinna import pinnae

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.ears.ear import Ear

# The cheek before an ear lies so far before its front, mm, between such shares of its height; so many square mm tell.
_BEFORE, _HIGH, _FEW = (-14.0, -2.0), (0.13, 0.68), 6.0
# Ears of 24 portraits turned by 11 to 22 degrees are 0.64 to 2.2 times as light as that (median 1.25): the model's
# light is held within these, and so much of what its hue differs is taken away.
_LIGHT, _HUE = (0.7, 1.1), 0.85
# Hues of ears are told so far within them, mm; so many square mm of ear count as much as knowing nothing; red, green,
# blue are at least and at most so many times as in cheeks.
_WITHIN_MM, _AREA = 1.2, 60.0
_REDDER = ((0.98, 0.7, 0.7), (1.25, 1.02, 1.02))
# What is so much person and no hair is ear, and skin.
_OWN, _BARE = 0.9, 0.5
# Its front becomes as light as the cheek just before it, up to so many mm, less and less to there, smooth over this,
# mm, within these factors, where there is so much of both.
_NEAR, _OWN_MM, _FRONT, _FRONT_MM, _FACTORS, _THERE = (-5.0, -1.0), 4.0, (0.0, 7.0), 3.0, (0.4, 2.0), 0.02


@kept(
    "linear",
    *(
        f"regions.{name}"
        for name in ("person", "lips", "eyes", "brows", "mouth", "foreground", "body", "hair", "clothes", "skin")
    ),
    *("surface.face", "surface.position", "pose.scale", "skin.tone", "skin.shade_colour"),
)
def own_hue(source: Decomposition) -> Tensor:
    """How many times as much red, green and blue ears have as cheeks that are as light ``(B, 3)``."""
    cheek, scale = on_cheeks(source, -1) + on_cheeks(source, 1), float(source.pose.scale.mean())
    ear = above(pinnae(source).cover * layers_of(source).clear * (1 - source.regions.hair), _OWN)
    ear = smallest(ear, max(1, round(_WITHIN_MM * scale))) * above(bare_skin(source), _BARE)
    redder = _hue(source.linear, ear) / _hue(source.linear, cheek)
    redder = redder.clamp(redder.new_tensor(_REDDER[0])[:, None, None], redder.new_tensor(_REDDER[1])[:, None, None])
    much = ear.sum(dim=(2, 3), keepdim=True) / scale**2
    known = much / (much + _AREA) * above(cheek.sum(dim=(2, 3), keepdim=True), 0)
    return torch.lerp(torch.ones_like(redder), redder, known)[..., 0, 0]


def _hue(colour: Tensor, where: Tensor) -> Tensor:
    """The mean colour of what is there ``(B, 3, 1, 1)``, as light as 1."""
    total = (colour * where).sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)
    return total / luminance(total)


def beside_cheeks(picture: Tensor, ears: list[Ear], there: Decomposition, source: Decomposition) -> Tensor:
    """Let ears that were drawn be as light and as red as the cheeks before them let expect.

    Args:
        picture: The turned head ``(B, 3, h, w)``, linear; changed in place.
        ears: The ears.
        there: Its parts.
        source: Those of the photograph.
    """
    for ear in ears:
        part, one = picture[ear.there], there.row(ear.row)
        cheek = there.regions.skin[ear.there] * (1 - ear.cover)
        strip = cheek * between(_BEFORE, ear.aside) * between(_HIGH, ear.along)
        scale = float(one.pose.scale[0])
        if float(strip.sum()) < _FEW * scale**2:
            continue
        light = _mean(luminance(part), ear.skin) / _mean(luminance(part), strip)
        change = (light.clamp(*_LIGHT) / light).expand(-1, 3, -1, -1)
        wanted = _hue(part, strip) * own_hue(source.row(ear.row))[:, :, None, None]
        change = deepened(change, torch.ones_like(light), one) * (wanted / _hue(part, ear.skin)) ** _HUE
        part = torch.lerp(part, part * change, ear.skin)
        picture[ear.there] = part * _into_cheek(part, cheek, ear, scale)
    return picture


def _mean(colour: Tensor, where: Tensor) -> Tensor:
    """The mean of what is there ``(B, C, 1, 1)``."""
    total = where.sum(dim=(2, 3), keepdim=True)
    return ((colour * where).sum(dim=(2, 3), keepdim=True) / total.clamp(min=1e-3)).clamp(min=1e-4)


def _into_cheek(part: Tensor, cheek: Tensor, ear: Ear, scale: float) -> Tensor:
    """What makes the front of an ear pass into the cheek ``(1, 3, h, w)``."""
    before = cheek * between(_NEAR, ear.aside)
    front = ear.skin * above(_OWN_MM - ear.aside, 0)
    wide = gaussian(torch.cat([part * before, before, part * front, front], dim=1), _FRONT_MM * scale)
    there, known, own, mine = wide.split_with_sizes((3, 1, 3, 1), dim=1)
    ratio = (there / known.clamp(min=1e-3)) / (own / mine.clamp(min=1e-3)).clamp(min=1e-3)
    share = ear.skin * smooth_fall(*_FRONT, ear.aside) * above(known, _THERE) * above(mine, _THERE)
    return torch.lerp(torch.ones_like(ratio), ratio.clamp(*_FACTORS), share)
