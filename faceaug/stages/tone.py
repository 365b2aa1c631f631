"""Stage: another apparent skin tone, as a layer of pigment over all bare skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from faceaug.face.decomposition import joined
from faceaug.face.gums import gums
from faceaug.face.skin import cheek_places
from faceaug.image.color import lab_to_linear, linear_to_lab
from faceaug.image.extent import in_blocks
from faceaug.image.picked import median, picked, places, put
from faceaug.image.shade import above, smooth_fall, without
from faceaug.stages.bare import bare_now, flesh_now
from faceaug.stages.film import light_of_lab
from faceaug.stages.gloss import highlights, surface_light, tone_now
from faceaug.stages.passage import PURE, Pixels, mix, of_the_face
from faceaug.stages.roots import darker_roots
from faceaug.stages.shades import shades_fitted
from faceaug.stages.teeth import followed_teeth
from faceaug.stages.veil import through
from faceaug.stages.whites import followed_whites

if TYPE_CHECKING:
    from faceaug.scene import Scene

# Share of the change of density that lips follow, red, green, blue: between the slopes of light from lips against that
# from cheeks over the 102 photographs of the Face Research Lab London Set (DeBruine & Jones 2017), 0.86, 0.53 and 0.56
# (correlations 0.89, 0.77, 0.84), and those of the picture's colours, as which pale lips would turn lilac.
_LIPS = (0.86, 0.64, 0.66)
# Most green over red and blue over green in toned skin; a little pink at least, as in every photographed face.
_GREEN, _BLUE = 0.95, 0.985
# Rounds of the closed loop at most, the miss in density at which it ends, and the largest that is ever added or taken.
_ROUNDS, _MET, _MOST = 12, 2e-4, 4.5
# Shares of skin below this are nothing; from this share of the person on a pixel is the person alone.
_LEAST, _WHOLE = 0.01, 0.999
# Work is done on whole blocks of this many pixels: those from which skin is spread under hair.
_BLOCK = 32


def change_tone(linear: Tensor, scene: Scene) -> tuple[Tensor, Scene]:
    """Put a layer of pigment over the bare skin, as dense as the cheeks need to measure the tone asked for.

    The layer is the same everywhere, so pores, freckles, wrinkles, stubble and shading keep their contrast; light off
    the surface lies on top and keeps its strength.

    Args:
        linear: Window ``(B, 3, h, w)``, linear sRGB.
        scene: Its ``tone`` channel is used.
    """
    tone = scene.tone
    if tone is None:
        return linear, scene
    source = scene.source
    active = (tone.strength > 0).to(linear)[:, None, None, None]
    lips = linear.new_tensor(_LIPS).reshape(1, 3, 1, 1)
    bare = bare_now(scene)
    share = (bare - _LEAST).div_(1 - _LEAST).clamp_(min=0).mul_(active)
    features = (source.regions.lips + joined([gums(source.row(row)) for row in range(len(scene))])).mul_(active)
    person = source.regions.person
    cheeks = [cheek_places(source, row) for row in range(len(scene))]
    tones = [_tones(scene, row) for row in range(len(scene))]
    keep = joined([surface_light(source, row, cheeks[row], tones[row]) for row in range(len(scene))])
    lit = flesh_now(scene)
    gloss = joined([highlights(source, row, lit, keep, tones[row]) for row in range(len(scene))])
    density = torch.stack([_aimed(scene, row, cheeks[row], keep, gloss) for row in range(len(scene))])[:, :, None, None]
    touched = (share + features).clamp_(max=1.0).mul_(person)
    # A mask is stored in bytes: the faintest touch must still be one.
    scene = scene.with_mask("skin_tone", touched.clamp(min=_LEAST).mul_(above(touched, 0)))
    picture = linear.clone()
    for row in range(len(scene)):
        place = places(touched[row])
        if not len(place):
            continue
        planes = (linear, source.regions.foreground, person, share, features, keep, gloss)
        now, foreground, matte, bare, lip, sheen, layer = (picked(each[row], place)[None, :, None] for each in planes)
        own, layer = _within_pixel(foreground, now, matte), density[row] + layer
        skin = _skin(scene, linear, row, (place, own), share[row : row + 1])
        mixed = without(above(bare, 0), above(lip, 0)) * smooth_fall(PURE, 1.0, bare)
        toned = through(own, sheen, torch.addcmul(bare, lips, lip).mul_(layer))
        lighter = bool(tones[row][1][0] > tones[row][0][0])
        rooted = torch.zeros_like(bare) if lighter else picked(of_the_face(source, row), place)[None, :, None]
        pixels = Pixels(own, bare, sheen, layer, mixed, rooted)
        mix(toned, pixels, (skin.own, skin.share, skin.place), float(source.pose.scale[row]), lighter=lighter)
        toned = _of_its_shades(scene, row, _without_blue(toned, own, bare), skin)
        put(picture[row], place, toned.sub_(own).mul_(matte).add_(now).clamp_(min=0.0)[0, :, 0])
    touched = darker_roots(picture, scene, tones)
    _followed(picture, scene, touched)
    return picture, scene.with_mask("skin_tone", torch.maximum(scene.masks["skin_tone"], touched, out=touched))


def _followed(picture: Tensor, scene: Scene, touched: Tensor) -> None:
    """Let eyes and teeth go along in the picture ``(B, 3, h, w)``, in place, in rows that ask for it.

    What they touch is added to ``touched`` ``(B, 1, h, w)``, in place.
    """
    tone, source = scene.tone, scene.source
    assert tone is not None
    for row, share in enumerate((tone.whites * tone.strength).tolist()):
        if share > 0:
            rise = share * float(tone.lab[row, 0] - source.skin.tone[row, 0])
            for follow in (followed_whites, followed_teeth):
                torch.maximum(touched[row], follow(picture[row], source.row(row), rise), out=touched[row])


@dataclass(frozen=True)
class _Skin:
    """What of one row is toned, in the part of the window that holds it.

    Attributes:
        place: Flat places, in that part, of the pixels that change ``(N,)``.
        cheeks: Of those at which the tone is measured, likewise.
        own: Colour of the person before ``(1, 3, h, w)``, linear; where there is none of it, carried past its outline.
        share: Share of bare skin ``(1, 1, h, w)``; none where there is nothing of the person, which is not toned.
    """

    place: Tensor
    cheeks: Tensor
    own: Tensor
    share: Tensor


def _skin(scene: Scene, linear: Tensor, row: int, changes: tuple[Tensor, Tensor], share: Tensor) -> _Skin:
    """One row's `_Skin`: ``changes`` are flat places ``(N,)`` in the window, and their colour ``(1, 3, 1, N)``."""
    regions, (place, colour), cheeks = scene.source.row(row).regions, changes, cheek_places(scene.source, row)
    both, width = torch.cat([place, cheeks]), share.shape[-1]
    lines = torch.div(both, width, rounding_mode="floor")
    columns = both - lines * width
    ends = [[int(each) for each in line.aminmax()] for line in (lines, columns)]
    down, across = in_blocks((slice(ends[0][0], ends[0][1] + 1), slice(ends[1][0], ends[1][1] + 1)), _BLOCK)
    part = (..., down, across)
    own = torch.lerp(regions.foreground[part], linear[row : row + 1][part], above(regions.person[part], 0))
    within = (lines - down.start) * own.shape[-1] + columns - across.start
    place, cheeks = within.split_with_sizes([len(place), len(cheeks)])
    put(own[0], place, colour[0, :, 0])
    return _Skin(place, cheeks, own, share[part] * above(regions.person[part], 0))


