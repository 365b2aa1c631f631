"""Person and wall as layers of their own: a matte that the wall gives away, colours without each other's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from faceaug.face.kept import kept
from faceaug.image.filter import closing, enlarge, gaussian, largest, reduce
from faceaug.image.shade import at_least, smooth_step
from faceaug.stages.coarse import coarseness
from faceaug.stages.wall import Wall, distance, find_wall, wall_behind

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition, Regions

# Beside a plain wall the matte follows colour where person and wall differ by these (square roots of linear light),
# cloth and wall by the next: a white shirt before a light wall.
# So many times the grain, and so much, is wall still.
_APART, _CLOTH_APART, _GRAINS, _LEAST = (0.1, 0.25), (0.05, 0.12), 2.0, 0.01
# The person's colour varies: from so much of its departure from the wall on a pixel is all person.
_ALL = 0.8
# So far out from what is surely person strands are looked for, mm; so far within its outline the matte may be wrong.
_LOOSE_MM, _WITHIN_MM, _WITHIN = (16.0, 26.0), 2.5, (0.93, 0.995)
# Before a wall that is not plain, hair and skin end within this distance of what is surely person, mm; what a matte
# shows farther out is an error on a wall of many colours, or strands too thin to be carried along.
_STRANDS_MM = (4.0, 8.0)
_SURE = 0.6
# A matte is soft over a wide band where it is so, on average, over this distance, mm; there it is steepened between
# these values.
_SOFT_MM, _WIDE, _STEEP = 3.0, (0.3, 0.55), (0.45, 0.85)
# Folds of cloth that have the wall's colour are no gaps, up to twice so wide, mm; cloth is what has such
# shares of it so near.
_FOLD_MM, _CLOTH = 3.0, (0.2, 0.5)
# From such values of the matte on, what was seen is taken for the person's own colour.
_WHOLE = (0.3, 0.7)


@dataclass(frozen=True)
class Layers:
    """What a window shows, layer by layer.

    Attributes:
        own: The person's colour, past its outline too ``(B, 3, h, w)``, linear sRGB.
        clear: How much of each pixel is person, without haze, with loose strands ``(B, 1, h, w)``, 0..1.
        behind: The wall, behind the person too ``(B, 3, h, w)``, linear sRGB.
    """

    own: Tensor
    clear: Tensor
    behind: Tensor


@kept("linear", "regions.person", "regions.foreground", "regions.clothes", "pose.scale")
def layers_of(source: Decomposition) -> Layers:
    """The layers of each face's window; a face keeps them for its other variants."""
    return find_layers(source.linear, source.regions, float(source.pose.scale.mean()))


def find_layers(linear: Tensor, regions: Regions, scale: float) -> Layers:
    """Part a window ``(B, 3, h, w)``, linear sRGB, into person and wall; ``scale``: pixels per millimetre."""
    wall = find_wall(linear, regions.person, scale)
    cloth = smooth_step(*_CLOTH, largest(regions.clothes, _folds(scale)))
    clear = unfolded(cleared(wall, regions.person, regions.foreground, cloth, scale=scale), cloth, scale)
    behind = wall_behind(linear, torch.maximum(regions.person, clear), wall, scale)
    return Layers(_own_colour(linear, regions, clear, wall), clear, behind)


def cleared(wall: Wall, person: Tensor, colour: Tensor, cloth: Tensor, *, scale: float) -> Tensor:
    """The matte ``(B, 1, h, w)`` as the wall gives it away; where that is not plain, the matte without haze.

    Before a plain wall whatever departs from it is the person: strands, earrings and the gaps within them.

    Args:
        wall: The wall.
        person: The matte ``(B, 1, h, w)``.
        colour: The person's colour, carried past its outline ``(B, 3, h, w)``, linear.
        cloth: Where the person wears cloth, and close around ``(B, 1, h, w)``, 0..1.
        scale: Pixels per millimetre.
    """
    clear, away = _without_haze(person, scale)
    departs = wall.texture.abs().amax(dim=1, keepdim=True)
    contrast = (colour.clamp(min=0).sqrt() - wall.even).abs().amax(dim=1, keepdim=True)
    told = ((departs - _GRAINS * wall.grain - _LEAST) / (_ALL * contrast).clamp(min=0.05)).clamp(0, 1)
    within = smooth_step(*_WITHIN, gaussian(person, _WITHIN_MM * scale))
    apart = torch.lerp(smooth_step(*_APART, contrast), smooth_step(*_CLOTH_APART, contrast), cloth)
    trust = wall.plain * apart * (1 - within) * (1 - smooth_step(*_LOOSE_MM, away / scale))
    return torch.lerp(clear, told, trust)


def unfolded(clear: Tensor, cloth: Tensor, scale: float) -> Tensor:
    """The matte ``(B, 1, h, w)`` without gaps in cloth: white folds before a white wall, black ones before black.

    ``cloth`` is where there is any ``(B, 1, h, w)``, 0..1.
    """
    return torch.lerp(clear, torch.maximum(clear, closing(clear, _folds(scale))), cloth)


def _folds(scale: float) -> int:
    """Half the width of the widest fold, pixels."""
    return max(round(_FOLD_MM * scale), 1)


def _without_haze(person: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """A matte without the haze far from what is surely person, steeper where it is soft over a wide band.

    Also how far each pixel is from what is surely person ``(B, 1, h, w)``, pixels.
    """
    size = (person.shape[-2], person.shape[-1])
    factor = coarseness(person)
    away = enlarge(distance(reduce(person, factor) < _SURE) * factor, size, factor)
    soft = gaussian(4 * person * (1 - person), _SOFT_MM * scale)
    steep = torch.lerp(person, smooth_step(*_STEEP, person), smooth_step(*_WIDE, soft))
    return steep * (1 - smooth_step(*_STRANDS_MM, away / scale)), away


def _own_colour(linear: Tensor, regions: Regions, clear: Tensor, wall: Wall) -> Tensor:
    """The person without the wall that shows through at soft edges; what is surely person as it was seen."""
    whole = torch.maximum(at_least(regions.person, 0.999), smooth_step(*_WHOLE, clear))
    through = (1 / clear.clamp(min=_WHOLE[0]) - 1) * wall.plain
    alone = torch.addcmul(linear, torch.addcmul(linear, wall.even, wall.even, value=-1), through)
    return torch.lerp(regions.foreground, alone.clamp(min=0), whole)
