"""Where skin and hair share pixels: hairline, brows, beard and fringe, when skin becomes of another tone.

Light adds up: such a pixel loses the light that its skin loses, and gets what it gets. Seen through pigment as a whole,
hair would be tinted along, and pixels with some skin be darker than either: an outline around brows and face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face import topology
from faceaug.image.color import luminance
from faceaug.image.filter import coarseness, enlarge, fill_outside, gaussian, reduce, smallest
from faceaug.image.picked import picked, places, put
from faceaug.image.shade import above, smooth_fall, smooth_step
from faceaug.stages.film import light_of
from faceaug.stages.veil import through

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# From this share of skin on a pixel is skin alone.
PURE = 0.95
# The darkest hair is looked for so many millimetres around a pixel that it shares with skin, over so many, and is no
# brighter than this share of the skin: fair brows are mostly skin that shows through.
_HAIR_MM, _STRANDS_MM, _HAIR_AT_MOST = 2.5, 0.8, 0.15
# Power of luminance over the skin's in brows and beards: brows of dark London faces are darker than light ones' (L* 19
# and 40), and stand out of the skin by exp(-0.53) to exp(-0.92) instead of exp(-1.04) (our own medians).
_ROOTED = 0.95
# Shares of skin up to which such hair may be of another kind, grey or a strand from above; luminance over the skin's
# from which it is no darker; trust in what is not the region of the brows.
_SEEN, _DARKER, _OTHER = 0.1, (0.85, 1.0), 0.9
# Heights, as shares of the chin's, from which on down a face has a beard; by so many millimetres it and brows may be
# wider than the face and their region, and the shares of these around from and up to which they are.
_BEARD, _WIDER_MM, _WIDER = (-0.31, -0.18), 3.0, (0.1, 0.5)
# Power of luminance over that about a pixel: strands, which are finer, stay as they are but for this.
_FINE = 0.8


@dataclass(frozen=True)
class Pixels:
    """Pixels of one row that are toned.

    Attributes:
        own: Colour of the person before ``(1, 3, 1, N)``, linear.
        share: Share of bare skin ``(1, 1, 1, N)``.
        sheen: Light that never entered the skin, likewise.
        layer: The whole layer of pigment ``(1, 3, 1, N)``.
        mixed: Where skin and hair are mixed ``(1, 1, 1, N)``, 0..1.
        rooted: Where hair grows out of the face, likewise, from `of_the_face`; not asked where skin becomes lighter.
    """

    own: Tensor
    share: Tensor
    sheen: Tensor
    layer: Tensor
    mixed: Tensor
    rooted: Tensor


def mix(toned: Tensor, pixels: Pixels, window: tuple[Tensor, Tensor, Tensor], scale: float, *, lighter: bool) -> None:
    """Give pixels of skin and hair their colours, in place: that of the skin beside them tells what they lose.

    Args:
        toned: Pixels seen through pigment ``(1, 3, 1, N)``, linear.
        pixels: The same before.
        window: Colour of the person ``(1, 3, h, w)``, linear, and share of bare skin ``(1, 1, h, w)`` of the part
            of the window that holds them; their flat places in it ``(N,)``.
        scale: Pixels a millimetre.
        lighter: Whether skin becomes lighter.
    """
    there, (colours, shares, place) = places(pixels.mixed), window
    if not len(there):
        return
    size = (colours.shape[-2], colours.shape[-1])
    factor = coarseness(size)
    small, mm = reduce(colours, factor), scale / factor
    planes = [fill_outside(small, above(reduce(shares, factor), PURE), 4)]
    if not lighter:
        broad = gaussian(luminance(small), _STRANDS_MM * mm)
        planes += [broad, smallest(broad, round(_HAIR_MM * mm))]
    around = picked(enlarge(torch.cat(planes, dim=1), size, factor)[0], place.index_select(0, there))[None]
    own, share, sheen, layer, mixed, rooted, seen = (
        picked(plane[0], there)[None]
        for plane in (pixels.own, pixels.share, pixels.sheen, pixels.layer, pixels.mixed, pixels.rooted, toned)
    )
    beside = around[:, :3]
    if lighter:
        follows = torch.lerp(share, of_mixture(own, beside, sheen, layer, share), mixed)
        put(toned[0], there, through(own, sheen, follows * layer)[0])
        return
    found = darkened((own, beside, through(beside, sheen, layer)), share, around[:, 3:], rooted)
    put(toned[0], there, torch.lerp(seen, found, mixed)[0])


def of_the_face(source: Decomposition, row: int) -> Tensor:
    """Where hair is brows or beard in one row ``(1, h, w)``, 0..1: not above the brows, where it hangs over."""
    one, size = slice(row, row + 1), (source.linear.shape[-2], source.linear.shape[-1])
    factor = coarseness(size)
    brows, face = (reduce(plane[one], factor) for plane in (source.regions.brows, source.surface.face))
    grown = torch.maximum(brows, face * smooth_fall(*_BEARD, height_of(source, row, factor, face)))
    wider = gaussian(grown, _WIDER_MM * float(source.pose.scale[row]) / factor)
    wider = enlarge(smooth_step(*_WIDER, wider), size, factor)[0] * (1 - source.regions.eyes[row])
    return torch.maximum(wider * _OTHER, source.regions.brows[row])


def height_of(source: Decomposition, row: int, factor: int, like: Tensor) -> Tensor:
    """Height above the pupils of each pixel of a smaller window ``(h, w)``, as a share of the chin's below them."""
    pupils = source.points[row, [topology.RIGHT_PUPIL, topology.LEFT_PUPIL], :2].mean(dim=0)
    up = pupils - source.points[row, topology.CHIN, :2]
    (left, top), (across, along) = source.corners[row], (up / up.square().sum().clamp(min=1.0)).tolist()
    x, y = (
        (torch.arange(like.shape[side], device=like.device) + 0.5) * factor + (start - float(middle))
        for side, start, middle in ((-1, left, pupils[0]), (-2, top, pupils[1]))
    )
    height: Tensor = across * x + along * y[:, None]
    return height


