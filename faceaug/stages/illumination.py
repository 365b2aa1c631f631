"""The new light over the person's surface: key, fill and rim lights, their shadows and their gloss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.brightness import brightness
from faceaug.face.light import source_shading
from faceaug.image.color import light_colour, luminance
from faceaug.image.filter import coarseness, enlarge, gaussian, reduce
from faceaug.image.shade import above, cast_shadow, dot, smooth_step, soft_lambert, unit, without
from faceaug.stages.bare import bare_now
from faceaug.stages.rim import rim_light

if TYPE_CHECKING:
    from faceaug.channels import Lighting
    from faceaug.scene import Scene

# Bounds of the ratio: below, a shadow that no fill reaches; above, noise and blotches would show.
_DARKEST, _BRIGHTEST = 0.05, 2.6
# Light that entered the skin comes out a little beyond the terminator, red the farthest (extra softness per channel);
# after H. W. Jensen et al., "A practical model for subsurface light transport", SIGGRAPH 2001.
_BLEED = (0.22, 0.10, 0.06)
# The same at the edge of a cast shadow: blur of red and green, mm (widths of the skin profile of E. d'Eon and
# D. Luebke, "Advanced techniques for realistic real-time skin rendering", GPU Gems 3, 2007).
_RED_MM, _GREEN_MM = 1.4, 0.5
# Sheen of skin: Schlick's reflectance at normal incidence of an index of 1.4, and a Blinn-Phong exponent for its
# roughness (T. Weyrich et al., "Analysis of human faces using a measurement-based skin reflectance model", 2006).
_SHEEN, _GLOSS = 0.028, 14.0
# Millimetres that a caster may be away, and the finest grid on which shadows are marched.
_REACH_MM, _SHADOW_GRID = 90.0, 160
# Blur of shadows, mm: against the mesh's facets, on the neck, on hair and clothes; and how much light reaches the neck.
_FACETS_MM, _NECK_MM, _VAGUE_MM, _PALE = 1.2, 5.0, 14.0, 0.3
# The neck's front lies about this far behind the plane of the eyes, mm (our own look at profiles).
_DEEPEST = -75.0
# How far the surface behind a silhouette lies, mm: the head throws no shadow onto the wall.
_BEHIND = 400.0
# Between these (weakest channel, linear) cloth has lost its folds, and what is no skin may be a wall behind hair.
_BLOWN, _PALE_WALL = (0.5, 0.85), (0.3, 0.55)
# Light wanders through hair, and cloth hangs in folds: their key is softer by this much. Strands are told apart
# between these blurs, mm, and stand this many mm proud for each unit of log brightness.
_LOOSE_SOFT, _STRAND_MM, _LOCK_MM, _PROUD_MM = 0.45, 0.5, 3.0, 1.6


def shading_ratio(scene: Scene, light: Lighting) -> Tensor:
    """Return the factor on the person's light and, last, the gloss that lamps add ``(B, 4, h, w)``.

    Both are smooth: they are worked out at half size.
    """
    source = scene.source
    size = (source.linear.shape[-2], source.linear.shape[-1])
    factor = coarseness(size)
    normal = unit(reduce(source.surface.normal, factor))
    face_skin, hair, person = (
        reduce(region, factor) for region in (source.regions.skin, source.regions.hair, source.regions.person)
    )
    skin = torch.maximum(face_skin, reduce(source.regions.body, factor))
    pixel = source.pose.scale.mean() / factor
    combed, depth = _strands(brightness(source), normal, hair, factor, float(pixel))
    seen = _visibility(scene, light, factor)
    cosine = dot(light.direction, combed)
    loose = hair + reduce(source.regions.clothes, factor)
    key = _key(light, cosine, skin, loose, _bled(seen, skin, float(pixel))) * depth
    strength = _per_row(light.key_fill - 1)
    ambient = _per_row(light.ambient)
    fill = ambient + (1 - ambient) * (0.65 + 0.35 * normal[:, 1:2])
    of_fill, of_key = _colours(light, normal)
    total = (fill * of_fill).add_(key.mul_(strength).mul_(of_key))
    ratio = total.div_(source_shading(source.light, normal))
    # The camera exposes for the face: a power mean weighs the bright side more than the dark one.
    # What was bright before counts more: it is the picture that is exposed, not the ratio.
    seen_light = reduce(source.linear, factor)
    weight = (face_skin + 0.05 * person) * (0.02 + luminance(seen_light))
    level = torch.stack([_power_mean(luminance(r[None]), w[None]) for r, w in zip(ratio, weight, strict=True)])
    gain = _per_row(torch.exp2(light.exposure.double()).to(normal)) / level
    exposed = torch.exp2(_per_row(light.exposure))
    rim, glint = (part * exposed for part in rim_light(light, combed, person, (skin, hair), float(pixel)))
    ratio = ratio.mul_(gain).add_(rim).clamp_(_DARKEST, _BRIGHTEST)
    # Blown-out cloth holds no folds to bring back: darkened all the way it turns into flat grey card.
    pale = seen_light.amin(dim=1, keepdim=True)
    blown = without(smooth_step(*_BLOWN, pale), skin)
    held = torch.sqrt(ratio).sqrt_().clamp_(max=1)
    ratio.lerp_(torch.maximum(ratio, held, out=held), blown)
    # What is pale and no skin may be wall seen through loose hair: brighter, it would be a halo.
    behind = without(smooth_step(*_PALE_WALL, pale), reduce(bare_now(scene), factor))
    ratio.lerp_(ratio.clamp(max=1), behind)
    shine = _sheen(light, normal, skin * cosine.clamp(min=0) * seen * strength / (1 + strength))
    shine = shine + glint * depth**2
    blend = _per_row(light.strength)
    ratio.mul_(blend).add_(1 - blend)
    return enlarge(torch.cat([ratio, shine * blend], dim=1), size, factor)


def _per_row(values: Tensor) -> Tensor:
    return values[:, None, None, None]


def _colours(light: Lighting, like: Tensor) -> tuple[Tensor, Tensor]:
    """Tints ``(B, 3, 1, 1)`` of fill and key."""
    kelvin = torch.cat([light.fill_temperature, light.temperature]).double()
    fill, key = light_colour(kelvin).to(like)[:, :, None, None].chunk(2)
    return fill, key


def _power_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Root of the weighted mean square of one row ``(1, 1, 1)``: a sum over a batch may add in another order."""
    power = (values.clamp(min=0) ** 2 * weight).sum() / weight.sum().clamp(min=1e-6)
    return torch.sqrt(power).clamp(min=1e-3).reshape(1, 1, 1)


