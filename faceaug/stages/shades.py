"""Differences of hue and of chroma within a face, as real faces of the other tone have them.

A layer of one optical density takes as much red from the forehead as from the cheeks. Near white little colour is left,
and a forehead that was four degrees yellower than the cheeks would be fifteen: a yellow-green mask. Highlights, whiter
than the skin around, would turn grey. Made darker, ears and nose would stay red and necks yellow: melanin hides blood.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from faceaug.image.color import hue_difference, lab_to_linear, linear_to_lab
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.picked import picked, places, put

# Colours are compared over about so many millimetres, on a picture of about so many pixels a millimetre: with half as
# many again pictures differ by two levels at most.
_BROAD_MM, _COARSE = 2.5, 0.33
# Differences of hue beyond this, radians, are no shades of one skin.
_MOST = math.radians(60.0)
# Share of the chroma, as a share of the cheeks', that stays: the brightest hundredth of facial skin has 0.70 of the
# cheeks' chroma on real light faces, 0.74 to 0.82 on dark ones (our own medians, London and portraits).
_CHROMA_KEPT = 0.9
# Made darker: over how many L*, and over how many millimetres, broad differences of hue give way, and to how many
# degrees at most: light cheeks are redder than all other skin, dark ones hardly. On 28 light London faces (L* of the
# cheeks 68) the face is 3.8 degrees yellower than they and body skin 7.8, on 15 dark ones (L* 30 to 53) 0.4 and 0.5; on
# portraits 3.4 and 5.8, and 2.9 and 3.1 (our own medians). Finer differences stay: they vary by 3.5 degrees on the
# former, by 3.1 on the latter, on portraits by 2.8 and 2.3.
_BLUSH_OVER, _BLUSH_MM, _BLUSH_MOST = 30.0, 8.0, math.radians(2.5)
# The most by which any skin of such a face is redder than its cheeks: ears are by 0.4 to 4 degrees (medians by tone).
_REDDER_MOST = math.radians(6.0)
# Where it is brighter than its cheeks light skin loses chroma, dark skin none: with power 0.5 of luminance over theirs
# from the higher L* of the cheeks on, with none up to the lower (at 1.6 times their luminance it is 1.03 and 1.00 of
# theirs at L* 34, 0.90 and 0.93 at 48 to 51, 0.77 and 0.87 at 56 to 59, medians of London and portraits). With which
# power it grows at most to be so; between which luminances over the cheeks' (log: they themselves stay); and the weight
# of no need for it.
_FADES, _FADED, _MOST_POWER, _BRIGHT, _NO_NEED = 0.5, (45.0, 60.0), 1.2, (0.15, 0.55), 0.3
# Linear light below which no ratio of colours is told.
_DARK = 2e-3
# Radians of turn, and chroma that lacks, below which nothing would be seen.
_NOTHING, _LACKS = math.radians(0.5), 0.3


def shades_fitted(toned: Tensor, own: Tensor, share: Tensor, cheeks: tuple[Tensor, Tensor], scale: float) -> Tensor:
    """Fit colours of toned skin to those of its cheeks, as they lie beside each other on real skin that is so light.

    Made lighter, hue is no farther from the cheeks' than before, and what has a much smaller share of their chroma gets
    more. Made darker, broad differences of hue become small, and bright skin gets more chroma. Lightness stays,
    and so does all that is finer than a few millimetres.

    Args:
        toned: One face after the change of tone ``(1, 3, h, w)``, linear.
        own: The same before.
        share: Share of bare skin ``(1, 1, h, w)``.
        cheeks: CIELAB of the cheeks ``(3,)`` before and after.
        scale: Pixels a millimetre.

    Returns:
        ``toned`` in other colours, where its skin needs them.
    """
    factor, darker = max(1, round(scale / _COARSE)), max(0.0, float(cheeks[0][0] - cheeks[1][0]))
    weight = reduce(share, factor)
    reach = _BROAD_MM * scale / factor
    around = gaussian(weight, reach).clamp(min=1e-3)

    def spread(plane: Tensor) -> Tensor:
        return gaussian(plane * weight, reach) / around

    broad = [linear_to_lab(gaussian(reduce(colour * share, factor), reach) / around) for colour in (own, toned)]
    hues, lacking = _hues(broad, cheeks), _lacking(broad, cheeks)
    if darker:
        broader = _BLUSH_MM * scale / factor
        wide = gaussian(hues * weight, broader) / gaussian(weight, broader).clamp(min=1e-3)
        hues = _fewer(hues, wide, min(1.0, darker / _BLUSH_OVER))
        lacking = _unfaded(broad[1], cheeks[1], weight) * min(1.0, darker / _BLUSH_OVER)
    turn, lacks = spread(hues - _hue(broad[1], cheeks[1])), spread(lacking)
    if float(turn.abs().amax()) < _NOTHING and float(lacks.abs().amax()) < _LACKS:
        return toned
    lightness, red, yellow = broad[1].chunk(3, dim=1)
    hue, chroma = torch.atan2(yellow, red) + turn, torch.hypot(red, yellow) + lacks
    fitted = torch.cat([lightness, chroma * torch.cos(hue), chroma * torch.sin(hue)], dim=1)
    before, after = (lab_to_linear(lab).clamp(min=_DARK) for lab in (broad[1], fitted))
    change = enlarge(after.div_(before).sub_(1), (toned.shape[-2], toned.shape[-1]), factor)[0]
    there, made = places(share[0]), toned.clone()
    by = picked(change, there).mul_(picked(share[0], there)).add_(1)
    put(made[0], there, by.mul_(picked(toned[0], there)))
    return made


def _hues(broad: list[Tensor], cheeks: tuple[Tensor, Tensor]) -> Tensor:
    """By how much hue shall differ from the cheeks' ``(1, 1, h, w)``, radians: as toned, but no more than before."""
    before, after = (_hue(lab, middle) for lab, middle in zip(broad, cheeks, strict=True))
    return torch.maximum(torch.minimum(after, before.abs()), -before.abs())


