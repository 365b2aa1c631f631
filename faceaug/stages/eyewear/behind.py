"""The face behind glasses, which frames mirror: what they show darker than it has its colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.image.color import luminance
from faceaug.image.shade import smooth_fall, smooth_step

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.scene import Scene
    from faceaug.stages.eyewear.fitting import Box, Fitting

# The face is looked at in spots so many mm apart; with less skin than this share of them, wood as dark stands in.
_APART, _LEAST_SKIN, _NO_SKIN = 1.5, 0.02, (0.30, 0.22, 0.18)
# More than 45 degrees from us round wire mirrors the face, and the room beside it is of its colour. Over the bridge of
# the nose wire has red over green 1.19 times that of the skin, and blue 0.95 times, where it is 0.36 times as bright
# (medians of 91 wearers in official portraits), as skin in that shade has; neutral wire had 0.87 and 1.02.
# This share of what is no brighter than the first, and nothing beyond the second share of the face's light; less of
# what has a colour of its own, and of lacquer, which reflects little.
_WIRE, _PLASTIC, _COLOURED, _LACQUER = 1.0, 0.50, 0.6, 0.25
_DULL, _BRIGHT = 0.7, 1.7
# Lower rims lie over the lit cheek and mirror it: this share of what bright wire shows there, and this part of the
# cheek's light. On 56 wearers lower rims differ from the skin beside them by 28 levels (median); without it 41 here.
_CHEEK, _OF_CHEEK, _BRIGHT_WIRE = 0.6, 0.72, 0.5
# Shades are no deeper than this, and their colour in what is mirrored departs by so much more from the skin's own.
_DEEPEST, _CREASE = 0.2, 1.4


def face_behind(scene: Scene, box: Box, linear: Tensor) -> Tensor:
    """Mean colour ``(1, 3, 1, 1)`` of the bare skin in a box of a picture ``(1, 3, h, w)``, linear."""
    step = max(int(_APART * float(scene.source.pose.scale[0])), 1)
    part, skin = (box.of(whole)[..., ::step, ::step] for whole in (linear, scene.source.regions.skin))
    weight = skin.sum(dim=(2, 3), keepdim=True)
    if float(weight) < _LEAST_SKIN * skin.numel():
        return linear.new_tensor(_NO_SKIN).reshape(1, 3, 1, 1)
    return (part * skin).sum(dim=(2, 3), keepdim=True) / weight


def toned(glow: Tensor, fit: Fitting, beside: Tensor | float = 1.0) -> Tensor:
    """The light of a frame ``(1, 3, h, w)`` with what is dull in it of the face's colour, as in a shade as deep.

    ``beside`` is the share that is left of this where the face lies aside ``(1, 1, h, w)`` or one number, 0..1.
    """
    mean = luminance(fit.face)
    bright = luminance(glow)
    ratio = bright / mean
    own = _CREASE * (fit.scene.source.skin.shade_colour - 1)[:, :, None, None]
    tint = fit.face / mean * (own * ratio.clamp(_DEEPEST, 1).log()).exp()
    most, least = max(fit.surface.colour), min(fit.surface.colour)
    share = (_WIRE if fit.surface.metal else _PLASTIC) * (1 - _COLOURED * (most - least) / most)
    if fit.surface.metal:
        share *= 0.5 + 0.5 * min(most / _LACQUER, 1.0)
    return glow.lerp(bright * tint, beside * share * smooth_fall(_DULL, _BRIGHT, ratio))


def cheek_mirrored(glow: Tensor, fit: Fitting, v: Tensor) -> Tensor:
    """The light of wire ``(1, 3, h, w)`` at heights ``v`` (mm), with the cheek that its lower half mirrors."""
    share = _CHEEK * min(max(fit.surface.colour) / _BRIGHT_WIRE, 1.0)
    return glow.lerp(_OF_CHEEK * fit.face, share * smooth_step(-0.2, 0.8, -2 * v / fit.frame.height))


def shade_of(lost: Tensor, fit: Fitting) -> Tensor:
    """Share of the light that is left ``(1, 3, h, w)`` where a shade takes ``lost``, as skin shows it."""
    return 1 - lost * fit.scene.source.skin.shade_colour[:, :, None, None]
