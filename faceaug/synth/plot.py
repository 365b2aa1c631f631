"""Plots of what was fitted: each attribute's photographs, and its law over them."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from faceaug.data.attributes import VOCABULARY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from faceaug.synth.margins import Margin
    from faceaug.synth.priors import Priors

__all__ = ["plot"]

ACROSS: Final = 3
"""Plots side by side."""

BARS: Final = "#b9c4cf"
LAW: Final = "#1f5f8b"
OTHER: Final = "#c8833b"
"""Colours: the photographs, the law that is used, and the best candidate where that was refused."""

STYLE: Final[dict[Any, Any]] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10.0,
    "font.size": 8.5,
}


def plot(priors: Priors) -> bytes:
    """Draw all attributes as one PNG; the same priors give the same bytes."""
    rows = math.ceil(len(priors.margins) / ACROSS)
    with mpl.rc_context(STYLE):
        figure = Figure((4.2 * ACROSS, 2.6 * rows), layout="constrained", dpi=100)
        FigureCanvasAgg(figure)
        places = figure.subplots(rows, ACROSS, squeeze=False).ravel()
        for axes, margin in zip(places, priors.margins, strict=False):
            (_quantity if margin.fits else _words)(axes, margin)
        for axes in places[len(priors.margins) :]:
            axes.set_axis_off()
        file = io.BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _quantity(axes: Axes, margin: Margin) -> None:
    """A histogram, and the densities of the best candidate and of the quantiles, if they are used."""
    sample, best = margin.sample, margin.fits[0]
    bins = int(np.clip(round(2 * len(sample) ** 0.4), 8, 60))
    axes.hist(sample, bins=bins, density=True, color=BARS)
    x = np.linspace(sample[0], sample[-1], 400)
    law = best.candidate.law(*best.parameters)
    colour = OTHER if margin.by_quantiles else LAW
    name = f"{best.candidate.name}, p = {best.p:.2g}"
    axes.plot(x, law.pdf(x), color=colour, linewidth=1.4, label=f"{name}{', refused' if margin.by_quantiles else ''}")
    if margin.by_quantiles:
        knots = np.array(margin.law["quantiles"])
        wide = np.diff(knots)
        height = np.where(wide > 0, 1 / np.maximum(wide, 1e-12) / len(wide), 0.0)
        axes.stairs(height, knots, color=LAW, linewidth=1.4, label="quantiles")
    unit = VOCABULARY[margin.name].unit if margin.name in VOCABULARY else ""
    axes.set_title(f"{margin.name}, {margin.count:,} photographs")
    axes.set_xlabel(unit)
    axes.set_yticks([])
    axes.legend(frameon=False, fontsize=8)


def _words(axes: Axes, margin: Margin) -> None:
    """Shares of classes: as photographed, and smoothed."""
    places = np.arange(len(margin.values))
    axes.barh(places, np.array(margin.counts) / margin.count, color=BARS)
    axes.plot(list(margin.law["choice"].values()), places, "o", color=LAW, markersize=4, label="law")
    axes.set_yticks(places, margin.values)
    axes.invert_yaxis()
    axes.set_title(f"{margin.name}, {margin.count:,} photographs")
    axes.set_xlabel("share")
    axes.legend(frameon=False, fontsize=8)
