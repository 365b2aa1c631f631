"""Differences of hue and of chroma within a face, kept as they were where the skin is made lighter.

A layer of one optical density takes as much red from the forehead as from the cheeks. Near white little colour is left,
and a forehead that was four degrees yellower than the cheeks would be fifteen: a yellow-green mask. Highlights, whiter
than the skin around, would turn grey.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from faceaug.image.color import hue_difference, lab_to_linear, linear_to_lab
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.picked import picked, places, put
from faceaug.image.shade import above

# Colours are compared over about so many millimetres, on a picture of about so many pixels a millimetre.
_BROAD_MM, _COARSE = 2.5, 0.5
# Differences of hue beyond this, radians, are no shades of one skin.
_MOST = math.radians(60.0)
# Share of the chroma, as a share of the cheeks', that stays: the brightest hundredth of facial skin has 0.70 of the
# cheeks' chroma on real light faces, 0.74 to 0.82 on dark ones (our own medians, London and portraits).
_CHROMA_KEPT = 0.9
# Radians of turn, and chroma that lacks, below which nothing would be seen.
_NOTHING, _LACKS = math.radians(0.5), 0.3


def shades_kept(toned: Tensor, own: Tensor, share: Tensor, cheeks: tuple[Tensor, Tensor], scale: float) -> Tensor:
    """Bring colours of lightened skin back toward the cheeks' where they have come farther from them than they were.

    Hue is turned back, and what has a much smaller share of the cheeks' chroma than before gets more. Lightness stays,
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
    factor = max(1, round(scale / _COARSE))
    weight = reduce(share, factor)
    reach = _BROAD_MM * scale / factor
    around = gaussian(weight, reach).clamp(min=1e-3)

    def spread(plane: Tensor) -> Tensor:
        return gaussian(plane * weight, reach) / around

    broad = [linear_to_lab(spread(reduce(colour, factor))) for colour in (own, toned)]
    turn, lacks = spread(_turn(broad, cheeks)), spread(_lacking(broad, cheeks))
    if float(turn.abs().amax()) < _NOTHING and float(lacks.amax()) < _LACKS:
        return toned
    hue = torch.atan2(broad[1][:, 2:3], broad[1][:, 1:2]) + turn
    maps = torch.cat([turn, lacks * torch.cos(hue), lacks * torch.sin(hue)], dim=1)
    maps, there = enlarge(maps, (toned.shape[-2], toned.shape[-1]), factor)[0], places(share[0])
    turn, green_red, blue_yellow = picked(maps, there).mul_(picked(share[0], there))
    now = picked(toned[0], there)
    lightness, red, yellow = linear_to_lab(now[None, :, None])[0, :, 0]
    across, along = torch.sin(turn), torch.cos(turn)
    turned = [red * along - yellow * across, red * across + yellow * along]
    colour = torch.stack([lightness, turned[0] + green_red, turned[1] + blue_yellow])[None, :, None]
    touched = turn.abs() + green_red.abs() + blue_yellow.abs()
    made = toned.clone()
    put(made[0], there, torch.lerp(now, lab_to_linear(colour)[0, :, 0].clamp(min=0), above(touched, 0)))
    return made


def _turn(broad: list[Tensor], cheeks: tuple[Tensor, Tensor]) -> Tensor:
    """Radians ``(1, 1, h, w)`` by which hue has to turn to be no farther from the cheeks' than before, either way."""
    before, after = (
        hue_difference(lab, middle.reshape(1, 3, 1, 1))[:, None].clamp(-_MOST, _MOST)
        for lab, middle in zip(broad, cheeks, strict=True)
    )
    return torch.maximum(torch.minimum(after, before.abs()), -before.abs()) - after


def _lacking(broad: list[Tensor], cheeks: tuple[Tensor, Tensor]) -> Tensor:
    """Chroma ``(1, 1, h, w)`` that skin has to get to have nearly as large a share of the cheeks' as before."""
    before, after = (torch.hypot(lab[:, 1:2], lab[:, 2:3]) for lab in broad)
    was, now = (float(torch.hypot(middle[1], middle[2])) for middle in cheeks)
    return (_CHROMA_KEPT * now * (before / max(was, 1e-3)).clamp(max=1) - after).clamp(min=0)
