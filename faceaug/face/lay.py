"""Skin conditions laid onto a scene: drawn face by face over the face's own rectangle, trimmed, labelled."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.decomposition import Regions, Surface, joined
from faceaug.face.fringe import without_fringe
from faceaug.face.geometry import project, ring_model
from faceaug.face.kept import Kept, kept
from faceaug.face.topology import SURFACE_POINTS
from faceaug.image.shade import above

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.image.noise import Noise

Draw = Callable[["Decomposition", "Noise", int], Tensor]
"""Draws ``(1, 2, h, w)`` melanin and haemoglobin, or ``(1, 3, h, w)`` with height, for one face, its noise, its row."""

# Pigment below this density (height: mm) is none: it could not be seen and would only smear labels.
_FAINT = 0.004
# Density (or height, mm) at which a label mask is full.
_FULL = 0.15
# The forehead goes on above the mesh, up to these rings, from this height on the mean head, mm; and pixels of margin.
_RINGS, _FROM, _MARGIN = 72, 10.0, 3


def laid(source: Decomposition, noise: Noise, draw: Draw) -> tuple[Tensor, Tensor]:
    """Let ``draw`` work on each face alone, cut to its rectangle: so a row cannot depend on its batch.

    Returns:
        What it drew, trimmed ``(B, 2 or 3, h, w)``, and a label mask ``(B, 1, h, w)`` in 0..1 that is more than 0
        wherever anything may change.
    """
    height, width = source.linear.shape[-2:]
    drawn, masks = [], []
    for row in range(len(source)):
        part, box = _bare_cut(source.row(row))
        channels = trimmed(draw(part, noise.row(row), row))
        pad = (box[1].start, width - box[1].stop, box[0].start, height - box[0].stop)
        drawn.append(torch.nn.functional.pad(channels, pad))
        masks.append(torch.nn.functional.pad(_label(channels), pad))
    return joined(drawn), joined(masks)


@dataclass(frozen=True)
class _Cut:
    """A face cut to its rectangle, and that: rows and columns of its window."""

    face: Decomposition
    box: tuple[slice, slice]


def _bare_cut(face: Decomposition) -> tuple[Decomposition, tuple[slice, slice]]:
    """`face_cut` of one face without its fringe; its maps are kept with the face."""
    cut = _maps_cut(face)
    maps = {name: getattr(cut.face, name) for name in ("corners", "linear", "surface", "regions", "kept")}
    return replace(face, skin=replace(face.skin, specular=cut.face.skin.specular), **maps), cut.box


@kept(
    *(f"surface.{item.name}" for item in fields(Surface)),
    *(f"regions.{item.name}" for item in fields(Regions)),
    *(f"skin.{name}" for name in ("specular", "tone", "shade_colour")),
    *("linear", "points", "pose.rotation", "pose.scale", "pose.centre"),
)
def _maps_cut(source: Decomposition) -> _Cut:
    """One face without its fringe, cut. It keeps to itself what is made of it: a ring would never be let go."""
    face, box = face_cut(without_fringe(source))
    position = face.surface.position.contiguous()  # looked up pixel by pixel
    return _Cut(replace(face, surface=replace(face.surface, position=position), kept=(Kept(),)), box)


def face_cut(face: Decomposition) -> tuple[Decomposition, tuple[slice, slice]]:
    """Cut one face's window to the face and its forehead; return that and where it lies (rows, columns)."""
    height, width = face.linear.shape[-2:]
    left, top = face.corners[0]
    ring = torch.from_numpy(ring_model()[0][:_RINGS])
    ring = ring[ring[:, 1] > _FROM].to(face.linear)
    seen = torch.cat([face.points[0, :SURFACE_POINTS, :2], project(ring[None], face.pose)[0, :, :2]])
    low, high = seen.amin(dim=0).tolist(), seen.amax(dim=0).tolist()
    x0, y0 = max(0, math.floor(low[0]) - left - _MARGIN), max(0, math.floor(low[1]) - top - _MARGIN)
    x1, y1 = min(width, math.ceil(high[0]) - left + _MARGIN), min(height, math.ceil(high[1]) - top + _MARGIN)
    x0, y0 = min(x0, width - 1), min(y0, height - 1)
    box = (slice(y0, max(y1, y0 + 1)), slice(x0, max(x1, x0 + 1)))

    def cut(tensor: Tensor) -> Tensor:
        return tensor[:, :, box[0], box[1]]

    cropped = replace(
        face,
        corners=((left + x0, top + y0),),
        linear=cut(face.linear),
        surface=replace(
            face.surface, **{item.name: cut(getattr(face.surface, item.name)) for item in fields(face.surface)}
        ),
        regions=replace(
            face.regions, **{item.name: cut(getattr(face.regions, item.name)) for item in fields(face.regions)}
        ),
        skin=replace(face.skin, specular=cut(face.skin.specular)),
    )
    return cropped, box


def trimmed(field: Tensor) -> Tensor:
    """Take what is too faint to be seen off pigment or height, so that it ends somewhere."""
    return torch.nn.functional.softshrink(field, _FAINT)


def _label(drawn: Tensor) -> Tensor:
    """Label mask ``(1, 1, h, w)`` of trimmed pigment and height."""
    total = drawn.abs().amax(dim=1, keepdim=True)
    return (total / _FULL).clamp_(1 / 255, 1.0).mul_(above(total, 0))
