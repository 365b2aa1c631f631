"""Soft regions of the person: skin, lips, eyes, brows, mouth, hair, other skin, clothes, and the colour at soft edges.

Contours come from the landmarks, the rest from colour: what looks like this face's own skin is skin, what looks like
the strip above the forehead is hair. Every model is learnt anew on each photograph, so no tone is assumed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.face import topology
from faceaug.face.decomposition import Pose, Regions, Surface
from faceaug.image.color import linear_to_lab
from faceaug.image.extent import in_blocks
from faceaug.image.filter import box, coarseness, enlarge, fill_outside, gaussian, reduce
from faceaug.image.picked import median, picked, places
from faceaug.image.raster import polygon
from faceaug.image.shade import above, smooth_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from faceaug.image.extent import Box

# Core skin on the mean face, mm: cheeks, nose and lower forehead, where neither hair nor beard usually grows.
_CORE_X, _CORE_LOW, _CORE_HIGH = 48.0, -42.0, 40.0
# Least spread of the skin's colour model (L*, a*, b*), so that an even face does not reject its own shadows.
_LEAST_SPREAD = (9.0, 3.0, 3.5)
# Mahalanobis distances between which skin fades out.
_SKIN_NEAR, _SKIN_FAR = 2.6, 4.2
# The line between hair and clothes, mm below the eyes on the mean face, and the width of its passage.
_SHOULDERS, _SHOULDER_BLEND = -125.0, 30.0
# Softness of brows, mm (standard deviation).
_BROWS_MM = 1.2
# Points of what is drawn from the landmarks; it is drawn in blocks of so many pixels, by which no blur is reduced more.
_FEATURES = sorted(
    {
        *topology.LIPS_OUTER,
        *topology.LIPS_INNER,
        *topology.RIGHT_EYE,
        *topology.LEFT_EYE,
        *topology.RIGHT_BROW,
        *topology.LEFT_BROW,
    }
)
_BLOCK = 32


def find_regions(
    linear: Tensor, points: Tensor, corner: Tensor, pose: Pose, surface: Surface, *, person: Tensor
) -> Regions:
    """Split the window into soft regions.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        points: Landmarks ``(B, 478, 3)``, photo pixels.
        corner: Left and top of the windows ``(B, 2)``.
        pose: Pose of the heads.
        surface: Their surface.
        person: Matte ``(B, 1, h, w)``.
    """
    scale = float(pose.scale.mean())
    size = (linear.shape[-2], linear.shape[-1])
    lips, eyes, brows, mouth, covered = torch.split(_contours(points, corner, size, scale), 1, dim=1)
    factor = coarseness(size)
    colour, matte = reduce(linear, factor), reduce(person, factor)
    lab = linear_to_lab(colour)
    position, face = reduce(surface.position, factor), reduce(surface.face, factor)
    features = reduce(covered, factor)
    skin_like = _skin_likeness(lab, position, face, features)
    inside = gaussian(skin_like, 0.5 * scale / factor)
    beyond = matte * (1 - face)
    body = beyond * _looks_like_body(inside)
    rest = beyond * (1 - body / beyond.clamp(min=1e-6)) + face * matte * (1 - inside) * _above_brows(position)
    hairy = _hair_share(lab, position, matte, face, inside)
    small = torch.cat([face * inside, body, rest * hairy, rest * (1 - hairy)], dim=1)
    whole = enlarge(small, size, factor).clamp_(min=0)
    torch.minimum(whole, person, out=whole)  # half size spills over the matte's edge
    skin, body, hair, clothes = torch.split(whole, 1, dim=1)
    return Regions(
        person=person,
        skin=skin * (1 - covered) * surface.face,
        body=body * (1 - surface.face),
        lips=lips,
        eyes=eyes,
        brows=brows,
        mouth=mouth,
        hair=hair,
        clothes=clothes,
        foreground=_foreground(linear, person, colour, matte),
    )


def _contours(points: Tensor, corner: Tensor, size: tuple[int, int], scale: float) -> Tensor:
    """Anti-aliased lips, eyes, brows and mouth opening from the landmarks, and all of them ``(B, 5, h, w)``."""
    flat = (points[..., :2] - corner[:, None]).cpu().numpy()
    made = points.new_zeros(len(points), 5, *size)
    down, across = _around(flat[:, _FEATURES].reshape(-1, 2), 4 * _BROWS_MM * scale)
    part = made[..., down, across]
    if not part.numel():
        return made

    def fill(*loops: tuple[int, ...]) -> Tensor:
        start, own = (across.start, down.start), (part.shape[-2], part.shape[-1])
        rows = [polygon([row[list(loop)] - start for loop in loops], own) for row in flat]
        return torch.from_numpy(np.stack(rows)).to(points.device)

    lips, eyes, brows, mouth, covered = part.unbind(dim=1)
    mouth[:] = fill(topology.LIPS_INNER)
    torch.clamp(fill(topology.LIPS_OUTER) - mouth, min=0, out=lips)
    eyes[:] = fill(topology.RIGHT_EYE, topology.LEFT_EYE)
    hair = gaussian(fill(topology.RIGHT_BROW, topology.LEFT_BROW)[:, None], _BROWS_MM * scale)[:, 0]
    torch.clamp(hair * 1.6, max=1.0, out=brows)
    torch.clamp(lips + eyes + brows + mouth, max=1.0, out=covered)
    return made


def _around(places: NDArray[np.float32], margin: float) -> Box:
    """The rows and columns in which places ``(N, 2)`` lie, x and y, with a margin; those before the first are none."""
    ends = zip(places.min(axis=0) - margin, places.max(axis=0) + margin, strict=True)
    across, down = (slice(max(math.floor(low), 0), max(math.ceil(high), 0)) for low, high in ends)
    return in_blocks((down, across), _BLOCK)


def _skin_likeness(lab: Tensor, position: Tensor, face: Tensor, features: Tensor) -> Tensor:
    """Return how much each pixel looks like this face's skin ``(B, 1, h, w)``."""
    x, y = position[:, 0:1], position[:, 1:2]
    core = face * (1 - features) * ((x.abs() < _CORE_X) & (y > _CORE_LOW) & (y < _CORE_HIGH))
    least = torch.tensor(_LEAST_SPREAD, device=lab.device)
    likeness = []
    for row in range(len(lab)):
        chosen = picked(lab[row], places(core[row], 0.9))
        if chosen.shape[1] < 16:
            chosen = lab[row].reshape(3, -1)
        centre = median(chosen)
        spread = torch.maximum(median((chosen - centre[:, None]).abs_()) * 1.4826, least)
        offset = (lab[row] - centre[:, None, None]) / spread[:, None, None]
        # Shadow on skin is common, light hair over skin is not: darker counts half.
        lighter = offset[0].clamp(max=0) * 0.55 + offset[0].clamp(min=0) * 0.8
        distance = torch.sqrt(lighter**2 + offset[1] ** 2 + offset[2] ** 2)
        likeness.append(1 - smooth_step(_SKIN_NEAR, _SKIN_FAR, distance))
    return torch.stack(likeness)[:, None]


