"""Whether a person in a photograph wears glasses, and whether these hide the eyes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

import torch
from safetensors.torch import load
from torch import Tensor
from torch.nn import functional as F

from faceaug.face.geometry import project
from faceaug.face.kept import kept
from faceaug.image.color import linear_to_srgb, luminance
from faceaug.image.filter import gaussian

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition

# The strip around the eyes that is looked at, mm on the mean face: half width, upper and lower edge, depth of its
# plane, and the spacing of its samples.
_HALF, _UPPER, _LOWER, _DEPTH, _STEP = 76.0, 30.0, -38.0, 10.0, 1.6
# Detail is averaged over cells of so many samples.
_CELL = 6
# Before the eyes, and on cheeks and forehead beside them: |x| and y between these bounds, mm.
_EYES, _BESIDE = ((16.0, 46.0, -10.0, 8.0), (24.0, 52.0, -38.0, -29.0))
# Lenses are tinted where the eyes' surroundings show less than this share of the cheeks' light (our own fit).
_TINTED = 0.20
# Names of weights and offset in the file: of whether glasses are worn, and of whether they hide the eyes.
_TENSORS = (("weight", "offset"), ("hidden", "hidden_offset"))


@dataclass(frozen=True)
class WornGlasses:
    """What one person wears before the eyes.

    Attributes:
        kind: ``none``, ``clear`` or ``tinted``: dark, or mirrored.
        certainty: Of the answer, 0.5 (a guess) .. 1.
    """

    kind: Literal["none", "clear", "tinted"]
    certainty: float

    @property
    def worn(self) -> bool:
        """Whether there are glasses at all."""
        return self.kind != "none"


def eye_strip(face: Decomposition, picture: Tensor | None = None) -> Tensor:
    """Look at the strip around the eyes, upright and in millimetres.

    Args:
        face: One face.
        picture: Its window ``(1, 3, h, w)``, linear sRGB, where another than its own is looked at.

    Returns:
        Encoded luminance ``(1, 1, rows, columns)``, 0..1.
    """
    linear = face.linear if picture is None else picture
    scale = float(face.pose.scale[0])
    across = torch.arange(-_HALF, _HALF + 0.1, _STEP, device=linear.device)
    down = torch.arange(_UPPER, _LOWER - 0.1, -_STEP, device=linear.device)
    plane = torch.stack(
        [
            across.expand(len(down), -1),
            down[:, None].expand(-1, len(across)),
            _DEPTH - 0.004 * (across * across).expand(len(down), -1),
        ],
        dim=-1,
    )
    places = project(plane.reshape(1, -1, 3), face.pose)[0, :, :2]
    places = places - places.new_tensor(face.corners[0])
    # Only the part around the strip is looked at, and as far beyond it as the blur reaches.
    blur = 0.4 * _STEP * scale
    reach, last = 3 * blur + 4, places.new_tensor([linear.shape[-1] - 1, linear.shape[-2] - 1])
    left, top = torch.minimum((places.amin(dim=0) - reach).clamp(min=0), last).int().tolist()
    right, bottom = torch.minimum((places.amax(dim=0) + reach).clamp(min=0), last).int().tolist()
    part = linear[..., top : bottom + 1, left : right + 1]
    bright = gaussian(linear_to_srgb(luminance(part)), blur)
    size = places.new_tensor([part.shape[-1], part.shape[-2]])
    grid = ((places - places.new_tensor([left, top])) / size * 2 - 1).reshape(1, len(down), len(across), 2)
    return F.grid_sample(bright, grid, mode="bilinear", padding_mode="border", align_corners=False)


def edges(strip: Tensor) -> Tensor:
    """Where a strip has edges and which way they go, left and right taken together ``(F,)``: 448 numbers.

    In every cell the slopes toward each side are averaged; then each cell is averaged with its mirror image, and the
    weaker of both is noted as well, since glasses have two halves and shadows mostly one.
    """
    s = strip[0, 0].float()
    right, up = torch.zeros_like(s), torch.zeros_like(s)
    right[:, 1:-1] = s[:, 2:] - s[:, :-2]
    up[1:-1] = s[2:] - s[:-2]
    rows, columns = s.shape[0] // _CELL, s.shape[1] // _CELL
    start = (s.shape[1] - columns * _CELL) // 2

    def cells(slope: Tensor) -> Tensor:
        part = slope.clamp(min=0)[: rows * _CELL, start : start + columns * _CELL]
        return part.reshape(rows, _CELL, columns, _CELL).mean(dim=(1, 3))

    ways = torch.stack([cells(right), cells(-right), cells(up), cells(-up)])
    ways = ways / (torch.sqrt((ways * ways).mean()) + 1e-4)
    mirrored = ways[[1, 0, 2, 3]].flip(-1)
    half = (columns + 1) // 2
    both, weaker = (ways + mirrored) / 2, torch.minimum(ways, mirrored)
    return torch.sqrt(torch.stack([both, weaker])[..., :half]).reshape(-1)


def darkness(strip: Tensor) -> float:
    """Light before the eyes over light on the cheeks, linear; far below 1 behind a tint."""
    linear = strip[0, 0].float() ** 2.2
    across = torch.arange(-_HALF, _HALF + 0.1, _STEP, device=strip.device).abs()[None]
    height = torch.arange(_UPPER, _LOWER - 0.1, -_STEP, device=strip.device)[:, None]

    def level(bounds: tuple[float, float, float, float]) -> float:
        near, far, low, high = bounds
        chosen = (across >= near) & (across <= far) & (height >= low) & (height <= high)
        return float(linear[chosen].median())

    return level(_EYES) / max(level(_BESIDE), 1e-4)


class _Model(NamedTuple):
    """Weights ``(F,)`` and offsets of the classifiers that ``tools/fit_eyewear.py`` fitted.

    One tells whether glasses are worn, the other whether those that are worn hide the eyes.
    """

    worn: tuple[Tensor, float]
    hidden: tuple[Tensor, float]


@cache
def _model() -> _Model:
    tensors = load((files("faceaug") / "weights" / "eyewear.safetensors").read_bytes())
    worn, hidden = ((tensors[name], float(tensors[base])) for name, base in _TENSORS)
    return _Model(worn, hidden)


def _chance(found: Tensor, classifier: tuple[Tensor, float]) -> float:
    """Chance that a classifier's answer is yes."""
    weight, offset = classifier
    return 1 / (1 + math.exp(-min(max(float((found * weight).sum()) + offset, -50.0), 50.0)))


@dataclass(frozen=True)
class _Eyes:
    """The strip before the eyes of a face, and the edges in it."""

    strip: Tensor
    edges: Tensor


@kept("linear", "pose.rotation", "pose.scale", "pose.centre")
def _eyes(face: Decomposition) -> _Eyes:
    """What the eyes of a single face look like."""
    strip = eye_strip(face).cpu()
    return _Eyes(strip, edges(strip))


def worn_glasses(face: Decomposition) -> WornGlasses:
    """Tell what the only person of a batch wears before the eyes.

    Source:
        Logistic regression on oriented edges (after N. Dalal and B. Triggs, "Histograms of oriented gradients for
        human detection", CVPR 2005), fitted to photographs of wearers and others and to renderings of our own.
    """
    eyes, model = _eyes(face), _model()
    worn = _chance(eyes.edges, model.worn)
    if worn <= 0.5:
        return WornGlasses("none", 1 - worn)
    hidden = _chance(eyes.edges, model.hidden)
    if hidden > 0.5 or darkness(eyes.strip) < _TINTED:
        return WornGlasses("tinted", min(worn, max(hidden, 0.5)))
    return WornGlasses("clear", min(worn, 1 - hidden))
