"""Benchmark: faces given other apparent tones, measured again, beside two simple colour transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from faceaug.edit import get_edit
from faceaug.errors import FaceaugError
from faceaug.face.decompose import decompose
from faceaug.face.locus import at_ita, expected
from faceaug.image.color import decode, encode, hue_angle, lab_to_linear, linear_to_lab, luminance
from faceaug.image.filter import gaussian
from faceaug.measure.tone import tone_class
from faceaug.render import render
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

TARGETS = (70.0, 45.0, 15.0, -15.0, -45.0, -60.0)
"""Typology angles asked for, degrees."""

METHODS = ("faceaug", "lab offset", "lab mean and std")
"""The edit, and what a few lines of colour arithmetic give: a constant offset, and the transfer of mean and spread of
E. Reinhard et al., "Color transfer between images" (2001), toward the usual spread of skin."""

# Spread of L*, a*, b* within one face's skin to which Reinhard's transfer goes: a usual one.
_SPREAD = (6.0, 2.5, 2.5)


class ToneRow(NamedTuple):
    """One face at one target by one method: errors in degrees, texture correlation, and colour changes outside."""

    photo: str
    before: str
    method: str
    target: float
    shift: float
    ita_error: float
    hue_error: float
    texture: float
    outside: float
    eyes: float


def measure_skin_tone(
    faces: Iterable[tuple[str, Decomposition]], targets: Sequence[float] = TARGETS, methods: Sequence[str] = METHODS
) -> Iterator[ToneRow]:
    """Yield one row for each face, target and method; what cannot be found again is left out."""
    for name, face in faces:
        for target in targets:
            for method in methods:
                try:
                    pixels = toned(face, target, method)
                    again = decompose(pixels)
                except FaceaugError:
                    continue
                yield ToneRow(name, tone_class(float(face.skin.ita)), method, target, *_measured(face, again, target))


def toned(face: Decomposition, target: float, method: str) -> np.ndarray:
    """Return the whole photograph ``(H, W, 3)`` uint8 with its skin at ``target`` degrees."""
    if method == "faceaug":
        return render(get_edit("skin_tone")(Scene.of(face), ita=target)).pixels[0]
    weight = torch.maximum(face.regions.skin, face.regions.body)
    lab = linear_to_lab(face.linear)
    now, goal = face.skin.tone[0], at_ita(face.skin.tone[0], target)
    moved = lab - now.reshape(1, 3, 1, 1)
    if method == "lab mean and std":
        own = lab[0][:, face.regions.skin[0, 0] > 0.9].std(dim=1)
        moved = moved * (torch.tensor(_SPREAD) / own.clamp(min=1e-3)).reshape(1, 3, 1, 1)
    changed = lab_to_linear(moved + goal.reshape(1, 3, 1, 1))
    window = encode(torch.lerp(face.linear, changed, weight))[0].permute(1, 2, 0).numpy()
    pixels = face.photos[0].pixels.copy()
    left, top = face.corners[0]
    pixels[top : top + window.shape[0], left : left + window.shape[1]] = window
    return pixels


def _measured(face: Decomposition, again: Decomposition, target: float) -> tuple[float, ...]:
    """Shift, errors of ITA and hue, texture kept, colour change outside and in the eyes."""
    left, top = face.corners[0]
    height, width = face.linear.shape[-2:]
    pixels = again.photos[0].pixels[top : top + height, left : left + width]
    window = decode(torch.from_numpy(pixels.copy())).permute(2, 0, 1)[None]
    apart = torch.linalg.vector_norm(linear_to_lab(window) - linear_to_lab(face.linear), dim=1)[0]
    outside = (face.regions.person[0, 0] < 0.01) | (face.regions.clothes[0, 0] > 0.98)
    eyes = face.regions.eyes[0, 0] > 0.95
    return (
        abs(target - float(face.skin.ita)),
        float(again.skin.ita) - target,
        float(hue_angle(again.skin.tone) - hue_angle(expected(again.skin.tone[:, 0]))),
        texture_kept(face.linear, window, face.regions.skin, float(face.pose.scale[0])),
        float(apart[outside].mean()) if bool(outside.any()) else 0.0,
        float(apart[eyes].median()) if bool(eyes.any()) else 0.0,
    )


def texture_kept(before: Tensor, after: Tensor, skin: Tensor, scale: float) -> float:
    """Correlation of the fine detail of log luminance on the skin, before and after."""
    inside = skin[0, 0] > 0.95
    fine = []
    for linear in (before, after):
        bright = torch.log(luminance(linear).clamp(min=1e-3))
        fine.append((bright - gaussian(bright, 1.5 * scale))[0, 0][inside])
    return float(np.corrcoef(fine[0].numpy(), fine[1].numpy())[0, 1])
