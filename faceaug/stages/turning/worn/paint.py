"""A temple of worn glasses drawn on a turned head, from the front to the ear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from faceaug.image.filter import gaussian
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from torch import Tensor

# How much less height a temple has at the ear.
_SLIMMER = 0.25
# It begins so much before where it was seen to end, goes on over hair for so many mm and is gone after so many more; so
# it is before the ear, mm. Shares of what is no skin within the last distance, mm, that are hair.
_OVERLAP_MM, _OVER_HAIR_MM, _GONE_MM, _EAR_MM = 2.0, 4.0, 5.0, 5.0
_HAIR, _HAIR_MM = (0.4, 0.8), 2.5
# Hair is what departs from the hue of the cheek below the first height, mm, as a ratio of red to green, by such
# factors, natural logarithms; but for what the end piece may colour, within this distance, mm.
_CHEEK, _HUE, _OWN_MM = -7.0, (0.18, 0.3), 10.0
# No hair lies over it where such shares of what is beside its end, so far outward and so far above and below, mm, are
# skin: the upper ear.
_UPPER_EAR, _OUTWARD_MM, _HIGH_MM = (0.35, 0.6), (0.0, 8.0), (-5.0, 8.0)
# The skin beside it is so much darker, over this distance, mm.
_CONTACT, _CONTACT_MM = 0.22, 1.2


@dataclass(frozen=True)
class Part:
    """A part of one turned head around a temple.

    Attributes:
        light: Its picture ``(1, 3, h, w)``, linear.
        bare: Share of skin ``(1, 1, h, w)``, 0..1.
        high: Height on the mean face ``(h, w)``, mm.
        xs: Columns of the window ``(w,)``, pixels.
        ys: Rows ``(h, 1)``.
        scale: Pixels per millimetre.
    """

    light: Tensor
    bare: Tensor
    high: Tensor
    xs: Tensor
    ys: Tensor
    scale: float


@dataclass(frozen=True)
class Line:
    """A temple: from where its end piece was seen to leave off to the ear, pixels of the window.

    Attributes:
        start: x and y.
        along: Unit vector to the ear.
        length: Pixels.
        tall: Its height at the hinge, pixels.
        colour: ``(1, 3, 1, 1)``, linear.
        behind: Whether it runs behind the head: the far one, seen beside the face and through its lens.
    """

    start: tuple[float, float]
    along: tuple[float, float]
    length: float
    tall: float
    colour: Tensor
    behind: bool = False

    @property
    def end(self) -> tuple[float, float]:
        """Where it ends at the ear, x and y."""
        return self.start[0] + self.along[0] * self.length, self.start[1] + self.along[1] * self.length


def drawn(part: Part, line: Line, share: float, *, over: bool) -> tuple[Tensor, Tensor]:
    """The part with its temple, by some share ``(1, 3, h, w)``, and what that covers ``(1, 1, h, w)``.

    ``over``: whether it lies over hair where the ear is seen to which it leads.
    """
    scale, (right, down) = part.scale, line.along
    along, cover = _stroke(part, line)
    cover = cover * (1 - smooth_step(line.length - _EAR_MM * scale, line.length, along))
    hair = _hair(part, along)
    steps = torch.arange(int(line.length) + 1, device=hair.device)
    columns = (line.start[0] + right * steps - part.xs[0]).long().clamp(0, hair.shape[1] - 1)
    rows = (line.start[1] + down * steps - part.ys[0, 0]).long().clamp(0, hair.shape[0] - 1)
    passed = hair[rows, columns].cumsum(0) / scale
    under = smooth_step(_OVER_HAIR_MM, _OVER_HAIR_MM + _GONE_MM, passed)
    if over:
        under = under * (1 - _ear_seen(part, line))
    cover = (cover * share * (1 - under[along.long().clamp(0, len(steps) - 1)]))[None, None]
    beside = gaussian(cover * (1 - hair), _CONTACT_MM * scale)
    return torch.lerp(part.light * (1 - _CONTACT * beside), line.colour.expand_as(part.light), cover), cover


def drawn_behind(part: Part, line: Line, free: Tensor) -> tuple[Tensor, Tensor]:
    """The same with a temple that runs behind the head, seen where nothing hides it ``(1, 1, h, w)``, 0..1."""
    cover = _stroke(part, line)[1] * free
    return torch.lerp(part.light, line.colour.expand_as(part.light), cover), cover


def _stroke(part: Part, line: Line) -> tuple[Tensor, Tensor]:
    """How far along a temple each pixel lies ``(h, w)``, pixels, and how much the temple covers of it, 0..1."""
    (right, down), scale = line.along, part.scale
    x, y = part.xs - line.start[0], part.ys - line.start[1]
    along, across = x * right + y * down, (y * right - x * down).abs()
    cover = (line.tall * (1 - _SLIMMER * (along / line.length).clamp(0, 1)) / 2 + 0.5 - across).clamp(0, 1)
    return along, cover * smooth_step(-_OVERLAP_MM * scale, 0.0, along)


def _ear_seen(part: Part, line: Line) -> Tensor:
    """Whether the upper ear is seen to which a temple leads, 0..1."""
    x = (part.xs - line.start[0] - line.along[0] * line.length) * (1 if line.along[0] > 0 else -1) / part.scale
    y = (part.ys - line.start[1] - line.along[1] * line.length) / part.scale
    there = ((x > _OUTWARD_MM[0]) & (x < _OUTWARD_MM[1]) & (y > _HIGH_MM[0]) & (y < _HIGH_MM[1])).to(part.bare)
    return smooth_step(*_UPPER_EAR, (part.bare[0, 0] * there).sum() / there.sum().clamp(min=1))


def _hair(part: Part, along: Tensor) -> Tensor:
    """Where there is hair ``(h, w)``, 0..1: no skin, or not of its hue: fair hair is taken for skin.

    ``along`` tells how far from the end piece that is, pixels.
    """
    wide = gaussian(torch.cat([part.light, part.bare], dim=1), _HAIR_MM * part.scale)[0]
    hue = (wide[0].clamp(min=1e-4) / wide[1].clamp(min=1e-4)).log()
    skin = part.bare[0, 0] * (wide[3] > _HAIR[1]) * (part.high < _CHEEK)
    own = (hue * skin).sum() / skin.sum().clamp(min=1e-4)
    other = smooth_step(*_HUE, (hue - own).abs()) * (skin.sum() > 0) * (along > _OWN_MM * part.scale)
    return torch.maximum(smooth_step(*_HAIR, 1 - wide[3]), other)