def _fewer(hues: Tensor, wide: Tensor, share: float) -> Tensor:
    """Differences of hue ``(1, 1, h, w)`` without a share of what is broad, or much redder than the cheeks."""
    hues = hues - share * (wide - _BLUSH_MOST * torch.tanh(wide / _BLUSH_MOST))
    redder = hues.clamp(max=0)
    return hues - share * (redder - _REDDER_MOST * torch.tanh(redder / _REDDER_MOST))


def _hue(lab: Tensor, cheeks: Tensor) -> Tensor:
    """By how much hue differs from that of the cheeks ``(1, 1, h, w)``, radians."""
    return hue_difference(lab, cheeks.reshape(1, 3, 1, 1))[:, None].clamp(-_MOST, _MOST)


def _lacking(broad: list[Tensor], cheeks: tuple[Tensor, Tensor]) -> Tensor:
    """Chroma ``(1, 1, h, w)`` that skin has to get to have nearly as large a share of the cheeks' as before."""
    before, after = (torch.hypot(lab[:, 1:2], lab[:, 2:3]) for lab in broad)
    was, now = (float(torch.hypot(middle[1], middle[2])) for middle in cheeks)
    return (_CHROMA_KEPT * now * (before / max(was, 1e-3)).clamp(max=1) - after).clamp(min=0)


def _unfaded(lab: Tensor, cheeks: Tensor, weight: Tensor) -> Tensor:
    """Chroma ``(1, 1, h, w)`` that darkened skin ``(1, 3, h, w)`` gets where it is bright, to keep that of its cheeks.

    Args:
        lab: Its broad colours, CIELAB.
        cheeks: Those of the cheeks ``(3,)``.
        weight: Share of bare skin ``(1, 1, h, w)``.
    """
    level = (3 * torch.log((lab[:, :1] + 16) / (cheeks[0] + 16))).clamp(*_BRIGHT) - _BRIGHT[0]
    chroma, counted = torch.hypot(lab[:, 1:2], lab[:, 2:3]), level * weight
    fades = torch.log(torch.hypot(cheeks[1], cheeks[2]).clamp(min=1) / chroma.clamp(min=1))
    power = float((counted * fades).sum() / ((counted * level).sum() + _NO_NEED))
    power -= _FADES * min(max((float(cheeks[0]) - _FADED[0]) / (_FADED[1] - _FADED[0]), 0.0), 1.0)
    return chroma * torch.expm1(min(max(power, 0.0), _MOST_POWER) * level)
