"""The face's own skin as one colour with its spread: in even light, in shade, and flushed as ears are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from faceaug.face.colours import bin_colours, bin_volume
from faceaug.image.picked import median, picked, places

# Least spread of the face's skin, so that even skin keeps its shading: L* when darker and lighter; per cent (see
# `unshaded`) when deeper in colour, and when paler or of another hue.
_LEAST = (16.0, 11.0, 6.0, 3.8)
# Of skin in shade: spread of L* toward dark, and by how much the spreads of depth and of yellower hue grow for each L*
# less. On 15 portraits of high contrast jaws 30 L* darker than the cheeks are up to 25 deeper, most often 8, and up to
# 11 yellower.
_SHADE, _DEEPER, _YELLOWER = 28.0, 0.4, 0.25
# Red by which flushed skin may surpass the cheeks, per cent: ears that hair was mistaken for surpass them by 6 to 33.
_FLUSH = 26.0
# Least red by which it does, and how many spreads skin is away that is no redder than the cheeks: pearls are not.
_FLUSHED, _PALER = 6.0, 4.0


@dataclass(frozen=True)
class Typical:
    """The face's own skin.

    Attributes:
        centre: Its `unshaded` colour ``(3,)``.
        spread: How far it spreads when darker, lighter, deeper, and paler or turned in hue.
    """

    centre: Tensor
    spread: tuple[float, float, float, float]

    def distance(self, colour: Tensor) -> Tensor:
        """Squared distance of `unshaded` colours ``(3, ...)``, in spreads."""
        dark, light, deep, pale = self.spread
        lighter, deeper, turned = self._apart(colour)
        along = lighter.clamp(min=0) / light + lighter.clamp(max=0) / dark
        across = deeper.clamp(min=0) / deep + deeper.clamp(max=0) / pale
        return along * along + across * across + (turned / pale) ** 2

    def frequencies(self) -> Tensor:
        """A normal distribution of that spread, as the share of each bin ``(COUNT,)``."""
        dark, light, deep, pale = self.spread
        norm = bin_volume() / ((2 * math.pi) ** 1.5 * 0.5 * (dark + light) * 0.5 * (deep + pale) * pale)
        share: Tensor = norm * torch.exp(-0.5 * self.distance(bin_colours(self.centre.device)))
        return share

    def shaded(self, colour: Tensor) -> Tensor:
        """Squared distance of `unshaded` colours ``(3, ...)`` from this skin in shade, which deepens its colour."""
        _, light, _, pale = self.spread
        lighter, deeper, turned = self._apart(colour)
        deep, other = self._in_shade(lighter)
        along = lighter.clamp(min=0) / light + lighter.clamp(max=0) / _SHADE
        across = deeper.clamp(min=0) / deep + deeper.clamp(max=0) / pale
        around = turned.clamp(min=0) / other + turned.clamp(max=0) / pale
        return along * along + across * across + around * around

    def flushed(self, colour: Tensor) -> Tensor:
        """The same of this skin where more blood is in it: much redder than the cheeks, or it is none."""
        red = colour[1] - self.centre[1]
        paler = ((_FLUSHED - red) / _FLUSHED).clamp(min=0)
        skin = torch.stack([colour[0], colour[1] - red.clamp(0, _FLUSH), colour[2]])
        return self.shaded(skin) + (_PALER * paler) ** 2

    def shaded_frequencies(self) -> Tensor:
        """Share of each bin in skin in shade, and in flushed skin ``(2, COUNT)``."""
        _, light, _, pale = self.spread
        colour = bin_colours(self.centre.device)
        deep, other = self._in_shade(colour[0] - self.centre[0])
        volume = (2 * math.pi) ** 1.5 * 0.5 * (_SHADE + light) * 0.5 * (deep + pale) * 0.5 * (other + pale)
        apart = torch.stack([self.shaded(colour), self.flushed(colour)])
        return apart.mul_(-0.5).exp_().mul_(bin_volume() / volume)

    def _apart(self, colour: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """By how much colours are lighter, deeper in colour and turned in hue."""
        own = torch.hypot(self.centre[1], self.centre[2]).clamp(min=1e-3)
        hue = self.centre[1:] / own
        deeper = colour[1] * hue[0] + colour[2] * hue[1] - own
        return colour[0] - self.centre[0], deeper, colour[2] * hue[0] - colour[1] * hue[1]

    def _in_shade(self, lighter: Tensor) -> tuple[Tensor, Tensor]:
        """Spreads of depth and of hue."""
        shade, (_, _, deep, pale) = (-lighter).clamp(min=0), self.spread
        return deep + _DEEPER * shade, pale + _YELLOWER * shade


def typical_of(colour: Tensor, core: Tensor, fewest: float) -> Typical:
    """The skin of `unshaded` colours ``(3, N)`` where ``core`` ``(N,)`` is; of all of them where that is too little."""
    place = places(core)
    own = picked(colour, place) if len(place) >= fewest else colour
    centre = median(own)
    spread = [1.4826 * part for part in median((own - centre[:, None]).abs_()).tolist()]
    wide = 1.3 * max(spread[1:])
    dark, light, deep, pale = _LEAST
    return Typical(centre, (max(spread[0], dark), max(spread[0], light), max(wide, deep), max(wide, pale)))
