"""How wide a neck is, and which pixels are its skin: told from what is seen of it between jaw and collar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from torch import Tensor

HIGH, LOW = 20.0, -30.0
"""Between these heights above the axis' point, mm, the neck's width is looked for, and its colour."""

USUAL = 47.0
"""Half the width of a neck of which too little is seen, mm."""

# A half is as wide as these, mm: what is narrower is collar or hair, what is wider shoulder or hair.
_LEAST, _WIDEST = 25.0, 64.0
# It is told line by line, so many mm high, where skin goes on past the jaw by so many mm, from so many of the topmost
# of such lines above the height. Where the wall begins within the last distance, mm, the neck ends there: bare necks
# of 60 london faces are 53 mm wide on either side, on average.
_LINE_MM, _PAST_JAW, _TOPMOST, _NEAR_JAW, _WALL_MM = 2.0, 4.0, 5, -16.0, 6.0
# Where a collar hides it, it is as wide as lines on which both sides are seen, but for this share that may be narrower;
# if only one is, at least so wide, mm.
_NARROWER, _NARROWEST = 0.15, 44.0
# Its middle ends so far aside and so low, mm. Skin differs from that by such natural logarithms of channels over their
# mean, and of that mean, lighter and darker.
_MIDDLE, _THROAT, _HUE, _LIGHT, _DARKER = (15.0, 35.0), (-32.0, -12.0), (0.25, 0.5), (0.6, 1.0), (1.6, 2.3)


def skin_of_neck(linear: Tensor, seen: Tensor, across: Tensor, up: Tensor) -> Tensor:
    """What is of the colour of the middle of the neck ``(B, 1, h, w)``, 0..1: no cloth that was taken for skin.

    Args:
        linear: ``(B, 3, h, w)``, linear sRGB.
        seen: What was taken for the neck's skin ``(B, 1, h, w)``, 0..1.
        across: How far pixels lie to the right of the neck's axis, likewise, mm.
        up: How far above its point, likewise, mm.
    """
    middle = seen * (1 - smooth_step(*_MIDDLE, across.abs())) * smooth_step(*_THROAT, up)
    colour = linear.clamp(min=1e-3).log()
    usual = (colour * middle).sum(dim=(2, 3), keepdim=True) / middle.sum(dim=(2, 3), keepdim=True).clamp(min=1e-3)
    apart = colour - usual
    light = apart.mean(dim=1, keepdim=True)
    alike = 1 - smooth_step(*_HUE, (apart - light).abs().amax(dim=1, keepdim=True))
    return alike * (1 - smooth_step(*_LIGHT, light)) * (1 - smooth_step(*_DARKER, -light))


def half_widths(seen: Tensor, face: Tensor, person: Tensor, across: Tensor, up: Tensor) -> Tensor:
    """How far the neck reaches to the left and to the right ``(B, 2, 1, 1)``, mm; 0 where it is not seen.

    Args:
        seen: Its skin ``(B, 1, h, w)``, 0..1.
        face: Where the face is, likewise.
        person: The matte, likewise.
        across: How far pixels lie to the right of the neck's axis, likewise, mm.
        up: How far above its point, likewise, mm.
    """
    reach, count = torch.zeros(len(seen), 2, 1, 1).to(seen), int((HIGH - LOW) / _LINE_MM) + 1
    high = torch.arange(count, device=seen.device) * _LINE_MM + LOW
    for row in range(len(seen)):
        line = ((up[row, 0] - LOW) / _LINE_MM).long()
        inside = (up[row, 0] > LOW) & (line < count)
        skin, jaw, whole = (
            _outermost(each[row, 0] > 0.5, inside, line, across[row, 0], count) for each in (seen, face, person)
        )
        neck, broad = torch.where(whole < skin + _WALL_MM, whole, skin), (skin > _LEAST).all(dim=0)
        below = skin[:, broad][:, skin[:, broad].sum(dim=0).argsort()[int(_NARROWER * int(broad.sum())) :][:1]]
        for side in range(2):
            past = (high > _NEAR_JAW) & (skin[side] > _LEAST) & (skin[side] > jaw[side] + _PAST_JAW)
            found, told = past.nonzero()[-_TOPMOST:, 0], below[side].sum()
            if len(found) == _TOPMOST:
                top = neck[side][found].median()
                top = top if float(top) <= _WIDEST else top.new_tensor(USUAL)
                if bool((whole[side][found] < skin[side][found] + _WALL_MM).all()):
                    told = top
                elif float(told):
                    told = torch.minimum(top, told)
                elif float(high[found].median()) < 0:  # above, it may be the jaw
                    told = top.clamp(min=_NARROWEST)
            reach[row, side, 0, 0] = told
    return torch.where(reach > _WIDEST, USUAL, reach)


def _outermost(some: Tensor, inside: Tensor, line: Tensor, across: Tensor, count: int) -> Tensor:
    """How far aside pixels reach to the left and to the right in each line ``(2, count)``, mm."""
    chosen = some & inside
    where, aside = line[chosen], across[chosen]
    return torch.stack([across.new_zeros(count).scatter_reduce(0, where, side * aside, "amax") for side in (-1, 1)])
