"""The front of glasses: nose pads, rims and lenses, layer over layer, as sharp and as grainy as the photograph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.frame import STYLES
from faceaug.face.wearing import BEND
from faceaug.image.filter import gaussian, reduce, separable
from faceaug.image.finish import frame_light, transmitted
from faceaug.image.noise import smooth_noise
from faceaug.image.outline import pixel_coverage
from faceaug.image.shade import smooth_step, unit
from faceaug.stages.eyewear_lenses import bent, glare

if TYPE_CHECKING:
    from faceaug.stages.eyewear_fitting import Fitting

# Coverage below this is none.
_SEEN = 0.004
# Nose pads stand this far behind the front, mm, and are clear as glass.
_PADS_BEHIND, _PAD = 6.0, 0.45
# Neighbouring pixels share their noise (demosaicing): the taps of `capture`.
_SHARED = (0.22, 0.56, 0.22)
# Of the fine detail of skin this share is noise, the rest pores: detail is 1.6 steps on the skin, 1.0 on dark cloth,
# 0.5 on the wall (our own medians over 12 portraits).
_NOISE = 0.4
# Variance that the drawing's own sampling adds to its edges, square pixels.
_SAMPLING = 0.08


@dataclass(frozen=True)
class Front:
    """The front over the box of everything.

    Attributes:
        picture: The box with the front ``(1, 3, h, w)``.
        frame: Coverage of the frame ``(1, 1, h, w)``.
        lens: Coverage of the lenses ``(1, 1, h, w)``.
        points: Landmarks ``(1, 478, 3)``, those behind lenses where these show them.
    """

    picture: Tensor
    frame: Tensor
    lens: Tensor
    points: Tensor


@dataclass
class _Layers:
    """What is laid over the picture so far: light added ``(1, 3, h, w)`` and share of the light behind let through."""

    add: Tensor
    through: Tensor

    def over(self, glow: Tensor, kept: Tensor) -> None:
        """Lay one more layer over them, which adds ``glow`` and keeps a share of what is below."""
        self.add = torch.addcmul(glow, self.add, kept)
        self.through = self.through * kept


def front(below: Tensor, fit: Fitting) -> Front:
    """Draw the front over ``below`` ``(1, 3, h, w)``, the box of everything."""
    layers, solid, lens = _drawn(fit)
    blur = max(fit.sharp * fit.sharp - _SAMPLING, 0.0) ** 0.5
    flat = torch.cat([layers.add, layers.through, solid, lens], dim=1)
    flat = gaussian(reduce(flat, fit.small.samples), blur)
    seen, points = bent(below, fit, flat[:, 7:8])
    inner = fit.small.within(fit.whole)
    done = _grained(seen * flat[:, 3:6] + flat[:, :3], flat[:, 6:7], fit)
    blank = torch.zeros_like(below[:, :1])
    frame, lens = (inner.pasted(blank, flat[:, k : k + 1] * (flat[:, k : k + 1] > _SEEN)) for k in (6, 7))
    return Front(inner.pasted(below, done), frame, lens, points)


def _drawn(fit: Fitting) -> tuple[_Layers, Tensor, Tensor]:
    """All layers, back to front, finely sampled; coverage of the frame and of the lenses ``(1, 1, H, W)``."""
    rays = fit.rays(*fit.camera(fit.small))
    nothing = torch.zeros_like(rays.u).expand(-1, 3, -1, -1)
    layers = _Layers(nothing, nothing + 1)
    if fit.frame.pads:
        _add_pads(layers, fit, *rays.meet(_PADS_BEHIND))
    face, middle = rays.meet(0.0), rays.meet(fit.frame.depth / 2)
    pattern = _flames(fit, *face) if fit.surface.mottled else None
    solid = _add_rim(layers, fit, rays.meet(fit.frame.depth), pattern, at="back")
    solid = torch.maximum(solid, _add_rim(layers, fit, middle, pattern, at="middle"))
    lens = _add_lenses(layers, fit, *middle)
    solid = torch.maximum(solid, _add_rim(layers, fit, face, pattern, at="face"))
    return layers, solid, lens


def _add_pads(layers: _Layers, fit: Fitting, u: Tensor, v: Tensor) -> None:
    cover = pixel_coverage(fit.tables.at(u, v, 5, 1)) * _PAD
    ahead = unit(torch.cat([u * 0, v * 0 + 0.3, u * 0 + 1], dim=1))
    layers.over(fit.light.level * (0.25 + 0.35 * fit.light.shade(ahead)) * cover, 1 - cover)


def _add_rim(layers: _Layers, fit: Fitting, place: tuple[Tensor, Tensor], pattern: Tensor | None, *, at: str) -> Tensor:
    """Lay one slice of the rims over the layers, met at ``place`` (u, v); return its coverage."""
    u, v = place
    cover = pixel_coverage(fit.tables.at(u, v, 2, 1))
    surface = fit.surface
    if surface.through and at != "face":
        return cover
    glow = _shone(fit, u, v, cover, pattern, side=at != "face")
    if surface.through:
        colour = torch.tensor(surface.colour, device=cover.device).reshape(1, 3, 1, 1)
        layers.over(glow * (1 - surface.through) * 1.4, 1 - cover * (1 - surface.through * colour / colour.max()))
    else:
        layers.over(glow, 1 - cover)
    return cover


def _shone(fit: Fitting, u: Tensor, v: Tensor, cover: Tensor, pattern: Tensor | None, *, side: bool) -> Tensor:
    """The light that a slice of the rims sends to the camera ``(1, 3, h, w)``; worked out where there is any rim."""
    there = cover.flatten().nonzero()[:, 0]
    glow = cover.new_zeros(3, cover.numel())
    if len(there):
        across, up, covered = (part.flatten().index_select(0, there)[None, None, None] for part in (u, v, cover))
        flames = None if pattern is None else pattern.flatten().index_select(0, there)[None, None, None]
        slopes = fit.tables.at(across, up, 3, 2)
        normal = _normal(fit, slopes[:, :1], slopes[:, 1:], across, side=side)
        light = fit.light
        shone = light.level * frame_light(fit.surface, normal, light.shade(normal), light.direction, flames)
        glow.index_copy_(1, there, (shone.expand(1, 3, -1, -1) * covered).reshape(3, -1))
    return glow.reshape(1, 3, cover.shape[-2], cover.shape[-1])


def _normal(fit: Fitting, slope_u: Tensor, slope_v: Tensor, u: Tensor, *, side: bool) -> Tensor:
    """Unit normals in the camera's frame of a rounded rim at u; of its side, where only that is seen."""
    ahead = torch.sqrt((1 - slope_u * slope_u - slope_v * slope_v).clamp(min=0.02))
    if side:
        ahead = ahead * 0.35
    own_u = slope_u + 2 * BEND * u * ahead
    r = fit.worn.rotation
    parts = [r[k, 0] * own_u + r[k, 1] * slope_v + r[k, 2] * ahead for k in range(3)]
    normal = unit(torch.cat(parts, dim=1))
    return torch.cat([normal[:, :2], normal[:, 2:].clamp(min=0.02)], dim=1)


