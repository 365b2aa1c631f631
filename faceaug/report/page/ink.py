"""Plots as SVG that takes its colours from the page around it, so that one drawing serves light, dark and paper."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ALERT", "INK", "LINE", "PHOTOGRAPHED", "QUIET", "RENDERED", "canvas", "drawn"]

INK: Final = "#010201"
QUIET: Final = "#010202"
LINE: Final = "#010203"
PHOTOGRAPHED: Final = "#010204"
RENDERED: Final = "#010205"
ALERT: Final = "#010206"
"""Colours that nothing else has; `drawn` puts the page's own in their place."""

_VARIABLES: Final = {
    INK: "var(--ink)",
    QUIET: "var(--quiet)",
    LINE: "var(--line)",
    PHOTOGRAPHED: "var(--photographed)",
    RENDERED: "var(--rendered)",
    ALERT: "var(--alert)",
}

_STYLE: Final[dict[Any, Any]] = {
    "axes.edgecolor": LINE,
    "axes.facecolor": "none",
    "axes.labelcolor": QUIET,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 9.0,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": INK,
}


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty plot.

    Args:
        width: inches.
        height: inches.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure((width, height), layout="constrained")
        FigureCanvasSVG(figure)
        return figure, figure.add_subplot()


def drawn(figure: Figure, title: str) -> str:
    """The plot as an `<svg>` element; the same plot gives the same text.

    Args:
        figure: what `canvas` gave.
        title: what the plot shows, for those who cannot see it; also keeps the names inside apart from other plots'.
    """
    file = io.StringIO()
    with mpl.rc_context(_STYLE | {"svg.hashsalt": title}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = file.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, variable)
    label = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
