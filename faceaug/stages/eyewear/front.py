"""The front of glasses: nose pads, rims and lenses, layer over layer, as sharp and as grainy as the photograph."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.frame import LENS_EDGE, STYLES, bare_edge
from faceaug.face.wearing import BEND
from faceaug.image.filter import enlarge, gaussian, reduce, separable
from faceaug.image.finish import finish, frame_light
from faceaug.image.noise import smooth_noise
from faceaug.image.outline import covered, pixel_coverage
from faceaug.image.shade import above, smooth_step, unit, without
from faceaug.stages.eyewear.accents import accents, edge_glints, uneven
from faceaug.stages.eyewear.behind import cheek_mirrored, shade_of, toned
from faceaug.stages.eyewear.hair import under_hair
from faceaug.stages.eyewear.lenses import glare

if TYPE_CHECKING:
    from faceaug.stages.eyewear.fitting import Fitting

# Coverage below this is none.
_SEEN = 0.004
# Hair falls over the front no farther in than the lens, and wholly from so far outside it, mm.
_LEFT_OUT_MM = 2.0
# Nose pads stand this far behind the front, mm, and are of silicone: they keep this share of the light, more at their
# edges, and shine in a spot, so many mm within them, toward the lamp.
_PADS_BEHIND, _PAD, _PAD_RIM = 5.0, (0.10, 0.16, 0.26), 0.45
_PAD_SHINE, _PAD_SPOT_MM = 0.40, 1.1
# How much pads darken the nose about them, and how far, mm; the wire that holds them where the frame is no metal, and
# the light on it, in the corner of the eye.
_PAD_SHADE, _PAD_SHADE_MM, _WIRE, _ARM = 0.20, 2.2, finish("metal", "silver"), 0.16
# How much darker lenses are beside their rims, and within how far, mm.
_GROOVE, _GROOVE_MM = 0.10, 0.7
# End pieces look ahead and aside rather than back at the face: by this share less of its colour.
_LESS_BESIDE = 0.5
# What a rounded edge mirrors is blurred over so many samples: across thin wire lie few, which would catch the lamp now
# and then only, like the strands of a rope.
_ROPE = {True: 2.0, False: 1.0}
# Share of the light that the ground edge of a lens without a rim takes at its upper end and at its lower one.
_EDGE_DARK = (0.18, 0.44)
# How far in from there its outer edge shines, mm.
_EDGE_SHINE = 0.4
# From this slope on it is a rim's rounded edge.
_ON_EDGE = 0.3
# How much light the rounded edges of clear plastic take besides, and its sides, which bend it away.
_THICK, _SIDES = 0.75, 0.35
# Neighbouring pixels share their noise (demosaicing): the taps of `capture`.
_SHARED = (0.22, 0.56, 0.22)
# Of the fine detail of skin this share is noise, the rest pores: detail is 1.6 steps on the skin, 1.0 on dark cloth,
# 0.5 on the wall (our own medians over 12 portraits).
_NOISE = 0.4
# Variance that the drawing's own sampling adds to its edges, square pixels; and the least blur, pixels: from skin to
# black plastic photographs that were sharpened, as small ones are, go within a pixel (153 to 24 levels, 85 to 22).
_SAMPLING, _LEAST_BLUR = 0.08, 0.40


@dataclass(frozen=True)
class Front:
    """The front over the box of everything.

    Attributes:
        picture: The box with the front ``(1, 3, h, w)``.
        frame: Coverage of the frame ``(1, 1, h, w)``.
        lens: Coverage of the lenses ``(1, 1, h, w)``.
    """

    picture: Tensor
    frame: Tensor
    lens: Tensor


@dataclass
class _Layers:
    """What is laid over the picture so far: light added ``(1, 3, h, w)`` and share of the light behind let through.

    Both are changed in place.
    """

    add: Tensor
    through: Tensor

    def over(self, glow: Tensor, kept: Tensor) -> None:
        """Lay one more layer over them, which adds ``glow`` and keeps a share of what is below."""
        torch.addcmul(glow, self.add, kept, out=self.add)
        self.through *= kept


def flat_front(fit: Fitting) -> Tensor:
    """The front as a sheet ``(1, 8, h, w)`` over its box, as sharp as the photograph.

    Light added by all layers (3), share of the light behind (3), coverage of the frame and of the lenses.
    """
    blur = (max(fit.sharp, _LEAST_BLUR) ** 2 - _SAMPLING) ** 0.5
    return gaussian(reduce(_drawn(fit), fit.small.samples), blur)


def front(below: Tensor, fit: Fitting, flat: Tensor, ears: tuple[float, float]) -> Front:
    """Lay the front as `flat_front` draws it over ``below`` ``(1, 3, h, w)``, the box of everything.

    ``ears`` tells whether they are seen, the picture's left one first, 0..1.
    """
    inner = fit.small.within(fit.whole)
    if min(ears) < 1:
        shown = 1 - _under_hair(fit, ears)
        flat = torch.cat([flat[:, :3] * shown, 1 - (1 - flat[:, 3:6]) * shown, flat[:, 6:] * shown], dim=1)
    done = _grained(inner.of(below) * flat[:, 3:6] + flat[:, :3], flat[:, 6:7], fit)
    blank = torch.zeros_like(below[:, :1])
    frame, lens = (inner.pasted(blank, flat[:, k : k + 1] * (flat[:, k : k + 1] > _SEEN)) for k in (6, 7))
    return Front(inner.pasted(below, done), frame, lens)


def _under_hair(fit: Fitting, ears: tuple[float, float]) -> Tensor:
    """How much of the front lies under hair ``(1, 1, h, w)``: of what is beyond the lenses, where hair covers ears."""
    left, right = (1 - ear for ear in ears)
    box = replace(fit.small, samples=1)
    u, _ = fit.rays(*fit.camera(box)).meet(fit.frame.depth / 2)
    beyond = smooth_step(0.0, _LEFT_OUT_MM, u.abs() - fit.frame.middle - fit.frame.lens / 2)
    return under_hair(fit, box, beyond * torch.where(u < 0, left, right))


def _drawn(fit: Fitting) -> Tensor:
    """Light added by all layers, share of the light behind, coverage of frame and of lenses ``(1, 8, H, W)``, fine."""
    rays = fit.rays(*fit.camera(fit.small))
    flat = rays.u.new_zeros(1, 8, *rays.u.shape[-2:])
    layers = _Layers(flat[:, :3], flat[:, 3:6].fill_(1))
    if fit.frame.pads:
        _add_pads(layers, fit, *rays.meet(_PADS_BEHIND))
    face, middle = rays.meet(0.0), rays.meet(fit.frame.depth / 2)
    solid = _add_sides(layers, fit, rays.meet(fit.frame.depth), middle)
    flat[:, 7:] = _add_lenses(layers, fit, *middle)
    torch.maximum(solid, _add_face(layers, fit, *face), out=flat[:, 6:7])
    return flat


def _add_pads(layers: _Layers, fit: Fitting, u: Tensor, v: Tensor) -> None:
    """Lay the nose pads, clear as glass, and the wires that hold them, with the shade that they give the nose.

    They come first: only the columns near the nose are looked at.
    """
    near = (u.abs().amin(dim=2) < fit.frame.bridge / 2 + 2 * _PAD_SHADE_MM).flatten().nonzero().flatten()
    if not len(near):
        return
    columns = (..., slice(int(near[0]), int(near[-1]) + 1))
    part = _Layers(layers.add[columns], layers.through[columns])
    found = fit.tables.at(u[columns], v[columns], 5, 2)
    pad, arm = found[:, :1], found[:, 1:]
    close = covered(torch.minimum(pad, arm), _PAD_SHADE_MM) * _PAD_SHADE
    cover = pixel_coverage(pad)
    rim, spot = cover - pixel_coverage(pad + 0.5), covered(pad + _PAD_SPOT_MM, 0.5)
    body = 1 - cover * cover.new_tensor(_PAD).reshape(1, 3, 1, 1)
    part.over(spot * _PAD_SHINE * fit.light.level, body * (1 - close) * (1 - _PAD_RIM * rim))
    wire = pixel_coverage(arm)
    colour = wire.new_tensor((fit.surface if fit.surface.metal else _WIRE).colour).reshape(1, 3, 1, 1)
    part.over(wire * toned(fit.light.level * colour * _ARM, fit), 1 - wire)


def _add_sides(layers: _Layers, fit: Fitting, behind: tuple[Tensor, Tensor], middle: tuple[Tensor, Tensor]) -> Tensor:
    """Lay the sides of the rims, met at two places (u, v), over the layers, slice by slice; return their coverage.

    They are worked out together, one below the other.
    """
    u, v = (torch.cat(parts, dim=2) for parts in zip(behind, middle, strict=True))
    cover = pixel_coverage(fit.tables.at(u, v, 2, 1))
    first, second = cover.chunk(2, dim=2)
    if fit.surface.through:
        layers.over(torch.zeros_like(layers.add), 1 - _SIDES * torch.maximum(first, second))
    else:
        for glow, part in zip(_shone(fit, u, v, cover, side=True).chunk(2, dim=2), (first, second), strict=True):
            layers.over(glow, 1 - part)
    return torch.maximum(first, second)


def _add_face(layers: _Layers, fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Lay the face of the rims over the layers, met at (u, v); return its coverage."""
    cover, surface = pixel_coverage(fit.tables.at(u, v, 2, 1)), fit.surface
    glow = _shone(fit, u, v, cover, side=False)
    if surface.through:
        colour = torch.tensor(surface.colour, device=cover.device).reshape(1, 3, 1, 1)
        slopes = fit.tables.at(u, v, 3, 2)
        # Through its rounded edges one looks along the plastic: they are dark lines about a light middle.
        edge = 1 - _THICK * (slopes * slopes).sum(dim=1, keepdim=True)
        through = surface.through * edge * colour / colour.max()
        layers.over(glow, 1 - cover * (1 - through))
    else:
        layers.over(glow, 1 - cover)
    return cover