def _flames(fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Light and dark flames of tortoise shell ``(1, 1, h, w)``, the same on both sides."""
    points = torch.cat([u.abs() * 0.8 + v * 0.5, v - u.abs() * 0.2], dim=1)
    noise = fit.asked.noise
    rough = smooth_noise(noise, "flames", points, 5.0) + 0.5 * smooth_noise(noise, "flecks", points, 2.0)
    return smooth_step(-0.35, 0.7, rough)[:, None]


def _add_lenses(layers: _Layers, fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Lay the lenses over the layers: they absorb, and they mirror the room; return their coverage."""
    edge = fit.tables.at(u, v, 0, 1)
    cover = pixel_coverage(edge)
    asked = fit.asked
    kept = transmitted(asked.lens[0], float(asked.tint[0]), asked.tint_colour[0], v / (fit.frame.height / 2))
    mirrored, lost = glare(fit, u, v, kept)
    kept = kept * (1 - lost)
    if STYLES[fit.frame.style].rimless:
        # The ground edge of a lens without a rim shows as a fine line, dark within and bright without.
        kept = kept * (1 - 0.30 * (cover - pixel_coverage(edge + 1.0)))
        mirrored = mirrored + 0.10 * fit.light.level * (cover - pixel_coverage(edge + 0.35))
    layers.over(cover * mirrored, 1 - cover * (1 - kept))
    return cover


def _grained(done: Tensor, solid: Tensor, fit: Fitting) -> Tensor:
    """Give what the frame covers the photograph's own grain."""
    source = fit.scene.source
    deviation = _NOISE * float(source.grain[0]) / 255
    if deviation == 0:
        return done
    height, width = source.linear.shape[-2:]
    taps = torch.tensor(_SHARED)
    part = (slice(fit.small.top, fit.small.bottom), slice(fit.small.left, fit.small.right))
    drawn = fit.asked.noise.normal_grid("grain", (1, height, width), done.device, part=part)
    shared = separable(drawn, taps) / float((taps**2).sum())
    # One step of the encoded picture is this much linear light (sRGB as a power of 2.2).
    step = 2.2 * done.clamp(min=1e-3) ** (1 - 1 / 2.2)
    return done + shared * deviation * step * solid * (solid > _SEEN)
