"""The two patches of the cheeks on which tone is measured: the same skin, whichever way the head is turned."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL, SURFACE_POINTS, face_model

# In pupil distances of a face that looks at the camera: how far below each pupil, how far outward, half their width.
# There they are the patches of the shared face set's labels, so that tones can be compared.
_BELOW, _OUTWARD, _HALF = 0.62, 0.02, 0.11
# So many of the mesh's points around a patch say how it lies in the picture.
_AROUND = 12
# A patch of whose area less than this is seen, for it is turned away, says nothing.
_EDGE_ON = 0.15
# From such a share on a pixel is skin.
_BARE = 0.5
# Pupils, and their distance on the mean face, mm.
_SIDES = ((RIGHT_PUPIL, -1.0), (LEFT_PUPIL, 1.0))
_PUPILS_MM = 63.0


@dataclass(frozen=True)
class Cheeks:
    """Where the tone of one face is measured.

    Attributes:
        places: Flat places in the window ``(N,)``: bare skin, or what covers it where no skin is bare.
        bare: Share of the patches that is bare, 0..1.
    """

    places: Tensor
    bare: float


def find_cheeks(skin: Tensor, points: Tensor, rotation: Tensor) -> Cheeks:
    """Find the patches of one face.

    Each is a square on the head as it would look at the camera, laid into the picture by the affine map that the
    landmarks around it follow: a turned head is measured on the same skin. What is covered or turned away is left out
    as long as something is bare.

    Args:
        skin: Soft region of bare skin ``(1, h, w)``, 0..1.
        points: Landmarks ``(478, 3)``, window pixels, z smaller = closer.
        rotation: Of the head ``(3, 3)``.
    """
    size = (skin.shape[-2], skin.shape[-1])
    flip = points.new_tensor([1, -1, -1])
    unturned = (points * flip) @ rotation * flip
    patches = [_patch(points, unturned, side, size) for side in range(len(_SIDES))]
    if not sum(map(len, patches)):  # seen from above or from behind
        patches = [_nearest(points[:SURFACE_POINTS, :2].mean(dim=0), size).to(points.device)]
    flat = skin[0].flatten()
    bare = [place[flat.index_select(0, place) > _BARE] for place in patches]
    total, left = (sum(len(place) for place in some) for some in (patches, bare))
    return Cheeks(torch.cat(bare if left else patches), left / max(total, 1))


def _patch(points: Tensor, unturned: Tensor, side: int, size: tuple[int, int]) -> Tensor:
    """Flat places of one patch ``(N,)``, of landmarks as they are and before the camera; none where turned away."""
    apart = float((unturned[LEFT_PUPIL] - unturned[RIGHT_PUPIL])[:2].norm())
    pupil, outward = _SIDES[side]
    middle = unturned[pupil, :2] + apart * points.new_tensor([outward * _OUTWARD, _BELOW])
    near = torch.tensor(_around()[side], device=points.device)
    there = torch.cat([unturned[near, :2] - middle, torch.ones_like(unturned[near, :1])], dim=1).double()
    affine = torch.linalg.lstsq(there.cpu(), points[near, :2].double().cpu()).solution
    linear, shift = affine[:2], affine[2]
    (a, b), (c, d) = linear.tolist()
    if a * d - b * c < _EDGE_ON:
        return torch.empty(0, dtype=torch.long, device=points.device)
    return _covered(linear, shift, max(1.0, _HALF * apart), size).to(points.device)


def _covered(linear: Tensor, shift: Tensor, reach: float, size: tuple[int, int]) -> Tensor:
    """Flat places whose centres lie in a square of half width ``reach`` that an affine map lays into the window."""
    height, width = size
    spread = reach * linear.abs().sum(dim=0)
    x0, y0 = ((shift - spread).floor().clamp(min=0) + 0.5).tolist()
    x1, y1 = (shift + spread).tolist()
    columns = torch.arange(x0, max(x0, min(x1, width)), dtype=torch.float64)
    rows = torch.arange(y0, max(y0, min(y1, height)), dtype=torch.float64)
    there = torch.stack([columns.expand(len(rows), -1), rows[:, None].expand(-1, len(columns))], dim=-1)
    (a, b), (c, d) = linear.tolist()
    inverse = torch.tensor([[d, -b], [-c, a]], dtype=torch.float64) / (a * d - b * c)
    inside = (((there - shift) @ inverse).abs() <= reach).all(dim=-1)
    return (rows.long()[:, None] * width + columns.long())[inside]


def _nearest(point: Tensor, size: tuple[int, int]) -> Tensor:
    """Flat place ``(1,)`` of the window's pixel that is nearest to a point."""
    column, row = (min(max(int(at), 0), most - 1) for at, most in zip(point.tolist(), size[::-1], strict=True))
    return torch.tensor([row * size[1] + column])


@cache
def _around() -> tuple[tuple[int, ...], ...]:
    """The mesh's points nearest to the middle of each patch, right and left, by the mean face."""
    model = torch.from_numpy(face_model().points).double()
    found = []
    for pupil, outward in _SIDES:
        middle = model[pupil, :2] + _PUPILS_MM * model.new_tensor([outward * _OUTWARD, -_BELOW])
        gaps = (model[:SURFACE_POINTS, :2] - middle).norm(dim=1)
        found.append(tuple(gaps.argsort(stable=True)[:_AROUND].tolist()))
    return tuple(found)