def of_mixture(own: Tensor, skin: Tensor, keep: Tensor, pigment: Tensor, share: Tensor) -> Tensor:
    """The share of the layer at which mixed pixels have the luminance that they should have ``(1, 1, N)``."""
    now, whole = _bright(own), _bright(through(own, keep, pigment))
    wanted = now + share * (_bright(through(skin, keep, pigment)) - _bright(skin))
    wanted = torch.maximum(torch.minimum(wanted, torch.maximum(now, whole)), torch.minimum(now, whole))
    now, whole, wanted = (light_of(bright) for bright in (now, whole, wanted))
    way = torch.log(whole / now)
    return torch.where(way.abs() < 1e-3, share, (torch.log(wanted / now) / way).clamp(0, 1))


def darkened(colours: tuple[Tensor, Tensor, Tensor], share: Tensor, light: Tensor, rooted: Tensor) -> Tensor:
    """Colour of mixed pixels ``(1, 3, N)`` after the skin beside them has become darker.

    Args:
        colours: Of the pixels ``(1, 3, N)``, linear; of the skin beside them before and after.
        share: What of them is skin ``(1, 1, N)``, at most.
        light: Luminance about each pixel, and of the darkest hair around ``(1, 2, N)``: what is as dark holds no skin.
            What is finer stays as it is, by ratio.
        rooted: Where hair is brows or beard ``(1, 1, N)``, 0..1, which are darker on darker people.
    """
    own, _, after = colours
    bright, full, then = (_bright(colour) for colour in colours)
    broad, hair = light.clamp(min=1e-5).chunk(2, dim=1)
    hair = torch.minimum(hair, _HAIR_AT_MOST * full)
    sure = torch.maximum(smooth_step(0.0, _SEEN, share), smooth_step(_OTHER, 1.0, rooted))
    rooted = rooted * sure * smooth_fall(*_DARKER, bright / full)
    share = torch.minimum(torch.maximum(share, rooted), ((bright - hair) / (full - hair)).clamp(0, 1))
    made = share * after + own * (1 - share * full / bright).clamp(min=0)
    made = made * (bright / broad).clamp(max=1) ** _FINE
    as_skin = then * (bright / full).clamp(max=1) ** _ROOTED / _bright(made)
    return made * torch.lerp(torch.ones_like(share), as_skin.clamp(max=1), rooted)


def _bright(colour: Tensor) -> Tensor:
    """Luminance of pixels in a line ``(1, 1, N)``, at least that of black in any camera."""
    return luminance(colour[:, :, None])[:, 0].clamp(min=1e-5)
