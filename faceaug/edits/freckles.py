"""Edit: freckles."""

from __future__ import annotations

from functools import cache
from typing import Annotated

import numpy as np
import torch
from torch import Tensor

from faceaug.edit import edit, number
from faceaug.face.scatter import Spots, draw_spots, leanings, scatter, triangle_centres
from faceaug.face.topology import FACE_OVAL, LEFT_EYE, LIPS_OUTER, RIGHT_EYE, face_model
from faceaug.image.noise import Noise
from faceaug.image.shade import smooth_step
from faceaug.scene import Scene

# Where the sun reaches: centre (x, y) on the mean face, spread (x, y), weight; millimetres, mirrored to both sides.
_SUN = (
    (0.0, -14.0, 13.0, 20.0, 1.0),
    (30.0, -24.0, 17.0, 13.0, 1.0),
    (52.0, -18.0, 12.0, 18.0, 0.55),
    (14.0, 36.0, 24.0, 14.0, 0.32),
    (0.0, -58.0, 16.0, 6.0, 0.30),
    (0.0, -88.0, 14.0, 10.0, 0.22),
)
# Radii and depths vary log-normally with these standard deviations of the logarithm; a radius stays within, mm.
_RADIUS_SPREAD, _DEPTH_SPREAD, _RADIUS_RANGE = 0.40, 0.50, (0.15, 1.8)
# This share of the spots is diffuse: wider and paler.
_DIFFUSE, _DIFFUSE_WIDER, _DIFFUSE_PALER = 0.22, 1.9, 0.45
# How far from these contours freckles stay, mm.
_CLEARANCE = ((RIGHT_EYE, 7.0), (LEFT_EYE, 7.0), (LIPS_OUTER, 3.0), (FACE_OVAL, 12.0))
# Overlapping spots saturate at this depth.
_DEEPEST = 1.6
# Freckles are a warmer brown than melanin alone: this much haemoglobin goes with it (by comparison with photographs).
_BLOOD = 0.3
# Between these typology angles freckles pale from full to this share: dark skin hides them, as in life.
_DARK, _LIGHT, _ON_DARK = -50.0, 28.0, 0.55


@edit(
    main="density",
    channel="pigment",
    neutral={"density": 0.0},
    needs={"skin"},
    sets={"freckles": "present"},
    lawful={11: "spots are scattered from the photograph's own hash; a mirrored photograph gets other spots"},
)
def freckles(
    scene: Scene,
    noise: Noise,
    *,
    density: Annotated[
        Tensor, number(3, 10, unit="spots/cm2", within=(0, 25), means="spots where the sun reaches best")
    ],
    radius: Annotated[Tensor, number(0.45, 0.8, unit="mm", within=(0.1, 1.4), means="median radius of a spot")],
    contrast: Annotated[
        Tensor, number(0.25, 0.6, within=(0, 1.5), means="melanin in a spot, in units of optical density")
    ],
    spread: Annotated[Tensor, number(0, 0.5, within=(0, 1), means="0: nose and cheeks only; 1: the whole face alike")],
) -> Scene:
    """Scatter freckles over nose, cheeks and wherever else the sun reaches.

    Spots of melanin lie on the face's own surface, sized in millimetres, irregular in outline and depth, under the
    skin's sheen. Eyes, lips and brows stay free. On dark skin they are as pale as they are in life.

    Source:
        Sizes and colour of ephelides: M. Bastiaens et al., "Ephelides are more related to pigmentary constitutional
        host factors than solar lentigines", Pigment Cell Res. 12 (1999): 1-2 mm across, tan to light brown.
    """
    device = scene.device
    reach = torch.from_numpy(_sun_map()).to(device)
    share = (reach + spread[:, None] * 0.7 * (1 - reach)) * torch.from_numpy(_free_of_features()).to(device)
    centre, place, exists = scatter(scene.source, noise, density, share)
    count = centre.shape[1]
    size = torch.exp(_RADIUS_SPREAD * noise.normal("size", count, device)).float()
    depth = torch.exp(_DEPTH_SPREAD * noise.normal("depth", count, device)).float()
    diffuse = (noise.uniform("diffuse", count, device) < _DIFFUSE).float()
    radii = (radius[:, None] * size * (1 + diffuse * (_DIFFUSE_WIDER - 1))).clamp(*_RADIUS_RANGE)
    paler = _ON_DARK + (1 - _ON_DARK) * smooth_step(_DARK, _LIGHT, scene.source.skin.ita)
    amount = (contrast * paler)[:, None] * depth * (1 + diffuse * (_DIFFUSE_PALER - 1)) * exists
    spots = draw_spots(scene.source, Spots(centre, place, radii, amount, leanings(noise, count, device)))
    melanin = _DEEPEST * (1 - torch.exp(-spots / _DEEPEST)) * scene.source.regions.skin
    marked = scene.with_mask("freckles", (melanin / 0.15).clamp(max=1.0))
    return marked.with_pigment(torch.cat([melanin, _BLOOD * melanin], dim=1))


@cache
def _sun_map() -> np.ndarray:
    """Relative density ``(T,)`` on the mean face's triangles, 0..1."""
    centres = triangle_centres()
    reach = np.zeros(len(centres), dtype=np.float32)
    for x, y, wide, high, weight in _SUN:
        for side in (-1, 1):
            bump = np.exp(-(((centres[:, 0] - side * x) / wide) ** 2 + ((centres[:, 1] - y) / high) ** 2) / 2)
            reach = np.maximum(reach, weight * bump)
    return reach


@cache
def _free_of_features() -> np.ndarray:
    """0 on eyelids, lips and the outline, rising to 1 a few millimetres away, on the mean face's triangles ``(T,)``."""
    points = face_model().points
    centres = triangle_centres()
    free = np.ones(len(centres), dtype=np.float32)
    for contour, clear in _CLEARANCE:
        distance = np.linalg.norm(centres[:, None] - points[list(contour)][None], axis=2).min(axis=1)
        free *= np.clip(distance / clear - 0.3, 0, 1)
    return free
