"""Does anything in the pixels give renderings away? A two-sample test: a small classifier on local statistics.

If renderings were drawn from the same distribution as photographs, no classifier could tell the two apart, and the
area under its ROC curve (AUC) on people whom it has not seen would be one half (D. Lopez-Paz and M. Oquab, "Revisiting
classifier two-sample tests", ICLR 2017). It looks only at what a careless edit disturbs: edges, grain and colour.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "FEATURES",
    "Telltale",
    "auc_of",
    "local_statistics",
    "patch_statistics",
    "patches_in",
    "summary",
    "told_apart",
]

Floats = npt.NDArray[np.float64]

PATCH: Final = 24
"""Side of a patch, pixels: on a face of 225 pixels an eye's width, and enough pixels for a histogram."""

EDGES: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, np.inf)
"""Bins of a gradient's size, 8-bit levels a pixel."""

COVERED: Final = 0.5
"""Share of a patch that must lie in the region."""

PATCH_FEATURES: Final = 2 * (len(EDGES) - 1) + 2 + 3 + 9 + 2

FEATURES: Final = 2 * PATCH_FEATURES
"""Numbers of one picture: mean and standard deviation over its patches."""

FOLDS: Final = 5
PENALTY: Final = 3.0
"""Ridge on the weights of standardised features: with some hundred pictures a weaker one learns people by heart."""

FEW: Final = 12
"""A group of fewer training pictures has no reliable statistics of its own; then all pictures together are taken."""


@dataclass(frozen=True)
class Telltale:
    """How well renderings are told from photographs.

    Attributes:
        auc: Chance that a rendering scores above a photograph, on people not seen in training; 0.5 is a toss-up.
        low, high: Its 95 % interval (jackknife over people).
        pictures: How many were compared, both kinds together.
        people: How many people they show.
    """

    auc: float
    low: float
    high: float
    pictures: int
    people: int


def local_statistics(pixels: npt.NDArray[np.uint8], region: npt.NDArray[np.bool_] | None = None) -> Floats | None:
    """Describe edges, grain and colour of a picture, patch by patch.

    Args:
        pixels: ``(H, W, 3)`` uint8 sRGB, at its own resolution: resampling would hide what is sought.
        region: ``(H, W)``: only patches that lie in it, by half at least, are looked at; None: all.

    Returns:
        ``(FEATURES,)``, or None where no patch lies in the region.
    """
    return summary([patch_statistics(pixels, corner) for corner in patches_in(pixels.shape[:2], region)])


def patches_in(size: tuple[int, ...], region: npt.NDArray[np.bool_] | None = None) -> list[tuple[int, int]]:
    """Upper left corners (row, column) of the patches of a picture of that size that lie in a region."""
    return [
        (y, x)
        for y in range(0, size[0] - PATCH + 1, PATCH)
        for x in range(0, size[1] - PATCH + 1, PATCH)
        if region is None or region[y : y + PATCH, x : x + PATCH].mean() >= COVERED
    ]


def patch_statistics(pixels: npt.NDArray[np.uint8], corner: tuple[int, int]) -> Floats:
    """Describe one patch ``(PATCH_FEATURES,)`` by its upper left corner."""
    y, x = corner
    return _patch(pixels[y : y + PATCH, x : x + PATCH])


def summary(patches: Sequence[Floats]) -> Floats | None:
    """Mean and standard deviation over patches ``(FEATURES,)``; None of none."""
    if not patches:
        return None
    stack = np.stack(patches)
    return np.concatenate([stack.mean(axis=0), stack.std(axis=0)])


def _patch(pixels: npt.NDArray[np.uint8]) -> Floats:
    """Gradient histograms at two scales, direction of edges, grain of the three channels, colour moments."""
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    edges = [part for picture in (grey, half) for part in _edges(picture)]
    grain = [np.log(_grain(lab[..., channel]) + 0.05) for channel in range(3)]
    flat = lab.reshape(-1, 3).astype(np.float64)
    mean, spread = flat.mean(axis=0), flat.std(axis=0)
    unit = (flat - mean) / np.maximum(spread, 1e-3)
    together = (unit[:, :1] * unit[:, 1:]).mean(axis=0)
    return np.concatenate([*edges, grain, mean, np.log(spread + 0.1), (unit**3).mean(axis=0), together])


