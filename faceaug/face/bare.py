"""Bare skin wherever it shows: face, ears, neck, shoulders, up to the hairline and into the beard, soft at every edge.

Three things compete for each pixel: this face's own skin, this head's own hair, and anything else. Skin is compared
without its shading, so that shadows stay skin; the place on the head says what is likely before one looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.kept import kept
from faceaug.face.pieces import pieces_apart
from faceaug.image.color import linear_to_lab
from faceaug.image.filter import box, enlarge, fill_outside, gaussian, reduce
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# Core skin and the strip of hair on the mean face, mm (right, up), and how many pixels teach a colour.
_CORE_X, _CORE_LOW, _CORE_HIGH = 48.0, -42.0, 40.0
_HAIR_X, _HAIR_LOW = 70.0, 82.0
_FEWEST = 40
# Least spread, so that even skin keeps its shading: L* when darker and lighter; 100 (a*, b*)/(L*+16) when deeper in
# colour, and when paler or of another hue.
_LEAST = (16.0, 11.0, 6.0, 3.8)
# Distance, in spreads, at which a pixel is more likely anything else; and the largest one that counts.
_ELSE, _FARTHEST = 3.0, 5.5
# Cloth below the chin: paler than these shares of the skin's depth of colour, from wholly cloth to none; or yellower by
# these degrees and of at least these shares of its depth, from none to wholly; in log odds; and how far below the eyes
# that begins and is certain, mm. (The necks of London faces are up to 30 degrees yellower, where they are pale.)
_PALE, _YELLOWER, _DEEP, _PALE_ODDS, _COLLAR = (0.35, 0.62), (18.0, 28.0), (0.75, 1.0), 9.0, (-75.0, -52.0)
# A piece that holds neither face, nor throat (mm up, where the chin is at -112; and outward), nor ear (the same) is no
# skin, unless it looks very much like it: what that takes from its log odds. Narrower bridges (mm to either side) join
# nothing: a tie touches the neck at its knot at most.
_THROAT, _NECK_OUT, _EAR_HIGH, _EAR_OUT = (-145.0, -112.0), 55.0, (-60.0, 30.0), (66.0, 95.0)
_APART_ODDS, _BRIDGE_MM = 8.0, 1.2
# Where hair would be: squared distance from the face's skin, and roughness (detail below 1.5 mm) over that of the face,
# between which it is less and less a bald crown; and what that takes from the log odds of hair.
_UNLIKE, _ROUGH, _NO_HAIR_ODDS = (1.8, 3.6), (1.2, 1.7), 8.0
# Share of lips, eyes or mouth from which a pixel of half size says nothing about skin.
_LEAST_CLOSED = 0.02
# How far hair grows thin over skin, mm; the most of the skin's L* that hair has; and the difference of tint between
# which a pixel is no mixture of the two (a*, b*).
_PASSAGE_MM, _HAIR_AT_MOST, _OTHER_TINT = 4.0, 0.6, (8.0, 18.0)


@kept(
    *(f"regions.{name}" for name in ("person", "lips", "eyes", "brows", "mouth", "foreground")),
    *("surface.position", "surface.face", "pose.scale"),
)
@torch.inference_mode()
def bare_skin(source: Decomposition) -> Tensor:
    """Return the share of bare skin in what the person covers of each pixel ``(B, 1, h, w)``, 0..1.

    Lips, eyes, brows and the open mouth are 0; the matte is not multiplied in.
    """
    regions = source.regions
    size = (source.linear.shape[-2], source.linear.shape[-1])
    factor = 2 if min(size) >= 192 else 1
    mm = float(source.pose.scale.mean()) / factor
    features = (regions.lips + regions.eyes + regions.brows + regions.mouth).clamp(max=1.0)
    lab = linear_to_lab(gaussian(reduce(regions.foreground, factor), 0.5 * mm))
    coarse = {
        "position": reduce(source.surface.position, factor),
        "face": reduce(source.surface.face, factor),
        "person": reduce(regions.person, factor),
        "features": reduce(features, factor),
    }
    odds = torch.stack([_odds(lab[row], {k: v[row] for k, v in coarse.items()}, mm) for row in range(len(lab))])
    odds = _settled(odds, coarse["person"], 1.2 * mm)
    share = smooth_step(0.12, 0.88, gaussian(torch.sigmoid(odds), 0.7 * mm))
    closed = reduce((regions.lips + regions.eyes + regions.mouth).clamp(max=1.0), factor)
    brows = reduce(regions.brows, factor)
    # Lips and eyes lie in skin: it ends at their outline, which is sharper than half size, and not before.
    skin = fill_outside(share, (closed < _LEAST_CLOSED).to(share), 4) * (1 - brows)
    edge = smooth_step(0.02, 0.30, gaussian(torch.maximum(skin, coarse["face"]), 1.6 * _PASSAGE_MM * mm))
    near = torch.cat([torch.maximum(edge, coarse["face"]), brows, coarse["face"]], dim=1)
    share = _matted(linear_to_lab(reduce(regions.foreground, factor)), skin, closed, near, mm)
    closed = (regions.lips + regions.eyes + regions.mouth).clamp(max=1.0)
    return enlarge(share, size, factor).clamp(0, 1) * (1 - closed)


def _odds(lab: Tensor, part: dict[str, Tensor], mm: float) -> Tensor:
    """Log odds of skin against hair and anything else ``(1, h, w)`` of one row; ``mm`` is pixels a millimetre."""
    x, y = part["position"][0], part["position"][1]
    sure = (part["face"][0] > 0.9) & (part["features"][0] < 0.05)
    core = sure & (x.abs() < _CORE_X) & (y > _CORE_LOW) & (y < _CORE_HIGH)
    strip = (part["person"][0] > 0.9) & (part["face"][0] < 0.05) & (y > _HAIR_LOW) & (x.abs() < _HAIR_X)
    seen = torch.stack([lab[0], 100 * lab[1] / (lab[0] + 16), 100 * lab[2] / (lab[0] + 16)])
    unlike = _distance(seen, core)
    bald = _baldness(seen[0], unlike, core, strip, mm)
    prior = _prior(x, y, part["face"][0], bald)
    skin = -0.5 * unlike
    other = torch.full_like(skin, -0.5 * _ELSE**2)
    if int(strip.sum()) >= _FEWEST:
        other = torch.logaddexp(other, -0.5 * _distance(seen, strip) - _NO_HAIR_ODDS * bald)
    odds = skin - other + prior - _PALE_ODDS * _cloth(seen, core, y, part["face"][0])
    neck = _within(y, _THROAT) & (x.abs() < _NECK_OUT)
    roots = (part["face"][0] > 0.5) | neck | (_within(y, _EAR_HIGH) & _within(x.abs(), _EAR_OUT))
    shown = (odds > 0) & (part["person"][0] > 0.5)
    apart = pieces_apart(shown, roots, max(1, round(_BRIDGE_MM * mm)))
    return torch.where(apart, odds - _APART_ODDS, odds)[None]


def _baldness(lightness: Tensor, unlike: Tensor, core: Tensor, strip: Tensor, mm: float) -> float:
    """How surely the crown is bare, 0..1: where hair would be it is as smooth as the face's skin, and of its colour."""
    if int(strip.sum()) < _FEWEST or int(core.sum()) < _FEWEST:
        return 0.0
    like = 1 - smooth_step(*_UNLIKE, unlike[strip].median())
    if float(like) <= 0:
        return 0.0
    fine = (lightness - gaussian(lightness[None, None], 1.5 * mm)[0, 0]).abs() / (lightness + 16)
    rough = fine[strip].median() / fine[core].median().clamp(min=1e-4)
    return float(like * (1 - smooth_step(*_ROUGH, rough)))


