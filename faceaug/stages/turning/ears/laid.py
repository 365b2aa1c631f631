"""A near ear that was drawn takes the place of the one that the mesh carried: none is seen twice, no wall between.

What the mesh carried of the old ear goes, and all but hair that it carried beyond the new one, but for what lies
between that and the person close under it, or before it. The head comes down to the ear in a bow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.image.color import lab_to_linear
from faceaug.image.extent import extent
from faceaug.image.filter import gaussian, largest, smallest
from faceaug.image.shade import above, between, smooth_fall, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.ears.bow import bow_over
from faceaug.stages.turning.ears.pinna import pinnae

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.ears.ear import Ear
    from faceaug.stages.turning.unseen import Sight

# What tells that a pixel is of the person, that it is bare skin off the face, and what an ear is not.
_MATTES, _SKIN, _NO_EAR = ("person", "clear"), ("body", "bare"), ("skin", "hair", "clothes")
# What the mesh carried is ear by such shares, and so much beyond that, mm.
_WAS, _RIM_MM = (0.1, 0.35), 3.5
# It goes between such shares of the new one's height, from its front on, mm; over that, up to such a height, only
# farther back. So far beyond its front, between such shares, all goes that is no hair.
_FROM_LOBE, _TO_TOP, _FRONT, _UP_TO, _BACK = (-0.11, -0.05), (0.93, 1.0), (-1.0, 1.0), (1.1, 1.25), (5.0, 9.0)
_BEYOND, _ALL = (2.0, 5.0), (0.13, 0.23)
# That is so near an old ear, mm; what is so much skin is told so.
_NEAR_MM = 4.0
_FLESH = (0.3, 0.6)
# What goes so far over an ear, of its height, and is no thinner than this, mm, is told there; it draws in over such a
# part of it, softly, mm. So much hair of what goes farther is a head of hair: none is seen under that.
_OVER, _DRAWS_IN, _SOFT_MM, _THIN_MM, _SOLID, _HAIRY = (1.03, 1.35), (0.2, 1.0), 1.5, 2.0, 0.5, 0.3
# Hair thinner than this, mm, or told by less than these shares, is the outline of the old ear.
_LOCK_MM, _HAIR = 9.0, (0.4, 0.8)
# An earring departs from the skin's hue by such factors, and is not so much darker, natural logarithms; it hangs below
# such a share of the ear's height, is so much person, and channels darker than the last tell no hue.
_HUE, _LIGHT, _HANGS, _SEEN, _DIM = (0.3, 0.5), (-1.2, -0.8), (0.3, 0.5), (0.4, 0.7), 0.02
# Its own colour is what is so much person, with all beside it.
_WHOLE = (0.7, 0.95)
# No wall shows so near over what is under an ear, mm.
_UNDER_MM = 20.0
# So far around what changes person and wall are parted, mm.
_PARTED_MM = 3.0
# It shades what is close behind, so smooth, mm, and what is before its upper front, so far from that, mm.
_SHADE, _SHADES_MM, _FRONT_MM = 0.3, 2.5, (0.0, 5.0)
# What is so much person, and so little ear, has its own colour.
_OWN = 0.9


def put_on(
    ears: list[Ear],
    colour: Tensor,
    carried: dict[str, Tensor],
    sight: Sight,
    *,
    faces: tuple[Tensor, Tensor],
    source: Decomposition,
) -> None:
    """Lay ears on a turned person, in place: all that tells what its pixels are is told of them too.

    Args:
        ears: The ears.
        colour: The person ``(B, 3, h, w)``, linear.
        carried: Maps of the turned head ``(B, 1, h, w)``, 0..1: its mattes, its regions, and bare skin if that is told.
        sight: Where its pixels were seen.
        faces: Where the turned face is, and where person and wall are parted ``(B, 1, h, w)``, 0..1.
        source: The photograph.
    """
    face, far = faces
    for ear in ears:
        there = ear.there
        maps = {name: every[there] for name, every in carried.items()}
        was = sight.row(ear.row).within(ear.box).of([pinnae(source.row(ear.row)).cover])
        old = _old(ear, smooth_step(*_WAS, was), maps, sight.scale) * (1 - face[there]).clamp(0, 1)
        tone = source.skin.tone[ear.row : ear.row + 1]
        old *= 1 - _jewel(ear, colour[there], maps["clear"], tone, sight.scale)
        changed = _cleared(ear, colour[there], maps, old, (1 - face[there], sight.scale))
        far[there] = torch.maximum(far[there], changed)
        colour[there] = _with_ear(ear, colour, sight.scale)
        for each in (far[there], *(maps[name] for name in _MATTES)):
            each.copy_(torch.maximum(each, ear.cover))
        for name in _NO_EAR:
            maps[name].mul_(1 - ear.skin)
        for name in _SKIN:
            if name in maps:
                maps[name].lerp_(torch.ones_like(ear.skin), ear.skin)


def _with_ear(ear: Ear, colour: Tensor, scale: float) -> Tensor:
    """A person ``(B, 3, h, w)`` with an ear, and its shade on what is close ``(1, 3, h', w')``, linear.

    What lies before its upper front goes on as what is before that.
    """
    row = colour[ear.row : ear.row + 1]
    under = row[(..., *ear.box)] * (1 - _SHADE * gaussian(ear.skin, _SHADES_MM * scale) * above(ear.aside, 0))
    box = extent(above(ear.cover - ear.skin, 0))
    if box is not None:
        part = (..., *box)
        before = sampled([row], ear.before[part].contiguous(), (row.shape[-2], row.shape[-1]))
        before *= 1 - _SHADE * smooth_step(*_FRONT_MM, ear.aside[part])
        under[part] = torch.lerp(under[part], before, ear.cover[part])
    return under.lerp_(ear.colour, ear.skin)


def _old(ear: Ear, was: Tensor, maps: dict[str, Tensor], scale: float) -> Tensor:
    """Where the old ear goes ``(1, 1, h', w')``, 0..1: where the mesh carried one, ``was``, and beyond the new one.

    Only skin goes, and what is close to it: a light head of hair is not always told as hair.
    """
    itself, was = was, largest(was, max(1, round(_RIM_MM * scale)))
    under = smooth_fall(*_TO_TOP, ear.along)
    back = smooth_step(*_BACK, ear.aside) * smooth_fall(*_UP_TO, ear.along)
    place = torch.maximum(smooth_step(*_FROM_LOBE, ear.along) * under * smooth_step(*_FRONT, ear.aside), back)
    beyond = smooth_step(*_ALL, ear.along) * under * smooth_step(*_BEYOND, ear.aside)
    beyond *= largest(was, max(1, round(_NEAR_MM * scale)))
    thin = max(1, round(_LOCK_MM / 2 * scale))
    locks = smooth_step(*_HAIR, largest(smallest(maps["hair"], thin), thin))
    locks *= 1 - smallest(itself, 1) * under
    skin = torch.stack([maps[name] for name in _SKIN if name in maps]).amax(dim=0)
    skin = largest(smooth_step(*_FLESH, skin), max(1, round(_RIM_MM * scale)))
    kept = _overhung(ear, maps["person"] * (1 - was), was, maps["hair"], scale)
    return torch.maximum(was * place, beyond * skin) * (1 - locks) * (1 - kept)


def _jewel(ear: Ear, colour: Tensor, clear: Tensor, tone: Tensor, scale: float) -> Tensor:
    """What hangs from the old lobe ``(1, 1, h', w')``, 0..1: of another hue than the skin, and not dark as hair.

    ``tone`` is the skin's CIELAB ``(1, 3)``.
    """
    own = lab_to_linear(tone[:, :, None, None])
    ratio = torch.log(colour.clamp(min=_DIM) / own.clamp(min=_DIM))
    light = ratio.mean(dim=1, keepdim=True)
    other = smooth_step(*_HUE, (ratio - light).abs().amax(dim=1, keepdim=True)) * smooth_step(*_LIGHT, light)
    other *= smooth_fall(*_HANGS, ear.along) * smooth_step(*_SEEN, clear)
    thin = max(1, round(_THIN_MM / 2 * scale))
    return torch.minimum(other, largest(smallest(other, thin), 2 * thin))


def _overhung(ear: Ear, person: Tensor, was: Tensor, hair: Tensor, scale: float) -> Tensor:
    """What a head that goes farther aside just over an ear than this does keeps under it ``(1, 1, h', w')``, 0..1.

    Else it would end over the wall in a level edge: it draws in toward the ear. But what was ear under hair is none.
    """
    thin = max(1, round(_THIN_MM / 2 * scale))
    person = above(largest(smallest(person, thin), thin), _SOLID)
    over = between(_OVER, ear.along) * person
    reach, rim = ((ear.aside * each).amax() for each in (over, above(ear.skin, _SOLID)))
    line = reach * smooth_step(*_DRAWS_IN, ear.along)
    outer = over * above(ear.aside - rim, 0)
    hairy = (hair * outer).sum() > _HAIRY * outer.sum()
    return smooth_step(-_SOFT_MM, _SOFT_MM, line - ear.aside) * (reach > rim) * (1 - was * hairy)


def _cleared(ear: Ear, colour: Tensor, maps: dict[str, Tensor], was: Tensor, where: tuple[Tensor, float]) -> Tensor:
    """Take away what the mesh carried of an ear, in place; where anything changes ``(1, 1, h', w')``, 0..1.

    Args:
        ear: The ear that is drawn.
        colour: The person in its part of the window ``(1, 3, h', w')``, linear.
        maps: The maps of that part ``(1, 1, h', w')``, 0..1.
        was: Where the old ear goes, likewise.
        where: What is beside the face, likewise, and pixels per millimetre.
    """
    beside, scale = where
    bow = bow_over(ear, maps["clear"] * (1 - was), beside, scale)
    taken = bow.share * torch.maximum(was, smooth_fall(*_WHOLE, smallest(maps["clear"], 1)))
    under = _under(maps["clear"] * (1 - was), was, ear.cover, _UNDER_MM * scale)
    part = (..., *(bow.box or (slice(0), slice(0))))
    mattes = {name: bow.of(maps[name]) * bow.share[part] for name in _MATTES}
    for each in (colour, *(each for name, each in maps.items() if name not in _MATTES)):
        each[part].lerp_(bow.of(each), taken[part])
    gone = was * (1 - ear.cover) * (1 - torch.stack([bow.share, under, ear.beyond]).amax(dim=0))
    for name in (*_MATTES, *_SKIN):
        if name in maps:
            maps[name].mul_(1 - gone)
    for name in _MATTES:
        maps[name][part] = torch.maximum(maps[name][part], mattes[name])
    return largest(torch.maximum(gone, taken), max(1, round(_PARTED_MM * scale)))


def with_ears(face: Tensor, ears: list[Ear]) -> Tensor:
    """Where the turned face ``(B, 1, h, w)``, 0..1, or an ear is, likewise."""
    both = face.clone() if ears else face
    for ear in ears:
        both[ear.there] = torch.maximum(both[ear.there], ear.cover)
    return both


def _under(person: Tensor, was: Tensor, ear: Tensor, near: float) -> Tensor:
    """What lies between an ear and the person under it ``(1, 1, h, w)``, 0..1, not farther from that than so many rows.

    ``person`` is without the old ear, ``was``.
    """
    over, row = ear.cummax(dim=-2).values, torch.arange(person.shape[-2], device=person.device)[:, None]
    own = (person > _OWN) & (torch.maximum(ear, was) < 1 - _OWN) & (over > 1 / 2)
    first = torch.where(own, row, 2 * len(row)).flip(-2).cummin(dim=-2).values.flip(-2)
    return over * (first - row <= near)