def _edges(picture: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """Shares of the gradient's size in `EDGES`, and log of the energy across over that down."""
    across, down = np.diff(picture, axis=1)[:-1], np.diff(picture, axis=0)[:, :-1]
    counts, _ = np.histogram(np.hypot(across, down), EDGES)
    lean = np.log(((across**2).mean() + 0.01) / ((down**2).mean() + 0.01))
    return counts / counts.sum(), np.array([lean])


def _grain(channel: npt.NDArray[Any]) -> float:
    """Standard deviation of the noise.

    Source:
        J. Immerkaer, "Fast noise variance estimation", CVIU 64 (1996); the median in place of the mean is not moved by
        edges.
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    answer = np.abs(cv2.filter2D(channel, -1, kernel)[1:-1, 1:-1])
    return float(np.median(answer)) / (0.6745 * 6)


def told_apart(
    features: Floats, rendered: npt.NDArray[np.bool_], people: Sequence[str], groups: Sequence[str] | None = None
) -> Telltale:
    """Train a classifier on some people, and let it tell the renderings of the others from their photographs.

    Args:
        features: `local_statistics` of the pictures ``(N, F)``.
        rendered: Which of them are renderings ``(N,)``.
        people: Who is shown on each; all pictures of a person are in one fold.
        groups: Collection of each picture (camera, size): what is usual is learnt within it.

    Raises:
        ValueError: There are no pictures of one of the two kinds, or of one person only.
    """
    names = np.asarray(people)
    if rendered.all() or not rendered.any() or len(set(people)) < 2:
        msg = (
            f"{int(rendered.sum())} of {len(rendered)} pictures of {len(set(people))} people are renderings: both kinds"
        )
        raise ValueError(f"{msg} of two people or more are needed to tell them apart")
    folds = _folds(names)
    scores = np.zeros(len(features))
    for fold in np.unique(folds):
        held = folds == fold
        if rendered[~held].all() or not rendered[~held].any():
            continue
        ready = _standardised(features, ~held, np.asarray(groups or [""] * len(features)))
        scores[held] = _with_one(ready[held]) @ _weights(ready[~held], rendered[~held])
    each = auc_of(scores, rendered)
    persons = np.unique(names)
    without = [auc_of(scores[names != one], rendered[names != one]) for one in persons]
    known = np.array([value for value in without if np.isfinite(value)])
    reach = 1.96 * float(np.sqrt((len(known) - 1) * known.var()))
    return Telltale(each, max(0.0, each - reach), min(1.0, each + reach), len(features), len(persons))


def auc_of(scores: Floats, rendered: npt.NDArray[np.bool_]) -> float:
    """Chance that a rendering scores above a photograph, ties counting half; NaN without one of the two."""
    yes, no = scores[rendered], scores[~rendered]
    if not len(yes) or not len(no):
        return float("nan")
    above = (yes[:, None] > no[None]).mean()
    return float(above + 0.5 * (yes[:, None] == no[None]).mean())


def _folds(people: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """A fold for each picture: people in the order of their hashes take turns."""
    order = sorted(set(people.tolist()), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    fold = {name: place % FOLDS for place, name in enumerate(order)}
    return np.array([fold[name] for name in people.tolist()])


def _standardised(features: Floats, training: npt.NDArray[np.bool_], groups: npt.NDArray[np.str_]) -> Floats:
    """Features less the mean of their group's training pictures, over their spread."""
    ready = np.empty_like(features)
    for name in np.unique(groups):
        own = groups == name
        basis = features[own & training] if (own & training).sum() >= FEW else features[training]
        ready[own] = (features[own] - basis.mean(axis=0)) / np.maximum(basis.std(axis=0), 1e-6)
    return np.asarray(np.clip(ready, -5, 5))


def _with_one(features: Floats) -> Floats:
    return np.concatenate([features, np.ones((len(features), 1))], axis=1)


def _weights(features: Floats, rendered: npt.NDArray[np.bool_], steps: int = 30) -> Floats:
    """Logistic regression with a ridge, by Newton's method; the last weight is the constant, without ridge."""
    x, y = _with_one(features), rendered.astype(np.float64)
    balance = np.where(rendered, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    ridge = np.r_[np.full(features.shape[1], PENALTY), 1e-6]
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (balance * (chance - y)) + ridge * weights
        curve = (x * (balance * chance * (1 - chance))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights
