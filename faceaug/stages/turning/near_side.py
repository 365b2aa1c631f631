"""The near side of a turned face, which a photograph saw slantwise: it falls off into shade, as on real faces.

The light that is told from a face seen from ahead knows little of how dark the side of a head is: ear, hair and
shoulder keep light away there, and lamps stand beside the camera. As light as the cheek it is a flat mask with an edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.face.brightness import brightness
from faceaug.face.kept import kept
from faceaug.face.shade_colour import deepened
from faceaug.image.color import luminance
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import enlarge, fill_outside, gaussian, reduce
from faceaug.image.shade import above, smooth_fall, smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.slant import SLANT, TEMPLE, from_middle

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight

# Between these distances, mm, from the middle of the mean face skin falls off.
_FALLS = (42.0, 66.0)
# By so many times what the rim of that side does in the photograph, at least and at most so many stops. Near sides of
# 34 portraits that look 11 degrees or more aside, lit from the near side, from ahead, from the far side, are darker
# than the cheek by 0.6, 1.3, 1.1 stops at 59 mm and by 1.2, 2.0, 1.1 at 65 (medians), those of 148 frontal ones by 0.2,
# 0.9, 0.9 and by 0.6, 1.6, 0.6; turned by 18 degrees without this by 0.0, 0.6, 0.9 and by 0.2, 0.8, 1.2. One fall for
# all laid a brown patch on faces in a flash.
_TIMES, _STOPS = 1.3, (0.2, 1.3)
# So much of what lacks to that is taken away: some of the dark is hair and the fold before the ear.
_SHARE = 0.75
# Cheek and rim are so far aside, mm, between these heights; with fewer squares of skin on a rim nothing is told, and it
# falls off by so many stops.
_CHEEK, _RIM, _HIGH, _FEW, _USUAL = (20.0, 36.0), (54.0, 68.0), (-45.0, -12.0), 12.0, 0.5
# Their ends are soft by this, mm. From the second of these shares on hair is none of a side's skin.
_PASSES, _HAIR = 4.0, (0.1, 0.4)
# Shade is told and laid on as smoothly as this, mm, on a picture of so many pixels a millimetre.
_SMOOTH_MM, _COARSE = 4.0, 0.5
# Skin that the camera burnt out, in the brightest channel between these, keeps its light: no colour of a shade is left.
_BURNT = (0.75, 0.95)
# Skin that goes on beyond the face is in that shade too, less and less outward, as the outline blurred by so many mm.
_BESIDE, _BESIDE_MM = (0.0, 0.5), 4.0
# Less of it is not slantwise.
_FAINT = 0.01


def shaded_near_side(
    picture: Tensor, there: Decomposition, source: Decomposition, sight: Sight, face: Tensor
) -> Tensor:
    """Let skin that was seen slantwise fall off into shade.

    Args:
        picture: The turned head ``(B, 3, h, w)``, linear; changed in place.
        there: Its parts.
        source: Those of the photograph.
        sight: Where the turned head's pixels were seen.
        face: Where the turned face is ``(B, 1, h, w)``, 0..1.
    """
    whole, factor = extent(face, round(2 * _BESIDE_MM * sight.scale)), _factor(there)
    if whole is None:
        return picture
    part, scale = (..., *in_blocks(whole, factor)), float(there.pose.scale.mean()) / factor
    slant = smooth_fall(*SLANT, sight.dense[part]) * face[part]
    if extent(slant, over=_FAINT) is None:
        return picture
    skin = (there.regions.skin[part] + there.regions.body[part]).clamp_(max=1) * face[part]
    light = picture[part]
    maps = [luminance(light) * skin, skin, slant, light.amax(dim=1, keepdim=True) * skin, sight.place[part]]
    lit, skin, slant, most, place = reduce(torch.cat(maps, dim=1), factor).split_with_sizes((1, 1, 1, 1, 2), dim=1)
    aside, high = sampled(source.surface.position[:, :2], place).chunk(2, dim=1)
    cheeks = torch.stack([light for _, light in _on_sides(lit, skin, (aside, high), _CHEEK)], dim=1)
    slant = slant * smooth_fall(*TEMPLE, high)  # temples keep their light: hair stands there
    wide = gaussian(torch.cat([lit, skin, slant, most], dim=1), _SMOOTH_MM * scale)
    lit, skin, slant, most = wide.chunk(4, dim=1)
    slant = slant * smooth_fall(*_BURNT, most / skin.clamp(min=1e-3))
    left, right = torch.stack([cheeks, own_fall(source)])[..., None, None, None].unbind(dim=2)
    cheek, falls = torch.where(aside < 0, left, right)
    stops = torch.log2((lit / skin.clamp(min=1e-3)).clamp(min=1e-4) / cheek)
    lacks = (stops + falls * smooth_step(*_FALLS, from_middle(aside, high))).clamp_(min=0).mul_(_SHARE * slant)
    lacks = gaussian(lacks, _SMOOTH_MM * scale)
    on = reduce(face[part], factor)
    less, beside = enlarge(
        torch.cat([fill_outside(lacks, on), smooth_step(*_BESIDE, gaussian(on, _BESIDE_MM * scale))], dim=1),
        (face[part].shape[-2], face[part].shape[-1]),
        factor,
    ).chunk(2, dim=1)
    less *= torch.maximum(face[part], beside * there.regions.body[part])
    picture[part] *= deepened(torch.exp2(-less).expand(-1, 3, -1, -1), torch.ones_like(less), there)
    return picture


@kept("linear", "regions.hair", "surface.face", "surface.position", "pose.scale")
def own_fall(source: Decomposition) -> Tensor:
    """By how many stops the left and the right side of a turned face fall off into shade ``(B, 2)``.

    Told from how much darker than the cheek the photograph's own rim is.
    """
    there = above(source.surface.face, 0.9) * smooth_fall(*_HAIR, source.regions.hair)
    maps = torch.cat([brightness(source) * there, there, source.surface.position[:, :2]], dim=1)
    lit, there, aside, high = reduce(maps, _factor(source)).split_with_sizes((1, 1, 1, 1), dim=1)
    falls = []
    for (_, cheek), (much, rim) in zip(
        *(_on_sides(lit, there, (aside, high), part) for part in (_CHEEK, _RIM)), strict=True
    ):
        stops = (_TIMES * torch.log2(cheek / rim)).clamp(*_STOPS)
        falls.append(torch.where(much < _FEW, torch.full_like(stops, _USUAL), stops))
    return torch.stack(falls, dim=1)


def _factor(source: Decomposition) -> int:
    return max(1, int(float(source.pose.scale.mean()) / _COARSE))


def _on_sides(
    lit: Tensor, skin: Tensor, place: tuple[Tensor, Tensor], between: tuple[float, float]
) -> list[tuple[Tensor, Tensor]]:
    """How much skin there is on a part of the left and of the right side, squares, and how light it is ``(B,)`` each.

    Args:
        lit: Luminance by how much skin there is ``(B, 1, h, w)``.
        skin: That, likewise, 0..1.
        place: How far to the right of the middle and how far up, each likewise, mm.
        between: How far aside the part begins and ends, mm.
    """
    aside, high = place
    level = smooth_step(_HIGH[0], _HIGH[0] + _PASSES, high) * smooth_fall(_HIGH[1] - _PASSES, _HIGH[1], high)
    sides = []
    for way in (-1, 1):
        out = way * aside
        part = level * smooth_step(between[0], between[0] + _PASSES, out)
        part *= smooth_fall(between[1] - _PASSES, between[1], out)
        light, much = ((each * part).sum(dim=(1, 2, 3)) for each in (lit, skin))
        sides.append((much, (light / much.clamp(min=1e-3)).clamp(min=1e-3)))
    return sides
