"""Where the layers of a turned head meet: edges of mattes drawn out, slits closed, steps softened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.image.extent import extent, in_blocks, moved
from faceaug.image.filter import closing, coarseness, enlarge, gaussian, largest, reduce, separable, smallest
from faceaug.image.shade import above, at_least, smooth_fall, smooth_step, without

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from faceaug.image.extent import Box

# From jumps of this many source pixels between neighbours on, an edge is softened, with these taps; from so many on
# where such jumps make a line no wider than twice the last, pixels: what is drawn together there is dots.
_JUMP, _TAPS, _DRAWN, _LINE = 3.0, (0.25, 0.5, 0.25), 1.8, 2
# Where it lies so far before what is behind it, mm, and that is so little of the face, it is drawn anew, so many pixels
# to either side. Its course is
# smoothed by the first of these, pixels, and made by the next so much steeper again; what lies on either side goes on
# past it from within the third, pixels, or as it was, which counts so little.
_DEEP_MM, _OFF_FACE, _AROUND = 15.0, 0.1, 3
_OUTLINE, _EDGE, _BESIDE, _LITTLE = 1.8, 3.0, 1.5, 0.003
# But not where something lies between the two, so far, mm, behind the nearer and before the farther: an ear or a strip
# of hair beside the far temple, before the wall. Drawn as two, it ended in a spike, and crumbs stayed. What is face is
# none: a cheek that turns away.
_BETWEEN_MM = 6.0
# Slits of up to twice this width, mm, are closed between what is at least twice so wide as the second.
_SLIT_MM, _STRAND_MM = 3.0, 1.0
# They are closed beside the face, by such shares of it blurred over this distance, mm: it is less from so many widths
# of the blur on. An outline there with so many source pixels for each pixel is drawn out, and is not.
_NEAR_FACE, _NEAR_FACE_MM, _WIDTHS, _DRAWN_OUT = (0.02, 0.2), 8.0, 2.2, (0.4, 0.8)
# Parts begin and end at whole blocks of so many pixels, those from which broad blurs are worked out.
_BLOCK = 16
# Over this width, mm, the neck that moves goes over into the neck behind.
_SEAM_MM = 6.0
# So much of the edge of what moves is left out before the neck behind, mm: wall shines through it.
_FRINGE_MM = 0.6
# Between such shares of person more than of neck within that width what moves goes on past the neck's outline.
_BEYOND = (0.05, 0.35)
# What is behind an edge and no wider than this, mm, is drawn together there and no more seen.
_STRIP_MM = 0.9
# The jaw ends and the cheek begins, mm above the eyes.
_ABOVE_JAW = (-75.0, -55.0)
# Mattes are smoothed by this, mm, where they were drawn out, and steepened by so much, for each pixel of that.
_RAGGED_MM, _CRISP = 2.5, 2.5


def before_neck(person: Tensor, cover: Tensor, neck: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """The head's matte before its own neck ``(B, 1, h, w)``, less its outermost pixels: there the wall shone through.

    Also where what moves goes on past the outline of the neck behind ``(B, 1, h, w)``, 0..1.

    Args:
        person: The matte ``(B, 1, h, w)``.
        cover: Where the neck is behind it, likewise.
        neck: Where it is itself neck that moved, likewise: where neck ends on neck no edge may show.
        scale: Pixels per millimetre.
    """
    wide = gaussian(torch.cat([person, cover], dim=1), _SEAM_MM * scale)
    inside, within = smooth_step(0.5, 1.0, wide).chunk(2, dim=1)
    soft = torch.minimum(inside, person)
    less = smallest((2 * person).sub_(1).clamp_(min=0), round(_FRINGE_MM * scale))
    beyond = smooth_step(*_BEYOND, wide[:, :1] - wide[:, 1:])
    return torch.lerp(person, torch.lerp(less, soft, neck.clamp(min=0) * within), cover), beyond


def crisp(person: Tensor, seen: Tensor, scale: float) -> Tensor:
    """The matte's edge, drawn out where the photograph hardly showed it, at its own width again, and not ragged."""
    unseen = 1 - seen
    box = extent(unseen)
    if box is None:
        return person
    part, drawn = (..., *box), person.clone()
    wide = _RAGGED_MM * scale
    smooth = ((gaussian(person[part], wide) - 0.5) * max(_CRISP, _CRISP * wide) + 0.5).clamp(0, 1)
    drawn[part] = torch.lerp(person[part], smooth, unseen[part])
    return drawn


def shut_beside(face: Tensor, clear: Tensor, hair: Tensor, dense: Tensor, scale: float) -> Tensor:
    """The matte without haze ``(B, 1, h, w)``, its slits closed beside the face, where its outline is drawn anew.

    Args:
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
        clear: The matte, likewise.
        hair: Where hair is, between whose strands it stays open.
        dense: Source pixels for each pixel, as `Sight` tells them, likewise.
        scale: Pixels per millimetre.
    """
    box = extent(face, round(_WIDTHS * _NEAR_FACE_MM * scale) + _BLOCK)
    if box is None:
        return clear
    part = (..., *in_blocks(box, _BLOCK))
    near, shut = gaussian(face[part], _NEAR_FACE_MM * scale), clear.clone()
    beside = without(smooth_step(*_NEAR_FACE, near), gaussian(hair[part], scale)).clamp_(min=0)
    joined = torch.lerp(clear[part], closed(clear[part], scale, clear.shape[-2:]), beside)
    shut[part] = crisp(joined, 1 - beside * smooth_fall(*_DRAWN_OUT, dense[part]), scale)
    return shut