def _looks_like_body(inside: Tensor) -> Tensor:
    """Ears and neck: the face's own colour, in patches rather than specks."""
    return smooth_step(0.35, 0.8, box(inside, 2)) * smooth_step(0.2, 0.6, inside)


def _above_brows(position: Tensor) -> Tensor:
    """1 on the forehead, fading out below the brows: only there is something unlike skin taken for hair."""
    return smooth_step(12.0, 26.0, position[:, 1:2])


def _hair_share(lab: Tensor, position: Tensor, matte: Tensor, face: Tensor, skin: Tensor) -> Tensor:
    """Of what is neither face nor skin, the share that is hair rather than clothes ``(B, 1, h, w)``."""
    x, y = position[:, 0:1], position[:, 1:2]
    high = smooth_step(_SHOULDERS - _SHOULDER_BLEND, _SHOULDERS + _SHOULDER_BLEND, y)
    strip = (matte > 0.9) & (face < 0.1) & (y > 60) & (x.abs() < 70) & (skin < 0.5)
    shares = []
    for row in range(len(lab)):
        chosen = picked(lab[row], places(strip[row]))
        if chosen.shape[1] < 32:
            shares.append(high[row])
            continue
        centre = median(chosen)
        spread = median((chosen - centre[:, None]).abs_()) * 1.4826 + 4.0
        distance = torch.sqrt((((lab[row] - centre[:, None, None]) / spread[:, None, None]) ** 2).sum(0, keepdim=True))
        like = 1 - smooth_step(1.5, 3.5, distance)
        low = smooth_step(_SHOULDERS - 90.0, _SHOULDERS + 10.0, y[row])
        shares.append(torch.maximum(high[row] * 0.5 + high[row] * 0.5 * like, like * low))
    share = box(torch.stack(shares), 3)
    return torch.maximum(share, above(y, -60.0))


def _foreground(linear: Tensor, person: Tensor, colour: Tensor, matte: Tensor) -> Tensor:
    """Colour of the person alone: at soft edges the colour just inside is carried outward.

    Takes window and matte, and both reduced.

    Where the matte is soft a pixel holds background too; re-lighting it whole would brighten the wall behind a hair.
    """
    factor = coarseness(linear.shape[-2:])
    carried = fill_outside(colour, smooth_step(0.85, 0.98, matte), levels=5)
    whole = enlarge(carried, (linear.shape[-2], linear.shape[-1]), factor)
    trust = smooth_step(0.75, 0.95, person)
    return torch.lerp(whole, linear, trust)
