"""Skin: its surface reflection, its tone, and the two pigments by which it changes.

Colours of skin multiply: light passes through pigment, so in optical density (minus the logarithm of linear light) a
change of pigment is an addition along a fixed direction.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.cheeks import Cheeks, find_cheeks
from faceaug.face.decomposition import Decomposition, Pose, Regions, Skin
from faceaug.face.kept import kept
from faceaug.face.shade_colour import find_shade_colour
from faceaug.image.color import ita, linear_to_lab, luminance
from faceaug.image.filter import coarseness, enlarge, gaussian, reduce
from faceaug.image.picked import median, picked, places, quantile
from faceaug.image.shade import smooth_step

# Optical density that one unit of pigment adds to linear red, green, blue. Directions of the skin's colour plane under
# D65, computed from published absorption of melanin (S. Jacques, "Optical properties of biological tissues", Phys. Med.
# Biol. 58, 2013) and of haemoglobin (S. Prahl, Oregon Medical Laser Center, 1999) through Kubelka-Munk layers.
MELANIN = (0.24, 0.46, 0.86)
HAEMOGLOBIN = (0.18, 0.66, 0.72)

# Highlights are sought above this quantile of the skin's luminance, take at most this share of a pixel's weakest
# channel, and are smoothed over this many millimetres: unsmoothed they leave blotches when skin is darkened.
_BRIGHT, _MOST, _SMOOTH_MM = 0.7, 0.6, 1.5
# Pixels of a face that are enough to tell its tone.
_SAMPLED = 6000


def find_skin(linear: Tensor, regions: Regions, points: Tensor, corner: Tensor, pose: Pose) -> Skin:
    """Measure the skin and split off its surface reflection.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        regions: Soft regions.
        points: Landmarks ``(B, 478, 3)``, photo pixels.
        corner: Left and top of the windows ``(B, 2)``.
        pose: Pose of the heads.
    """
    specular = _specular(linear, regions.skin, float(pose.scale.mean()))
    within, tones, usable = points - F.pad(corner, (0, 1))[:, None], [], []
    for row in range(len(linear)):
        cheeks = find_cheeks(regions.skin[row], within[row], pose.rotation[row])
        colours = linear[row].flatten(1).index_select(1, cheeks.places)
        tones.append(median(linear_to_lab(colours[None].float())[0]))
        usable.append(cheeks.bare)
    tone = torch.stack(tones)
    colour = find_shade_colour(linear - specular, within, regions.skin, float(pose.scale.mean()))
    return Skin(specular, tone, ita(tone), torch.tensor(usable, device=linear.device), colour)


def cheek_places(source: Decomposition, row: int, most: int = 4000) -> Tensor:
    """Return flat places ``(N,)`` in the window of one row at which its tone is measured, every n-th if too many."""
    place = _cheeks(source.row(row)).places
    return place[:: -(-len(place) // most)]


@kept("regions.skin", "points", "pose.rotation")
def _cheeks(source: Decomposition) -> Cheeks:
    """The cheeks of a single face."""
    corner = torch.tensor([*source.corners[0], 0], dtype=source.points.dtype, device=source.points.device)
    return find_cheeks(source.regions.skin[0], source.points[0] - corner, source.pose.rotation[0])


def face_tone(source: Decomposition, row: int) -> Tensor:
    """Return the median CIELAB ``(3,)`` of one row's bare facial skin; that of the cheeks where hardly any is bare."""
    return _face_tone(source.row(row))


@kept("regions.skin", "linear", "skin.tone")
def _face_tone(source: Decomposition) -> Tensor:
    """`face_tone` of a single face."""
    place = places(source.regions.skin[0], 0.9)
    if len(place) < 64:
        return source.skin.tone[0]
    place = place[:: -(-len(place) // _SAMPLED)]
    colours = source.linear[0].flatten(1).index_select(1, place)
    return median(linear_to_lab(colours[None].float())[0])


def _specular(linear: Tensor, skin: Tensor, scale: float) -> Tensor:
    """Estimate the white surface reflection of the skin ``(B, 1, h, w)``, linear, smoothed.

    Source:
        R. Tan and K. Ikeuchi, "Separating reflection components of textured surfaces using a single image", PAMI 27
        (2005): a highlight raises the weakest channel relative to the strongest.
    """
    factor = coarseness(linear.shape[-2:])
    small, mask = reduce(linear, factor), reduce(skin, factor)
    low, high = small.amin(dim=1, keepdim=True), small.amax(dim=1, keepdim=True).clamp(min=1e-4)
    bright = luminance(small)
    layers = []
    for row in range(len(small)):
        inside = places(mask[row], 0.8)
        if len(inside) < 32:
            layers.append(torch.zeros_like(bright[row]))
            continue
        lowest, highest, light = (picked(plane[row], inside)[0] for plane in (low, high, bright))
        body = quantile(lowest.div_(highest), 0.2).clamp(max=0.95)
        level = quantile(light, _BRIGHT)
        excess = ((low[row] - body * high[row]) / (1 - body)).clamp(min=0)
        excess = torch.minimum(excess, _MOST * low[row])
        ramp = smooth_step(0.0, 1.0, (bright[row] - level) / (0.25 * level + 1e-4))
        layers.append(excess * ramp * mask[row])
    smooth = gaussian(torch.stack(layers), _SMOOTH_MM * scale / factor)
    return torch.minimum(
        enlarge(smooth, (linear.shape[-2], linear.shape[-1]), factor) * skin, linear.amin(1, keepdim=True)
    )
