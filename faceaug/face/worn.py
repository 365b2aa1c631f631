"""Whether a person in a photograph wears glasses, and whether these are tinted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.geometry import project
from faceaug.image.color import linear_to_srgb, luminance
from faceaug.image.filter import gaussian

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# The strip around the eyes that is looked at, mm on the mean face: half width, upper and lower edge, depth of its plane;
# and the spacing of its samples.
_HALF, _UPPER, _LOWER, _DEPTH, _STEP = 76.0, 30.0, -38.0, 10.0, 1.6
# Detail is averaged over cells of so many samples.
_CELL = 4
# Between these typology angles of nothing but black lenses and bare eyes lies the darkness behind a tint.
_TINTED = 0.55


@dataclass(frozen=True)
class WornGlasses:
    """What one person wears before the eyes.

    Attributes:
        kind: ``none``, ``clear`` or ``tinted``.
        certainty: Of the answer, 0.5 (a guess) .. 1.
    """

    kind: Literal["none", "clear", "tinted"]
    certainty: float

    @property
    def worn(self) -> bool:
        """Whether there are glasses at all."""
        return self.kind != "none"


def eye_strip(face: Decomposition, picture: Tensor | None = None) -> Tensor:
    """Look at the strip around the eyes, upright and in millimetres.

    Args:
        face: One face.
        picture: Its window ``(1, 3, h, w)``, linear sRGB, where another than its own is looked at.

    Returns:
        Encoded luminance ``(1, 1, rows, columns)``, 0..1.
    """
    linear = face.linear if picture is None else picture
    scale = float(face.pose.scale[0])
    bright = gaussian(linear_to_srgb(luminance(linear)), max(0.4 * _STEP * scale, 0.0))
    across = torch.arange(-_HALF, _HALF + 0.1, _STEP, device=linear.device)
    down = torch.arange(_UPPER, _LOWER - 0.1, -_STEP, device=linear.device)
    plane = torch.stack(
        [
            across.expand(len(down), -1),
            down[:, None].expand(-1, len(across)),
            _DEPTH - 0.004 * (across * across).expand(len(down), -1),
        ],
        dim=-1,
    )
    places = project(plane.reshape(1, -1, 3), face.pose)[0, :, :2]
    corner = places.new_tensor(face.corners[0])
    size = places.new_tensor([linear.shape[-1], linear.shape[-2]])
    grid = ((places - corner) / size * 2 - 1).reshape(1, len(down), len(across), 2)
    return F.grid_sample(bright, grid, mode="bilinear", padding_mode="border", align_corners=False)


def worn_glasses(face: Decomposition) -> WornGlasses:
    """Tell what a person wears before the eyes."""
    return WornGlasses("none", 0.5)