def closed(person: Tensor, scale: float, window: Sequence[int] | None = None) -> Tensor:
    """Close slits in the matte: the wedge of wall between jaw and ear is covered by the cheek when a head turns.

    What lies between strands of hair stays open. ``window`` tells the sides of all of it, if the matte is a part.
    """
    factor = coarseness(window or person.shape[-2:])
    radius = max(1, round(_SLIT_MM * scale / factor))
    small = reduce(person, factor)
    thin = max(1, round(_STRAND_MM * scale / factor))
    solid = largest(smallest(small, thin), thin)
    shut = closing(solid, radius)
    return torch.maximum(person, enlarge(shut, (person.shape[-2], person.shape[-1]), factor))


def soften(maps: Sequence[Tensor], jump: Tensor, face: Tensor, behind: Callable[[Box], Tensor], scale: float) -> None:
    """Draw the edge where a nearer part of the head ends before a farther one as a lens would: not in steps of pixels.

    Args:
        maps: The picture ``(B, 3, h, w)``, and what goes with it; changed in place.
        jump: How far apart the sources of neighbours lie, squared ``(B, 1, h, w)``, pixels.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1: within it edges are softened only.
        behind: How far from the camera the pixels of a part are, pixels, and how high on the head ``(B, 2, h', w')``,
            millimetres above the eyes.
        scale: Pixels per millimetre.
    """
    step = above(jump, _DRAWN**2)
    box = extent(step, 2 * _LINE)
    if box is not None:
        part = (..., *box)
        lines = step[part] - largest(smallest(step[part], _LINE), _LINE)
        step[part] = torch.maximum(lines, above(jump[part], _JUMP**2))
        box = extent(step, 2 * _AROUND)
    if box is None:
        return
    whole, taps = (..., *box), torch.tensor(_TAPS)
    step, sharp = step[whole], torch.cat([each[whole] for each in maps], dim=1)
    near = separable(step, taps)
    soft = torch.lerp(sharp, separable(sharp, taps), (near * 2).clamp(max=1))
    step *= at_least(largest(1 - face[whole], 1), _OFF_FACE)
    within = extent(step, 2 * _AROUND)
    if within is not None:
        part = (..., *within)
        depth, high = behind(moved(within, box)).split_with_sizes((1, 1), dim=1)
        strip = min(_AROUND - 1, max(1, round(_STRIP_MM * scale)))
        cheek = smooth_step(*_ABOVE_JAW, high)
        may = above(1 - face[whole][part], 0.5)
        soft[part] = _outlined(soft[part], sharp[part], step[part], depth / scale, (may, cheek, strip))
    for each, made in zip(maps, soft.split_with_sizes([each.shape[1] for each in maps], dim=1), strict=True):
        each[whole] = made


def _outlined(soft: Tensor, picture: Tensor, step: Tensor, depth: Tensor, strips: tuple[Tensor, Tensor, int]) -> Tensor:
    """The picture ``(B, 3, h, w)`` with the edges of what is nearer smooth in their course; ``soft`` beside them.

    ``step`` tells where places jump to the right or downward, ``depth`` how far all is, mm, ``strips`` where something
    may lie between, and what lies above the jaw, both ``(B, 1, h, w)``: there a strip of what is behind, so many pixels
    wide, is none; below it is the neck.
    """
    may, high, wide = strips
    right, down = (depth.diff(dim=dim).abs() for dim in (-1, -2))
    deep = torch.maximum(F.pad(right, (0, 1, 0, 0)), F.pad(down, (0, 0, 0, 1)))
    step = step * at_least(deep, _DEEP_MM)
    around = largest(step, _AROUND - 1)
    most, least = largest(depth, _AROUND), smallest(depth, _AROUND)
    between = above(depth - least, _BETWEEN_MM) * above(most - depth, _BETWEEN_MM) * may
    around *= 1 - largest(between, _AROUND - 1)
    near = (depth <= (most + least) / 2).to(picture)
    share = ((gaussian(near, _OUTLINE) - 0.5) * _EDGE + 0.5).clamp(0, 1)
    behind = torch.lerp(soft, picture, high)
    far, before = (
        _gone_on(behind, without(1 - near, largest(step, wide) * high)),
        _gone_on(picture, without(near, around)),
    )
    drawn = torch.lerp(far, before, share)
    return torch.lerp(soft, drawn, around)


def _gone_on(colour: Tensor, known: Tensor) -> Tensor:
    """Maps ``(B, C, h, w)``, themselves where that is known ``(B, 1, h, w)``, beside that as what is known nearby."""
    wide = gaussian(torch.cat([colour * known, known], dim=1), _BESIDE)
    beside = (wide[:, :-1] + _LITTLE * colour) / (wide[:, -1:] + _LITTLE)
    return torch.lerp(beside, colour, known)
