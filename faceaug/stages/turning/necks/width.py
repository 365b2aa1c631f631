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

# Skin tells it that goes on past the jaw by so many mm, above this height, on so many of the topmost of such lines on
# which it is not narrower than the last, mm: that is what a collar lets see.
_PAST_JAW, _NEAR_JAW, _TOPMOST, _LEAST = 4.0, -16.0, 5, 40.0
# Where the person is narrowest between these heights, mm, or on the lowest line that is nearly as narrow, but for so
# many mm, the wall begins beside it, if that is no wider than the last: else hair or a coat hides it.
_BETWEEN, _NEARLY_MM, _WIDEST = (-10.0, 54.0), 2.5, 78.0
# It is bare if its skin ends within so many mm of the wall: bare necks of 60 london faces are 53 mm wide on either side
# on average, some 70. Below that line it widens as its skin does, by so many mm at most.
_WALL_MM, _WIDENS_MM = 6.0, 8.0
# A shoulder begins so many mm lower, wider by so many mm: a collar hides the neck, which lies so far within that, mm.
_LOWER_MM, _SPREADS, _COLLAR_MM = 16.0, 5.0, 3.0
# Beside hair it is as wide as on lines on which it is no strip, mm, on either side, but for this share that may be
# narrower.
_STRIP, _NARROWER = 25.0, 0.15
# Hair hides it where the person is nowhere narrower than the last, mm, between these heights. Of 742 sides of 371
# portraits hair is told on 171, of which 45 are narrower: coats as dark as hair, and hair that ends above the neck.
_HAIR, _WIDE = (12.0, 54.0), 66.0
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


def outlines(maps: tuple[Tensor, ...], hangs: Tensor, place: tuple[Tensor, Tensor]) -> Tensor:
    """How far the neck reaches to the left and to the right, line by line ``(B, 2, N)``, mm; 0 where there is none.

    Lines begin at `LOW` and lie `LINE_MM` apart.

    Args:
        maps: Its skin, where the face is, and the matte, each ``(B, 1, h, w)``, 0..1.
        hangs: Whether hair or beard hangs on the left and on the right ``(B, 2, 1, 1)``, 0..1: it may hide the neck.
        place: How far pixels lie to the right of the neck's axis, and how far above its point, likewise, mm.
    """
    (across, up), count = place, int((EARS[1] - LOW) / LINE_MM) + 1
    high = torch.arange(count, device=hangs.device) * LINE_MM + LOW
    reach = torch.zeros(len(hangs), 2, count).to(hangs)
    for row in range(len(hangs)):
        line = ((up[row, 0] - LOW) / LINE_MM).long()
        inside = (up[row, 0] > LOW) & (line < count)
        lines = [_outermost(each[row, 0] > 0.5, inside, line, across[row, 0], count) for each in maps]
        broad = lines[0][:, (lines[0] > _STRIP).all(dim=0)].sort().values
        for side in range(2):
            skin, jaw, whole = (each[side] for each in lines)
            told = _reach(skin, jaw, whole, high, hidden=bool(hangs[row, side] > 0.5))
            if told is None:
                told = broad[side, int(_NARROWER * broad.shape[1]) :][:1].sum()
                told = told if float(told) < _WIDE else told.new_tensor(USUAL)
            reach[row, side] = told
    return reach


def _reach(skin: Tensor, jaw: Tensor, whole: Tensor, high: Tensor, *, hidden: bool) -> Tensor | None:
    """How far a neck reaches to one side on each line ``(N,)``, mm; none if hair hides it.

    Args:
        skin: How far its skin reaches ``(N,)``, mm.
        jaw: How far the face does, likewise.
        whole: How far the person does, likewise.
        high: How high lines are, likewise.
        hidden: Whether hair or beard hangs there: no collar is told from it.
    """
    where = ((high > _BETWEEN[0]) & (high < _BETWEEN[1]) & (whole > 0)).nonzero()[:, 0]
    if not len(where):  # the picture ends above it
        return torch.full_like(skin, 0.0 if hidden else USUAL)
    at = where[whole[where] < whole[where].min() + _NEARLY_MM][0]
    top, lower = whole[at], whole[max(int(at) - round(_LOWER_MM / LINE_MM), 0)]
    if bool(top < (_WIDE if hidden else _WIDEST)) and bool(skin[at] > top - _WALL_MM):
        wider = torch.minimum(torch.maximum(skin, top), top + _WIDENS_MM)
        return torch.where(high < high[at], wider, top)
    past = (high > _NEAR_JAW) & (skin > jaw + _PAST_JAW) & (skin > _LEAST)
    topmost = skin[past][-_TOPMOST:]
    within, seen = top - _COLLAR_MM, float(topmost.median()) if len(topmost) == _TOPMOST else 0.0
    if hidden or seen > _WIDEST:  # or was taken for skin
        return None
    if bool(top < _WIDEST) and bool(lower > top + _SPREADS):
        return within.clamp(min=seen).expand_as(skin)
    return within.clamp(max=USUAL).clamp(min=seen).expand_as(skin)


def wide(person: Tensor, place: tuple[Tensor, Tensor]) -> Tensor:
    """Whether no wall is seen beside a neck, on the left and on the right ``(B, 2, 1, 1)``, 0 or 1.

    Args:
        person: The matte ``(B, 1, h, w)``, 0..1.
        place: As `outlines` has it.
    """
    (across, up), count = place, int((_HAIR[1] - _HAIR[0]) / LINE_MM)
    line = ((up - _HAIR[0]) / LINE_MM).long()
    inside = (up > _HAIR[0]) & (line < count) & (person > 0.5)
    rows = zip(inside, line, across, strict=True)
    reach = torch.stack([_outermost(some[0], some[0], at[0], aside[0], count) for some, at, aside in rows])
    return (reach.amin(dim=2) > _WIDE).to(person)[..., None, None]


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
