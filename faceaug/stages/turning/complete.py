"""What goes along with a turned head, completed where the photograph never showed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from faceaug.image.extent import Box, extent, in_blocks
from faceaug.image.filter import gaussian
from faceaug.image.shade import smooth_fall, smooth_step, without
from faceaug.image.warp import sampled
from faceaug.stages.layers import layers_of
from faceaug.stages.turning.along import moved_maps
from faceaug.stages.turning.growth import REACH_MM, Soil, grown
from faceaug.stages.turning.own_hair import own_hair
from faceaug.stages.turning.seams import crisp
from faceaug.stages.turning.sideburn import tapered
from faceaug.stages.turning.slant import at_temples, drawn_out, faced, off_nose, without_ear
from faceaug.stages.turning.unseen import WELL, Sight, filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.scene import Scene

# What is none of these is beard, or hair before the cheek, if such a share of what lies around within this distance,
# mm, is so: the arms of glasses are not.
_NO_HAIR = ("skin", "body", "lips", "eyes", "brows", "mouth", "hair", "clothes")
_BEARD, _BEARD_MM = (0.5, 0.85), 4.0
# Hair that was seen slantwise ends over this width, mm.
_HAIR_ENDS_MM = 2.0
# Hidden by less than this is not hidden.
_FAINT = 1 / 255
# Between such shares of person beside it, what was hidden turns into person.
_PERSON = (0.4, 0.6)
# Between such shares of bare skin, filled in from around, what was never seen turns into skin: no half tones.
_BARE = (0.2, 0.6)
# Parts begin and end at whole blocks of so many pixels, those from which broad blurs are worked out.
_BLOCK = 16


def carried_along(
    colour: Tensor, scene: Scene, clear: Tensor, sight: Sight, face: Tensor, *, on: Callable[[Box], Tensor]
) -> tuple[Tensor, dict[str, Tensor]]:
    """Carry the maps to the turned head, and complete them and its colour ``(B, 3, h, w)`` where it was never seen.

    Args:
        colour: The turned person ``(B, 3, h, w)``, linear; changed in place.
        scene: It holds the photograph.
        clear: The photograph's matte without haze ``(B, 1, h, w)``, 0..1.
        sight: Where the turned head's pixels were seen.
        face: Where the turned face is, likewise.
        on: Tells which points of the mean head a part of the turned one shows ``(B, 3, h', w')``, mm.

    Returns:
        The colour, and each map by its name ``(B, C, h, w)``.
    """
    moved, whose = moved_maps(scene, clear, sight)
    box = _around(sight, face)
    if box is not None:
        part = (..., *box)
        there = sight.within(box)
        colour[part] = _completed(colour[part], moved[part], whose, there, face[part], source=scene.source, on=on(box))
    return colour, {name: moved[:, part] for name, part in whose.items()}


def _around(sight: Sight, face: Tensor) -> Box | None:
    """The part of the picture that holds the turned face and all that was not seen well, and what that grows from."""
    box = extent(torch.maximum(WELL - sight.dense, face), round(REACH_MM * sight.scale), over=0)
    return None if box is None else in_blocks(box, _BLOCK)


def _completed(
    colour: Tensor,
    moved: Tensor,
    whose: dict[str, slice],
    sight: Sight,
    face: Tensor,
    *,
    source: Decomposition,
    on: Tensor,
) -> Tensor:
    """The colour of that part, completed where it was never seen; so are its maps ``moved``, in place."""
    mattes = [whose["person"], whose["clear"]]
    box = extent(sight.share)
    if box is not None:  # what is of the person is so although the other half shows wall there
        own = sampled([source.regions.person, layers_of(source).clear], sight.place[(..., *box)])
        for matte, there in zip(mattes, own.chunk(2, dim=1), strict=True):
            moved[:, matte][(..., *box)] = torch.maximum(moved[:, matte][(..., *box)], there)
    _by_what_is_beside(moved, sight, face)
    flank = own_hair(moved[:, whose["skin"]], moved[:, whose["hair"]], source, sight, face, on=on)
    regions = moved[:, whose["skin"]].clone()
    moved[:, whose["skin"]], moved[:, whose["hair"]] = flank.skin, flank.hair
    # Within the face there is skin or hair even where the mesh, laid over the photograph, reached past them.
    there = moved[:, :1]
    held = sight.seen * smooth_step(0.5, 0.95, there)
    inside = without(smooth_step(0.6, 1.0, face), held)
    clothes, body = (moved[:, whose[name]] for name in ("clothes", "body"))
    rest = there.clone()
    for name in _NO_HAIR:
        rest -= moved[:, whose[name]]
    hair = moved[:, whose["hair"]]
    beard = smooth_step(*_BEARD, gaussian(rest.clamp_(min=0) + hair, _BEARD_MM * sight.scale))
    known = without(held, clothes)
    wanted = without(torch.maximum(without(there, clothes), inside), sight.seen)
    face = face.clamp(0, 1)
    colour, strands, taken = faced(colour, source, moved[:, whose["skin"]] + body, face, sight)
    strands = without(strands, hair * flank.sideburn)
    hair = without(torch.maximum(hair, beard), torch.maximum(taken, strands))
    # What was made as light as skin is lit and toned as skin.
    skin = moved[:, whose["skin"]]
    skin.copy_(torch.maximum(skin, taken * (1 - body).clamp(min=0)))
    if "bare" in whose:
        bare = moved[:, whose["bare"]]
        bare.copy_(torch.maximum(bare, taken))
    known, wanted = without(known, strands), torch.maximum(wanted * off_nose(source, sight, wanted), strands * there)
    streaks, shown = drawn_out(moved[:, whose["skin"]], sight)
    streaks *= off_nose(source, sight, streaks)
    finer, halves = sight.texture(layers_of(source).own), without_ear(source, sight, without(face, hair))
    before_ear = torch.maximum(flank.sideburn, at_temples(source, sight, wanted))
    slant = gaussian(hair, _HAIR_ENDS_MM * sight.scale) * before_ear
    ends, anew = tapered(
        source, sight, face, torch.maximum(skin, regions) + body, hair, brows=moved[:, whose["brows"]], on=on
    )
    known, wanted, hair = without(known, anew), torch.maximum(wanted, anew * there), without(hair, anew)
    soil = Soil(known, wanted, without(shown, body), face, hair, slant, streaks, halves, finer, ends)
    colour, moved = grown(colour, moved, soil, sight.scale)
    both = torch.maximum(torch.cat([moved[:, matte] for matte in mattes], dim=1), inside)
    for matte, drawn in zip(mattes, crisp(both, sight.seen, sight.scale).chunk(2, dim=1), strict=True):
        moved[:, matte] = drawn
    if "bare" in whose:
        bare.copy_(torch.lerp(smooth_step(*_BARE, bare), bare, sight.seen))
    return colour


def _by_what_is_beside(moved: Tensor, sight: Sight, face: Tensor) -> None:
    """What a cheek hid is of the person if what is beside it is: maps ``(B, C, h, w)``, the matte first, in place."""
    hidden = 1 - sight.shown
    box = extent(hidden, over=_FAINT)
    if box is None:
        return
    hidden[(..., *box)] *= smooth_fall(0.0, 0.6, face[(..., *box)])
    box = extent(hidden, over=_FAINT)
    if box is None:
        return
    part = (..., *box)
    beside = filled(moved[:, :1], without(sight.seen, face))[part]
    moved[part] *= 1 - hidden[part] * smooth_fall(*_PERSON, beside)
