"""The sides of a face and the ears, where skin lies in shade or glows with blood, and is easily mistaken for hair.

From the brows down hair lies there in a beard or long over the cheek only. So colours that this skin has in shade are
skin there in the first place, and teach nobody what hair looks like: hair that learns the shade of a jaw keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.image.picked import median
from faceaug.image.shade import smooth_step

if TYPE_CHECKING:
    from faceaug.face.classes import Head
    from faceaug.face.typical import Typical

# The sides begin below the brows, mm up on the mean face; the neck (outward and up); and the ears (outward and up).
_BROWS, _NECK_X, _NECK_Y = (12.0, 26.0), (40.0, 54.0), (-150.0, -135.0, -98.0, -60.0)
_EAR_X, _EAR_Y = (62.0, 70.0, 92.0, 104.0), (-66.0, -54.0, 18.0, 30.0)
# A bare crown, and where beards grow thick, mm up. Hair of dark ones is so much darker than the cheeks, L*: of fair
# ones that are half found white streaks would stay in a darkened face.
_CROWN, _BEARD_Y, _DARKER = (40.0, 80.0), (-70.0, -50.0), (10.0, 25.0)
# Share of skin there that shows these colours, and log odds against hair; in favour of it on a jaw with a beard.
_SHOWN, _HAIR_ODDS, _BEARD_ODDS = 0.3, 0.9, 2.0
# Squared distances from skin in shade between which a colour teaches less and less of skin, and more and more of hair.
_SKIN_TAUGHT, _HAIR_TAUGHT = (3.0, 9.0), (3.0, 9.0)
# The chin, mm, whose hair tells a beard. Its fine detail over that of the cheeks (1.7 at most on 261 portraits without
# a beard; 2.1, 2.9 and 3.9 on dark beards), and the share of it whose colour is no shade of skin (0.3 at most; 0.36 to
# 0.5 on fair and full beards): from the first on it may be a beard, from the second it is one.
_CHIN_X, _CHIN_Y = 34.0, (-106.0, -64.0)
_ROUGH, _NO_SKIN, _FAR = (1.75, 2.3), (0.3, 0.37), 4.0
# Pixels of it that are enough to tell.
_FEWEST = 16


@dataclass(frozen=True)
class Flanks:
    """Where skin in shade, and flushed, is expected on one head, and how often every colour occurs there.

    Attributes:
        places: Sides of the face and neck and a bare crown; and ears ``(2, h, w)``, 0..1.
        tables: Frequencies of colours in shaded and in flushed skin ``(2, COUNT)``.
        distance: How far each pixel is from such skin, squared ``(h, w)``.
        beard: Where there is a dark one ``(h, w)``, 0..1.
    """

    places: Tensor
    tables: Tensor
    distance: Tensor
    beard: Tensor

    def against_hair(self, rough: Tensor) -> Tensor:
        """Log odds against hair ``(h, w)``; the edge of a jaw, ``rough`` as it is, is no hair for that."""
        return self.places[0] * (_HAIR_ODDS + rough.clamp(min=0)) - _BEARD_ODDS * self.beard

    def taught(self) -> tuple[Tensor, Tensor]:
        """How far each pixel ``(h, w)`` may teach what skin looks like, and how far what hair does."""
        place = self.places.amax(dim=0)
        skin = place * (1 - smooth_step(*_SKIN_TAUGHT, self.distance))
        return skin, 1 - place * (1 - smooth_step(*_HAIR_TAUGHT, self.distance))


def flanks_of(head: Head, typical: Typical, fine: Tensor, bald: float) -> Flanks:
    """Learn from a head what its skin looks like in shade.

    Args:
        head: The head.
        typical: Its skin.
        fine: Its fine detail ``(h, w)``.
        bald: How surely its crown is bare, 0..1.
    """
    bearded, (x, y) = _bearded(head, typical, fine), head.position[:2]
    low = torch.maximum(head.face * (1 - smooth_step(*_BROWS, y)), zone(x, y, _NECK_X, _NECK_Y))
    sides, ears = torch.maximum((1 - bearded) * low, bald * crown(head)), _ears(head)
    far = torch.where(ears > sides, typical.flushed(head.colour), typical.shaded(head.colour))
    dark = smooth_step(*_DARKER, typical.centre[0] - head.colour[0])
    beard = bearded * dark * head.face * (1 - smooth_step(*_BEARD_Y, y))
    return Flanks(torch.stack([sides, ears]), _SHOWN * typical.shaded_frequencies(), far, beard)


def _ears(head: Head) -> Tensor:
    """Where ears are, outside the face ``(h, w)``, 0..1."""
    out, y = head.position[0].abs(), head.position[1]
    return (1 - head.face) * _between(out, _EAR_X) * _between(y, _EAR_Y)


def crown(head: Head) -> Tensor:
    """Where a bare crown would be ``(h, w)``, 0..1."""
    return smooth_step(*_CROWN, head.position[1])


def zone(x: Tensor, y: Tensor, wide: tuple[float, float], high: tuple[float, float, float, float]) -> Tensor:
    """1 in a zone of the mean face, 0 outside: between two distances from its middle, and from four heights, mm."""
    return (1 - smooth_step(*wide, x.abs())) * _between(y, high)


def _between(place: Tensor, ends: tuple[float, float, float, float]) -> Tensor:
    low, rising, falling, top = ends
    return smooth_step(low, rising, place) * (1 - smooth_step(falling, top, place))


def _bearded(head: Head, typical: Typical, fine: Tensor) -> float:
    """How surely the chin has a beard, 0..1: it is rougher than the cheeks, or of a colour that no shade gives skin."""
    x, y = head.position[0].abs(), head.position[1]
    open_skin = (head.face > 0.8) & (head.features < 0.05)
    chin = open_skin & (x < _CHIN_X) & (y > _CHIN_Y[0]) & (y < _CHIN_Y[1])
    cheeks = open_skin & (x < 48.0) & (y > -42.0) & (y < 40.0)
    if int(chin.sum()) < _FEWEST or int(cheeks.sum()) < _FEWEST:
        return 0.0
    rough = median(fine[chin].abs_()) / median(fine[cheeks].abs_()).clamp(min=1e-4)
    other = (typical.shaded(head.colour[:, chin]) > _FAR).to(fine).mean()
    return float(torch.maximum(smooth_step(*_ROUGH, rough), smooth_step(*_NO_SKIN, other)))
