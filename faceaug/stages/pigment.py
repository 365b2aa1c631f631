"""Stage: melanin and haemoglobin added to the skin, or taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.depigment import bleaching
from faceaug.face.skin import HAEMOGLOBIN, MELANIN
from faceaug.image.color import lab_to_linear, luminance
from faceaug.image.picked import picked, places, put
from faceaug.image.shade import above
from faceaug.stages.gloss import sheen_now, tone_now

if TYPE_CHECKING:
    from faceaug.scene import Scene

# The first melanin takes blue light, as thin layers do (0.52 of its green from red, 1.9 from blue); what comes on top
# of about this much darkens all colours nearly alike, along the difference between dark and light cheeks (medians of
# the London photographs, ITA -51 and +66). Fourteen moles of London and Canadian photographs take 0.64 of their green
# from red and 1.09 from blue, so blood goes with the melanin; eight freckles on tanned cheeks 0.70 and 1.1; freckles on
# pale skin are known to be more orange.
_SHALLOW, _DEEP = 0.12, (0.39, 0.46, 0.55)
# Much blood lies in deeper vessels, whose red is bluish because the skin above them scatters blue light (by comparison
# with photographs of port-wine stains).
_FLUSHED, _DEEP_BLOOD = 0.25, (0.28, 0.66, 0.44)
# Where skin is bleached, its shade and light are evened by up to these powers: the sheen on dark skin, part of every
# photograph of it, does not grow with what comes out of the skin.
_EVENED = (0.30, 0.58)
# Light and shade further than this from the skin's median do not count further.
_LEVELS = (0.15, 6.0)
# Skin whose blue is nearer to its red than this share of it says nothing about what is grey.
_LEAST_COLOUR = 0.15
# What was bleached rolls off from here, linear: it must not clip.
_SHOULDER, _CEILING = 0.62, 0.94


def add_pigment(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Filter the light that comes out of the skin through the added pigment; the surface reflection stays on top.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        scene: Its ``pigment`` channel is ``(B, 2, h, w)``; 0 changes nothing. Melanin below 0 is taken away, at most
            all that there is.
    """
    if scene.pigment is None:
        return linear, scene
    picture, tone, sheen = linear.clone(), tone_now(scene), sheen_now(scene)
    for row in range(len(linear)):
        place = places(scene.pigment[row].abs().amax(dim=0))  # a face has few pixels under its spots
        if len(place):
            planes = (linear[row], scene.pigment[row], sheen[row])
            light, pigment, specular = (picked(plane, place)[None, :, None] for plane in planes)
            grey = bool(scene.source.grey[row])
            seen = through_pigment(light, pigment, specular, tone[row : row + 1], grey=grey)
            put(picture[row], place, seen[0, :, 0])
    return picture, scene


def through_pigment(linear: Tensor, pigment: Tensor, specular: Tensor, tone: Tensor, *, grey: bool) -> Tensor:
    """See one row's skin through pigment.

    Args:
        linear: Light ``(1, 3, h, w)``, linear sRGB.
        pigment: Added melanin and haemoglobin ``(1, 2, h, w)``, optical density; 0 changes nothing.
        specular: The share of the light that is reflected off the surface ``(1, 1, h, w)``.
        tone: Median CIELAB of the skin ``(1, 3)``.
        grey: Whether the photograph has no colour.
    """
    melanin, haemoglobin = pigment[:, :1], pigment[:, 1:]
    density = _layered(melanin.clamp(min=0), MELANIN, _DEEP, _SHALLOW)
    density = density + _layered(haemoglobin, HAEMOGLOBIN, _DEEP_BLOOD, _FLUSHED)
    if grey:
        density = luminance(density).expand_as(density)  # what it takes from grey light
    coloured = (linear - specular) * torch.exp(-density) + specular
    if bool((melanin < 0).any()):
        coloured = _bleached(coloured, (-melanin).clamp(min=0), tone)
    return torch.lerp(linear, coloured, ((melanin != 0) | (haemoglobin != 0)).to(linear))


def _layered(amount: Tensor, first: tuple[float, ...], then: tuple[float, ...], until: float) -> Tensor:
    """Optical density ``(B, 3, h, w)`` of a pigment: along ``first``, and ``then`` from about ``until`` on."""
    shallow = until * (1 - torch.exp(amount.clamp(min=0) / -until)) + amount.clamp(max=0)
    near, deep = (torch.tensor(axis, device=amount.device).reshape(1, 3, 1, 1) for axis in (first, then))
    return shallow * near + (amount - shallow) * deep


def _bleached(linear: Tensor, taken: Tensor, tone: Tensor) -> Tensor:
    """Take melanin ``(B, 1, h, w)`` away from skin of CIELAB ``(B, 3)``; its texture stays."""
    axis, amount = bleaching(tone)
    own = luminance(lab_to_linear(tone[:, :, None, None]))
    taken = torch.minimum(taken, amount[:, None, None, None])
    rise = taken * axis[:, 1, None, None, None]
    level = (luminance(linear) / own).clamp(*_LEVELS)
    contrast = torch.log(level)
    contrast = _EVENED[0] * contrast.clamp(max=0) + _EVENED[1] * contrast.clamp(min=0)
    evened = torch.exp(-(1 - torch.exp(-rise)) * contrast)
    grey = _without_colour(linear, tone)
    lit = (linear - grey) * torch.exp(taken * axis[:, :, None, None]) * evened + grey
    beyond = (lit - _SHOULDER).clamp(min=0) / (_CEILING - _SHOULDER)
    rolled = lit.clamp(max=_SHOULDER) + (_CEILING - _SHOULDER) * (1 - torch.exp(-beyond))
    bright = torch.maximum(rolled, torch.minimum(linear, lit))
    return torch.lerp(linear, bright, above(taken, 0))


def _without_colour(linear: Tensor, tone: Tensor) -> Tensor:
    """Light ``(B, 1, h, w)`` that is too blue to have come through the melanin of skin of CIELAB ``(B, 3)``.

    Sheen and stubble have no colour of their own. Skin of this tone sends back so much blue for its red; what is
    beyond that share is taken to be grey, and no melanin can be taken out of it.
    """
    own = lab_to_linear(tone[:, :, None, None]).clamp(min=1e-4)
    share = own[:, 2:] / own[:, :1]
    grey = (linear[:, 2:] - share * linear[:, :1]) / (1 - share).clamp(min=_LEAST_COLOUR)
    return torch.minimum(grey.clamp(min=0), linear.amin(dim=1, keepdim=True))