def _tones(scene: Scene, row: int) -> tuple[Tensor, Tensor]:
    """CIELAB of one row's cheeks ``(3,)``, before and after."""
    return scene.source.skin.tone[row], tone_now(scene)[row]


def _of_its_shades(scene: Scene, row: int, toned: Tensor, skin: _Skin) -> Tensor:
    """One row's pixels ``(1, 3, 1, N)``, toned, in colours that lie beside the cheeks' as on real skin of that tone."""
    after = skin.own.clone()
    put(after[0], skin.place, toned[0, :, 0])
    aimed = _middle(after, skin.cheeks)
    after = shades_fitted(after, skin.own, skin.share, _tones(scene, row), float(scene.source.pose.scale[row]))
    back = (aimed / _middle(after, skin.cheeks)).reshape(1, 3, 1, 1)
    own = picked(skin.share[0], skin.place)[None, :, None]
    return picked(after[0], skin.place)[None, :, None] * torch.lerp(torch.ones_like(back), back, own)


def _middle(picture: Tensor, place: Tensor) -> Tensor:
    """Median of one picture ``(1, 3, h, w)`` at flat places, as CIELAB tells it, linear ``(3,)``."""
    lab = median(linear_to_lab(picked(picture[0], place)[None].clamp(0, 1))[0])
    return lab_to_linear(lab[None])[0].clamp(min=1e-4)


