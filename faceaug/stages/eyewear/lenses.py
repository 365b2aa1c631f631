"""What lenses mirror."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.kept import kept
from faceaug.face.wearing import BEND
from faceaug.image.color import luminance
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.finish import GLASS, LAMP, MIRRORS, PANES, fresnel, open_view, pane, reflected
from faceaug.image.noise import smooth_noise
from faceaug.image.shade import smooth_step, unit
from faceaug.image.warp import sampled
from faceaug.stages.eyewear.lamps import mirrored_lamps

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.eyewear.fitting import Fitting

# Curvature radius of the lens' front, mm: 530 over a base curve of 5 dioptres; lenses against the sun, most of which
# correct nothing, are ground to curves of 6 to 8.
_RADIUS = {True: 106.0, False: 76.0}
# Light from the back surface over that of the first; it crosses the tint twice.
_BACK = 0.9
# The room before a sitter is darker than what is behind (a backdrop, a window): this share below and above the horizon,
# between these parts of a direction.
_ROOM, _ROOM_FROM = (0.12, 0.6), (-0.25, 0.35)
# A mirror shows the horizon this far above the middle of the lens, as part of a direction, and hills and houses along
# it: their periods and heights.
_HORIZON, _SKYLINE = 0.02, ((0.18, 0.06), (0.06, 0.015))
# Of a window or softbox a mirror leaves this share: beside a whole view that is seen as clearly it would be a blot.
_PANE = 0.23
# Windows keep this far above the pupil, mm: half an iris and a little; in lenses that hide it, lamps this far.
_IRIS, _PUPIL = 6.6, 2.0
# And by no more than this part of a direction farther, or no lens would show them.
_HIGHER = 0.03
# Lenses that are turned are also tipped, one up and one down, by this share of it.
_TIPPED = 0.25
# A softbox is larger than what a lens mirrors: it whitens the lens from a line on, that keeps as far from the pupils,
# toward the rim on the lamp's side; how soon all of it is bright, as part of a direction, and its radiance.
_VEIL, _VEILED = 0.30, 0.9 * LAMP
# What an antireflective coating leaves is greenish, violet, bluish or nearly white; a veil, which broad light from many
# sides makes, has half of that tint, in stops (more looks violet or green; by looking).
_COATINGS = ((0.55, 1.0, 0.70), (1.0, 0.68, 1.0), (0.70, 0.82, 1.0), (1.0, 0.95, 0.84))
# Before a sitter ceiling and walls shine above the camera, from so far below the direction that lenses mirror at the
# pupils to so far above it, as parts of a direction, or, where what shines has a border, within this share of that at
# least (9 mm of a lens: half of it reads as a sheet laid over brow and lid, as a blind observer said); their radiance
# at most, a white card being 1, in clear lenses and in others, which more would cover like fog (by looking); the power
# of a drawn share of it. On 96 wearers in official portraits the darkest of the eye has 0.03 of the cheek's light more
# than on 96 others of like age, sex and tone; without this it had as much. What is added is as warm as the skin by the
# last share: lamps are, and the back of a lens mirrors the face.
_GLOW_FROM, _SHARPEST, _GLOW, _SELDOM, _WARM = (-0.08, 0.34), 0.4, {True: 3.6, False: 1.1}, 1.5, 0.8
# It is uneven: spots so large, as parts of a direction, depart by this share, and shift where it begins by so much.
_SPOTS, _UNEVEN, _SHIFTED = 0.40, 0.6, 0.12


def glare(fit: Fitting, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """What the lenses mirror at (u, v) ``(1, 1, h, w)``, and the share that a mirror coating takes from behind.

    Both are ``(1, 3, h, w)``, or ``(1, 1, h, w)`` where they are nothing. The places are samples of the front's box.
    """
    asked = fit.asked
    thing, nothing = asked.reflection[0], torch.zeros_like(u)
    if asked.lens[0] == "mirrored":
        normal = _normal(fit, u, v)
        seen = reflected(normal)
        if thing == "lamps":
            bright = mirrored_lamps(fit, seen, _radius(fit), _PUPIL)
        else:
            bright = _veil(fit, seen) if thing == "softbox" else pane(thing, seen, _lamp_place(fit))
        coat = fresnel(normal[:, 2:3], u.new_tensor(MIRRORS[asked.tint_colour[0]]).reshape(1, 3, 1, 1))
        return coat * (_view(fit, seen) + _PANE * bright * fit.light.level), coat
    if thing == "none":
        return nothing, nothing
    # Between one pixel and the next only a window's edges and bar change: all else is told once a pixel.
    samples = fit.small.samples
    across, up = reduce(u, samples), reduce(v, samples)
    normal, kept = _normal(fit, across, up), fit.kept(up)
    seen, gloss = reflected(normal), float(asked.gloss[0])
    share = fresnel(normal[:, 2:3], GLASS) * gloss * (1 + _BACK * kept * kept)
    coat = u.new_tensor(_COATINGS[int(asked.noise.first("coating")[0] * len(_COATINGS))]).reshape(1, 3, 1, 1)
    tint = torch.lerp(coat, torch.ones_like(coat), min(gloss, 1.0))
    share = share * tint
    low, high = _ROOM
    room = low + (high - low) * smooth_step(*_ROOM_FROM, seen[:, 1:2] - _looked(fit)[1])
    light = _surroundings(fit, seen) * room + _glow(fit, seen) / tint.sqrt()
    if thing == "softbox":
        light = light + _veil(fit, seen) * fit.light.level
    if thing == "lamps":
        clear_of = _IRIS if asked.lens[0] == "clear" else _PUPIL
        light = light + mirrored_lamps(fit, seen, _radius(fit), clear_of) * fit.light.level
    size = (u.shape[-2], u.shape[-1])
    if thing not in PANES:
        return enlarge(share * light, size, samples), nothing
    maps = enlarge(torch.cat([share * light, share * fit.light.level, seen[:, :2]], dim=1), size, samples)
    return torch.addcmul(maps[:, :3], maps[:, 3:6], pane(thing, maps[:, 6:], _lamp_place(fit))), nothing


def _radius(fit: Fitting) -> float:
    """Curvature radius of the lenses' fronts, mm."""
    return _RADIUS[fit.asked.lens[0] == "clear"]


