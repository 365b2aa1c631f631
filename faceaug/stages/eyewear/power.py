"""How lenses of some power move what is seen through them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.wearing import BEND
from faceaug.image.filter import gaussian
from faceaug.image.warp import sampled

if TYPE_CHECKING:
    from faceaug.stages.eyewear.fitting import Fitting

# What lies d behind a lens of power P is seen 1 / (1 - d P) times as large about its optical centre (thin lens, camera
# far away): 15 mm at the pupil, 20 to 28 mm at the lens' outer edge, 45 and more past the cheek. Nothing lies nearer
# than the first, mm; the surface behind is taken to be even over the second, mm.
_NEAREST, _EVEN_MM = 8.0, 1.0
# A landmark is seen through a lens that covers so much of its pixel.
_SEEN_THROUGH = 0.5


def bent(below: Tensor, fit: Fitting, lens: Tensor) -> tuple[Tensor, Tensor]:
    """What is seen through lenses of some power, and where landmarks went.

    What lies farther behind a lens is moved farther: the cheek's side more than the eye, the wall beside it most.

    Args:
        below: The box of everything ``(1, 3, H, W)``.
        fit: The fitting.
        lens: Coverage of the lenses over the front's box ``(1, 1, h, w)``.

    Returns:
        The box of everything and landmarks ``(1, 478, 3)``.
    """
    inner, power = fit.small.within(fit.whole), float(fit.asked.power[0])
    if power == 0:
        return below, fit.scene.source.points
    part = inner.of(below)
    shrunk = 1 - power * _behind(fit)
    centres = [_optical_centre(fit, index) for index in range(2)]
    across = torch.arange(part.shape[-1], device=below.device) + 0.5 + inner.left
    down = torch.arange(part.shape[-2], device=below.device)[:, None] + 0.5 + inner.top
    # Between the lenses' centres one goes over into the other, behind the bridge.
    (ax, ay), (bx, by) = centres
    right = (across > (ax + bx) / 2).to(below)
    middle_x, middle_y = ax + (bx - ax) * right, ay + (by - ay) * right
    place = torch.stack([middle_x + (across - middle_x) * shrunk, middle_y + (down - middle_y) * shrunk])
    moved = sampled(below, place[None], mode="bicubic").clamp(min=0)
    return inner.pasted(below, torch.lerp(part, moved, lens)), _carried(fit, centres, shrunk, lens)


def _behind(fit: Fitting) -> Tensor:
    """How far behind the lenses what is seen through them lies, over the front's box ``(h, w)``, m."""
    box, worn = replace(fit.small, samples=1), fit.worn
    u, v = fit.rays(*fit.camera(box)).meet(fit.frame.depth / 2)
    right, up, ahead = worn.rotation[2].tolist()
    lens = right * u + up * v - ahead * (BEND * u * u + fit.frame.depth / 2) + float(worn.origin[2])
    behind = lens - box.of(fit.scene.source.surface.depth)
    return gaussian(behind, _EVEN_MM * fit.scale)[0, 0].clamp(min=_NEAREST) / 1000


def _optical_centre(fit: Fitting, index: int) -> tuple[float, float]:
    """Where a lens shows things undisplaced, in pixels of the box of everything: before the pupil."""
    u, v = (float(part) for part in fit.worn.pupils[index])
    spot = fit.worn.camera(torch.tensor([[u, v, 0.0]], device=fit.scene.device))[0].tolist()
    x, y = fit.pixel(spot)
    return x - fit.whole.left, y - fit.whole.top


def _carried(fit: Fitting, centres: list[tuple[float, float]], shrunk: Tensor, lens: Tensor) -> Tensor:
    """Landmarks ``(1, 478, 3)``; those seen through a lens go where it shows them."""
    points, corner, inner = fit.scene.source.points, fit.scene.source.corners[0], fit.small.within(fit.whole)
    shift = points.new_tensor([corner[0] + fit.small.left, corner[1] + fit.small.top])
    flat = points[0, :, :2] - shift
    one, other = (flat.new_tensor([x - inner.left, y - inner.top]) for x, y in centres)
    centre = torch.lerp(one, other, (flat[:, :1] > (one[0] + other[0]) / 2).to(flat))
    target = centre + (flat - centre) / _at(shrunk, flat)
    # Outside the box there is no lens.
    beyond = torch.minimum(target, flat.new_tensor(shrunk.shape).flip(0) - target).amin(dim=1, keepdim=True) < 0
    through = (_at(lens[0, 0], target) > _SEEN_THROUGH) & ~beyond
    return torch.cat([(torch.where(through, target, flat) + shift)[None], points[..., 2:]], dim=-1)


def _at(plane: Tensor, place: Tensor) -> Tensor:
    """Values ``(N, 1)`` of a plane ``(h, w)`` at places ``(N, 2)``, x and y in pixels; beyond it of its border."""
    column, row = place.long().unbind(dim=1)
    return plane[row.clamp(0, plane.shape[0] - 1), column.clamp(0, plane.shape[1] - 1)][:, None]
