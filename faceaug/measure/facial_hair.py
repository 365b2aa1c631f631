"""Hair on lip, chin and cheeks: where it grows, skin is darker or whiter, less coloured and rougher than cheeks."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load
from torch import Tensor

from faceaug.image.color import linear_to_lab, linear_to_srgb, luminance
from faceaug.image.filter import gaussian, reduce
from faceaug.measure.reading import word

if TYPE_CHECKING:
    from faceaug.data.attributes import Value
    from faceaug.face.decomposition import Decomposition

# Where hair grows on the mean face, mm: |x| between, y between. Upper lip and its sides, chin, under the lip, jaw; last
# the bare cheeks that they are compared with.
_ZONES = (
    (0.0, 17.0, -57.4, -46.5),
    (17.0, 26.0, -65.8, -46.5),
    (0.0, 16.0, -103.3, -79.6),
    (0.0, 7.0, -88.0, -77.6),
    (30.0, 52.0, -91.8, -64.8),
    (18.0, 42.0, -36.0, -22.0),
)
# Roughness is what lies between two blurs, colour is taken behind a third, mm.
_FINE, _COARSE, _COLOUR = 0.35, 1.2, 0.6
# A dark tail of the lightness; and so many pixels are needed in each zone.
_TAIL, _FEWEST = 0.15, 6
# Hair on the chin through which skin of this share is seen is stubble (medians of skin: stubble 1.0, beards 0.87).
_STUBBLE = 0.97
# Five of ten with stubble pass for shaven, so stubble is told, but counts as unknown; faces coarser than this many
# pixels a millimetre, or turned by so many degrees, are told less surely.
_STUBBLE_SURE, _COARSE_FACE, _SURE_TO, _LOST_AT = 0.25, 0.5, 25.0, 55.0


def hair_signs(face: Decomposition) -> Tensor | None:
    """How five zones of hair differ from the cheeks ``(25,)``; None where one of them is hidden or too small.

    In each zone: lightness against the cheeks', chroma against theirs, the dark tail, the logarithm of roughness over
    theirs, and the share that looks like skin.
    """
    inside = (face.surface.face[0, 0] > 0.9) & (face.surface.position[0, 1] < _ZONES[-1][3])
    rows, columns = (torch.nonzero(inside.any(dim=k)).flatten() for k in (1, 0))
    if not len(rows) or not len(columns):
        return None
    part = (..., slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
    scale = float(face.pose.scale[0])
    linear = face.linear[part]
    bright = linear_to_srgb(luminance(linear))
    rough = (gaussian(bright, _FINE * scale) - gaussian(bright, _COARSE * scale))[0, 0]
    # Colour is smooth: a smaller copy tells it.
    every = max(1, int(scale))
    smooth = gaussian(reduce(linear, every), _COLOUR * scale / every)
    skin = face.regions.skin[part][0, 0]
    lips = (face.regions.lips + face.regions.mouth)[part][0, 0]
    usable = inside[part] & (lips < 0.1)
    x, y = face.surface.position[0, 0][part].abs(), face.surface.position[0, 1][part]
    read = []
    for near, far, low, high in _ZONES:
        chosen = usable & (x >= near) & (x < far) & (y > low) & (y < high)
        if int(chosen[::every, ::every].sum()) < _FEWEST:
            return None
        read.append(_zone(linear_to_lab(smooth[..., chosen[::every, ::every]])[0], rough[chosen], skin[chosen]))
    zones, cheek = torch.stack(read[:-1]), read[-1]
    base = cheek[0] + 16
    signs = torch.stack(
        [
            (zones[:, 0] - cheek[0]) / base,
            zones[:, 1] - cheek[1],
            (zones[:, 2] - cheek[2]) / base,
            torch.log(zones[:, 3] / cheek[3]),
            zones[:, 4],
        ],
        dim=1,
    )
    return signs.clamp(-1, 1).flatten().cpu()


def _zone(lab: Tensor, rough: Tensor, skin: Tensor) -> Tensor:
    """Lightness, chroma over lightness, dark tail, roughness and share of skin of one zone ``(5,)``."""
    middle = lab.median(dim=1).values
    chroma = torch.hypot(middle[1], middle[2]) / (middle[0] + 16)
    return torch.stack([middle[0], chroma, torch.quantile(lab[0], _TAIL), rough.std() + 0.003, skin.mean()])


@cache
def _model() -> tuple[Tensor, Tensor]:
    """Weights ``(2, 25)`` and offsets ``(2,)`` of upper lip and chin, as ``tools/fit_facial_hair.py`` fitted them."""
    tensors = load((files("faceaug") / "weights" / "facial_hair.safetensors").read_bytes())
    return tensors["weight"], tensors["offset"]


def hair_class(lip: float, chin: float, bare: float) -> str:
    """Return the word for logits of hair on lip and chin, and the share of the chin that looks like skin."""
    if chin > 0:
        return "stubble" if bare > _STUBBLE else "beard"
    return "moustache" if lip > 0 else "none"


def measure_facial_hair(face: Decomposition) -> dict[str, Value]:
    """Tell none, stubble, moustache or beard; nothing where lip, chin or cheeks do not show.

    The reliability is the certainty of the less certain of two classifiers, one of the upper lip, one of the chin.

    Source:
        Two logistic regressions on 25 numbers, fitted to photographs whose facial hair was told by eye.
    """
    signs = hair_signs(face)
    if signs is None:
        return {}
    weight, offset = _model()
    lip, chin = (weight @ signs + offset).tolist()
    bare = float(torch.minimum(signs[14], signs[24]))
    kind = hair_class(lip, chin, bare)
    # Where hair on the chin is certain, that on the lip decides nothing.
    doubtful = abs(chin) if chin > 0 else min(abs(lip), abs(chin))
    certainty = 2 / (1 + math.exp(-doubtful)) - 1
    turned = min(max((abs(float(face.pose.angles[0, 0])) - _SURE_TO) / (_LOST_AT - _SURE_TO), 0.0), 1.0)
    reliability = certainty * (1 - turned) * min(1.0, float(face.pose.scale[0]) / _COARSE_FACE)
    note = "between hair and none" if certainty < 0.5 else ""
    if kind == "stubble":
        reliability, note = min(reliability, _STUBBLE_SURE), "stubble is told from shaven skin no better than by half"
    return {"facial_hair": word(kind, reliability, note=note)}
