"""Light off the surface of skin that becomes another tone: it never passed through the pigment, so it does not change.

Of dark skin, whose body sends back little light, highlights are the greater part; of light skin they are the lesser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.kept import kept
from faceaug.image.color import luminance
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import coarseness, enlarge, gaussian, reduce
from faceaug.image.picked import median, picked, places, quantile
from faceaug.stages.film import light_of, light_of_lab

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.scene import Scene

# By how much the brighter parts of a face surpass the skin around, as a multiple of the light Y that comes from its
# cheeks, is (Y + this) / Y times a constant: what the body sends back grows with Y, what the surface does is the same
# at every tone. With it the 99th percentile of facial skin surpasses the cheeks by 0.66 (log luminance) on 14 light
# London faces made ITA -45, where 10 real ones do by 0.73 (the photographs by 0.20), and by 0.26 on 14 dark ones made
# ITA 65, where 14 real ones do by 0.21 (0.55); our own medians. With 0.4 these would be 0.76 and 0.22, but portraits
# by a strong key light look oiled (5 of 24).
_SURFACE = 0.2
# Highlights of skin that is made darker are as wide as this, millimetres: finer, noise would be made stronger too. Made
# lighter, pores that glint and noise are made weaker as well. What is brighter over a reach like this lies in more
# light (a chest in the flash, a forehead under a lamp) and glosses no more than the cheeks do.
_WIDE_MM, _FINE_MM, _LIT_MM = 0.6, 0.2, 20.0
# No part of skin is counted as brighter by more than this multiple of what is around; none is drawn weaker than this.
_MOST, _WEAKEST = 4.0, 0.05
# Haze over dark skin that is made lighter: the weakest channel's share of the strongest in skin without it is this
# quantile over the skin; at most this share of a pixel is haze; smoothed over so many millimetres.
_PUREST, HAZE_MOST, _HAZE_MM = 0.25, 0.5, 1.5


def tone_now(scene: Scene) -> Tensor:
    """CIELAB of the skin ``(B, 3)`` in the tone that is asked for; the photograph's own where none is."""
    tone = scene.source.skin.tone
    if scene.tone is None:
        return tone
    return torch.lerp(tone, scene.tone.lab, scene.tone.strength[:, None])


def sheen_now(scene: Scene) -> Tensor:
    """The surface reflection of the skin ``(B, 1, h, w)``, linear, in the tone that is asked for.

    Where skin is made darker the estimate, which also holds pale skin, counts for as much of the whole as before: were
    it more light than there is, spots would be paler than the skin, and brighter light would make it darker.
    """
    if scene.tone is None:
        return scene.source.skin.specular
    before, after = scene.source.skin.tone[:, 0], tone_now(scene)[:, 0]
    left = (((after + 16) / (before + 16)) ** 3).clamp(max=1.0)
    return scene.source.skin.specular * left[:, None, None, None]


def surface_light(source: Decomposition, row: int, cheeks: Tensor, tones: tuple[Tensor, Tensor]) -> Tensor:
    """White light off one row's skin that the pigment does not reach ``(1, 1, h, w)``, linear.

    Darkening keeps part of what the highlights have more than the cheeks: the estimate also holds pale skin, which
    would show as grey blotches. Lightening leaves all haze as it is.

    Args:
        source: Faces taken apart.
        row: Which of them.
        cheeks: Flat places at which its tone is measured ``(N,)``.
        tones: CIELAB of the cheeks ``(3,)`` before and after.
    """
    before, after = (float(tone[0]) for tone in tones)
    if after < before:
        found = source.skin.specular[row : row + 1]
        common = median(picked(found[0], cheeks))
        return (found - common).clamp_(min=0).mul_(((after + 16) / (before + 16)) ** 3)
    return _haze(source.linear[row : row + 1], source.regions.skin[row : row + 1], float(source.pose.scale[row]))


