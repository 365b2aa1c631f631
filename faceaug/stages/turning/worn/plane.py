"""The plane in which the lenses of glasses stand that a person wears, and its places in the photograph."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import torch

from faceaug.face.frame import cut
from faceaug.face.rotate import turned_points
from faceaug.face.wearing import BEND, PUPIL_AT, face_measures, wear
from faceaug.image.raster import Mesh, interpolate, triangle_ids
from faceaug.image.shade import above

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box

# A frame of no special kind tells where the plane lies: it rests on the nose and clears brows and cheeks.
# Its middle lies so far below the pupils, mm.
_STYLE, _BELOW = "rectangle", 2.0
# It is bent around the face: of stripes so wide, mm, it reaches so far to either side, and up and down.
_STRIPE, _ASIDE, _HIGH = 6, 78, 42.0


def on_plane(source: Decomposition, flat: Tensor) -> Tensor:
    """Places on the plane of the only face's glasses in its photograph ``(1, N, 3)``, photo pixels, z smaller = closer.

    Args:
        source: The photograph.
        flat: Aside of the middle, to the picture's right, and up ``(N, 2)``, mm; and behind the plane, where there is a
            third.
    """
    face = face_measures(source.points, source.pose)
    width, pupils = float(face.temples[0]), float(face.pupils[0])
    frame = cut(_STYLE, metal=True, width=width, pupils=pupils, thickness=1.0)
    worn = wear(face, 0, frame, _BELOW - (PUPIL_AT - 0.5) * frame.height)
    ahead = -BEND * flat[:, :1] * flat[:, :1]
    if flat.shape[1] > 2:
        ahead = ahead - flat[:, 2:]
    camera = worn.camera(torch.cat([flat[:, :2], ahead], dim=1))
    scale, centre = source.pose.scale[0], source.pose.centre[0]
    across, down = centre[0] + camera[:, 0] * scale, centre[1] - camera[:, 1] * scale
    return torch.stack([across, down, -camera[:, 2] * scale], dim=1)[None]


def flat_places(source: Decomposition, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Where on the plane each pixel of the only face's window lies ``(1, 2, h, w)``, mm, and whether on it, 0..1.

    ``size`` is that of the window.
    """
    corners = _corners().to(source.points)
    return _over(on_plane(source, corners) - _corner(source), corners[None], size)


def turned_places(source: Decomposition, angles: Tensor, size: tuple[int, int]) -> tuple[Box, Tensor, Tensor]:
    """The part of a window in which the plane of a head turned to yaw, pitch, roll ``(1, 3)`` lies, and what is there.

    That is x and y in the photograph's window, pixels, and height toward the camera, mm ``(1, 3, h', w')``; and where
    the plane is ``(1, 1, h', w')``, 0..1. ``size`` is that of the window.
    """
    before = on_plane(source, _corners().to(source.points))
    after = turned_points(before, source.pose, angles)
    told = torch.cat([(before - _corner(source))[..., :2], -after[..., 2:] / source.pose.scale[0]], dim=-1)
    after = after - _corner(source)
    (left, top, _), (right, bottom, _) = (ends.int().tolist() for ends in (after[0].amin(dim=0), after[0].amax(dim=0)))
    box = tuple(
        slice(min(max(low - 1, 0), most), min(max(high + 2, 0), most))
        for low, high, most in ((top, bottom, size[0]), (left, right, size[1]))
    )
    return (box[0], box[1]), *_over(after, told, size, (box[0], box[1]))


def _corner(source: Decomposition) -> Tensor:
    """Left and top of the window ``(1, 1, 3)``, photo pixels; and 0."""
    return source.points.new_tensor([[(*source.corners[0], 0)]])


@cache
def _corners() -> Tensor:
    """Corners of the stripes ``(N, 2)``, mm: aside and up, from left to right, the upper one of each pair first."""
    aside = torch.arange(-_ASIDE, _ASIDE + 1, _STRIPE).float()
    pairs = [torch.stack([aside, torch.full_like(aside, high)], dim=1) for high in (_HIGH, -_HIGH)]
    return torch.stack(pairs, dim=1).flatten(0, 1)


@cache
def _triangles() -> Tensor:
    """Their triangles ``(T, 3)``."""
    first = torch.arange(0, len(_corners()) - 2, 2)[:, None]
    return torch.cat([first + torch.tensor(each) for each in ((0, 1, 2), (1, 3, 2))])


def _over(vertices: Tensor, told: Tensor, size: tuple[int, int], box: Box | None = None) -> tuple[Tensor, Tensor]:
    """What is told of each corner ``(1, N, K)``, over a window or a part ``(1, K, h, w)``; and where the plane is."""
    triangles, (down, across) = _triangles().to(vertices.device), box or (slice(0, size[0]), slice(0, size[1]))
    first = vertices.new_tensor([across.start, down.start, 0])
    ids = triangle_ids(vertices - first, triangles, (down.stop - down.start, across.stop - across.start))
    found = interpolate(ids, Mesh(vertices, triangles), told, first=(down.start, across.start))
    return found, above(ids[:, None].to(told), -0.5)