def _within(place: Tensor, ends: tuple[float, float]) -> Tensor:
    return (place > ends[0]) & (place < ends[1])


def _cloth(seen: Tensor, core: Tensor, y: Tensor, face: Tensor) -> Tensor:
    """How surely something is cloth, not a neck ``(h, w)``: no skin is that pale or so yellow beside its own face."""
    picked = seen[1:, core] if int(core.sum()) >= _FEWEST else seen[1:].flatten(1)
    own = picked.median(dim=1).values
    depth = (seen[1] * own[0] + seen[2] * own[1]) / (own * own).sum().clamp(min=1e-3)
    pale = 1 - smooth_step(*_PALE, depth)
    # Pale skin may have any hue; what is as deep in colour as the face has the face's, unless the light is odd.
    yellower = torch.rad2deg(torch.atan2(seen[2], seen[1]) - torch.atan2(own[1], own[0]))
    deep = smooth_step(*_DEEP, torch.hypot(seen[1], seen[2]) / torch.hypot(own[0], own[1]).clamp(min=1e-3))
    warm = float(own[1] > 0.3 * own[0].clamp(min=0))
    cloth = torch.maximum(pale, smooth_step(*_YELLOWER, yellower) * deep * warm)
    return cloth * (1 - smooth_step(*_COLLAR, y)) * (1 - face)