def _normal(fit: Fitting, u: Tensor, v: Tensor) -> Tensor:
    """Unit normals of the lenses' fronts at (u, v) ``(1, 3, h, w)``, camera frame."""
    own = u - torch.sign(u) * fit.frame.middle
    r = fit.worn.rotation
    askew = math.radians(float(fit.asked.askew[0]))
    across = own / _radius(fit) + 2 * BEND * u + askew
    up = v / _radius(fit) + _TIPPED * askew * torch.sign(u)
    parts = [r[k, 0] * across + r[k, 1] * up + r[k, 2] for k in range(3)]
    return unit(torch.cat(parts, dim=1))


def _veil(fit: Fitting, seen: Tensor) -> Tensor:
    """Radiance ``(1, 1, h, w)`` of a softbox that fills a lens from a line on, clear of both irises."""
    look = _looked(fit)
    aside = min(max(2.5 * (float(fit.light.direction[0]) - look[0]), -1.0), 1.0)
    length = math.hypot(aside, 0.6)
    aside, above = aside / length, 0.6 / length
    eyes = _at_pupils(fit)
    start = float((aside * eyes[:, 0] + above * eyes[:, 1]).amax()) + 2 * _IRIS / _radius(fit)
    along = aside * seen[:, 0:1] + above * seen[:, 1:2] - start
    return _VEILED * smooth_step(0.0, _VEIL, along)


def _glow(fit: Fitting, seen: Tensor) -> Tensor:
    """Radiance ``(1, 3, h, w)`` of the bright part of the room above the camera, of which most see little."""
    noise, up = fit.asked.noise, seen[:, 1:2] - _at_pupils(fit)[:, 1].mean()
    spots = smooth_noise(noise, "room", seen[:, :2], _SPOTS)[:, None]
    warm = torch.lerp(torch.ones_like(fit.face), fit.face / luminance(fit.face), _WARM)
    bright = _GLOW[fit.asked.lens[0] == "clear"] * math.pow(noise.first("glow")[0], _SELDOM) * fit.light.level * warm
    middle, half = sum(_GLOW_FROM) / 2, (_GLOW_FROM[1] - _GLOW_FROM[0]) / 2
    half = half * (_SHARPEST + (1 - _SHARPEST) * noise.first("glow border")[0])
    return bright * smooth_step(middle - half, middle + half, up + _SHIFTED * spots) * (1 + _UNEVEN * spots)


def _at_pupils(fit: Fitting) -> Tensor:
    """Directions ``(1, 3, 1, 2)`` that the lenses mirror before the pupils."""
    return reflected(_normal(fit, *(fit.worn.pupils[None, None, None, :, k] for k in (0, 1))))


def _looked(fit: Fitting) -> list[float]:
    """Direction (right, up) that the middle of a lens mirrors."""
    axis = fit.worn.rotation[:, 2]
    return [float(2 * axis[2] * axis[k]) for k in (0, 1)]


def _view(fit: Fitting, seen: Tensor) -> Tensor:
    """What a mirror coating shows ``(1, 3, h, w)``: the view before the face, in the colours of the photograph."""
    look = _looked(fit)
    x, above = seen[:, 0:1] - look[0], seen[:, 1:2] - look[1] - _HORIZON
    for index, (period, height) in enumerate(_SKYLINE):
        above = above - height * smooth_noise(fit.asked.noise, f"skyline {index}", x.abs(), period)[:, None].clamp(
            min=0
        )
    colour = 0.5 * (fit.light.level + _surroundings(fit, seen))
    return open_view(above) * colour


def _lamp_place(fit: Fitting) -> tuple[float, float]:
    """Direction (right, up) in which the window stands: the lamp's own, drawn in to where lenses can mirror it."""
    look = _looked(fit)
    lamp = [float(part) for part in fit.light.direction[:2]]
    aside = min(max(0.6 * (lamp[0] - look[0]), -0.24), 0.24)
    # A window above the eyes, not before them: its lower edge clears the iris.
    pupil = float(fit.worn.pupils[:, 1].mean())
    tipped = 2 * _TIPPED * abs(math.radians(float(fit.asked.askew[0])))
    least = tipped + 2 * (pupil + _IRIS) / _radius(fit) + PANES.get(fit.asked.reflection[0], (0.0, 0.0))[1]
    above = min(max(0.6 * (lamp[1] - look[1]), least), least + _HIGHER)
    return look[0] + aside, look[1] + above


def _surroundings(fit: Fitting, seen: Tensor) -> Tensor:
    """The room before the face ``(1, 3, h, w)``, for want of better the photograph itself, mirrored and blurred."""
    place = torch.cat([1 - seen[:, 0:1], 0.8 - seen[:, 1:2] * 0.8], dim=1).clamp(0, 2)
    return sampled(rough_picture(fit.scene.source), place, (2, 2))


@kept("linear")
def rough_picture(source: Decomposition) -> Tensor:
    """The photograph, blurred, on some 24 by 24 pixels ``(B, 3, h, w)``; not to be changed."""
    return gaussian(reduce(source.linear, max(1, min(source.linear.shape[-2:]) // 24)), 1.6)