def _shone(fit: Fitting, u: Tensor, v: Tensor, cover: Tensor, *, side: bool) -> Tensor:
    """The light that a slice of the rims sends to the camera ``(1, 3, h, w)``; worked out where there is any rim."""
    there = cover.flatten().nonzero()[:, 0]
    glow = cover.new_zeros(3, cover.numel())
    if len(there):
        across, up, covered = (part.flatten().index_select(0, there)[None, None, None] for part in (u, v, cover))
        slopes = fit.tables.at(across, up, 3, 2)
        # The face of a rim hardly turns from one sample to the next, its rounded edge everywhere alike.
        edge = ((slopes * slopes).sum(dim=1, keepdim=True).sqrt() / _ON_EDGE).clamp(max=1)
        normal = _normal(fit, slopes[:, :1], slopes[:, 1:], across, side=side)
        light = fit.light
        room = light.room(edge * (_ROPE[fit.surface.metal] * _step(fit) / fit.frame.rounding))
        # Streaks are told on the face of wire, of whose sides little is seen.
        pattern = _pattern(fit, across, up) if fit.surface.mottled or not side else None
        shone = light.level * frame_light(fit.surface, normal, light.shade(normal), room, pattern)
        if not side:
            shone = shone * accents(fit, across, up) * uneven(fit, across, up)
        if fit.surface.metal or not side:
            shone = toned(shone, fit, 1 - _LESS_BESIDE * above(across.abs(), fit.frame.edge))
        if fit.surface.metal and not side:
            shone = cheek_mirrored(shone, fit, up)
        glow.index_copy_(1, there, (shone.expand(1, 3, -1, -1) * covered).reshape(3, -1))
    return glow.reshape(1, 3, cover.shape[-2], cover.shape[-1])


