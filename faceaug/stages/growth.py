"""What was never seen of a turned head, grown from what was: skin from skin, hair from hair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from faceaug.image.filter import box, gaussian, largest, reduce
from faceaug.image.shade import smooth_step
from faceaug.stages.extent import extent
from faceaug.stages.unseen import coarseness, filled

if TYPE_CHECKING:
    from torch import Tensor

# Shading is told from texture at this size, mm. Texture is at most this much darker or brighter than what surrounds it:
# skin's, hair's.
_SHADING_MM, _TEXTURE = 2.0, (1.12, 1.5)
# Texture is a square piece of this size, mm, of which at least this share lends; wanted within about this distance, mm.
# The calmest piece is taken, which holds no edge of anything: its largest departure counts, and so much more.
_PIECE_MM, _SURE, _NEAR_MM, _CALM = 18.0, 0.9, 20.0, 0.01
# From skin to hair, where what passes smoothly from one to the other lies between these.
_LOCKS = (0.5, 0.85)
# So far around is looked for what may be grown, mm.
_REACH_MM = 28.0


@dataclass(frozen=True)
class Soil:
    """From where the unseen is grown, and how much of it; all ``(B, 1, h, w)``, 0..1, but for ``finer``.

    Attributes:
        known: How far to trust the turned picture; 0 off the person.
        wanted: How much of what is grown to take.
        lends: What of the known lends its texture: not the folds of an ear.
        face: The face's own mesh, where what is grown is hair only as far as hair or beard lies on the face.
        hair: Where there is hair or beard.
        share: How much texture is taken from the head's other half.
        finer: Texture of the head's other half ``(B, 3, h, w)``.
    """

    known: Tensor
    wanted: Tensor
    lends: Tensor
    face: Tensor
    hair: Tensor
    share: Tensor
    finer: Tensor


def grown(colour: Tensor, maps: Tensor, soil: Soil, scale: float) -> tuple[Tensor, Tensor]:
    """Grow what is known of the turned head into what is not.

    Skin grows from skin and hair from hair, and they meet at a hairline, not in a blur. Colour and shading pass
    smoothly from all sides: so the light is right without being known. The texture is that of the head's other half
    where that was seen, else a piece of known skin or hair, so that pores, stubble and strands keep their size.

    Args:
        colour: Person ``(B, 3, h, w)``, linear; changed in place.
        maps: Regions ``(B, C, h, w)``; changed in place.
        soil: What may be used.
        scale: Pixels per millimetre.
    """
    around = extent(soil.wanted.amax(dim=0), round(_REACH_MM * scale))
    if around is None:
        return colour, maps
    part = (..., *around)
    shade, trust, wanted, hair = colour[part], soil.known[part], soil.wanted[part], soil.hair[part]
    local = gaussian(shade * trust, _SHADING_MM * scale) / gaussian(trust, _SHADING_MM * scale).clamp(min=1e-3)
    limit = _TEXTURE[0] + (_TEXTURE[1] - _TEXTURE[0]) * hair
    texture = torch.minimum(torch.maximum(shade / local.clamp(min=1e-4), 1 / limit), limit) - 1
    kinds = []
    for kind in (1 - hair, hair):
        fine = 1 + _textured(texture, trust * soil.lends[part] * kind, wanted, scale)
        kinds.append(filled(shade, trust * kind) * torch.lerp(fine, soil.finer[part], soil.share[part]))
    fresh = torch.lerp(kinds[0], kinds[1], _hairy(hair, trust, soil.face[part]))
    colour[part] = torch.lerp(shade, fresh, wanted)
    maps[part] = torch.lerp(maps[part], filled(maps[part], trust), wanted)
    return colour, maps


def _hairy(hair: Tensor, trust: Tensor, face: Tensor) -> Tensor:
    """Where hair grows into the unseen ``(B, 1, h, w)``, 0..1: into the face from the face, else from the rest."""
    beside, on = (filled(hair, trust * side) for side in (1 - face, face))
    return smooth_step(*_LOCKS, torch.lerp(beside, on, face))


def _textured(texture: Tensor, lends: Tensor, wanted: Tensor, scale: float) -> Tensor:
    """Texture that goes on over a whole map: the nearest broad piece of what lends it, laid side by side, mirrored.

    Args:
        texture: ``(B, C, h, w)``, 0 on average.
        lends: Where it may be taken from ``(B, 1, h, w)``, 0..1.
        wanted: Where it is wanted ``(B, 1, h, w)``, 0..1.
        scale: Pixels per millimetre.

    Returns:
        Texture ``(B, C, h, w)``, as strong as that which is nearest; 0 where nothing lends any.
    """
    factor = coarseness(lends)
    height, width = lends.shape[-2:]
    half = max(2, round(_PIECE_MM * scale / 2))
    small = round(half / factor)
    coarse = reduce(lends, factor)
    near = gaussian(reduce(wanted, factor), _NEAR_MM * scale / factor)
    strength = texture.abs().mean(dim=1, keepdim=True)
    lively = reduce(strength * lends, factor) / coarse.clamp(min=0.1)
    best = smooth_step(_SURE, 1.0, box(coarse, small)) * (near + 1e-3) / (largest(lively, small) + _CALM)
    laid = torch.zeros_like(texture)
    for row, score in enumerate(best[:, 0]):
        place = int(score.argmax())
        y, x = (place // score.shape[1] * factor, place % score.shape[1] * factor)
        top, left = (min(max(v - half, 0), max(n - 2 * half, 0)) for v, n in ((y, height), (x, width)))
        piece = texture[row, :, top : top + 2 * half, left : left + 2 * half]
        piece = piece - piece.mean(dim=(1, 2), keepdim=True)
        down, across = (
            _there_and_back(torch.arange(n, device=lends.device), m)
            for n, m in ((height, piece.shape[1]), (width, piece.shape[2]))
        )
        laid[row] = piece[:, down][:, :, across] / piece.abs().mean().clamp(min=1e-4) * (score.amax() > 0)
    return laid * filled(strength, lends)


def _there_and_back(count: Tensor, length: int) -> Tensor:
    """0, 1, .. length - 1, length - 1, .. 1, 0, 0, 1, .. for counts 0, 1, 2 ..."""
    place = count % (2 * length)
    return torch.where(place < length, place, 2 * length - 1 - place)
