"""Where each pixel of a turned head comes from: the head's mesh in its new pose, drawn over the window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import torch

from faceaug.face.geometry import head_mirror, head_triangles, ring_model
from faceaug.face.rotate import head_mesh, turned_mesh
from faceaug.face.topology import FACE_OVAL, SURFACE_POINTS, face_model
from faceaug.image.raster import Mesh, interpolate, triangle_ids
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box

# What lies behind what was seen by such a distance, mm, begins to be hidden, and is.
_HIDDEN_MM = (3.0, 8.0)


@dataclass(frozen=True)
class Correspondence:
    """A turned head over its window.

    Attributes:
        place: Where in the window each pixel comes from ``(B, 2, h, w)``, pixels.
        near: How near it is to the face ``(B, 1, h, w)``: 1 on the face, 0 from the first ring on.
        visible: Where the photograph shows that place, and nothing nearer that hides it ``(B, 1, h, w)``, 0..1.
        before: The mesh as it was ``(B, V, 3)``: window pixels, and height toward the camera, mm.
        depth: The height toward the camera that the photograph shows ``(B, 1, h, w)``, mm.
        mesh: The turned one, window pixels.
        ids: Which of its triangles is seen at each pixel ``(B, h, w)``.
    """

    place: Tensor
    near: Tensor
    visible: Tensor
    before: Tensor
    depth: Tensor
    mesh: Mesh
    ids: Tensor

    def mirror(self, box: Box) -> Tensor:
        """Where the mirror images of a part's pixels on the head's other half come from, and whether they were visible.

        Returns:
            ``(B, 3, h', w')``: x and y in window pixels, and 0..1.
        """
        other = self.before[:, torch.from_numpy(head_mirror()).to(self.before.device)]
        found = self._told(box, other)
        return torch.cat([found[:, :2], _visible(found, self.depth)], dim=1)

    def behind(self, box: Box) -> Tensor:
        """How far from the camera the turned pixels of a part are, pixels, and how high on the mean face, mm.

        Returns:
            ``(B, 2, h', w')``.
        """
        far = self.mesh.vertices[..., 2:]
        return self._told(box, torch.cat([far, _positions()[:, 1:2].to(far).expand_as(far)], dim=-1))

    def position(self, box: Box) -> Tensor:
        """Which point of the mean head the turned pixels of a part show ``(B, 3, h', w')``, mm."""
        return self._told(box, _positions().to(self.before).expand_as(self.before))

    def _told(self, box: Box, of_vertices: Tensor) -> Tensor:
        """What vertices tell ``(B, V, C)`` at the turned pixels of a part ``(B, C, h', w')``."""
        first = (box[0].start, box[1].start)
        return interpolate(self.ids[(..., *box)], self.mesh, of_vertices, first=first)


def correspondence(source: Decomposition, angles: Tensor) -> Correspondence:
    """Turn heads to yaw, pitch and roll ``(B, 3)``, degrees."""
    device, size = source.linear.device, (source.linear.shape[-2], source.linear.shape[-1])
    vertices, target = head_mesh(source), turned_mesh(source, angles)
    before = torch.cat([vertices[..., :2], -vertices[..., 2:] / source.pose.scale[:, None, None]], dim=-1)
    weights = _weights().to(before).expand(len(before), -1, -1)
    mesh = Mesh(target, torch.from_numpy(head_triangles()).to(device))
    ids = triangle_ids(target, mesh.triangles, size)
    seen = interpolate(ids, mesh, torch.cat([before, weights], dim=-1))
    near = seen[:, 3:].clamp_(0, 1)
    depth = source.surface.depth
    visible, within = torch.ones_like(near), (..., *_around_rings(target, size))
    visible[within] = _visible(seen[:, :3][within], depth)
    return Correspondence(seen[:, :2], near, visible, before, depth, mesh, ids)


def _around_rings(vertices: Tensor, size: tuple[int, int]) -> Box:
    """The part of a window that holds the turned heads: all of their mesh ``(B, V, 3)`` but its border."""
    head = vertices[:, : -len(FACE_OVAL), :2].flatten(0, 1)
    (left, top), (right, bottom) = head.amin(dim=0).tolist(), head.amax(dim=0).tolist()
    return slice(max(0, int(top)), max(0, min(size[0], int(bottom) + 1))), slice(
        max(0, int(left)), max(0, min(size[1], int(right) + 1))
    )


def _visible(place: Tensor, depth: Tensor) -> Tensor:
    """Whether places ``(B, 3, h, w)``, the third their height toward the camera, lie no farther than what was seen."""
    size = (depth.shape[-2], depth.shape[-1])
    return torch.rsub(smooth_step(*_HIDDEN_MM, sampled(depth, place[:, :2], size).sub_(place[:, 2:])), 1)


@cache
def _weights() -> Tensor:
    """Of each vertex ``(V, 1)``: whether it is the face's."""
    beyond = len(ring_model()[0]) + len(FACE_OVAL)
    return torch.cat([torch.ones(SURFACE_POINTS, 1), torch.zeros(beyond, 1)])


@cache
def _positions() -> Tensor:
    """The place of each vertex on the mean head ``(V, 3)``, mm."""
    ring = torch.from_numpy(ring_model()[0])
    own = torch.from_numpy(face_model().points[:SURFACE_POINTS])
    return torch.cat([own, ring, ring[-len(FACE_OVAL) :]])
