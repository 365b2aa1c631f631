"""By what in the picture its light can be told: the whites of the eyes, else the background, else nothing.

Neither is a grey card. In photographs that were all taken in one studio's light the whites of the eyes differ by half a
stop, since lids shade them; walls are painted. So a reference never moves a measured tone: it says how far the tone
may be from what a neutral, well-exposed photograph would show, weighed against how far photographs usually are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch

from faceaug.face.topology import LEFT_EYE, LEFT_IRIS, LEFT_PUPIL, RIGHT_EYE, RIGHT_IRIS, RIGHT_PUPIL
from faceaug.image.color import correlated_temperature, luminance
from faceaug.image.raster import polygon

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

__all__ = ["Reference", "find_reference"]

# The brightest share of an eye's white is looked at; each eye must show so many pixels of it, and its iris must be so
# many pixels in radius: in smaller ones white, lid and lash run together.
_BRIGHTEST, _FEWEST, _IRIS_PIXELS, _BEYOND_IRIS = 0.3, 12, 6.0, 1.12
# What the whites of 102 photographs in one studio's light show: light (EV below full scale), its channels against its
# luminance (EV), and how much people differ in both (standard deviation, EV).
_WHITE, _PINK = -1.6, (0.17, -0.05, -0.08)
_WHITES_DIFFER, _PINKS_DIFFER = 0.45, 0.10
# How far photographs that nobody controlled are off in exposure and in white balance (standard deviation, EV).
_USUAL_EXPOSURE, _USUAL_COLOUR = 0.5, 0.15
# And how far walls are from grey: standard deviation over 300 official portraits, most of them before a blue one, EV.
_WALLS_DIFFER = 0.35
# Shades of grey: norm of the channels (G. Finlayson and E. Trezzi, "Shades of gray and colour constancy", CIC 2004),
# over at least this share of the window.
_NORM, _LEAST_WALL = 6.0, 0.05
_EYES = ((RIGHT_EYE, RIGHT_PUPIL, RIGHT_IRIS), (LEFT_EYE, LEFT_PUPIL, LEFT_IRIS))
# How far what they tell of the light itself is believed; a wall's colour too little to be counted.
_EYES_SURE, _WALL_SURE = 0.45, 0.2
_NOTES = {
    "eyes": "light judged by the whites of the eyes",
    "background": "light's colour judged by the background, which may be coloured itself",
    "none": "nothing in the picture tells its light",
}


@dataclass(frozen=True)
class Reference:
    """What is known of the light of one photograph.

    Attributes:
        kind: what told it.
        exposure: light against that of a well-exposed studio photograph, EV; None where nothing tells.
        exposure_error: standard deviation of that, EV.
        gain: what the light most likely did to red, green and blue, EV.
        left: standard deviation of what remains unknown in exposure and in colour, EV.
        kelvin: correlated colour temperature, as far as the camera left it in the picture; None where nothing tells.
        kelvin_between: its 95 % interval.
        sure, sure_of_colour: reliability of exposure and of colour.
    """

    kind: Literal["eyes", "background", "none"]
    exposure: float | None = None
    exposure_error: float = _USUAL_EXPOSURE
    gain: tuple[float, float, float] = (0.0, 0.0, 0.0)
    left: tuple[float, float] = (_USUAL_EXPOSURE, _USUAL_COLOUR)
    kelvin: float | None = None
    kelvin_between: tuple[float, float] | None = None
    sure: float = 0.0
    sure_of_colour: float = 0.0

    @property
    def note(self) -> str:
        """In words."""
        return _NOTES[self.kind]


def find_reference(face: Decomposition, *, hidden: bool = False) -> Reference:
    """Find what tells the light of one photograph.

    Args:
        face: One face.
        hidden: Whether shut lids or tinted lenses hide the eyes.
    """
    white = None if hidden else _white_of_eyes(face)
    if white is not None:
        light = math.log2(max(float(luminance(white[None])[0]), 1e-4))
        exposure = light - _WHITE
        colour = [math.log2(max(float(c), 1e-4)) - light - pink for c, pink in zip(white, _PINK, strict=True)]
        return _reference("eyes", colour, exposure=exposure, differ=_PINKS_DIFFER, sure=_EYES_SURE)
    wall = _shades_of_grey(face)
    if wall is None:
        return Reference("none")
    light = math.log2(max(float(luminance(wall[None])[0]), 1e-4))
    colour = [math.log2(max(float(c), 1e-4)) - light for c in wall]
    return _reference("background", colour, exposure=None, differ=_WALLS_DIFFER, sure=_WALL_SURE)


def _reference(
    kind: Literal["eyes", "background"], colour: list[float], *, exposure: float | None, differ: float, sure: float
) -> Reference:
    believed, left = 0.0, _USUAL_EXPOSURE
    if exposure is not None:
        trust, left = _weighed(_USUAL_EXPOSURE, _WHITES_DIFFER)
        believed = trust * exposure
    trust, colour_left = _weighed(_USUAL_COLOUR, differ)
    red, green, blue = (believed + trust * part for part in colour)
    ends = [_kelvin((colour[0] + step, colour[1], colour[2] - step)) for step in (1.96 * differ, -1.96 * differ)]
    return Reference(
        kind,
        exposure,
        _WHITES_DIFFER,
        (red, green, blue),
        (left, colour_left),
        _kelvin((colour[0], colour[1], colour[2])),
        (min(ends), max(ends)),
        sure,
        sure,
    )


def _weighed(usual: float, differ: float) -> tuple[float, float]:
    """How much of a deviation to believe, and the standard deviation that remains: two normal distributions."""
    trust = usual**2 / (usual**2 + differ**2)
    return trust, usual * math.sqrt(1 - trust)


def _kelvin(colour: tuple[float, float, float]) -> float:
    return float(correlated_temperature(torch.tensor([[2.0**part for part in colour]]))[0])


def _white_of_eyes(face: Decomposition) -> Tensor | None:
    """Linear colour ``(3,)`` of the whites of both eyes, or of the one that shows enough of it."""
    whites = []
    corner = torch.tensor(face.corners[0])
    points = (face.points[0, :, :2].cpu() - corner).double()
    height, width = face.linear.shape[-2:]
    for opening, pupil, iris in _EYES:
        radius = float((points[list(iris)] - points[pupil]).norm(dim=1).mean())
        outline = points[list(opening)]
        left, top = (int(v) for v in outline.amin(dim=0).floor().clamp(min=0))
        right, bottom = (int(v) + 1 for v in outline.amax(dim=0).ceil())
        right, bottom = min(right, width), min(bottom, height)
        if radius < _IRIS_PIXELS or right <= left or bottom <= top:
            continue
        shape = (bottom - top, right - left)
        inside = torch.from_numpy(polygon([(outline - torch.tensor([left, top])).float().numpy()], shape))
        rows = torch.arange(top, bottom)[:, None] + 0.5 - points[pupil, 1]
        columns = torch.arange(left, right)[None] + 0.5 - points[pupil, 0]
        white = (inside > 0.9) & (torch.hypot(rows, columns) > _BEYOND_IRIS * radius)
        colours = face.linear[0, :, top:bottom, left:right].cpu()[:, white]
        if colours.shape[1] < _FEWEST:
            continue
        bright = luminance(colours[None])[0, 0]
        whites.append(colours[:, bright >= torch.quantile(bright, 1 - _BRIGHTEST)].median(dim=1).values)
    return torch.stack(whites).mean(dim=0) if whites else None


def _shades_of_grey(face: Decomposition) -> Tensor | None:
    """Linear colour ``(3,)`` of the background's light, where there is enough background."""
    every = max(1, min(face.linear.shape[-2:]) // 128)
    behind = face.regions.person[0, 0, ::every, ::every] < 0.02
    if float(behind.float().mean()) < _LEAST_WALL:
        return None
    colours = face.linear[0, :, ::every, ::every][:, behind]
    return (colours**_NORM).mean(dim=1) ** (1 / _NORM)