def _step(fit: Fitting) -> float:
    """From one sample of the front to the next, mm."""
    return 1 / (fit.scale * fit.small.samples)


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


def _pattern(fit: Fitting, u: Tensor, v: Tensor) -> Tensor | None:
    """Flames of tortoise shell, alike on both sides, or streaks along wire ``(1, 1, h, w)``, 0..1; or None."""
    noise = fit.asked.noise
    if fit.surface.mottled:
        points = torch.cat([u.abs() * 0.8 + v * 0.5, v - u.abs() * 0.2], dim=1)
        rough = smooth_noise(noise, "flames", points, 5.0) + 0.5 * smooth_noise(noise, "flecks", points, 2.0)
        return smooth_step(-0.25, 0.9, rough)[:, None]
    if fit.surface.metal:
        return smooth_step(-0.30, 0.50, smooth_noise(noise, "streaks", torch.cat([u, v], dim=1), 12.0))[:, None]
    return None


def _add_lenses(layers: _Layers, fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Lay the lenses over the layers: they absorb, and they mirror the room; return their coverage."""
    edge = fit.tables.at(u, v, 0, 1)
    cover = pixel_coverage(edge)
    kept = fit.kept(v)
    mirrored, lost = glare(fit, u, v)
    kept = without(kept, lost)
    low = 0.5 - v / fit.frame.height
    style = STYLES[fit.frame.style]
    bare = smooth_step(-0.3, 0.3, bare_edge(fit.frame, u, v)) if style.half else float(style.rimless)
    if style.half or style.rimless:
        # The ground edge of a lens without a rim shows as a fine line, dark within and bright without: below more than
        # above, where it is hardly seen on wearers, and most where a bright wall is behind.
        line = bare * (cover - pixel_coverage(edge + LENS_EDGE))
        shine = bare * (cover - pixel_coverage(edge + _EDGE_SHINE))
        glints = edge_glints(fit, u, v, line)
        mirrored = mirrored + (0.06 + 0.22 * low) * fit.light.level * shine * glints
        wall = 1 - enlarge(fit.small.of(fit.scene.source.regions.person), (v.shape[-2], v.shape[-1]), fit.small.samples)
        dark = (_EDGE_DARK[0] + (_EDGE_DARK[1] - _EDGE_DARK[0]) * low) * (1 + wall) * line
        kept = kept * shade_of(dark / (0.7 + 0.5 * glints), fit)
    if not style.rimless:
        # In a rim it ends in a groove, beside which it is shaded.
        kept = kept * (1 - _GROOVE * (1 - bare) * cover * (edge / (2 * _GROOVE_MM) + 1).clamp(min=0))
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
