"""Where pixels lie about the axis of a neck, which tilts as the head does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.geometry import project
from faceaug.face.kept import kept
from faceaug.image.warp import pixel_centres

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.image.extent import Box

# A point of the neck's axis on the mean face, mm: behind the chin.
_AXIS = (0.0, -110.0, -78.0)
# All rows and columns.
_WHOLE: Box = (slice(None), slice(None))
PLACED = ("linear", "pose.angles", "pose.rotation", "pose.scale", "pose.centre")
"""What `upright` depends on, as `kept` is told."""


def upright(source: Decomposition, box: Box = _WHOLE) -> tuple[Tensor, Tensor]:
    """How far pixels lie to the right of the axis and above its point, as the head tilts ``(B, 1, h, w)``, mm."""
    across, up = _upright(source)[(..., *box)].chunk(2, dim=1)
    return across, up


@kept(*PLACED)
def _upright(source: Decomposition) -> Tensor:
    roll = torch.deg2rad(source.pose.angles[:, 2])[:, None, None]
    x, y = (part / source.pose.scale[:, None, None] for part in away_from(source, _AXIS, _WHOLE))
    cos, sin = torch.cos(roll), torch.sin(roll)
    return torch.stack([x * cos + y * sin, x * sin - y * cos], dim=1)


def away_from(source: Decomposition, point: tuple[float, float, float], box: Box) -> tuple[Tensor, Tensor]:
    """How far pixels of a part lie to the right of and below a point of the mean face ``(B, h, w)``, pixels."""
    corner = torch.tensor(source.corners, dtype=torch.float32, device=source.linear.device)
    point_ = torch.tensor([[point]]).to(source.linear).expand(len(source), 1, 3)
    there = project(point_, source.pose)[:, 0, :2] - corner
    xs, ys = pixel_centres((source.linear.shape[-2], source.linear.shape[-1]), source.linear.device)
    xs, ys = xs[:, box[1]], ys[box[0]]
    size = (len(source), ys.shape[0], xs.shape[1])
    return (xs - there[:, :1, None]).expand(size), (ys - there[:, 1:, None]).expand(size)
