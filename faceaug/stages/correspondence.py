"""Where each pixel of a turned head comes from: the head's mesh in its new pose, drawn over the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from faceaug.face.geometry import head_mirror, head_triangles
from faceaug.face.rotate import head_mesh, turned_vertices
from faceaug.face.topology import SURFACE_POINTS
from faceaug.image.raster import interpolate, triangle_ids

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.extent import Box


@dataclass(frozen=True)
class Correspondence:
    """A turned head over its window.

    Attributes:
        place: Where in the window each pixel comes from ``(B, 2, h, w)``, pixels.
        near: How near it is to the face ``(B, 1, h, w)``: 1 on the face, 0 from the first ring on.
        before: The mesh as it was ``(B, V, 2)``, window pixels.
        vertices: The turned mesh ``(B, V, 3)``, window pixels.
        ids: Which of its triangles is seen at each pixel ``(B, h, w)``.
    """

    place: Tensor
    near: Tensor
    before: Tensor
    vertices: Tensor
    ids: Tensor

    def mirror(self, box: Box) -> Tensor:
        """Where the mirror images of a part's pixels on the head's other half come from ``(B, 2, h', w')``, pixels."""
        other = self.before[:, torch.from_numpy(head_mirror()).to(self.before.device)]
        first = (box[0].start, box[1].start)
        return interpolate(self.ids[(..., *box)], self.vertices, _triangles(self.ids.device), other, first=first)


def correspondence(source: Decomposition, angles: Tensor) -> Correspondence:
    """Turn heads to yaw, pitch and roll ``(B, 3)``, degrees."""
    device, size = source.linear.device, (source.linear.shape[-2], source.linear.shape[-1])
    corner = torch.tensor(source.corners, dtype=torch.float32, device=device)
    vertices = head_mesh(source)
    target = turned_vertices(vertices, source.pose, corner, angles)
    before = vertices[..., :2]
    number = torch.arange(before.shape[1], device=device).expand(len(before), -1)[..., None]
    ids = triangle_ids(target, _triangles(device), size)
    seen = interpolate(
        ids, target, _triangles(device), torch.cat([before, (number < SURFACE_POINTS).to(before)], dim=-1)
    )
    return Correspondence(seen[:, :2], seen[:, 2:].clamp(max=1), before, target, ids)


def _triangles(device: torch.device) -> Tensor:
    return torch.from_numpy(head_triangles()).to(device)
