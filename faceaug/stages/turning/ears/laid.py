"""A near ear that was drawn takes the place of the one that the mesh carried: none is seen twice, no wall between.

What the mesh carried of the old ear goes, and all but hair that it carried beyond the new one, but for what lies
between that and the person over it or close under it. Hair goes on over a narrow gap to the ear, as its own mirror
image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.filter import largest, smallest
from faceaug.image.shade import above, smooth_fall, smooth_step
from faceaug.stages.turning.ears.pinna import pinnae

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box
    from faceaug.stages.turning.unseen import Sight

# What tells that a pixel is of the person, that it is bare skin off the face, and what an ear is not.
_MATTES, _SKIN, _NO_EAR = ("person", "clear"), ("body", "bare"), ("skin", "hair", "clothes")
# What the mesh carried is ear by such shares, and so much beyond that, mm.
_WAS, _RIM_MM = (0.1, 0.35), 3.5
# It goes between such shares of the new one's height, from its front on, mm; over that only farther back. So far beyond
# its front, between such shares, all goes that is no hair.
_FROM_LOBE, _TO_TOP, _FRONT, _BACK, _BEYOND, _ALL = (
    (-0.11, -0.05),
    (0.93, 1.0),
    (-1.0, 1.0),
    (5.0, 9.0),
    (2.0, 5.0),
    (0.13, 0.23),
)
# That is so near an old ear, mm; what is so much skin is told so.
_NEAR_MM = 4.0
_FLESH = (0.3, 0.6)
# What goes so far over an ear, of its height, is told there; it draws in over such a part of it, softly, mm.
_OVER, _DRAWS_IN, _SOFT_MM, _SOLID = (1.03, 1.35), (0.2, 1.0), 1.5, 0.5
# Hair thinner than this, mm, or told by less than these shares, is the outline of the old ear.
_LOCK_MM, _HAIR = 9.0, (0.4, 0.8)
# Between an ear and what is over it no wall shows that is less high, mm, nor so near over what is under it.
_GAP_MM, _UNDER_MM = 10.0, 20.0
# So far around what changes person and wall are parted, mm.
_PARTED_MM = 3.0
# What is so much person, and so little ear, has its own colour.
_OWN = 0.9


@dataclass(frozen=True)
class Ear:
    """A near ear on a turned head, in a part of the window of one row.

    Attributes:
        row: Which row.
        box: Which part.
        cover: Where it is, with what lies before its upper front ``(1, 1, h', w')``, 0..1.
        colour: The colour of both ``(1, 3, h', w')``, linear sRGB.
        skin: Where the ear itself is ``(1, 1, h', w')``, 0..1.
        aside: How far each pixel lies beyond its front, mm, likewise.
        along: From the end of its lobe, 0, to its top, 1, likewise.
    """

    row: int
    box: Box
    cover: Tensor
    colour: Tensor
    skin: Tensor
    aside: Tensor
    along: Tensor

    @property
    def there(self) -> tuple[slice, slice, slice, slice]:
        """Where it is in maps ``(B, C, h, w)`` of the window."""
        return (slice(self.row, self.row + 1), slice(None), *self.box)


@dataclass(frozen=True)
class _Seam:
    """How an ear joins what is over it, in its part of the window.

    Attributes:
        solid: Where there is person without a gap ``(1, 1, h', w')``, 0..1.
        taken: How far that is taken from what is over it, likewise.
        rows: From which row ``(1, 1, h', w')``.
        between: What lies between, gap or not ``(1, 1, h', w')``, 0..1.
    """

    solid: Tensor
    taken: Tensor
    rows: Tensor
    between: Tensor


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
        was = largest(smooth_step(*_WAS, was), max(1, round(_RIM_MM * sight.scale)))
        old = _old(ear, was, maps, sight.scale) * (1 - face[there]).clamp(0, 1)
        changed = _cleared(ear, colour[there], maps, old, sight.scale)
        far[there] = torch.maximum(far[there], changed)
        colour[there] = torch.lerp(colour[there], ear.colour, ear.cover)
        for each in (far[there], *(maps[name] for name in _MATTES)):
            each.copy_(torch.maximum(each, ear.cover))
        for name in _NO_EAR:
            maps[name].mul_(1 - ear.skin)
        for name in _SKIN:
            if name in maps:
                maps[name].lerp_(torch.ones_like(ear.skin), ear.skin)


def _old(ear: Ear, was: Tensor, maps: dict[str, Tensor], scale: float) -> Tensor:
    """Where the old ear goes ``(1, 1, h', w')``, 0..1: where the mesh carried one, ``was``, and beyond the new one.

    Only skin goes, and what is close to it: a light head of hair is not always told as hair.
    """
    under = smooth_fall(*_TO_TOP, ear.along)
    place = torch.maximum(
        smooth_step(*_FROM_LOBE, ear.along) * under * smooth_step(*_FRONT, ear.aside), smooth_step(*_BACK, ear.aside)
    )
    beyond = smooth_step(*_ALL, ear.along) * under * smooth_step(*_BEYOND, ear.aside)
    beyond *= largest(was, max(1, round(_NEAR_MM * scale)))
    thin = max(1, round(_LOCK_MM / 2 * scale))
    locks = smooth_step(*_HAIR, largest(smallest(maps["hair"], thin), thin))
    skin = torch.stack([maps[name] for name in _SKIN if name in maps]).amax(dim=0)
    skin = smooth_step(*_FLESH, skin)
    kept = _overhung(ear, maps["person"] * (1 - was), skin)
    skin = largest(skin, max(1, round(_RIM_MM * scale)))
    gone = torch.maximum(was * place, beyond) * skin * (1 - locks)
    return gone * (1 - kept)


def _overhung(ear: Ear, person: Tensor, skin: Tensor) -> Tensor:
    """What a head that goes farther aside just over an ear than this does keeps under it ``(1, 1, h', w')``, 0..1.

    Else it would end over the wall in a level edge: it draws in toward the ear. But what is ``skin`` under hair is of
    the old ear.
    """
    over = above(ear.along, _OVER[0]) * above(_OVER[1] - ear.along, 0) * above(person, _SOLID)
    reach, rim = ((ear.aside * each).amax() for each in (over, above(ear.skin, _SOLID)))
    line = reach * smooth_step(*_DRAWS_IN, ear.along)
    outer = over * above(ear.aside - rim, 0)
    alike = (skin * outer).sum() / outer.sum().clamp(min=1)
    return smooth_step(-_SOFT_MM, _SOFT_MM, line - ear.aside) * (reach > rim) * (1 - skin * (1 - alike))


def _cleared(ear: Ear, colour: Tensor, maps: dict[str, Tensor], was: Tensor, scale: float) -> Tensor:
    """Take away what the mesh carried of an ear, in place; where anything changes ``(1, 1, h', w')``, 0..1.

    Args:
        ear: The ear that is drawn.
        colour: The person in its part of the window ``(1, 3, h', w')``, linear.
        maps: The maps of that part ``(1, 1, h', w')``, 0..1.
        was: Where the old ear goes, likewise.
        scale: Pixels per millimetre.
    """
    over = _over(maps["clear"], was, ear.cover, scale)
    under, last = _beyond(maps["clear"].flip(-2), was.flip(-2), ear.cover.flip(-2))
    row = torch.arange(under.shape[-2], device=under.device)[:, None]
    under = (under * (row - last <= _UNDER_MM * scale)).flip(-2)
    for each in (colour, *(maps[name] for name in (*_SKIN, *_NO_EAR) if name in maps)):
        each.lerp_(each.gather(-2, over.rows.expand(-1, each.shape[1], -1, -1)), over.taken)
    gone = was * (1 - ear.cover) * (1 - torch.maximum(over.between, under))
    for name in (*_MATTES, *_SKIN):
        if name in maps:
            maps[name].mul_(1 - gone)
    for name in _MATTES:
        maps[name].copy_(torch.maximum(maps[name], over.solid))
    return largest(torch.maximum(gone, over.solid), max(1, round(_PARTED_MM * scale)))


def with_ears(face: Tensor, ears: list[Ear]) -> Tensor:
    """Where the turned face ``(B, 1, h, w)``, 0..1, or an ear is, likewise."""
    both = face.clone() if ears else face
    for ear in ears:
        both[ear.there] = torch.maximum(both[ear.there], ear.cover)
    return both


def _over(person: Tensor, was: Tensor, room: Tensor, scale: float) -> _Seam:
    """How an ear joins what is over it.

    Args:
        person: The person as the mesh carried it ``(1, 1, h, w)``, 0..1.
        was: The ear as the mesh carried it, likewise.
        room: The ear that is drawn, likewise.
        scale: Pixels per millimetre.
    """
    solid, high = torch.maximum(person * (1 - was), room), max(1, round(_GAP_MM / 2 * scale))
    wide = F.max_pool2d(F.pad(solid, (0, 0, high, high)), (2 * high + 1, 1), stride=1)
    closed = -F.max_pool2d(F.pad(-wide, (0, 0, high, high), value=-1.0), (2 * high + 1, 1), stride=1)
    between, last = _beyond(person, was, room)
    row = torch.arange(person.shape[-2], device=person.device)[:, None].expand(person.shape)
    taken = closed * between * (1 - room) * torch.maximum(was, 1 - person)
    return _Seam(closed * between, taken, (2 * last - row).clamp(min=0), between)


def _beyond(person: Tensor, was: Tensor, room: Tensor) -> tuple[Tensor, Tensor]:
    """What lies between an ear and the person over it ``(1, 1, h, w)``, 0..1, and where that ends above, in rows."""
    below = room.flip(-2).cummax(dim=-2).values.flip(-2)
    row = torch.arange(person.shape[-2], device=person.device)[:, None].expand(person.shape)
    own = (person > _OWN) & (torch.maximum(room, was) < 1 - _OWN) & (below > 1 / 2)
    last = torch.where(own, row, -1).cummax(dim=-2).values
    return below * (last >= 0), last
