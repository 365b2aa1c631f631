"""How wide a neck is, and which pixels are its skin: told from what is seen of it between jaw and collar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from torch import Tensor

HIGH, LOW = 20.0, -30.0
"""Between these heights above the axis' point, mm, the neck's width is looked for, and its colour."""

LINE_MM = 2.0
"""It is told line by line, so many mm high."""

EARS = (80.0, 96.0)
"""Between these heights it ends behind the ears, mm."""

USUAL = 47.0
"""Half the width of a neck of which too little is seen, mm."""

# A half is as wide as these, mm: what is narrower is collar or hair, what is wider shoulder or hair.
_LEAST, _WIDEST = 25.0, 64.0
# It is told where skin goes on past the jaw by so many mm, from so many of the topmost
# of such lines above the height. Where the wall begins within the last distance, mm, the neck ends there: bare necks
# of 60 london faces are 53 mm wide on either side, on average.
_PAST_JAW, _TOPMOST, _NEAR_JAW, _WALL_MM = 4.0, 5, -16.0, 6.0
# Where a collar hides it, it is as wide as lines on which both sides are seen, but for this share that may be narrower;
# if only one is, at least so wide, mm.
_NARROWER, _NARROWEST = 0.15, 44.0
# From the topmost of them on it goes on upward as it does over so many mm below, within these slopes, but less and less
# over that distance, mm. Below it is as wide as it was seen to be, but by so many mm at most.
_SLOPE_MM, _SLOPES, _BENDS_MM, _WIDENS_MM = 14.0, (-0.5, 0.0), 8.0, 8.0
# Else a collar's top is where the person is narrowest between these heights, mm, or the lowest line nearly as narrow,
# but for so many mm, if so many mm lower, and by so many mm, a shoulder begins. The neck lies so far within it, mm; it
# is no collar that lies farther aside than this, mm, or that hair hides, by this share.
_TOPS, _NARROWING_MM, _LOWER_MM, _SPREADS, _COLLAR_MM = (-20.0, 54.0), 2.5, 16.0, 5.0, 2.0
_COLLARS, _LOCKS = 74.0, 0.5
# A head is as wide at its ears as between these heights, mm.
_AT_EARS = (60.0, 90.0)
# Where no neck is seen the face tells its colour, by this weight, below these heights, mm.
_FACES, _LOW_ON_FACE = 0.02, (40.0, 55.0)
# Its middle ends so far aside and so low, mm.
_MIDDLE, _THROAT = (15.0, 35.0), (-32.0, -12.0)
# Skin differs from that, and from the face on its side, by such natural logarithms of channels over their mean, and of
# that mean, lighter and darker.
_LIKE = ((0.25, 0.5), (0.9, 1.3), (2.4, 3.2))
# A picture is grey where channels differ by less than this; there light alone tells.
_GREY, _GREY_LIKE = 0.05, ((0.25, 0.5), (0.6, 1.0), (1.6, 2.3))
# In shade that is darker by these it may be redder: light comes to it from skin.
_SHADE = (0.4, 1.0)
_FACE_LIKE = ((0.15, 0.25), (0.3, 0.5), (1.0, 1.5))


def skin_of_neck(linear: Tensor, seen: Tensor, skin: Tensor, across: Tensor, up: Tensor) -> Tensor:
    """What is of the colour of the middle of the neck, or nearly of the face's on that side ``(B, 1, h, w)``, 0..1.

    No cloth that was taken for skin.

    Args:
        linear: ``(B, 3, h, w)``, linear sRGB.
        seen: What was taken for the neck's skin ``(B, 1, h, w)``, 0..1.
        skin: The face's, likewise; what lies low on it tells the neck's colour where no neck is seen.
        across: How far pixels lie to the right of the neck's axis, likewise, mm.
        up: How far above its point, likewise, mm.
    """
    colour = linear.clamp(min=1e-3).log()
    low = skin * (1 - smooth_step(*_LOW_ON_FACE, up))
    middle = seen * (1 - smooth_step(*_MIDDLE, across.abs())) * smooth_step(*_THROAT, up) + _FACES * low
    left, right = (_mean(colour, low * (side * across > 0)) for side in (-1, 1))
    beside = _like(colour - torch.where(across < 0, left, right), *_FACE_LIKE)
    usual = _mean(colour, middle)
    alike = torch.maximum(beside, _like(colour - usual, *_LIKE))
    grey = usual.amax(dim=1, keepdim=True) - usual.amin(dim=1, keepdim=True) < _GREY
    return torch.where(grey, _like(colour - usual, *_GREY_LIKE), alike)


def _mean(colour: Tensor, some: Tensor) -> Tensor:
    """The mean colour ``(B, 3, 1, 1)`` of some of a picture."""
    return (colour * some).sum(dim=(2, 3), keepdim=True) / some.sum(dim=(2, 3), keepdim=True).clamp(min=1e-3)


def _like(apart: Tensor, hue: tuple[float, float], light: tuple[float, float], darker: tuple[float, float]) -> Tensor:
    """What differs by little from a colour, natural logarithms ``(B, 3, h, w)``; ``(B, 1, h, w)``, 0..1."""
    mean = apart.mean(dim=1, keepdim=True)
    off = apart - mean
    warmer = ((off[:, :1] - off[:, 2:]) / 2).clamp(min=0) * smooth_step(*_SHADE, -mean)
    off = off - warmer * off.new_tensor([1.0, 0.0, -1.0])[:, None, None]
    alike = 1 - smooth_step(*hue, off.abs().amax(dim=1, keepdim=True))
    return alike * (1 - smooth_step(*light, mean)) * (1 - smooth_step(*darker, -mean))


def outlines(seen: Tensor, face: Tensor, person: Tensor, hangs: Tensor, place: tuple[Tensor, Tensor]) -> Tensor:
    """How far the neck reaches to the left and to the right, line by line ``(B, 2, N)``, mm; 0 where there is none.

    Lines begin at `LOW` and lie `LINE_MM` apart.

    Args:
        seen: Its skin ``(B, 1, h, w)``, 0..1.
        face: Where the face is, likewise.
        person: The matte, likewise.
        hangs: Whether hair or beard hangs on the left and on the right ``(B, 2, 1, 1)``, 0..1: that hides collars.
        place: How far pixels lie to the right of the neck's axis, and how far above its point, likewise, mm.
    """
    (across, up), count = place, int((EARS[1] - LOW) / LINE_MM) + 1
    high = torch.arange(count, device=seen.device) * LINE_MM + LOW
    reach = torch.zeros(len(seen), 2, count).to(seen)
    for row in range(len(seen)):
        line = ((up[row, 0] - LOW) / LINE_MM).long()
        inside = (up[row, 0] > LOW) & (line < count)
        skin, jaw, whole = (
            _outermost(each[row, 0] > 0.5, inside, line, across[row, 0], count) for each in (seen, face, person)
        )
        broad = (skin > _LEAST).all(dim=0)
        below = skin[:, broad][:, skin[:, broad].sum(dim=0).argsort()[int(_NARROWER * int(broad.sum())) :][:1]]
        for side in range(2):
            past = (high > _NEAR_JAW) & (skin[side] > _LEAST) & (skin[side] > jaw[side] + _PAST_JAW)
            found = past.nonzero()[-_TOPMOST:, 0]
            if len(found) == _TOPMOST and bool((whole[side] < skin[side] + _WALL_MM)[found].all()):
                reach[row, side] = _bare(whole[side], found, high)
            else:
                told = _dressed(skin[side], whole[side], found, high, below[side].sum())
                reach[row, side] = told if float(hangs[row, side]) > _LOCKS else _to_collar(told, whole[side], high)
    return reach


def _bare(whole: Tensor, found: Tensor, high: Tensor) -> Tensor:
    """How far a neck reaches beside which the wall begins ``(N,)``, mm: it goes on upward as it comes up.

    Args:
        whole: How far the person reaches ``(N,)``, mm.
        found: The topmost lines on which it is the neck that does.
        high: How high lines are ``(N,)``, mm.
    """
    at, top = found.median(), whole[found].median()
    top = top if float(top) <= _WIDEST else top.new_tensor(USUAL)
    lower = whole[(high > high[at] - _SLOPE_MM) & (high <= high[at])]
    slope = ((lower[-1] - lower[0]) / _SLOPE_MM).clamp(*_SLOPES)
    above = top + slope * _BENDS_MM * (1 - torch.exp(-(high - high[at]).clamp(min=0) / _BENDS_MM))
    wider = torch.minimum(torch.maximum(whole, above), top + _WIDENS_MM)
    return torch.where(high < high[at], wider, above)


def _dressed(skin: Tensor, whole: Tensor, found: Tensor, high: Tensor, told: Tensor) -> Tensor:
    """How far a neck is seen to reach beside which hair or cloth begins ``()``, mm; 0 where too little of it is seen.

    ``told`` is how far it reaches on lines on which both sides are seen, 0 if there are none.
    """
    if len(found) < _TOPMOST:
        return told
    top = torch.where(whole < skin + _WALL_MM, whole, skin)[found].median()
    top = top if float(top) <= _WIDEST else top.new_tensor(USUAL)
    if float(told):
        return torch.minimum(top, told)
    return top.clamp(min=_NARROWEST) if float(high[found].median()) < 0 else told  # above, it may be the jaw


def _to_collar(told: Tensor, whole: Tensor, high: Tensor) -> Tensor:
    """How far a neck reaches that a collar hides ``()``, mm: up to the top of that, if the wall beside it shows one.

    Args:
        told: How far it was seen to reach ``()``, mm.
        whole: How far the person reaches on each line ``(N,)``, mm.
        high: How high lines are ``(N,)``, mm.
    """
    where = ((high > _TOPS[0]) & (high < _TOPS[1])).nonzero()[:, 0]
    narrow = whole[where]
    for at in (int(where[narrow.argmin()]), int(where[narrow < narrow.min() + _NARROWING_MM][0])):
        top, lower = whole[at] - _COLLAR_MM, max(at - round(_LOWER_MM / LINE_MM), 0)
        if _LEAST < float(top) < _COLLARS and float(whole[lower] - whole[at]) > _SPREADS:
            return torch.maximum(told, top)
    return told if float(told) else torch.full_like(told, USUAL)


def head_widths(person: Tensor, across: Tensor, up: Tensor) -> Tensor:
    """How far a head reaches to the left and to the right at its ears ``(B, 2)``, mm."""
    chosen, reach = (person > 0.5) & (up > _AT_EARS[0]) & (up < _AT_EARS[1]), torch.zeros_like(across)
    sides = [torch.where(chosen, side * across, reach).flatten(1).amax(dim=1) for side in (-1, 1)]
    return torch.stack(sides, dim=1)


def at_lines(reach: Tensor, up: Tensor) -> Tensor:
    """What lines tell ``(B, 2, N)``, at the height of each pixel ``(B, 2, h, w)``."""
    at = ((up - LOW) / LINE_MM).clamp(0, reach.shape[-1] - 1.001)
    low, share = at.long().flatten(1), (at % 1).flatten(1)
    both = [torch.lerp(side.gather(1, low), side.gather(1, low + 1), share) for side in reach.unbind(dim=1)]
    return torch.stack(both, dim=1).reshape(len(up), 2, *up.shape[-2:])


def _outermost(some: Tensor, inside: Tensor, line: Tensor, across: Tensor, count: int) -> Tensor:
    """How far aside pixels reach to the left and to the right in each line ``(2, count)``, mm."""
    chosen = some & inside
    where, aside = line[chosen], across[chosen]
    return torch.stack([across.new_zeros(count).scatter_reduce(0, where, side * aside, "amax") for side in (-1, 1)])
