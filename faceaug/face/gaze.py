"""Eyes that go on looking where they looked while the head turns: the irises slide in their openings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face import topology
from faceaug.image.raster import polygon
from faceaug.image.shade import smooth_step
from faceaug.image.warp import pixel_centres

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

# From the centre of the eyeball to the iris, and the radius of the iris, mm (G. Bekerman et al., "Variations in eyeball
# diameters of the healthy adults", J. Ophthalmol. 2014; iris 11.7 mm across).
_EYEBALL, _IRIS = 11.0, 5.9
# An iris slides at most this far, mm; the white beyond it is drawn out over this many radii.
_FARTHEST, _REACH = 4.5, 2.3
_EYES = (
    (topology.RIGHT_EYE, (topology.RIGHT_PUPIL, *topology.RIGHT_IRIS)),
    (topology.LEFT_EYE, (topology.LEFT_PUPIL, *topology.LEFT_IRIS)),
)


def iris_shift(source: Decomposition, angles: Tensor) -> Tensor:
    """Return how far the irises slide ``(B, 2)`` in pixels, right and down, when the head turns to ``angles``."""
    turn = torch.deg2rad((angles - source.pose.angles).double())
    aside = -_EYEBALL * torch.sin(turn[:, 0])
    down = _EYEBALL * torch.sin(turn[:, 1])
    shift = torch.stack([aside, down], dim=1).clamp(-_FARTHEST, _FARTHEST) * source.pose.scale.double()[:, None]
    return shift.to(source.points)


def slid_eyes(place: Tensor, points: Tensor, corner: Tensor, shift: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """Slide the irises of a turned head.

    Args:
        place: Where each pixel of the turned picture comes from ``(B, 2, h, w)``, window pixels.
        points: Turned landmarks ``(B, 478, 3)``, photo pixels.
        corner: Left and top of the windows ``(B, 2)``.
        shift: Right and down ``(B, 2)``, pixels.
        scale: Pixels per millimetre.

    Returns:
        Both again: sources and iris landmarks moved, within the eyes' openings alone.
    """
    size = (place.shape[-2], place.shape[-1])
    xs, ys = pixel_centres(size, place.device)
    points = points.clone()
    for opening, iris in _EYES:
        flat = points[..., :2] - corner[:, None]
        loops = [row[list(opening)].cpu().numpy() for row in flat]
        inside = torch.stack([torch.from_numpy(polygon([loop], size)) for loop in loops])[:, None].to(place)
        centre = flat[:, iris[0]] + shift
        away = torch.hypot(xs - centre[:, 0, None, None], ys - centre[:, 1, None, None])[:, None]
        weight = inside * (1 - smooth_step(_IRIS * scale, _REACH * _IRIS * scale, away))
        place = place - weight * shift[:, :, None, None]
        points[:, list(iris), :2] += shift[:, None]
    return place, points