def _distance(seen: Tensor, chosen: Tensor) -> Tensor:
    """Squared distance ``(h, w)`` of colours from those of the chosen pixels, in their own robust spreads."""
    picked = seen[:, chosen] if int(chosen.sum()) >= _FEWEST else seen.flatten(1)
    centre = picked.median(dim=1).values
    spread = (picked - centre[:, None]).abs().median(dim=1).values * 1.4826
    offset = seen - centre[:, None, None]
    least = [max(float(spread[0]), low) for low in _LEAST[:2]]
    light = offset[0].clamp(min=0) / least[1] + offset[0].clamp(max=0) / least[0]
    # In shadow and by light from other skin the colour deepens, but its hue stays.
    hue = centre[1:] / torch.hypot(centre[1], centre[2]).clamp(min=1e-3)
    deeper = offset[1] * hue[0] + offset[2] * hue[1]
    turned = offset[2] * hue[0] - offset[1] * hue[1]
    wide = 1.3 * max(float(spread[1]), float(spread[2]))
    deeper = deeper.clamp(min=0) / max(wide, _LEAST[2]) + deeper.clamp(max=0) / max(wide, _LEAST[3])
    far = light * light + deeper * deeper + (turned / max(wide, _LEAST[3])) ** 2
    return far.clamp(max=_FARTHEST**2)


def _prior(x: Tensor, y: Tensor, face: Tensor, bald: float) -> Tensor:
    """Log odds of skin before one looks: certain in the middle of the face, unlikely above the forehead with hair.

    Beside the head ears end 104 mm from its middle; what is farther out, above the shoulders, is hair or wall.
    """
    out = x.abs()
    middle = (1 - smooth_step(30.0, 62.0, out)) * (1 - smooth_step(30.0, 60.0, y)) * smooth_step(-75.0, -35.0, y)
    inside = 1.6 + 3.0 * middle
    above = 0.5 - 5.0 * (1 - bald) * smooth_step(62.0, 115.0, y)
    far = smooth_step(104.0, 118.0, out) * smooth_step(-75.0, -55.0, y)
    ears = smooth_step(66.0, 76.0, out) * smooth_step(-60.0, -35.0, y) * (1 - smooth_step(5.0, 30.0, y))
    aside = 2.6 * (1 - far) * ears - 6.0 * far
    neck = (1 - smooth_step(-82.0, -62.0, y)) * (1 - smooth_step(45.0, 70.0, out))
    below = 0.8 * (1 - smooth_step(-95.0, -75.0, y)) + 4.2 * neck
    return torch.lerp(above + aside + below, inside, face)


def _matted(lab: Tensor, share: Tensor, closed: Tensor, near: Tensor, mm: float) -> Tensor:
    """Settle the passage between skin and hair (hairline, brows, beard, collar) pixel by pixel.

    There each pixel is a mixture of skin and hair: its share of skin is where its lightness lies between that of the
    skin beside it and that of the darkest hair on the face.

    Args:
        lab: Colours ``(B, 3, h, w)``, CIELAB.
        share: First estimate ``(B, 1, h, w)``.
        closed: Lips, eyes and mouth, which belong to neither side ``(B, 1, h, w)``.
        near: Where hair may grow out of visible skin, and which of it is brow, and face ``(B, 3, h, w)``.
        mm: Pixels a millimetre.
    """
    sure = smooth_step(0.75, 0.95, gaussian(share, _PASSAGE_MM * mm)) * share * (1 - closed)
    skin = fill_outside(lab, sure, 5)
    dark = torch.stack([_darkest(lab[row, 0], near[row, 1]) for row in range(len(lab))])
    dark = torch.minimum(dark.reshape(-1, 1, 1, 1), _HAIR_AT_MOST * skin[:, :1])
    place = (lab[:, :1] - dark) / (skin[:, :1] - dark)
    # Grey hair and cloth may be as light as skin, but not of its colour.
    tint = torch.sqrt((lab[:, 1:2] - skin[:, 1:2]) ** 2 + (lab[:, 2:3] - skin[:, 2:3]) ** 2)
    # And a white collar is lighter than the skin at its edge.
    whiter = smooth_step(8.0, 18.0, lab[:, :1] - skin[:, :1]) * (1 - near[:, 2:])
    mixed = smooth_step(-0.1, 0.95, place) * (1 - smooth_step(*_OTHER_TINT, tint)) * (1 - whiter)
    return torch.maximum(share, mixed * near[:, :1] * (1 - closed))


def _darkest(lightness: Tensor, brows: Tensor) -> Tensor:
    """Lightness of the darkest hair of the brows of one row."""
    picked = lightness[brows > 0.7]
    return torch.quantile(picked, 0.04) if len(picked) >= _FEWEST else lightness.new_tensor(15.0)


def _settled(odds: Tensor, person: Tensor, reach: float) -> Tensor:
    """Let neighbours agree: specks follow what surrounds them, edges stay where they are; the wall has no say."""
    weight = person.clamp(min=0.02)
    around = gaussian(weight, reach)
    for _ in range(2):
        odds = 0.5 * odds + 0.5 * gaussian(weight * odds.clamp(-6, 6), reach) / around
    return box(weight * odds, 1) / box(weight, 1) if reach > 3 else odds
