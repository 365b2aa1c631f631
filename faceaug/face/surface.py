"""The surface seen at every pixel: position on the mean face, normal, depth; the mesh inside, the head around it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.decomposition import Pose, Surface
from faceaug.face.geometry import head_triangles, head_vertices, vertex_normals
from faceaug.face.topology import FACE_OVAL, SURFACE_POINTS, face_model
from faceaug.image.filter import box, coarseness, enlarge, fill_outside, gaussian, reduce
from faceaug.image.raster import Mesh, interpolate, polygon, triangle_ids
from faceaug.image.shade import smooth_step, unit

# Over how many millimetres inside the outline the mesh's normals give way to the head's.
_BLEND_MM = 12.0
# Normals are smoothed by this much to hide the mesh's facets (1 % of a face 140 mm wide).
_FACET_MM = 1.6
# Side of the coarse grid on which the head's normals are spread from its silhouette.
_HEAD_GRID = 64
# Radii of the averaging rounds there, coarse to fine: twice as many change no picture with a new light by more than
# seven levels of 255, and by 0.1 in the mean.
_ROUNDS = (4,) * 3 + (2,) * 2 + (1,) * 2


def find_surface(
    points: Tensor,
    pose: Pose,
    corner: Tensor,
    size: tuple[int, int],
    person: Tensor,
    *,
    seen: tuple[Mesh, Tensor] | None = None,
    placed: bool = True,
) -> Surface:
    """Raster mesh, rings and border over the window and shape the rest of the person from the matte.

    Args:
        points: Landmarks ``(B, 478, 3)``, photo pixels.
        pose: Their pose.
        corner: Left and top of the windows ``(B, 2)``, pixels.
        size: Height and width of the windows.
        person: Person matte ``(B, 1, h, w)``, 0..1.
        seen: Of the head's mesh that is drawn already: itself, in the window, and which of its triangles is seen at
            each pixel ``(B, h, w)``.
        placed: Whether anybody will ask which point of the canonical face a pixel shows: else that has no channel.
    """
    factor = coarseness(size)  # positions are linear inside triangles, so little is lost
    small = (-(-size[0] // factor), -(-size[1] // factor))
    vertices, positions = head_vertices(points, pose, corner, size)
    device = points.device
    own = torch.from_numpy(face_model().triangles.astype(np.int64)).to(device)
    if seen is None:
        mesh, step = Mesh(vertices / factor, torch.from_numpy(head_triangles()).to(device)), 1
        ids = triangle_ids(mesh.vertices, mesh.triangles, small)  # z too: it only orders the triangles
    else:
        mesh, step, ids = seen[0], factor, seen[1][:, ::factor, ::factor]
    normal = vertex_normals(vertices[:, :SURFACE_POINTS], own)
    attributes = [-vertices[..., 2:] / pose.scale[:, None, None]]
    attributes += [F.pad(normal, (0, 0, 0, vertices.shape[1] - SURFACE_POINTS)), *([positions] if placed else [])]
    maps = interpolate(ids, mesh, torch.cat(attributes, dim=-1), step=step)
    face = outline_coverage(points, corner, size)
    small_face, small_person = reduce(face, factor), reduce(person, factor)
    head = head_normals(small_person, small_face, maps[:, 1:4])
    maps[:, 1:4] = _blend_normals(maps[:, 1:4], head, small_face, float(pose.scale.mean()) / factor)
    whole = enlarge(maps, size, factor)
    normal = whole[:, 1:4]
    return Surface(face, whole[:, 4:], unit(normal, out=normal), whole[:, :1])


def outline_coverage(points: Tensor, corner: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the anti-aliased coverage ``(B, 1, h, w)`` of the face's outline."""
    outlines = (points[:, list(FACE_OVAL), :2] - corner[:, None]).cpu().numpy()
    covers = [torch.from_numpy(polygon([outline], size, oversample=2)) for outline in outlines]
    return torch.stack(covers)[:, None].to(points.device)


def head_normals(person: Tensor, face: Tensor, mesh_normal: Tensor) -> Tensor:
    """Shape hair, neck and shoulders from their silhouette: normals lie in the picture there and face us within.

    Both the matte's edge (outward) and the face's mesh (its own normals) are spread smoothly over what lies between.

    Args:
        person: Matte ``(B, 1, h, w)``.
        face: Coverage of the face ``(B, 1, h, w)``.
        mesh_normal: Normals of the mesh ``(B, 3, h, w)``, valid where ``face`` is 1.

    Returns:
        Unit normals ``(B, 3, h, w)``.

    Source:
        S. Johnston, "Lumo: illumination for cel animation", NPAR 2002.
    """
    size = (person.shape[-2], person.shape[-1])
    factor = max(1, min(size) // _HEAD_GRID)
    matte, cover, inner = reduce(person, factor), reduce(face, factor), reduce(mesh_normal, factor)
    soft = gaussian(matte, 1.5)
    padded = F.pad(soft, (1, 1, 1, 1), mode="replicate")
    outward = torch.cat(
        [padded[..., 1:-1, :-2] - padded[..., 1:-1, 2:], padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]], dim=1
    )
    steep = _length(outward)
    edge = smooth_step(0.1, 0.3, steep) * smooth_step(0.15, 0.5, matte)
    core = smooth_step(0.9, 1.0, cover)
    known = torch.where(core > 0, inner[:, :2], outward / steep.clamp(min=1e-6) * 0.92)
    weight = torch.maximum(edge * (1 - core), core)
    plane = _relaxed(fill_outside(known, weight), known, weight)
    plane = plane / _length(plane).clamp(min=1.0) * 0.98
    up = torch.sqrt((1 - (plane * plane).sum(dim=1, keepdim=True)).clamp(min=0.04))
    return enlarge(torch.cat([plane, up], dim=1), size, factor)


def _length(plane: Tensor) -> Tensor:
    """Length ``(B, 1, h, w)`` of vectors in the picture's plane ``(B, 2, h, w)``."""
    return torch.hypot(plane[:, :1], plane[:, 1:])


def _relaxed(start: Tensor, known: Tensor, weight: Tensor) -> Tensor:
    """Smooth what lies between the known values (Jacobi rounds of Laplace's equation), which stay."""
    for radius in _ROUNDS:
        start = torch.lerp(box(start, radius), known, weight)
    return gaussian(start, 1.0)


def _blend_normals(mesh: Tensor, head: Tensor, face: Tensor, scale: float) -> Tensor:
    """Mesh normals well inside the outline, the head's outside, a smooth passage between; not yet of length 1."""
    inside = gaussian(face, _BLEND_MM * scale / 2)
    weight = smooth_step(0.55, 0.95, inside) * face
    joined = (mesh * weight).add_(head * (1 - weight))
    return gaussian(joined, _FACET_MM * scale)