def _within_pixel(foreground: Tensor, linear: Tensor, person: Tensor) -> Tensor:
    """Where the matte is whole, the pixel itself; at soft edges the person's colour, of which alone a share changes.

    That is no brighter than the pixel allows: what is behind gives no negative light.
    """
    own = torch.lerp(foreground, linear, above(person, 0))
    for row in range(len(own)):
        place = places(person[row], 0.0, _WHOLE)
        colour, pixel, share = (picked(plane[row], place) for plane in (foreground, linear, person))
        most = pixel / (share * colour).clamp(min=1e-4)
        put(own[row], place, colour * most.amin(dim=0, keepdim=True).clamp(max=1.0))
    return own


def _without_blue(toned: Tensor, before: Tensor, share: Tensor) -> Tensor:
    """Keep skin from turning green or blue, in place, where it was grey before: shadows, highlights, a grey beard.

    No skin reflects more green than red or more blue than green; what was so before (coloured light, grey hair) may
    stay, in what becomes lighter a little less of it.
    """
    lighter = above(toned.amax(dim=1).sub_(before.amax(dim=1)), 0)

    def most(over: int, under: int, share_of: float) -> Tensor:
        now = (before[:, over] / before[:, under].clamp(min=1e-4)).clamp_(min=share_of)
        return now.lerp_(now.clamp(min=1.0).mul_(share_of), lighter)

    red, green, blue = toned.unbind(1)
    capped = torch.minimum(green, most(1, 0, _GREEN).mul_(red))
    blue.lerp_(torch.minimum(blue, most(2, 1, _BLUE).mul_(capped)), share[:, 0])
    green.lerp_(capped, share[:, 0])
    return toned


def _aimed(scene: Scene, row: int, place: Tensor, keep: Tensor, gloss: Tensor) -> Tensor:
    """Find the density ``(3,)`` at which the cheeks of one row, at these flat places, measure the tone asked for."""
    tone, source = scene.tone, scene.source
    assert tone is not None
    colour, sheen, level = (picked(plane[row], place)[None] for plane in (source.linear, keep, gloss))
    now = median(linear_to_lab(colour)[0]).double()
    wanted = torch.lerp(now, tone.lab[row].double(), float(tone.strength[row]))
    density = _denser(now, wanted).clamp(-_MOST, _MOST)
    for _ in range(_ROUNDS):
        seen = through(colour, sheen, density.to(colour)[None, :, None] + level)
        measured = median(linear_to_lab(seen.clamp(0, 1))[0]).double()
        miss = _denser(measured, wanted)
        density = (density + miss).clamp(-_MOST, _MOST)
        if float(miss.abs().max()) < _MET:
            break
    return density.to(colour)


def _denser(lab: Tensor, goal: Tensor) -> Tensor:
    """By how much more pigment a colour ``(3,)``, CIELAB, would become ``goal``, likewise."""
    before, after = light_of_lab(torch.stack([lab, goal]))
    return torch.log(before / after)
