"""Bare skin wherever it shows: face, ears, neck, shoulders, up to the hairline and into the beard, soft at every edge.

What is skin, hair or anything else at the size of a patch say the classes of ``face/classes``. Here pieces that hang
together with no face, neck or ear are left out, and where skin passes into hair each pixel gets its own share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.classes import HAIR, OTHER, SKIN, Head, find_classes
from faceaug.face.colours import unshaded
from faceaug.face.hairline import thinned
from faceaug.face.hem import hemmed
from faceaug.face.kept import kept
from faceaug.face.lids import lid_margins
from faceaug.face.pieces import pieces_apart
from faceaug.face.shade_colour import unbleached
from faceaug.image.color import linear_to_lab
from faceaug.image.filter import coarseness, enlarge, fill_outside, gaussian, reduce
from faceaug.image.picked import picked, places, quantile
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# A piece that holds neither face (below this height, mm: bright strands of a fringe lie above), nor throat (mm up; the
# chin is at -112; and outward), nor ear (the same) is no skin, unless it is a shoulder much like it: what that takes
# from its log odds, at the top and below. Narrower bridges (mm to either side) join nothing: a tie touches the neck at
# its knot at most.
_BROW_HIGH = 35.0
_THROAT, _NECK_OUT, _EAR_HIGH, _EAR_OUT = (-130.0, -112.0), 50.0, (-60.0, 30.0), (66.0, 95.0)
_APART_ODDS, _BRIDGE_MM = (20.0, 8.0), 1.2
# Share of lips, eyes or mouth from which a pixel of half size says nothing about skin.
_LEAST_CLOSED = 0.02
# How far hair grows thin over skin, mm; the most of the skin's L* that hair has, and that hair of brows has:
# one hair is finer than a pixel, so a fair brow is mostly skin that shows through it (taken for hair alone it would
# stay pale on a face made dark, and stand out of it; looked at on eight heads). The difference of tint between which a
# pixel is no mixture of the two (a*, b* at the skin's lightness), and how far being deeper is one. Pixels of brows that
# are enough to tell hair's darkest.
_PASSAGE_MM, _HAIR_AT_MOST, _BROW_AT_MOST, _OTHER_TINT, _DEEPER, _FEWEST = 4.0, 0.6, 0.42, (8.0, 18.0), 0.3, 40
# Height on the mean face above which hair over skin is a fringe, and how far out, mm.
FRINGE, _FRINGE_OUT = (8.0, 20.0), 52.0


@kept(
    "linear",
    *(f"regions.{name}" for name in ("person", "lips", "eyes", "brows", "mouth", "foreground")),
    *("surface.position", "surface.face", "pose.scale", "skin.tone", "skin.shade_colour"),
)
@torch.inference_mode()
def bare_skin(source: Decomposition) -> Tensor:
    """Return the share of bare skin in what the person covers of each pixel ``(B, 1, h, w)``, 0..1.

    Lips, eyes, brows and the open mouth are 0; the matte is not multiplied in.
    """
    regions, factor = source.regions, _factor(source)
    size = (source.linear.shape[-2], source.linear.shape[-1])
    head = head_of(source)
    mm = head.scale
    classes = find_classes(head)
    share = _rooted(classes[SKIN], head)[None, None]
    share = smooth_step(0.12, 0.88, gaussian(share, 0.7 * mm))
    closed = reduce((regions.lips + regions.eyes + regions.mouth).clamp(max=1.0), factor)
    brows, face = reduce(regions.brows, factor), head.face[None, None]
    # Lips and eyes lie in skin: it ends at their outline, which is sharper than half size, and not before.
    skin = fill_outside(share, (closed < _LEAST_CLOSED).to(share), 4) * (1 - brows)
    # A beard grows out of skin all over the jaw, a fringe hides the forehead.
    fringe = smooth_step(*FRINGE, head.position[1]) * (head.position[0].abs() < _FRINGE_OUT)
    beard = torch.maximum(face * (1 - fringe), brows)
    edge = smooth_step(0.02, 0.30, gaussian(torch.maximum(skin, beard), 1.6 * _PASSAGE_MM * mm))
    near = torch.cat([torch.maximum(edge, beard), brows, face, classes[None, HAIR:]], dim=1)
    share = _matted(linear_to_lab(unbleached(reduce(regions.foreground, factor), source)), skin, closed, near, mm)
    eyes = regions.eyes - lid_margins(source)
    closed = (regions.lips + eyes + regions.mouth).clamp(max=1.0)
    share = enlarge(share, size, factor).clamp(0, 1)
    settled = (reduce(closed, factor) + brows).clamp(max=1.0)
    share = thinned(share, classes[None, HAIR : HAIR + 1], settled, regions.foreground, head)
    return hemmed(share, classes[OTHER][None, None], source.linear, regions.person, factor) * (1 - closed)


def head_of(source: Decomposition) -> Head:
    """Gather what tells the classes of one head, at half size where there are pixels enough.

    Args:
        source: A decomposition of one row.
    """
    regions, scale = source.regions, float(source.pose.scale[0]) / _factor(source)
    features = (regions.lips + regions.eyes + regions.brows + regions.mouth).clamp(max=1.0)
    foreground, *maps = (
        reduce(plane, _factor(source))
        for plane in (regions.foreground, source.surface.position, source.surface.face, regions.person, features)
    )
    position, face, person, covered = (plane[0] for plane in maps)
    colour = unshaded(linear_to_lab(unbleached(gaussian(foreground, 0.5 * scale), source))[0])
    return Head(colour, position, face[0], person[0], covered[0], scale)


def _factor(source: Decomposition) -> int:
    return coarseness(source.linear.shape[-2:])


def _rooted(skin: Tensor, head: Head) -> Tensor:
    """Take pieces that do not hang together with face, throat or ears out of the probability of skin ``(h, w)``."""
    x, y = head.position[0], head.position[1]
    neck = _within(y, _THROAT) & (x.abs() < _NECK_OUT)
    roots = ((head.face > 0.5) & (y < _BROW_HIGH)) | neck | (_within(y, _EAR_HIGH) & _within(x.abs(), _EAR_OUT))
    shown = (skin > 0.5) & (head.person > 0.1)
    apart = pieces_apart(shown, roots, max(1, round(_BRIDGE_MM * head.scale)))
    odds = torch.where(y > _BROW_HIGH, *_APART_ODDS)
    return torch.where(apart, torch.sigmoid(torch.logit(skin, eps=1e-6) - odds), skin)


def _within(place: Tensor, ends: tuple[float, float]) -> Tensor:
    return (place > ends[0]) & (place < ends[1])


def _matted(lab: Tensor, share: Tensor, closed: Tensor, near: Tensor, mm: float) -> Tensor:
    """Settle the passage between skin and hair (hairline, brows, beard, collar) pixel by pixel.

    There each pixel is a mixture of skin and hair: its share of skin is where its lightness lies between that of the
    skin beside it and that of the darkest hair: on the face the brows', around it that of the head where it is darker.

    Args:
        lab: Colours ``(B, 3, h, w)``, CIELAB.
        share: First estimate ``(B, 1, h, w)``.
        closed: Lips, eyes and mouth, which belong to neither side ``(B, 1, h, w)``.
        near: Where hair may grow out of visible skin, and what of it is brow, face, hair and cloth ``(B, 5, h, w)``.
        mm: Pixels a millimetre.
    """
    sure = smooth_step(0.75, 0.95, gaussian(share, _PASSAGE_MM * mm)) * share * (1 - closed)
    skin = fill_outside(lab, sure, 5)
    brows, face, hair, cloth = near[:, 1:].chunk(4, dim=1)
    dark = torch.stack([_darkest(lab[row, 0], brows[row, 0]) for row in range(len(lab))]).reshape(-1, 1, 1, 1)
    scalp = [_usual(lab[row, 0], hair[row, 0] * (1 - face[row, 0])) for row in range(len(lab))]
    dark = torch.lerp(torch.minimum(torch.stack(scalp).reshape(-1, 1, 1, 1), dark), dark, face)
    most = torch.lerp(skin.new_tensor(_HAIR_AT_MOST), skin.new_tensor(_BROW_AT_MOST), brows)
    dark = torch.minimum(dark, most * skin[:, :1])
    place = (lab[:, :1] - dark) / (skin[:, :1] - dark)
    # Grey hair and cloth may be as light as skin, but not of its colour; what hair shades is, or deeper still.
    tint = _other_tint(unshaded(lab), unshaded(skin), cloth) * (skin[:, :1] + 16) / 100
    # And a white collar is lighter than the skin at its edge.
    whiter = smooth_step(8.0, 18.0, lab[:, :1] - skin[:, :1]) * (1 - face)
    mixed = smooth_step(-0.1, 0.95, place) * (1 - smooth_step(*_OTHER_TINT, tint)) * (1 - whiter)
    return torch.maximum(share, mixed * near[:, :1] * (1 - closed))


def _other_tint(colour: Tensor, skin: Tensor, cloth: Tensor) -> Tensor:
    """How far `unshaded` colours ``(B, 3, h, w)`` are paler than skin or of another hue, per cent ``(B, 1, h, w)``.

    Deeper ones count less, for skin under hair lies in shade, but wholly on ``cloth`` ``(B, 1, h, w)``, which is red.
    """
    own = torch.hypot(skin[:, 1:2], skin[:, 2:3]).clamp(min=1e-3)
    red, yellow = skin[:, 1:2] / own, skin[:, 2:3] / own
    deeper = colour[:, 1:2] * red + colour[:, 2:3] * yellow - own
    turned = colour[:, 2:3] * red - colour[:, 1:2] * yellow
    return torch.hypot(torch.maximum(-deeper, torch.lerp(deeper * _DEEPER, deeper, cloth)), turned)


def _darkest(lightness: Tensor, brows: Tensor) -> Tensor:
    """Lightness of the darkest hair of the brows of one row."""
    own = picked(lightness[None], places(brows, 0.7))[0]
    return quantile(own, 0.04) if len(own) >= _FEWEST else lightness.new_tensor(15.0)


def _usual(lightness: Tensor, hair: Tensor) -> Tensor:
    """Lightness below which a third of one row's hair around the face lies; white where there is hardly any."""
    own = picked(lightness[None], places(hair, 0.8))[0]
    return quantile(own, 0.3) if len(own) >= _FEWEST else lightness.new_tensor(100.0)