def _key(light: Lighting, cosine: Tensor, skin: Tensor, loose: Tensor, seen: Tensor) -> Tensor:
    """Irradiance ``(B, 3, h, w)`` of the key: red goes round the terminator on skin, all of it in hair and folds."""
    bleed = torch.tensor(_BLEED, device=cosine.device).reshape(1, 3, 1, 1) * skin
    bleed.add_(_LOOSE_SOFT * loose).add_(_per_row(light.softness)).clamp_(max=1.4)
    return soft_lambert(cosine, bleed).mul_(seen)


def _strands(bright: Tensor, normal: Tensor, hair: Tensor, factor: int, pixel: float) -> tuple[Tensor, Tensor]:
    """Let locks of hair stand out: normals bent by how bright they are, and less key light in the gaps between them.

    Returns:
        Unit normals ``(B, 3, h, w)`` and a factor on the key ``(B, 1, h, w)``, 1 where there is no hair.
    """
    bright = torch.log(reduce(bright, factor) + 0.03)
    locks = (gaussian(bright, _STRAND_MM * pixel) - gaussian(bright, _LOCK_MM * pixel)).mul_(hair)
    wide = F.pad(locks * (_PROUD_MM * pixel / 2), (1, 1, 1, 1), mode="replicate")
    right = wide[..., 1:-1, 2:] - wide[..., 1:-1, :-2]
    down = wide[..., 2:, 1:-1] - wide[..., :-2, 1:-1]
    bent = torch.cat([normal[:, 0:1] - right, normal[:, 1:2] + down, normal[:, 2:3]], dim=1)
    return unit(bent, out=bent), (1 + 0.7 * locks).clamp(0.5, 1.3)


def _bled(seen: Tensor, skin: Tensor, pixel: float) -> Tensor:
    """Visibility in three channels ``(B, 3, h, w)``: on skin red, and green a little, bleed into cast shadows."""
    red = torch.lerp(seen, gaussian(seen, _RED_MM * pixel), skin)
    green = torch.lerp(seen, gaussian(seen, _GREEN_MM * pixel), skin)
    return torch.cat([red, green, seen], dim=1)


def _visibility(scene: Scene, light: Lighting, coarse: int) -> Tensor:
    """Shadows that nose, brow, chin and hair throw, 1 where the key is seen, on the window reduced by ``coarse``."""
    source = scene.source
    size = (source.linear.shape[-2], source.linear.shape[-1])
    factor = coarse * max(1, min(size) // (coarse * _SHADOW_GRID))
    scale = source.pose.scale[:, None, None, None] / factor
    mm = float(scale.mean())
    depth = reduce(source.surface.depth, factor).clamp(min=_DEEPEST)
    height = gaussian(depth, _FACETS_MM * mm) * scale
    person = above(reduce(source.regions.person, factor), 0.5)
    caster = torch.lerp(torch.full_like(height, -_BEHIND * mm), height, person)
    seen = cast_shadow(height, caster, light.direction, light.softness, reach=_REACH_MM * mm)
    # Outside the face only the rough shape is known, of hair and clothes hardly that: softer and paler shadows there.
    face = gaussian(reduce(source.surface.face, factor), 1.5)
    cloth = gaussian(reduce(source.regions.hair + source.regions.clothes, factor), 1.5)
    neck = _PALE + (1 - _PALE) * gaussian(seen, _NECK_MM * mm)
    vague = 0.5 + 0.5 * gaussian(seen, _VAGUE_MM * mm)
    seen = torch.lerp(torch.lerp(neck, vague, cloth.clamp(max=1)), gaussian(seen, _FACETS_MM * mm), face)
    return enlarge(seen, (-(-size[0] // coarse), -(-size[1] // coarse)), factor // coarse)


def _sheen(light: Lighting, normal: Tensor, key: Tensor) -> Tensor:
    """Gloss of the skin where the key light reaches it with the strength ``key`` ``(B, 1, h, w)``."""
    ahead = torch.tensor([0.0, 0.0, 1.0], device=normal.device)
    half = F.normalize((light.direction + ahead).double(), dim=1).to(normal)
    # The 14th power, by squaring: a general power is many times slower.
    second = dot(half, normal).clamp(min=0) ** 2
    fourth = second * second
    return _SHEEN * (_GLOSS + 8) / 8 * (fourth * fourth * fourth * second) * key
