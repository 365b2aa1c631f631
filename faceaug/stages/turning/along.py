"""What lies on a head and goes along when it turns, looked up where it can be seen: much of it is 0 off the face."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from faceaug.face.kept import kept
from faceaug.image.extent import Box, extent, extent_of_every
from faceaug.image.picked import picked, places, put
from faceaug.image.planes import Woven, woven
from faceaug.image.warp import At, prefiltered, sampled
from faceaug.stages.layers import layers_of

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.scene import Scene
    from faceaug.stages.turning.unseen import Sight

# Regions of the whole head, the matte first; and those within the outline of the face, before its sheen: of these, and
# of what edits lay on a head, most is 0.
_HEAD, _FACE = ("person", "body", "hair", "clothes"), ("skin", "lips", "eyes", "brows", "mouth")
# Maps of a scene that lie on the head.
LAID = ("pigment", "relief", "bare")
# Cubics overshoot beside edges, in linear light far below what is dark there: no pixel gets darker than this share of
# what lines between its neighbours tell.
_DARKEST = 0.7
# The part of a turned head that shows the face is looked for on every n-th pixel.
_EVERY = 8
# Pixels that are looked up one by one lie side by side in lines of so many.
_LINE = 512


@dataclass(frozen=True)
class Colour:
    """A colour ``(B, 3, h, w)``, linear, to be looked up in two ways.

    Attributes:
        cubic: By cubics, `prefiltered` for that.
        least: What it is not to fall below, by lines between neighbours.
    """

    cubic: Woven
    least: Woven

    @classmethod
    def of(cls, linear: Tensor) -> Colour:
        """Lay a colour out."""
        return cls(woven([prefiltered(linear)], "bicubic"), woven([linear * _DARKEST]))


@kept("linear")
def photographed(source: Decomposition) -> Colour:
    """The photograph of each face."""
    return Colour.of(source.linear)


@kept("linear", "regions.person", "regions.foreground", "regions.clothes", "pose.scale")
def own_colour(source: Decomposition) -> Colour:
    """The person's own colour, as `layers_of` tells."""
    return Colour.of(layers_of(source).own)


def sharply(colour: Colour, at: At) -> Tensor:
    """Look a colour up by cubics ``(B, 3, h', w')``; beside bright cloth dark cloth turns no darker.

    Args:
        colour: The colour, as `photographed` and `own_colour` lay it out.
        at: Where each pixel comes from ``(B, 2, h', w')``.
    """
    least = sampled([colour.least], at)
    return torch.maximum(sampled([colour.cubic], at, mode="bicubic"), least, out=least)


def taken_along(source: Decomposition, sight: Sight, far: Tensor) -> Tensor:
    """The photograph as a turned head takes it along ``(B, 3, h, w)``: itself where nothing moves or all is far.

    Args:
        source: The photograph.
        sight: Where the turned head was seen.
        far: Where person and wall are parted, so that it does not count ``(B, 1, h, w)``, 0..1.
    """
    along, size = source.linear.clone(), (far.shape[-2], far.shape[-1])
    counts = (1 - far).mul_(sight.away)
    for row in range(len(along)):
        there = places(counts[row])
        if len(there):
            at = At(_in_lines(picked(sight.place[row], there)), size)
            found = sharply(photographed(source.row(row)), at)
            put(along[row], there, found[0].flatten(1)[:, : len(there)])
    return along


def _in_lines(place: Tensor) -> Tensor:
    """Places ``(2, N)`` as a picture of some lines ``(1, 2, n, m)``, as OpenCV looks them up; the last one repeated."""
    return F.pad(place, (0, -place.shape[1] % _LINE), mode="replicate").reshape(1, 2, -1, _LINE)


@kept(*(f"regions.{name}" for name in _HEAD))
def _of_head(source: Decomposition) -> Woven:
    return woven([getattr(source.regions, name) for name in _HEAD])


@kept(*(f"regions.{name}" for name in _FACE), "skin.specular")
def _of_face(source: Decomposition) -> Woven:
    return woven(_on_face(source))


@kept(*(f"regions.{name}" for name in _FACE), "skin.specular")
def _bounds(source: Decomposition) -> Tensor:
    """Left, top, right and bottom ``(B, 4)`` of what lies on a face, pixels; with what a look at a pixel takes in."""
    box = extent(torch.cat(_on_face(source), dim=1), 1) or (slice(0, 0), slice(0, 0))
    down, across = box
    return source.linear.new_tensor([[across.start, down.start, across.stop, down.stop]])


def _with(bounds: Tensor, laid: list[Tensor]) -> Tensor:
    """Bounds ``(B, 4)``, as `_bounds` tells them, widened to what edits laid ``(B, C, h, w)`` on any of the heads."""
    low, high = bounds.split_with_sizes((2, 2), dim=1)
    for each in laid:
        box = extent(each, 1)
        if box is not None:
            down, across = box
            low = torch.minimum(low, low.new_tensor([across.start, down.start]))
            high = torch.maximum(high, high.new_tensor([across.stop, down.stop]))
    return torch.cat([low, high], dim=1)


def _on_face(source: Decomposition) -> list[Tensor]:
    return [*(getattr(source.regions, name) for name in _FACE), source.skin.specular]


def moved_maps(scene: Scene, clear: Tensor, sight: Sight) -> tuple[Tensor, dict[str, slice]]:
    """All that goes along, on the turned head ``(B, C, h, w)``, and which of its channels are whose, the matte's first.

    Args:
        scene: The scene.
        clear: The matte without haze ``(B, 1, h, w)``.
        sight: Where the turned head was seen.
    """
    source = scene.source
    whole = {"clear": clear} | ({} if scene.bare is None else {"bare": scene.bare})
    laid = {f"mask {name}": mask for name, mask in scene.masks.items()}
    laid |= {name: getattr(scene, name) for name in LAID if name not in whole and getattr(scene, name) is not None}
    shown = _shown(sight.place, _with(_bounds(source), [*laid.values()]))
    moved = sight.of([_of_head(source), *whole.values()], [_of_face(source), *laid.values()], shown)
    counts = dict.fromkeys(_HEAD, 1) | {name: part.shape[1] for name, part in whole.items()}
    counts |= dict.fromkeys((*_FACE, "specular"), 1) | {name: part.shape[1] for name, part in laid.items()}
    ends = accumulate(counts.values())
    return moved, {name: slice(end - count, end) for (name, count), end in zip(counts.items(), ends, strict=True)}


def _shown(place: Tensor, bounds: Tensor) -> Box | None:
    """The part of a turned head that may show what lies within bounds of the photograph."""
    x, y = place[..., ::_EVERY, ::_EVERY].unbind(dim=1)
    left, top, right, bottom = bounds[..., None, None].unbind(dim=1)
    near = (x > left - _EVERY) & (x < right + _EVERY) & (y > top - _EVERY) & (y < bottom + _EVERY)
    return extent_of_every(near, _EVERY, place.shape)
