"""The head over a near ear that was drawn: its outline comes down to the upper rim of the ear in a bow.

The mesh carried what it saw of the head: hair over an old ear that was narrower, or stood off less. Beside the new one
it would end in a step, with wall in the corner. What lies in the bow looks as what is over it, mirrored at the outline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.image.extent import Box, extent
from faceaug.image.filter import gaussian, largest, smallest
from faceaug.image.shade import above, smooth_fall, smooth_step

if TYPE_CHECKING:
    from faceaug.stages.turning.ears.ear import Ear

# What is so much head and ear, over so many mm, is in the bow: gaps up to 11 mm, and corners.
_ROUND_MM, _SHARE = 6.0, (0.36, 0.54)
# It reaches from between these shares of an ear's height on to between the next.
_FROM, _TO = (0.5, 0.7), (1.1, 1.25)
# It looks as what is so much higher, mm, and mirrored so far within the outline, mm; but for what is thinner than this.
_HIGHER_MM, _WITHIN_MM, _THIN_MM = 12.0, 2.0, 2.0
# What is so much person is of the head; it is told by such shares over this distance, mm.
_OWN, _TOLD, _TOLD_MM = 0.9, (0.5, 0.9), 0.8


@dataclass(frozen=True)
class Bow:
    """Where a head goes on behind an ear, and as what it looks.

    Attributes:
        share: Where, in the ear's part of the window ``(1, 1, h, w)``, 0..1.
        box: Rows and columns that hold all of it; None if there is none.
        rows: From which row of the ear's part ``(h', w')`` each pixel of that box is taken.
        columns: From which column, likewise.
    """

    share: Tensor
    box: Box | None
    rows: Tensor
    columns: Tensor

    def of(self, channel: Tensor) -> Tensor:
        """What lies in its box of a map of the ear's part ``(1, C, h', w')``."""
        return channel[..., self.rows, self.columns]


def bow_over(ear: Ear, person: Tensor, beside: Tensor, scale: float) -> Bow:
    """The bow of a head.

    Args:
        ear: The ear that is drawn.
        person: The person as the mesh carried it, without the old ear ``(1, 1, h, w)``, 0..1.
        beside: What is beside the face, likewise: the head over an ear.
        scale: Pixels per millimetre.
    """
    thin, (height, width) = max(1, round(_THIN_MM / 2 * scale)), person.shape[-2:]
    person = largest(smallest(person, thin), thin)
    share = smooth_step(*_SHARE, gaussian(torch.maximum(person, ear.cover), _ROUND_MM * scale))
    share *= smooth_step(*_FROM, ear.along) * smooth_fall(*_TO, ear.along) * above(ear.aside, 0) * (1 - ear.cover)
    box = extent(share)
    down, across = (slice(0), slice(0)) if box is None else box
    own = above(person * beside * (1 - ear.cover), _OWN)
    rows, columns = (torch.arange(size, device=own.device) for size in (height, width))
    outer = torch.where(own[0, 0] > 0, columns * ear.outward, -width).amax(dim=1)
    rows = (rows[down] - round(_HIGHER_MM * scale)).clamp(min=0)[:, None]
    edge, columns = outer[rows] - round(_WITHIN_MM * scale), columns[across] * ear.outward
    columns = (ear.outward * torch.minimum(columns, 2 * edge - columns)).clamp(0, width - 1)
    bow = Bow(share, box, rows.expand(columns.shape), columns)
    share[..., down, across] *= bow.of(smooth_step(*_TOLD, gaussian(own, _TOLD_MM * scale)))
    return bow
