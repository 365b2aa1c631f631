"""Where the temples of glasses end: the ears, sought on the photograph beside where they are guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from faceaug.face.wearing import BEND, foreshortened
from faceaug.image.shade import smooth_fall, smooth_step
from faceaug.stages.bare import bare_now

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.stages.eyewear.fitting import Fitting

# An ear is seen where beside the head, somewhere between these heights below the guess and so far outward of it, a
# piece this high is skin, mm; and the share of bare skin in it from which it is: 0.4 and more on 38 of 44 ears that are
# seen (the others lie in shadow or on the side turned away), 0.27 at most on 14 that hair covers.
_EAR_BELOW, _EAR_BAND, _EAR_HIGH, _EAR = (-6.0, 42.0), (-2.0, 9.0), 14.0, (0.30, 0.46)
# Its upper part, over which the temple goes, is open where that much of a piece so high is skin, down to so far below.
_UPPER_BELOW, _UPPER_HIGH = (-2.0, 18.0), 8.0
# The ear's upper edge is sought between these heights below the guess, between these distances outward; there begins
# skin of this share over this height; the temple lies this far below, in the notch between ear and head, mm; and by no
# more than these it is moved, down and up, since locks over the ear mislead.
_EAR_SOUGHT, _EAR_BESIDE, _EAR_SKIN, _EAR_TALL = (-15.0, 26.0), (-1.0, 9.0), 0.5, 4.0
_IN_NOTCH, _LIFTS = 0.0, (-9.0, 4.0)
# The ear's front is sought as far outward, over a piece between these heights below the temple's end; shaded parts of
# an ear are no wider than this, and an ear no narrower than that, mm.
_REACH, _EAR_FRONT, _EAR_GAP, _EAR_WIDE = 20.0, (2.0, 9.0), 2.5, 3.5
# Hair is cropped where between these heights above the ear it ends no farther outward of it than the first, mm, and is
# not from the second on: -3 to 2 on 6 heads that are cropped, 5 to 14 on 7 others with open ears (by eye).
_OVER_EAR, _CROPPED = (8.0, 20.0), (1.5, 4.5)


class Place(NamedTuple):
    """A point or a direction: right, up, toward the camera."""

    x: float
    y: float
    z: float


class Arm(NamedTuple):
    """One temple, seen in a box; in camera millimetres: hinge, ear, and where the frame's own aside and up lead.

    Last whether the ear is seen, whether its upper part is, and whether the hair above it is cropped, 0..1.
    """

    side: float
    hinge: Place
    ear: Place
    aside: Place
    up: Place
    seen: float = 0.0
    upper: float = 0.0
    cropped: float = 0.0


def arm(fit: Fitting, side: float) -> Arm:
    """The temple to the picture's left (-1) or right (1)."""
    out, along = fit.frame.width / 2 - 1.6, fit.along()[0]
    if side * along < 0 and out > fit.frame.edge:
        out = fit.frame.edge + (out - fit.frame.edge) / foreshortened(along)
    hinge = fit.worn.origin.new_tensor([[side * out, fit.frame.hinge, -BEND * out * out - 1.0]])
    parts = [fit.worn.camera(hinge)[0], fit.worn.ears[int(side > 0)], *fit.worn.rotation.T[:2]]
    first, last, aside, up = (Place(*part) for part in torch.stack(parts).tolist())
    one = Arm(side, first, last, aside, up)
    one = one._replace(ear=one.ear._replace(y=one.ear.y + _lift(fit, one)))
    seen, upper = _ear_seen(fit, one, _EAR_BELOW, _EAR_HIGH), _ear_seen(fit, one, _UPPER_BELOW, _UPPER_HIGH)
    one = one._replace(cropped=_cropped(fit, one), seen=seen, upper=upper)
    return one._replace(ear=one.ear._replace(x=one.ear.x + side * seen * _reach(fit, one)))


