"""Light on the temples of glasses: seen nearly edge-on, they mirror what is behind the head beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from faceaug.image.finish import GLASS, finish, flamed, fresnel
from faceaug.image.noise import smooth_noise
from faceaug.image.shade import smooth_step, unit
from faceaug.stages.eyewear.behind import toned

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.stages.eyewear.ears import Arm
    from faceaug.stages.eyewear.fitting import Fitting

# Along 38 temples of wearers in official portraits the darkest line has 0.26 of the light of skin beside it (80 % of
# them 0.08 to 0.48) and varies by 0.09 of it; black ones have the backdrop's blue: at so flat an angle plastic mirrors
# a fifth of what is behind. With less wall in sight than this share, a card of this grey stands in.
_LEAST_WALL, _NO_WALL = 0.04, 0.25
# Sine by which the side of a temple is turned toward us for being bent and rounded.
_TOWARD_US = 0.28
# The upper edge mirrors the ceiling, this part of a white card; the lower one the cheek, by this share of its light, as
# ears and hair are that stand behind a temple; where across it (-1 lower edge .. 1 upper) one goes over into the other.
_CEILING, _FROM_CHEEK, _UPPER, _LOWER = 0.50, 0.08, (0.30, 0.75), (-0.90, 0.1)
# So much of the wall is seen past ears and hair at the hinge, and at the ear.
_PAST_EARS = (0.34, 0.10)
# Share of the light that is scattered by metal; of what polished plastic would mirror, the share that the dullest
# one does, and the shiniest.
_DULLED, _DULLEST, _SHINIEST = 0.06, 0.50, 1.00
# Of 20 wearers of silver or gold 12 have temples that are dark, lacquered or sheathed; so many here.
_DARK, _SHEATH = 0.5, finish("metal", "black")
# Streaks in what it mirrors: two waves of so much of its light, so many mm long, along a temple, which is foreshortened
# to this length, as are flames of tortoise shell.
_STREAKS, _STREAK_MM, _LONG = 0.25, (5.0, 11.0), 18.0
# Share of the face's colour in what is dull in metal.
_TONED = 0.15
# The head beside it takes this much of the light that is scattered, at the hinge and at the ear.
_HEMMED = (0.10, 0.50)


def wall_beside(below: Tensor, fit: Fitting, one: Arm) -> Tensor:
    """Mean colour ``(1, 3, 1, 1)`` of the wall beside the head, on one temple's side of a box ``(1, 3, h, w)``."""
    x = min(max(int(fit.pixel(one.hinge)[0] - fit.whole.left), 0), below.shape[-1])
    part = (..., slice(x, None)) if one.side > 0 else (..., slice(0, x))
    wall = 1 - fit.whole.of(fit.scene.source.regions.person)[part]
    weight = wall.sum(dim=(2, 3), keepdim=True)
    if float(weight) < _LEAST_WALL * max(wall.numel(), 1):
        return _NO_WALL * fit.light.level
    return (below[part] * wall).sum(dim=(2, 3), keepdim=True) / weight


def side_light(fit: Fitting, one: Arm, wall: Tensor, place: tuple[Tensor, Tensor], coarse: float) -> Tensor:
    """Light of a temple ``(1, 3, h, w)``.

    Args:
        fit: The fitting.
        one: The temple.
        wall: What is behind the head ``(1, 3, 1, 1)``.
        place: Share of the way from the hinge to the ear ``(1, 1, h, w)``, and place across it, -1 lower edge to 1
            upper, likewise.
        coarse: From one pixel to the next, as part of half its height: what is finer would be seen now and then only.
    """
    (share, across), light, surface = place, fit.light, fit.surface
    if surface.metal and fit.asked.noise.first("sheath")[0] < _DARK:
        surface = _SHEATH
    normal = _normal(one, across)
    hemmed = 1 - _HEMMED[0] - (_HEMMED[1] - _HEMMED[0]) * share
    seen = _mirrored(fit, wall, share, across, coarse) * _streaks(fit, share)
    colour = torch.tensor(surface.colour, device=share.device).reshape(1, 3, 1, 1)
    if surface.metal:
        own, mirrored = _DULLED * colour * hemmed * light.level, fresnel(normal[:, 2:3], colour) * (1 - _DULLED)
        return toned(own + mirrored * seen, fit, _TONED)
    if surface.mottled:
        colour = flamed(colour, _flames(fit, share, across))
    polish = _DULLEST + (_SHINIEST - _DULLEST) * fit.asked.noise.first("polish")[0]
    return light.level * colour * light.shade(normal) * hemmed + polish * fresnel(normal[:, 2:3], GLASS) * seen


def _normal(one: Arm, across: Tensor) -> Tensor:
    """Unit normals of the face that is seen, rounded at its edges."""
    seen, rounded = 1.0 if one.aside.z > 0 else -1.0, across**3 * 0.9
    parts = [rounded * up + seen * aside for aside, up in zip(one.aside, one.up, strict=True)]
    return unit(torch.cat([*parts[:2], parts[2] + _TOWARD_US], dim=1))


def _mirrored(fit: Fitting, wall: Tensor, share: Tensor, across: Tensor, coarse: float) -> Tensor:
    """What a temple mirrors ``(1, 3, h, w)``: cheek below, wall beside, ceiling above, ears and hair before them."""
    first, last = _PAST_EARS
    past = first + (last - first) * share
    (under, over), (low, high) = _LOWER, _UPPER
    seen = torch.lerp(_FROM_CHEEK * fit.face, wall, past * smooth_step(under - coarse, over + coarse, across))
    above = (1 - share) * smooth_step(low - coarse, high + coarse, across)
    return torch.lerp(seen, _CEILING * fit.light.level, above)


def _streaks(fit: Fitting, share: Tensor) -> Tensor:
    """Light over the mean along a temple, as what it mirrors is not even ``(1, 1, h, w)``: two waves, drawn."""
    noise, wave = fit.asked.noise, torch.ones_like(share)
    for index, period in enumerate(_STREAK_MM):
        turn = 2 * math.pi * noise.first(f"temple streak {index}")[0]
        wave = wave + _STREAKS * torch.sin(share * (2 * math.pi * _LONG / period) + turn)
    return wave


def _flames(fit: Fitting, share: Tensor, across: Tensor) -> Tensor:
    """Flames of tortoise shell along a temple ``(1, 1, h, w)``, 0..1."""
    place = torch.cat([share * _LONG, across.expand_as(share) * 2.0], dim=1)
    return smooth_step(-0.25, 0.9, smooth_noise(fit.asked.noise, "temple flames", place, 5.0))[:, None]
