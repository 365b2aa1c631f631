"""Stage: the photograph's own light exchanged for another, as a ratio of shadings over the same surface."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.light import source_shading
from faceaug.image.color import light_colour, luminance
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import cast_shadow, dot, smooth_step, soft_lambert, unit

if TYPE_CHECKING:
    from faceaug.channels import Lighting
    from faceaug.scene import Scene

# Bounds of the ratio: below, a shadow that no fill reaches; above, noise and blotches would show.
_DARKEST, _BRIGHTEST = 0.05, 2.6
# Highlights roll off from here, as film and cameras do.
_SHOULDER = 0.8
# Light that entered the skin comes out a little beyond the terminator, red the farthest (extra softness per channel);
# after H. W. Jensen et al., "A practical model for subsurface light transport", SIGGRAPH 2001.
_BLEED = (0.22, 0.10, 0.06)
# Sheen of skin: Schlick's reflectance at normal incidence of an index of 1.4, and a Blinn-Phong exponent for its
# roughness (T. Weyrich et al., "Analysis of human faces using a measurement-based skin reflectance model", 2006).
_SHEEN, _GLOSS = 0.028, 14.0
# Windows from this size on have their shading worked out at half size.
_HALVE_FROM = 192
# Millimetres that a caster may be away, and the finest grid on which shadows are marched.
_REACH_MM, _SHADOW_GRID = 90.0, 160
# Blur of shadows, mm: against the mesh's facets, on the neck, on hair and clothes; and how much light reaches the neck.
_FACETS_MM, _NECK_MM, _VAGUE_MM, _PALE = 1.2, 5.0, 14.0, 0.3
# The neck's front lies about this far behind the plane of the eyes, mm (our own look at profiles).
_DEEPEST = -75.0
# How far the surface behind a silhouette lies, mm: the head throws no shadow onto the wall.
_BEHIND = 400.0


def relight(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Re-light the person; the background keeps its bits.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB, after pigment.
        scene: Its ``light`` channel is used.
    """
    light = scene.light
    if light is None:
        return linear, scene
    source = scene.source
    ratio, shine = shading_ratio(scene, light)
    person = source.regions.person * (light.strength > 0).to(linear)[:, None, None, None]
    # Where the matte is whole, the pixel itself; at soft edges only the person's share of it is re-lit.
    painted = source.regions.foreground if linear is source.linear else _repainted(linear, scene)
    own = torch.lerp(painted, linear, (person >= 0.999).to(linear))
    surface = source.skin.specular * source.regions.skin
    lit = (own - surface) * ratio + surface * ratio.clamp(max=1.0) ** 1.5 + shine * torch.sqrt(luminance(own))
    # A weight of exactly 0 keeps the pixel to the bit.
    changed = (linear + person * (_roll_off(lit, own) - own)).clamp(min=0.0)
    return torch.lerp(linear, changed, (person > 0).to(linear)), scene


def _repainted(linear: Tensor, scene: Scene) -> Tensor:
    """The person's colour at soft edges, changed as pigment changed the picture."""
    source = scene.source
    return source.regions.foreground * (linear / source.linear.clamp(min=1e-4)).clamp(0, 4)


def shading_ratio(scene: Scene, light: Lighting) -> tuple[Tensor, Tensor]:
    """Return the factor ``(B, 3, h, w)`` on the person's light, and the sheen that the key adds ``(B, 1, h, w)``.

    Both are smooth: they are worked out at half size.
    """
    source = scene.source
    size = (source.linear.shape[-2], source.linear.shape[-1])
    factor = 2 if min(size) >= _HALVE_FROM else 1
    normal = unit(reduce(source.surface.normal, factor))
    skin = reduce(torch.maximum(source.regions.skin, source.regions.body), factor)
    person = reduce(source.regions.person, factor)
    seen = _visibility(scene, light, factor)
    cosine = dot(light.direction, normal)
    softness = light.softness[:, None, None, None]
    bleed = torch.tensor(_BLEED, device=normal.device).reshape(1, 3, 1, 1) * skin
    key = soft_lambert(cosine, (softness + bleed).clamp(max=1.4)) * seen
    strength = (light.key_fill - 1)[:, None, None, None]
    colour = light_colour(light.temperature.double()).to(normal)[:, :, None, None]
    ambient = light.ambient[:, None, None, None]
    fill = ambient + (1 - ambient) * (0.65 + 0.35 * normal[:, 1:2])
    ratio = (fill + strength * key * colour) / source_shading(source.light, normal)
    # The camera exposes for the face: a power mean weighs the bright side more than the dark one.
    weight = reduce(source.regions.skin, factor) + 0.05 * person
    level = torch.stack([_power_mean(luminance(r[None]), w[None]) for r, w in zip(ratio, weight, strict=True)])
    gain = torch.exp2(light.exposure.double()).to(normal)[:, None, None, None]
    ratio = (ratio / level * gain).clamp(_DARKEST, _BRIGHTEST)
    # Blown-out cloth holds no shading to bring back: hardly darken it, or it turns into flat grey card.
    blown = smooth_step(0.75, 1.0, reduce(source.linear, factor).amin(dim=1, keepdim=True)) * (1 - skin)
    ratio = torch.lerp(ratio, torch.sqrt(ratio), blown)
    shine = _sheen(light, normal, skin * cosine.clamp(min=0) * seen * strength / (1 + strength))
    blend = light.strength[:, None, None, None]
    return enlarge(ratio * blend + (1 - blend), size, factor), enlarge(shine * blend, size, factor)


def _power_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Root of the weighted mean square of one row ``(1, 1, 1)``: a sum over a batch may add in another order."""
    power = (values.clamp(min=0) ** 2 * weight).sum() / weight.sum().clamp(min=1e-6)
    return torch.sqrt(power).clamp(min=1e-3).reshape(1, 1, 1)


def _visibility(scene: Scene, light: Lighting, coarse: int) -> Tensor:
    """Shadows that nose, brow, chin and hair throw, 1 where the key is seen, on the window reduced by ``coarse``."""
    source = scene.source
    size = (source.linear.shape[-2], source.linear.shape[-1])
    factor = coarse * max(1, min(size) // (coarse * _SHADOW_GRID))
    scale = source.pose.scale[:, None, None, None] / factor
    mm = float(scale.mean())
    depth = reduce(source.surface.depth, factor).clamp(min=_DEEPEST)
    height = gaussian(depth, _FACETS_MM * mm) * scale
    caster = torch.where(reduce(source.regions.person, factor) > 0.5, height, torch.full_like(height, -_BEHIND * mm))
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
    lobe = dot(half, normal).clamp(min=0) ** _GLOSS
    return _SHEEN * (_GLOSS + 8) / 8 * lobe * key


def _roll_off(lit: Tensor, own: Tensor) -> Tensor:
    """Compress what became brighter than the shoulder; what was bright before keeps its value."""
    above = (lit - _SHOULDER).clamp(min=0) / (1 - _SHOULDER)
    rolled = torch.minimum(lit, lit.new_tensor(_SHOULDER)) + (1 - _SHOULDER) * (1 - torch.exp(-above))
    return torch.maximum(rolled, torch.minimum(own, lit))
