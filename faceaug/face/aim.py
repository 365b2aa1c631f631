"""Find the angles to turn a mesh to so that the picture, measured again, has the pose that was asked for.

The landmark network believes in its mean face: of a turned mesh it does not see the whole turn. So the aim goes that
much farther from the start; then the face is drawn small, as the network wants it, measured, and the aim moved by what
was missed. Once: of 130 turns of 30 faces to within 30 degrees, 10 % ended more than 2 degrees off when up to two more
looks were taken at those that had missed by more than 3, and 8.5 % with one look; of 144 turns to 45 degrees, 38 % and
33 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional as F

from faceaug.face.geometry import fit_pose, head_triangles
from faceaug.face.landmarks import SIDE, region_of_points, run_mesh, to_photo
from faceaug.face.rotate import head_mesh, turned_mesh
from faceaug.face.topology import SURFACE_POINTS
from faceaug.image.color import encode
from faceaug.image.filter import reduce
from faceaug.image.raster import Mesh, interpolate, triangle_ids
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.face.region import Region

# How much farther than asked to aim at first in yaw, pitch and roll: regression over 24 faces, eight poses each, which
# leaves a median of 0.7, 0.7 and 0.3 degrees to correct.
_FARTHER = (0.13, 0.19, 0.0)
# The farthest that the aim may stray from what was asked, degrees.
_FARTHEST = 20.0


def aimed(source: Decomposition, linear: Tensor, asked: Tensor) -> Tensor:
    """Return the angles ``(B, 3)`` to turn to so that the result measures ``asked`` ``(B, 3)``, degrees.

    Args:
        source: The faces.
        linear: Their windows ``(B, 3, h, w)``, linear sRGB.
        asked: Yaw, pitch, roll.
    """
    rows = [_aimed(source.row(row), linear[row : row + 1], asked[row : row + 1]) for row in range(len(source))]
    return torch.cat(rows)


def _aimed(source: Decomposition, linear: Tensor, asked: Tensor) -> Tensor:
    if torch.equal(asked, source.pose.angles):
        return asked
    aim = asked + (asked - source.pose.angles) * torch.tensor(_FARTHER).to(asked)
    missed = asked - _measured(source, linear, aim)
    # The network has its own bias on the untouched face too: what counts is the turn from there.
    return asked + (aim + missed - asked).clamp(-_FARTHEST, _FARTHEST)


def _measured(source: Decomposition, linear: Tensor, angles: Tensor) -> Tensor:
    """Turn the head in a small picture, as the network sees it, and measure the pose there ``(1, 3)``."""
    corner = torch.tensor(source.corners, dtype=torch.float32, device=linear.device)
    target = turned_mesh(source, angles)
    face = target[0, :SURFACE_POINTS] + F.pad(corner[0], (0, 1))
    region = region_of_points(face.cpu().numpy())
    pixels = encode(_drawn(source, linear, _into(target, corner, region), region))[0].permute(1, 2, 0).cpu().numpy()
    found = run_mesh(np.ascontiguousarray(pixels[None]), str(linear.device))
    again = torch.from_numpy(to_photo(found[0], region)).to(linear)
    return fit_pose(again[None]).angles


def _drawn(source: Decomposition, linear: Tensor, inward: Tensor, region: Region) -> Tensor:
    """Draw the turned head, its vertices ``(1, V, 3)`` in the network's square, into that ``(1, 3, SIDE, SIDE)``."""
    size = (linear.shape[-2], linear.shape[-1])
    mesh = Mesh(inward, torch.from_numpy(head_triangles()).to(linear.device))
    ids = triangle_ids(inward, mesh.triangles, (SIDE, SIDE))
    place = interpolate(ids, mesh, head_mesh(source)[..., :2])
    return sampled(reduce(linear, max(1, int(region.side / SIDE))), place, size)


def _into(vertices: Tensor, corner: Tensor, region: Region) -> Tensor:
    """Carry window vertices ``(1, V, 3)`` into the pixels of the network's square."""
    matrix = torch.from_numpy(region.matrix()).to(vertices)
    inverse = torch.linalg.inv(matrix[:, :2].double()).to(vertices)
    flat = (vertices[..., :2] + corner[:, None] - matrix[:, 2]) @ inverse.T * SIDE
    return torch.cat([flat, vertices[..., 2:] * (SIDE / region.side)], dim=-1)
