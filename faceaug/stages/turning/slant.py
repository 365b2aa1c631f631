"""Skin that the photograph saw slantwise, at the rim of the face, and that a turn shows from ahead: no dark patches.

Skin at the rim is darker than the light that was told from the face explains: hair and ear stand around it and keep
light away, and a lamp beside the camera hardly reaches it. Or it gleams. A turned head shows it broad, before us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from faceaug.face.bare import bare_skin
from faceaug.image.color import luminance
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import closing, enlarge, gaussian, largest, reduce, smallest
from faceaug.image.shade import smooth_fall, smooth_step, without
from faceaug.image.warp import sampled
from faceaug.stages.turning.locks import hair_hangs
from faceaug.stages.turning.stood import stood
from faceaug.stages.turning.unseen import filled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

SLANT = (0.62, 0.85)
"""Source pixels for each pixel of the turned picture: below the first skin was seen slantwise, above the other well."""

TEMPLE = (0.0, 15.0)
"""The temples begin between these heights on the mean face, mm."""

# Forehead and temples go on beyond the outline of the mesh: there all fades outward like the outline blurred by the
# last, mm, between the first shares. Below the ears no edge may part cheek from neck: there it fades inward, between
# the next.
_AROUND, _INWARD, _AROUND_MM = (0.0, 0.6), (0.5, 0.85), 8.0
# Aside of the chin, beyond these distances from the middle, mm, the jaw ends before a neck that lies behind, or goes
# over into a broad one: there all fades outward too, from the lobes of the ears down.
_SIDE = (35.0, 50.0)
# The jaw begins between these heights on the mean face, mm; ears lie between it and the temples.
_JAW = (-50.0, -75.0)
# So much of the outline, blurred likewise, is near enough to the face to tell how it is lit.
_BEYOND = (0.05, 0.2)
# But not what is so much darker than the cheek: the hollow of an ear, and skin under hair.
_NO_HOLLOW = (0.3, 0.55)
# The rim begins between these distances, mm, from the middle of the mean face, which lies at this height; distances in
# height count by this factor. Nose, eyes and mouth have shades of their own.
_RIM, _MIDDLE, _BROADER = (36.0, 52.0), -20.0, 0.75
# Shading is told from texture at this size, mm.
_SHADING_MM = 3.5
# Where less than these shares of what lies within the second size, mm, are skin, it is beard or hairline; lines
# narrower than the first, mm, are none.
_LINE_MM, _WHOLE_MM, _WHOLE = 3.0, 1.5, (0.6, 0.9)
# Below the temples skin is skin by such shares within this distance, mm: no patches.
_PATCHY, _PATCHY_MM = (0.25, 0.75), 4.0
# A cheek is bearded by such shares of what was seen well of it beyond so many mm from the middle; else what at its rim
# is skin by less than the last shares lies before it.
_BEARDED, _BESIDE, _NO_SKIN = (0.15, 0.4), (25.0, 35.0), (0.3, 0.7)
# Below the lobes of the ears, mm, no texture is lent by the other half.
_LOBE = (-70.0, -58.0)
# The correction is at most this factor either way, and no pixel gets lighter than the skin beside by more than the
# second, as bright as pores are: skin between stubble is light already.
_MOST, _BRIGHTEST = 1.8, 1.12
# What is darker than such shares of that over the second length, mm, and narrower than the first, hangs before the
# cheek; between the last shares it surely does.
_DARK, _STRAND_MM, _FINE_MM, _SURELY = (0.35, 0.6), 7.0, 1.0, (0.15, 0.45)
# It is looked for so far aside, above the jaw, where a beard begins, and below the eyes, mm; and where such shares of
# what lies within this distance, mm, were seen slantwise.
_CHEEK, _ABOVE_JAW, _EYES = (36.0, 46.0), (-72.0, -58.0), (-12.0, 5.0)
_TURNED, _BROAD_MM = (0.45, 0.65), 8.0
# Below the arms of glasses, mm, so do tufts narrower than this, mm.
_BELOW_ARMS, _TUFT_MM = (-30.0, -15.0), 11.0
# What has another hue than skin, by such natural logarithms of channels over their mean, and is as deep in colour, by
# such shares, is no beard but what lay behind: a flag that the matte held. So is what lies within this distance of it,
# mm, where such shares of face lie around; no channel counts as darker than the last. So is what is dark and no bare
# skin below the lobe of an ear beside which no hair hangs: a curl at the nape, within the outline of a mesh that is
# wider than the jaw.
_HUE, _DEEP, _BESIDE_FOREIGN_MM, _RIM_NEAR, _LEAST = (0.4, 0.7), (0.6, 0.9), 3.0, (0.1, 0.3), 0.01
# The nose ends so far aside on the mean face, and above the lips, mm.
_NOSE, _LIP = (24.0, 34.0), (-72.0, -62.0)
# Skin with so many source pixels for each pixel is drawn out, and is not; it counts where at least such shares of what
# lies within this distance, mm, are skin.
_DRAWN, _WITHIN, _WITHIN_MM = (0.55, 0.85), (0.75, 0.98), 2.0
# So far around is looked for skin that was seen well, mm. Shades are smooth: they are worked out at half size from so
# many pixels a millimetre on.
_REACH_MM, _HALVE_FROM = 25.0, 1.2


class _Rim(NamedTuple):
    """The rim of a face where broad parts of it were seen slantwise; all ``(B, 1, h, w)`` but for colours.

    Attributes:
        colour: The person ``(B, 3, h, w)``, linear.
        ahead: What skin of the face beside is like in even light, likewise.
        beside: What all skin beside is like so, likewise.
        was: The light that was there.
        aside: How far to the right of the middle of the mean face it lies, mm.
        high: How high on that, mm.
        near: How near it is to the face, 0..1.
        face: Where the face is, likewise.
        seen: How well it was seen, likewise.
        bare: Where the photograph shows bare skin, likewise.
        even: Where skin is, without patches, likewise.
        jaw: How far it is of the jaw, likewise.
        shaven: How far the cheek beside has no beard, likewise.
        turned: How much of what lies around was seen slantwise, likewise.
    """

    colour: Tensor
    ahead: Tensor
    beside: Tensor
    was: Tensor
    aside: Tensor
    high: Tensor
    near: Tensor
    face: Tensor
    seen: Tensor
    bare: Tensor
    even: Tensor
    jaw: Tensor
    shaven: Tensor
    turned: Tensor


def faced(
    colour: Tensor, source: Decomposition, skin: Tensor, face: Tensor, sight: Sight
) -> tuple[Tensor, Tensor, Tensor]:
    """Make skin that was seen slantwise as light as the skin beside it would be in its place.

    Also what hangs before the cheek, a strand or an earring, and would lie on it, drawn out; and how far each pixel was
    taken for skin ``(B, 1, h, w)``, 0..1.

    Args:
        colour: The turned person ``(B, 3, h, w)``, linear, in the light that it had in the photograph.
        source: The photograph. Its bare skin counts too: the regions take a rim in deep shade for beard, and hair
            at the temples for skin.
        skin: Skin of face and body of the turned person ``(B, 1, h, w)``, 0..1.
        face: Where the turned face is, likewise.
        sight: Where its pixels were seen.
    """
    near = gaussian(face, _AROUND_MM * sight.scale)
    slant = smooth_fall(*SLANT, sight.dense) * smooth_step(*_AROUND, near)
    found = extent(slant, round(_REACH_MM * sight.scale))
    if found is None:
        return colour, torch.zeros_like(face), torch.zeros_like(face)
    factor = 2 if sight.scale >= _HALVE_FROM else 1
    part, scale = (..., *in_blocks(found, factor)), sight.scale / factor
    own = colour[part]
    bare = sampled(bare_skin(source), sight.place[part])
    planes = [own, *(each[part] for each in (slant, face, near, skin, sight.seen, *stood(source, sight))), bare]
    small, slant, face, near, skin, seen, aside, high, _, was, bare = reduce(
        torch.cat(planes, dim=1), factor
    ).split_with_sizes((3, *(1,) * 10), dim=1)
    rim = from_middle(aside, high)
    side = smooth_step(*_SIDE, aside.abs())
    ends = torch.lerp(face, torch.minimum(face, smooth_step(*_INWARD, near)), without(smooth_step(*_JAW, high), side))
    temple, jaw = smooth_step(*TEMPLE, high), side * smooth_fall(*_LOBE, high)
    skin = torch.lerp(torch.maximum(skin, bare), torch.minimum(skin, bare), temple)
    slant = slant * torch.maximum(ends, torch.maximum(temple, jaw)) * smooth_step(*_RIM, rim)
    wide = gaussian(torch.cat([small * skin / was, skin], dim=1), _SHADING_MM * scale)
    unlit = wide[:, :3] / wide[:, 3:].clamp(min=1e-3)
    radius = max(1, round(_LINE_MM * scale / 2))
    whole = smooth_step(*_WHOLE, gaussian(closing(skin, radius), _WHOLE_MM * scale))
    # Where shade and gleam leave skin told in patches, the correction has no edges either: shades are soft.
    even = torch.lerp(smooth_step(*_PATCHY, gaussian(smooth_step(*_WHOLE, skin), _PATCHY_MM * scale)), whole, temple)
    # What the mesh does not reach and a camera saw well has its light too: a cheek goes on there, without an edge.
    beyond = smooth_step(*_BEYOND, near) * smooth_step(*_JAW[::-1], high)
    well = without(skin * whole, slant)
    ahead = filled(unlit, well * face)
    alike = smooth_step(*_NO_HOLLOW, luminance(unlit) / luminance(ahead).clamp(min=1e-4))
    beyond = beyond * smallest(alike, max(1, round(_SHADING_MM * scale)))
    beside = filled(unlit, well * torch.maximum(face, beyond))
    times = (beside / unlit.clamp(min=1e-4)).clamp(1 / _MOST, _MOST)
    most = _BRIGHTEST * beside * was
    turned, strand = smooth_step(*_TURNED, gaussian(slant, _BROAD_MM * scale)), torch.zeros_like(slant)
    broad = extent(turned, round(_TUFT_MM * scale))
    if broad is not None:
        # Where the cheek that was seen well beside has no beard, there is none at its rim: what is no skin lies before.
        shaven = smooth_fall(*_BEARDED, filled(1 - skin, without(face, slant) * smooth_step(*_BESIDE, aside.abs())))
        about = _Rim(small, ahead, beside, was, aside, high, near, face, seen, bare, even, jaw, shaven, turned)
        there = (..., *in_blocks(broad, 2))
        strand[there] = _before_cheek(_Rim(*(each[there] for each in about)), source, scale)
    maps = torch.cat([times, most, slant * even, strand], dim=1)
    times, most, share, strand = enlarge(maps, (own.shape[-2], own.shape[-1]), factor).split_with_sizes(
        (3, 3, 1, 1), dim=1
    )
    corrected, strands, taken = colour.clone(), torch.zeros_like(sight.seen), torch.zeros_like(sight.seen)
    corrected[part] = torch.lerp(own, torch.minimum(own * times, most), share)
    strands[part], taken[part] = strand, share
    return corrected, strands, taken


def _before_cheek(rim: _Rim, source: Decomposition, scale: float) -> Tensor:
    """What hangs before a cheek ``(B, 1, h, w)``, 0..1; ``scale`` is of its rim, pixels per millimetre."""
    below, face = smooth_fall(*_BELOW_ARMS, rim.high), rim.face
    cheek = smooth_step(*_CHEEK, rim.aside.abs()) * smooth_step(*_ABOVE_JAW, rim.high) * smooth_fall(*_EYES, rim.high)
    cheek = cheek * rim.seen * face * rim.turned
    light = (rim.colour / (_BRIGHTEST * rim.ahead * rim.was).clamp(min=1e-4)).mean(dim=1, keepdim=True)
    low = cheek * below
    dark = smooth_fall(*_DARK, gaussian(light, _FINE_MM * scale))
    strand = torch.maximum(
        _strands(dark * cheek, _STRAND_MM * scale, scale), _strands(dark * low, _TUFT_MM * scale, scale)
    )
    tuft = low * rim.shaven * smooth_fall(*_NO_SKIN, rim.even)
    rest = smooth_step(*_RIM_NEAR, rim.near) * smooth_step(*_CHEEK, from_middle(rim.aside, rim.high))
    rest = rest * below * rim.shaven * rim.turned
    dark = dark * rim.jaw * face * _no_lock(source, rim.bare, rim.aside)
    rest = rest * torch.maximum(_foreign(rim.colour, rim.beside * rim.was, scale), dark)
    return torch.maximum(strand, torch.maximum(tuft, largest(rest, max(1, round(_BESIDE_FOREIGN_MM * scale)))))


def _foreign(colour: Tensor, skin: Tensor, scale: float) -> Tensor:
    """What is as deep in colour as skin in its place ``(B, 3, h, w)``, but of another hue ``(B, 1, h, w)``, 0..1."""
    own, usual = (each.clamp(min=_LEAST).log() for each in (colour, skin))
    deep, least = (each.amax(dim=1, keepdim=True) - each.amin(dim=1, keepdim=True) for each in (own, usual))
    apart = own - usual
    off = (apart - apart.mean(dim=1, keepdim=True)).abs().amax(dim=1, keepdim=True) * smooth_step(
        *_DEEP, deep / least.clamp(min=_LEAST)
    )
    return smooth_step(*_HUE, gaussian(off, _FINE_MM * scale / 2))


def _no_lock(source: Decomposition, bare: Tensor, aside: Tensor) -> Tensor:
    """What is no bare skin on a side on which no hair hangs beside the neck ``(B, 1, h, w)``, 0..1."""
    left, right = hair_hangs(source).chunk(2, dim=1)
    return without(smooth_fall(*_NO_SKIN, bare), torch.where(aside < 0, left, right))


def _strands(dark: Tensor, wide: float, scale: float) -> Tensor:
    """What of all that is dark on a cheek ``(B, 1, h, w)``, 0..1, is narrower than ``wide`` pixels."""
    radius = max(1, round(wide / 2))
    broad = largest(smallest(dark, radius), 2 * radius)
    return smooth_step(*_SURELY, largest((dark - broad).clamp(min=0), max(1, round(_FINE_MM * scale))))


def from_middle(aside: Tensor, high: Tensor) -> Tensor:
    """How far from the middle of the mean face places lie, mm, that lie so far aside and so high, mm; as it is oval."""
    return torch.hypot(aside, (high - _MIDDLE) * _BROADER)


def off_nose(source: Decomposition, sight: Sight, wanted: Tensor) -> Tensor:
    """1 but on the nose ``(B, 1, h, w)``, 0..1: its flank, seen slantwise, is better drawn out than grown as cheek.

    Args:
        source: The photograph.
        sight: Where the turned head's pixels were seen.
        wanted: Where that is asked ``(B, 1, h, w)``; 1 elsewhere.
    """
    off, box = torch.ones_like(wanted), extent(wanted)
    if box is not None:
        part = (..., *box)
        aside, high, _ = stood(source, sight).position[part].chunk(3, dim=1)
        off[part] = torch.maximum(smooth_step(*_NOSE, aside.abs()), smooth_fall(*_LIP, high))
    return off


def at_temples(source: Decomposition, sight: Sight, wanted: Tensor) -> Tensor:
    """1 at the height of the temples where ``wanted`` ``(B, 1, h, w)`` asks, 0 below them and elsewhere."""
    beside, box = torch.zeros_like(wanted), extent(wanted)
    if box is not None:
        part = (..., *box)
        high = stood(source, sight).position[:, 1:2][part]
        beside[part] = smooth_step(*_BELOW_ARMS, high)
    return beside


def without_ear(source: Decomposition, sight: Sight, cheek: Tensor) -> Tensor:
    """How much texture is lent by the other half ``(B, 1, h, w)``, 0..1: none of its ear or outline to the ``cheek``.

    Halves are not quite alike, nor is the mesh that finds them. ``cheek`` is ``(B, 1, h, w)``, 0..1.
    """
    share, box = sight.share.clone(), extent(sight.share)
    if box is not None:
        part = (..., *box)
        high = stood(source, sight).position[:, 1:2][part]
        low = cheek[part] * smooth_fall(*_BELOW_ARMS, high)
        share[part] *= torch.minimum(1 - low, smooth_step(*_LOBE, high))
    return share


def drawn_out(skin: Tensor, sight: Sight) -> tuple[Tensor, Tensor]:
    """Where, well within skin ``(B, 1, h, w)``, that is drawn out, so that its texture is streaks; and where none is.

    Both are ``(B, 1, h, w)``, 0..1.
    """
    shown = smooth_step(*_DRAWN, sight.dense)
    streaks = without(sight.seen, shown) * skin
    box = extent(streaks, round(2 * _WITHIN_MM * sight.scale))
    if box is not None:
        part = (..., *box)
        streaks[part] *= smooth_step(*_WITHIN, gaussian(skin[part], _WITHIN_MM * sight.scale))
    return streaks, shown
