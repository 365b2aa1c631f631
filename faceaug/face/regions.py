"""Soft regions of the person: skin, lips, eyes, brows, mouth, hair, other skin, clothes, and the colour at soft edges.

Contours come from the landmarks, the rest from colour: what looks like this face's own skin is skin, what looks like
the strip above the forehead is hair. Every model is learnt anew on each photograph, so no tone is assumed.
"""

from __future__ import annotations

import torch
from torch import Tensor

from faceaug.face import topology
from faceaug.face.decomposition import Pose, Regions, Surface
from faceaug.image.color import linear_to_lab
from faceaug.image.filter import box, coarseness, enlarge, fill_outside, gaussian, reduce
from faceaug.image.picked import median, picked, places
from faceaug.image.raster import polygon
from faceaug.image.shade import above, smooth_step

# Core skin on the mean face, mm: cheeks, nose and lower forehead, where neither hair nor beard usually grows.
_CORE_X, _CORE_LOW, _CORE_HIGH = 48.0, -42.0, 40.0
# Least spread of the skin's colour model (L*, a*, b*), so that an even face does not reject its own shadows.
_LEAST_SPREAD = (9.0, 3.0, 3.5)
# Mahalanobis distances between which skin fades out.
_SKIN_NEAR, _SKIN_FAR = 2.6, 4.2
# The line between hair and clothes, mm below the eyes on the mean face, and the width of its passage.
_SHOULDERS, _SHOULDER_BLEND = -125.0, 30.0


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
    contours = _contours(points, corner, (linear.shape[-2], linear.shape[-1]), scale)
    size = (linear.shape[-2], linear.shape[-1])
    factor = coarseness(size)
    lab = linear_to_lab(reduce(linear, factor))
    position, face = reduce(surface.position, factor), reduce(surface.face, factor)
    matte = reduce(person, factor)
    covered = torch.clamp(sum(contours.values(), torch.zeros_like(person)), max=1.0)
    features = reduce(covered, factor)
    skin_like = _skin_likeness(lab, position, face, features)
    inside = gaussian(skin_like, 0.5 * scale / factor)
    beyond = matte * (1 - face)
    body = beyond * _looks_like_body(inside)
    rest = beyond * (1 - body / beyond.clamp(min=1e-6)) + face * matte * (1 - inside) * _above_brows(position)
    hairy = _hair_share(lab, position, matte, face, inside)
    small = torch.cat([face * inside, body, rest * hairy, rest * (1 - hairy)], dim=1)
    whole = torch.minimum(enlarge(small, size, factor).clamp(min=0), person)  # half size spills over the matte's edge
    skin, body, hair, clothes = torch.split(whole, 1, dim=1)
    return Regions(
        person=person,
        skin=skin * (1 - covered) * surface.face,
        body=body * (1 - surface.face),
        lips=contours["lips"],
        eyes=contours["eyes"],
        brows=contours["brows"],
        mouth=contours["mouth"],
        hair=hair,
        clothes=clothes,
        foreground=_foreground(linear, person),
    )


def _contours(points: Tensor, corner: Tensor, size: tuple[int, int], scale: float) -> dict[str, Tensor]:
    """Anti-aliased lips, eyes, brows and mouth opening ``(B, 1, h, w)`` from the landmarks."""
    flat = (points[..., :2] - corner[:, None]).cpu().numpy()

    def fill(*loops: tuple[int, ...]) -> Tensor:
        rows = [torch.from_numpy(polygon([row[list(loop)] for loop in loops], size)) for row in flat]
        return torch.stack(rows)[:, None].to(points.device)

    mouth = fill(topology.LIPS_INNER)
    brows = gaussian(fill(topology.RIGHT_BROW, topology.LEFT_BROW), 1.2 * scale)
    return {
        "lips": (fill(topology.LIPS_OUTER) - mouth).clamp(min=0),
        "eyes": fill(topology.RIGHT_EYE, topology.LEFT_EYE),
        "brows": (brows * 1.6).clamp(max=1.0),
        "mouth": mouth,
    }


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


def _foreground(linear: Tensor, person: Tensor) -> Tensor:
    """Colour of the person alone: at soft edges the colour just inside is carried outward.

    Where the matte is soft a pixel holds background too; re-lighting it whole would brighten the wall behind a hair.
    """
    factor = coarseness(linear.shape[-2:])
    sure = smooth_step(0.85, 0.98, reduce(person, factor))
    carried = fill_outside(reduce(linear, factor), sure, levels=5)
    whole = enlarge(carried, (linear.shape[-2], linear.shape[-1]), factor)
    trust = smooth_step(0.75, 0.95, person)
    return torch.lerp(whole, linear, trust)
