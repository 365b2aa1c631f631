"""Whether what a condition laid on the skin can be seen: how far it moves the skin's colour where it is densest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor

from faceaug.face.skin import cheek_places
from faceaug.image.color import linear_to_lab, luminance
from faceaug.image.picked import picked
from faceaug.stages.film import light_of, light_of_lab, picture_of
from faceaug.stages.gloss import brightness, light_around, reshaped, sheen_now, surface_light, tone_now
from faceaug.stages.pigment import through_pigment
from faceaug.stages.relief import calmed, shaded_slopes

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceaug.edit import Settings
    from faceaug.scene import Scene

__all__ = ["FAINT", "colour_difference", "hardly_seen"]

FAINT: Final = 2.0
"""Colour difference (CIE 1976) below which hardly anybody sees that something is there: the just noticeable one is 2.3
(M. Mahy et al., "Evaluation of uniform color spaces developed after the adoption of CIELAB and CIELUV", Color Res.
Appl. 19, 1994), and many spots are seen a little sooner than one."""

# Where the label mask is at least this, and at most about so many pixels of that are looked at.
_DENSE, _SAMPLED = 0.5, 1000


def hardly_seen(edit: str) -> Callable[[Scene, Settings], list[str | None]]:
    """Make the function that flags rows on which what ``edit`` laid on the skin moves its colour less than `FAINT`."""

    def doubtful(scene: Scene, settings: Settings) -> list[str | None]:
        del settings
        moved = [colour_difference(scene, edit, row) for row in range(len(scene))]
        tenths = [int(10 * one) / 10 for one in moved]  # not rounded: what lies below the bound is not said to reach it
        return [
            f"hardly seen: a mean colour difference of {told:.1f}" if one < FAINT else None
            for one, told in zip(moved, tenths, strict=True)
        ]

    return doubtful


def colour_difference(scene: Scene, edit: str, row: int) -> float:
    """Mean colour difference (CIE 1976) that one condition alone makes, where its label mask is at least half.

    It is that on the skin tone which is asked for, in the photograph's own light. 0 where it laid nothing, or nothing
    that dense. On one portrait it is 0.98 to 1.01 of what a rendering shows, from ITA 50 to -70.
    """
    drawn, source = scene.conditions[edit], scene.source
    place = (scene.masks[edit][row, 0].flatten() >= _DENSE).nonzero()[:, 0]
    place = place[:: max(1, -(-len(place) // _SAMPLED))]
    if not len(place):
        return 0.0

    def there(window: Tensor, at: Tensor = place) -> Tensor:
        return picked(window, at)[None, :, :, None]

    before = there(source.linear[row])
    tone, own = tone_now(scene)[row : row + 1], source.skin.tone[row : row + 1]
    if scene.tone is not None:
        tones, cheeks = (own[0], tone[0]), light_of_lab(torch.cat([tone, own])[:, :, None, None])
        light, (now, then) = light_of(before), brightness(tones)
        around = there(light_around(source.row(row))[0]).clamp(min=now)
        over = (luminance(light) / around - 1).clamp(min=0)
        surface = surface_light(source, row, cheek_places(source, row), tones)
        kept = there(surface[0]) * light / before.clamp(min=1e-4)
        toned = (kept + (light - kept) * cheeks[:1] / cheeks[1:]) * reshaped(over, now, then)
        before = picture_of(toned)
    pigment, specular = there(drawn[row])[:, :2], there(sheen_now(scene)[row])
    after = through_pigment(before, pigment, specular, tone, grey=bool(source.grey[row]))
    if drawn.shape[1] > 2:
        width, last, scale = drawn.shape[3], drawn.shape[2] * drawn.shape[3] - 1, float(source.pose.scale[row])
        right, left, above, below = (
            there(drawn[row], (place + step).clamp(0, last))[:, 2:] for step in (1, -1, -width, width)
        )
        rise = calmed((right - left) * (scale / 2), (above - below) * (scale / 2))
        after = shaded_slopes(after, rise, there(source.surface.normal[row]), scene, row)
    apart = linear_to_lab(after.clamp(0, 1)) - linear_to_lab(before)
    return float(torch.sqrt((apart * apart).sum(dim=1)).mean())