def _ear_seen(fit: Fitting, one: Arm, below: tuple[float, float], high: float) -> float:
    """Whether skin is seen where the ear should be, somewhere so far below, so high, mm; 0..1."""
    share = _rows(fit, one, _EAR_BAND, below, high)
    return 0.0 if share is None else float(smooth_step(*_EAR, share.amax()))


def _lift(fit: Fitting, one: Arm) -> float:
    """How far above the guessed place the ear's upper edge is seen, mm; 0 where none is seen within reach."""
    above, below = _EAR_SOUGHT
    share = _rows(fit, one, _EAR_BESIDE, (above, below + _EAR_TALL), _EAR_TALL)
    found = [] if share is None else (share > _EAR_SKIN).nonzero().flatten().tolist()
    top = found[0] / fit.scale + above if found else below
    if not above + 1 < top < below - 1:
        return 0.0
    return min(max(-top - _IN_NOTCH, _LIFTS[0]), _LIFTS[1])


def _reach(fit: Fitting, one: Arm) -> float:
    """How far beyond the guessed place hair ends before the ear, mm; 0 where no ear is seen within reach.

    The ear is the outermost skin there; shaded parts within it are none as well.
    """
    skin = _skin(fit, one, (0.0, _REACH), _EAR_FRONT)
    if skin is None:
        return 0.0
    columns = skin.mean(dim=0)
    found = ((columns if one.side > 0 else columns.flip(0)) > _EAR_SKIN).nonzero().flatten().tolist()
    runs: list[list[int]] = []
    for place in found:
        if runs and place - runs[-1][1] <= _EAR_GAP * fit.scale + 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    fronts = [first for first, last in runs if last - first >= _EAR_WIDE * fit.scale - 1]
    return fronts[-1] / fit.scale if fronts else 0.0


def _cropped(fit: Fitting, one: Arm) -> float:
    """Whether the hair above an ear hardly stands out from the head, 0..1."""
    person = fit.scene.source.regions.person[0, 0]
    x, y = fit.pixel(one.ear)
    top, bottom = (min(max(int(y - mm * fit.scale), 0), len(person)) for mm in reversed(_OVER_EAR))
    if bottom <= top:
        return 0.0
    columns = torch.arange(person.shape[1], device=person.device) + 0.5
    outward = torch.where(person[top:bottom] > 0.5, one.side * (columns - x) / fit.scale, -torch.inf)
    return float(smooth_fall(*_CROPPED, outward.amax(dim=1).median()))


def _rows(fit: Fitting, one: Arm, aside: tuple[float, float], below: tuple[float, float], tall: float) -> Tensor | None:
    """Share of bare skin in pieces ``tall`` mm high, from above to below ``(n,)``; None outside the window."""
    skin, rows = _skin(fit, one, aside, below), max(int(tall * fit.scale), 1)
    if skin is None or len(skin) < rows:
        return None
    return skin.mean(dim=-1).unfold(0, rows, 1).mean(dim=-1)


def _skin(fit: Fitting, one: Arm, aside: tuple[float, float], below: tuple[float, float]) -> Tensor | None:
    """Share of bare skin in each pixel of a piece ``(h, w)``; None outside the window.

    Args:
        fit: The fitting.
        one: The temple.
        aside: From where to where the piece reaches, outward of the temple's end, mm.
        below: Likewise, below it, mm.
    """
    source = fit.scene.source
    x, y = fit.pixel(one.ear)
    height, width = source.linear.shape[-2:]
    left, right = (min(max(int(x + mm * fit.scale), 0), width) for mm in sorted(one.side * mm for mm in aside))
    top, bottom = (min(max(int(y + mm * fit.scale), 0), height) for mm in below)
    if right <= left or bottom <= top:
        return None
    skin, person = (part[0, 0, top:bottom, left:right] for part in (bare_now(fit.scene), source.regions.person))
    return skin * person
