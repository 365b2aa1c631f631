"""Stage: the photograph's own light exchanged for another, as a ratio of shadings over the same surface."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.light import source_shading
from faceaug.image.color import light_colour, luminance
from faceaug.image.filter import enlarge, gaussian, reduce
from faceaug.image.shade import cast_shadow, smooth_step, soft_lambert
from faceaug.scene import Lighting, Scene

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
# Millimetres that a caster may be away, and the finest grid on which shadows are marched.
_REACH_MM, _SHADOW_GRID = 90.0, 160
# Blur of shadows on surfaces whose shape is only guessed, mm.
_VAGUE_MM = 14.0
# How far the surface behind a silhouette lies, mm: the head throws no shadow onto the wall.
_BEHIND = 400.0


def relight(linear: Tensor, scene: Scene) -> Tensor:
    """Re-light the person; the background keeps its bits.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB, after pigment.
        scene: Its ``light`` channel is used.
    """
    light = scene.light
    if light is None:
        return linear
    source = scene.source
    ratio, key = shading_ratio(scene, light)
    person = source.regions.person * (light.strength > 0).to(linear)[:, None, None, None]
    foreground = source.regions.foreground
    # Where the matte is whole, the pixel itself; at soft edges only the person's share of it is re-lit.
    own = torch.where(person >= 0.999, linear, foreground * (linear / source.linear.clamp(min=1e-4)).clamp(0, 4))
    surface = source.skin.specular * source.regions.skin
    lit = (own - surface) * ratio + surface * torch.minimum(ratio, ratio.new_tensor(1.0)) ** 1.5
    lit = lit + _sheen(scene, light, key) * luminance(own) ** 0.5
    changed = linear + person * (_roll_off(lit, own) - own)
    return torch.where(person > 0, changed.clamp(min=0.0), linear)


def shading_ratio(scene: Scene, light: Lighting) -> tuple[Tensor, Tensor]:
    """Return the factor ``(B, 3, h, w)`` on the person's light, and the key's visibility ``(B, 1, h, w)``."""
    source = scene.source
    normal = source.surface.normal
    old = source_shading(source.light, normal)
    seen = _visibility(scene, light)
    cosine = torch.einsum("bi,bihw->bhw", light.direction, normal)[:, None]
    softness = light.softness[:, None, None, None]
    bleed = torch.tensor(_BLEED, device=normal.device).reshape(1, 3, 1, 1) * source.regions.skin
    key = soft_lambert(cosine, (softness + bleed).clamp(max=1.4)) * seen
    strength = (light.key_fill - 1)[:, None, None, None]
    colour = light_colour(light.temperature.double()).to(normal)[:, :, None, None]
    ambient = light.ambient[:, None, None, None]
    fill = ambient + (1 - ambient) * (0.65 + 0.35 * normal[:, 1:2])
    new = fill + strength * key * colour
    ratio = new / old
    weight = source.regions.skin + 0.05 * source.regions.person
    # The camera exposes for the face: weight the bright side more than the dark one (a power mean).
    power = (luminance(ratio).clamp(min=0) ** 2 * weight).sum(dim=(2, 3), keepdim=True)
    level = torch.sqrt(power / weight.sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)).clamp(min=1e-3)
    gain = torch.exp2(light.exposure)[:, None, None, None]
    ratio = (ratio / level * gain).clamp(_DARKEST, _BRIGHTEST)
    # Blown-out cloth holds no shading to bring back: hardly darken it, or it turns into flat grey card.
    blown = smooth_step(0.75, 1.0, source.linear.amin(dim=1, keepdim=True)) * (1 - source.regions.skin)
    ratio = torch.lerp(ratio, torch.sqrt(ratio), blown)
    blend = light.strength[:, None, None, None]
    return ratio * blend + (1 - blend), cosine.clamp(min=0) * seen * strength / (1 + strength) * blend


def _visibility(scene: Scene, light: Lighting) -> Tensor:
    """Shadows that nose, brow, chin and hair throw ``(B, 1, h, w)``, 1 where the key is seen."""
    source = scene.source
    size = (source.linear.shape[-2], source.linear.shape[-1])
    factor = max(1, min(size) // _SHADOW_GRID)
    matte = reduce(source.regions.person, factor)
    height = reduce(source.surface.depth, factor) * matte - _BEHIND * (1 - matte)
    scale = source.pose.scale[:, None, None, None] / factor
    seen = cast_shadow(height * scale, light.direction, light.softness, _REACH_MM * float(scale.mean()))
    # Of hair and clothes only the rough shape is known: their shadows stay soft and half as deep.
    rough = 1 - reduce((source.regions.skin + source.regions.body + source.surface.face).clamp(max=1), factor)
    vague = 0.5 + 0.5 * gaussian(seen, _VAGUE_MM * float(scale.mean()))
    seen = torch.lerp(gaussian(seen, 0.7), vague, gaussian(rough, 1.5))
    return enlarge(seen, size, factor)


def _sheen(scene: Scene, light: Lighting, key: Tensor) -> Tensor:
    """Gloss of the skin in the key light ``(B, 1, h, w)``."""
    normal = scene.source.surface.normal
    ahead = torch.tensor([0.0, 0.0, 1.0], device=normal.device)
    half = F.normalize(light.direction + ahead, dim=1)
    lobe = torch.einsum("bi,bihw->bhw", half, normal)[:, None].clamp(min=0) ** _GLOSS
    return _SHEEN * (_GLOSS + 8) / 8 * lobe * key * scene.source.regions.skin


def _roll_off(lit: Tensor, own: Tensor) -> Tensor:
    """Compress what became brighter than the shoulder; what was bright before keeps its value."""
    above = (lit - _SHOULDER).clamp(min=0) / (1 - _SHOULDER)
    rolled = torch.where(lit > _SHOULDER, _SHOULDER + (1 - _SHOULDER) * (1 - torch.exp(-above)), lit)
    return torch.where(lit > own, torch.maximum(rolled, torch.minimum(own, lit)), lit)


