"""Bare skin below the chin, told by the neck: shoulders of its colour, and what white cloth bleaches with its light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.image.picked import median, places
from faceaug.image.shade import smooth_fall, smooth_step

if TYPE_CHECKING:
    from faceaug.face.classes import Head
    from faceaug.face.typical import Typical

# The neck, mm outward and up; squared distance from the face's skin in shade beyond which it is none, and chroma (per
# cent) without which a photograph cannot tell.
_NECK_X, _NECK_Y, _ALIKE, _COLOURED = 32.0, (-150.0, -128.0), 6.0, 6.0
# Spreads of lightness and of the opponent colours of shoulders, and distances in these between which a colour is less
# and less the neck's; share of the place of clothes that has it from which shoulders are bare (0.89 and 0.47 on the two
# of 90 faces where they are, 0.14 at most on the others); and below which height, mm.
_SPREAD, _LIKE, _SHARE, _SHOULDERS = (12.0, 4.0, 4.0), (1.5, 2.5), (0.2, 0.4), (-120.0, -100.0)
# Below which height, mm, skin is bleached, and by how much it is lighter than the neck, L*.
_COLLAR, _LIGHTER = -112.0, (0.0, 5.0)
# Share of the neck's depth of colour up to which cloth is white, and between which what is no such cloth becomes skin:
# 37 of 102 London photographs, all with a white shirt, show 3 cm2 and more at 0.4 to 0.8 that was taken for cloth.
_WHITE, _SKIN = 0.1, (0.22, 0.32)
# What lies between cloth and skin (up to this), as a share of what is white: 0.04 at most on these, 0.08 and more on
# all but three of 239 portraits, whose cloth has every colour.
_BETWEEN, _RATIO = 0.3, (0.05, 0.08)
# Share of the place of clothes that is white at least: ties of the skin's colour lie between coats, which are dark.
_MOSTLY = 0.5
# How far the hue may be off, per cent across the neck's; pixels that are enough.
_TURNED, _FEWEST = (5.0, 8.0), 40


def neck_colour(head: Head, typical: Typical) -> Tensor | None:
    """The `unshaded` colour of the neck ``(3,)``; None where it is hidden or unlike the face's ``typical`` skin."""
    out, y = head.position[0].abs(), head.position[1]
    place = places((head.person > 0.9) & (out < _NECK_X) & (y > _NECK_Y[0]) & (y < _NECK_Y[1]))
    if len(place) < _FEWEST:
        return None
    neck = median(head.colour.flatten(1).index_select(1, place))
    if float(typical.shaded(neck[:, None])) > _ALIKE or float(neck[1:].norm()) < _COLOURED:
        return None
    return neck


def bare_shoulders(head: Head, neck: Tensor, cloth: Tensor) -> Tensor:
    """How far pixels below the chin have the colour of a neck that goes on in bare shoulders ``(h, w)``, 0..1.

    Args:
        head: The head.
        neck: Colour of its neck ``(3,)``.
        cloth: Where clothes mostly are ``(h, w)``, bool.
    """
    if not bool(cloth.any()):
        return torch.zeros_like(head.face)
    spread = neck.new_tensor(_SPREAD)[:, None, None]
    like = smooth_fall(*_LIKE, ((head.colour - neck[:, None, None]) / spread).norm(dim=0))
    bare = smooth_step(*_SHARE, like[cloth].mean())
    return bare * like * smooth_fall(*_SHOULDERS, head.position[1])


def bleached(head: Head, neck: Tensor, cloth: Tensor) -> Tensor:
    """How far pixels are skin in the light that white cloth throws back ``(h, w)``, 0..1, nearly of its colour.

    Below the chin, what is as light as cloth but not white is skin, where all else that is so light is white: nothing
    lies between the two. Left out, it stays as pale patches at the collar of a neck made dark.

    Args:
        head: The head.
        neck: Colour of its neck ``(3,)``.
        cloth: Where clothes mostly are ``(h, w)``, bool.
    """
    depth = neck[1:].norm()
    red, yellow = (neck[1:] / depth).tolist()
    share = (head.colour[1] * red + head.colour[2] * yellow) / depth
    turned = (head.colour[2] * red - head.colour[1] * yellow).abs()
    lighter, low = head.colour[0] - neck[0], head.position[1] < _COLLAR
    light = low & (head.person > 0.9) & (lighter > _LIGHTER[1])
    white, between = light & (share < _WHITE), light & (share > _WHITE) & (share < _BETWEEN)
    if int((white & cloth).sum()) < max(_FEWEST, _MOSTLY * int(cloth.sum())):
        return torch.zeros_like(share)
    sure = smooth_fall(*_RATIO, between.sum() / white.sum())
    sure = sure * low * head.person
    return sure * smooth_step(*_SKIN, share) * smooth_fall(*_TURNED, turned) * smooth_step(*_LIGHTER, lighter)