def highlights(source: Decomposition, row: int, skin: Tensor, keep: Tensor, tones: tuple[Tensor, Tensor]) -> Tensor:
    """Density to add where one row's skin is brighter than its cheeks ``(1, 1, h, w)``: less than none when darkened.

    With it what is brighter than they and than the skin around is so by as much as on real faces of the other tone.

    Args:
        source: Faces taken apart.
        row: Which of them.
        skin: Shares of bare skin and lips ``(B, 1, h, w)``.
        keep: Light that the pigment does not reach ``(B, 1, h, w)``, from `surface_light`.
        tones: CIELAB of the cheeks ``(3,)`` before and after.
    """
    one, scale = slice(row, row + 1), float(source.pose.scale[row])
    made = torch.zeros_like(source.linear[one, :1])
    box = extent(skin[one], round(3 * _WIDE_MM * scale) + 2)
    if box is None:
        return made
    part = (one, slice(None), *in_blocks(box, 2))
    linear = source.linear[part]
    before, after = brightness(tones)
    factor = coarseness(source.linear.shape[-2:]) if after < before else 1
    reach = (_WIDE_MM if after < before else _FINE_MM) * scale / factor
    weight, small = reduce(skin[part], factor), reduce(linear, factor)
    around = gaussian(weight, reach)
    lit = luminance(light_of(small))
    stays = reduce(keep[part], factor) * (lit / luminance(small).clamp(min=1e-4))
    bright = (gaussian(lit * weight, reach) / around.clamp(min=1e-2)).clamp(min=1e-4)
    level = reduce(light_around(source.row(row))[(slice(None), *part[1:])], factor).clamp(min=before)
    over, more = (bright / level - 1).clamp(0, _MOST), after / before
    stays = torch.minimum(stays, HAZE_MOST * bright)
    entered = (bright - stays) * more
    wanted = (stays + entered) * reshaped(over, before, after)
    gain = torch.log(((wanted - stays) / entered).clamp(min=_WEAKEST))
    made[part] = enlarge(-gain * around.clamp(max=1), (linear.shape[-2], linear.shape[-1]), factor)
    return made


@kept("linear", "regions.skin", "regions.body", "pose.scale")
@torch.inference_mode()
def light_around(source: Decomposition) -> Tensor:
    """Luminance of the light that skin in the same light sends back ``(1, 1, h, w)``: a broad mean over all skin."""
    size, regions = (source.linear.shape[-2], source.linear.shape[-1]), source.regions
    factor = coarseness(size, 4)
    reach, skin = _LIT_MM * float(source.pose.scale[0]) / factor, reduce(regions.skin + regions.body, factor)
    bright = luminance(light_of(reduce(source.linear, factor)))
    return enlarge(gaussian(bright * skin, reach) / gaussian(skin, reach).clamp(min=1e-2), size, factor)


def reshaped(over: Tensor, before: float, after: float) -> Tensor:
    """Return the factor that skin as much brighter than its cheeks as ``over`` gets besides what the cheeks get.

    Args:
        over: By how much it is brighter now, as a share of them.
        before: Luminance of the light from the cheeks before, as `brightness` tells it.
        after: The same afterwards.
    """
    excess = over * (after + _SURFACE) / (before + _SURFACE) * before / after
    return (1 + excess) / (1 + over)


def brightness(tones: tuple[Tensor, ...]) -> tuple[float, ...]:
    """Return the luminance of the light that a camera showed as CIELAB colours ``(3,)``."""
    return tuple(luminance(light_of_lab(torch.stack(tones)))[:, 0].tolist())


def _haze(linear: Tensor, skin: Tensor, scale: float) -> Tensor:
    """White light over one row's skin, by how much paler it is than the purest of it ``(1, 1, h, w)``, smoothed."""
    size = (linear.shape[-2], linear.shape[-1])
    factor = coarseness(size)
    small = gaussian(reduce(linear, factor), 0.5 * _HAZE_MM * scale / factor)
    low, high = small.amin(dim=1, keepdim=True), small.amax(dim=1, keepdim=True).clamp(min=1e-4)
    inside = places(reduce(skin, factor), 0.9)
    if len(inside) < 32:
        return torch.zeros_like(linear[:, :1])
    lowest, highest = (picked(plane[0], inside)[0] for plane in (low, high))
    body = float(quantile(lowest.div_(highest), _PUREST).clamp(max=0.95))
    haze = torch.minimum(((low - body * high) / (1 - body)).clamp(min=0), HAZE_MOST * low)
    return enlarge(gaussian(haze, _HAZE_MM * scale / factor), size, factor)
