"""A lamp behind the head: a rim of light along the silhouette, on skin, hair and cloth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from faceaug.image.filter import gaussian
from faceaug.image.shade import dot, unit

if TYPE_CHECKING:
    from faceaug.channels import Lighting

# How far in from the silhouette the lamp is not hidden by the head itself, mm, and how wide the fringe of down and
# loose hair is that lets light through from straight behind (by looking at portraits with such a lamp).
_OPEN_MM, _DOWN_MM = 11.0, 3.5
# What down and loose hair let through of it.
_THROUGH = 0.4
# Reflection off the surface where the lamp grazes it, as a share of the face's own light: of skin, hair and cloth. The
# first is Fresnel's for skin (refractive index 1.4) at some 75 degrees; hair has its cuticles, cloth hardly any.
_GLOSS = (0.12, 0.10, 0.01)
# Schlick's exponent, halved: the half vector turns by half of what the lamp does.
_GRAZING = 2.5


def rim_light(
    light: Lighting, normal: Tensor, person: Tensor, kinds: tuple[Tensor, Tensor], pixel: float
) -> tuple[Tensor, Tensor]:
    """Return the lamp's light over the face's own, and the gloss that it adds, each ``(B, 1, h, w)``.

    Args:
        light: ``rim`` and ``rim_direction`` are used.
        normal: Unit normals ``(B, 3, h, w)``, toward right, up and the camera.
        person: Matte ``(B, 1, h, w)``.
        kinds: Shares of skin and of hair.
        pixel: Pixels a millimetre.
    """
    if not bool((light.rim > 0).any()):
        return torch.zeros_like(person), torch.zeros_like(person)
    power = light.rim[:, None, None, None]
    near = _inward(person, _OPEN_MM * pixel)
    # At a silhouette a surface stands edgewise: normals that were smoothed over the edge still face us.
    normal = unit(torch.cat([normal[:, :2], normal[:, 2:] * (1 - near)], dim=1))
    lit = dot(light.rim_direction, normal).clamp(min=0) * near
    through = _THROUGH * _inward(person, _DOWN_MM * pixel) * _facing(person, light, pixel)
    skin, hair = kinds
    of_skin, of_hair, of_cloth = _GLOSS
    gloss = of_cloth + (of_skin - of_cloth) * skin + (of_hair - of_cloth) * hair
    grazing = (1 - normal[:, 2:3]).clamp(min=0) ** _GRAZING
    return power * (lit + through), power * gloss * lit * near * grazing


def _inward(person: Tensor, sigma: float) -> Tensor:
    """1 at the silhouette, falling to 0 a few ``sigma`` pixels inside."""
    return ((person - gaussian(person, sigma)) * 2).clamp(0, 1)


def _facing(person: Tensor, light: Lighting, pixel: float) -> Tensor:
    """How far the silhouette faces the lamp; straight behind, it does all around."""
    wide = F.pad(gaussian(person, _DOWN_MM * pixel), (1, 1, 1, 1), mode="replicate")
    right = wide[..., 1:-1, :-2] - wide[..., 1:-1, 2:]
    up = wide[..., 2:, 1:-1] - wide[..., :-2, 1:-1]
    outward = unit(torch.cat([right, up, torch.zeros_like(up)], dim=1))
    behind = 0.4 * (-light.rim_direction[:, 2]).clamp(min=0)[:, None, None, None]
    return (dot(light.rim_direction, outward).clamp(min=0) + behind).clamp(max=1.2)
