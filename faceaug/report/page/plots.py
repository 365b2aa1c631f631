"""The plots of an audit: how often each value occurs, and where in a continuous range nobody is."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from matplotlib.patches import Ellipse

from faceaug.report.page.ink import ALERT, INK, LINE, PHOTOGRAPHED, QUIET, RENDERED, canvas, drawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

__all__ = ["bars", "maps"]

EDGE: Final = 0.04
"""Share of a map's side that numbers keep away from its edge."""

MOST_BARS: Final = 24
"""Values drawn of one attribute; the table beside holds them all."""


def bars(name: str, attribute: Mapping[str, Any], at_least: int) -> str:
    """How many photographs show each value of an attribute, with the limits of its share; renderings behind.

    Args:
        name: of the attribute.
        attribute: its entry in the document of an audit.
        at_least: drawn as a line.
    """
    rows = list(attribute["values"].items())[:MOST_BARS]
    total = sum(row["photographed"] for row in attribute["values"].values())
    figure, axes = canvas(6.2, 0.55 + 0.3 * len(rows))
    places = range(len(rows))
    counts = [row["photographed"] for _, row in rows]
    axes.barh(places, counts, height=0.62, color=[PHOTOGRAPHED if n >= at_least else ALERT for n in counts])
    axes.barh(places, [row["rendered"] for _, row in rows], left=counts, height=0.62, color=RENDERED)
    for place, (_, row) in zip(places, rows, strict=True):
        low, high = (total * row["share"][end] for end in ("low", "high"))
        if total:
            axes.plot([low, high], [place, place], color=INK, linewidth=1.1, solid_capstyle="butt")
    axes.axvline(at_least, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set_yticks(list(places), [value for value, _ in rows])
    axes.invert_yaxis()
    axes.tick_params(left=False)
    axes.set_xlabel("pictures")
    axes.set_xlim(left=0)
    axes.grid(axis="x", color=LINE, linewidth=0.5)
    axes.set_axisbelow(True)
    return drawn(figure, f"Photographs by {name}: " + ", ".join(f"{v} {row['photographed']}" for v, row in rows))


def maps(entry: Mapping[str, Any]) -> list[str]:
    """Where photographs lie in a continuous range, two dimensions at a time, with the largest empty balls.

    Args:
        entry: one of `continuous` in the document of an audit.
    """
    dimensions = entry["dimensions"]
    if len(dimensions) == 1:
        return [_histogram(entry, dimensions[0])]
    return [_map(entry, pair) for pair in combinations(range(len(dimensions)), 2)]


def _histogram(entry: Mapping[str, Any], dimension: Mapping[str, Any]) -> str:
    """One dimension."""
    figure, axes = canvas(6.2, 2.0)
    values = [point[0] for point in entry["points"]]
    axes.hist(values, bins=40, range=(dimension["low"], dimension["high"]), color=PHOTOGRAPHED)
    for ball in _drawable(entry):
        centre, radius = ball["centre"][dimension["name"]], ball["radius"] * dimension["scale"]
        axes.axvspan(centre - radius, centre + radius, color=ALERT, alpha=0.18, linewidth=0)
    axes.set_xlabel(_label(dimension))
    axes.set_ylabel("photographs")
    return drawn(figure, f"Photographs by {dimension['name']}")


def _map(entry: Mapping[str, Any], pair: Sequence[int]) -> str:
    """Two of the dimensions. A ball of more dimensions is drawn as its outline in these two."""
    across, up = (entry["dimensions"][place] for place in pair)
    figure, axes = canvas(4.7, 3.4)
    if entry.get("covered"):
        _shade(axes, entry["covered"], across, up)
    axes.plot(
        [point[pair[0]] for point in entry["points"]],
        [point[pair[1]] for point in entry["points"]],
        linestyle="none",
        marker="o",
        markersize=2.2,
        markeredgewidth=0,
        alpha=0.45,
        color=PHOTOGRAPHED,
    )
    for number, ball in enumerate(_drawable(entry), 1):
        centre = (ball["centre"][across["name"]], ball["centre"][up["name"]])
        size = (2 * ball["radius"] * across["scale"], 2 * ball["radius"] * up["scale"])
        axes.add_patch(Ellipse(centre, *size, fill=False, edgecolor=ALERT, linewidth=0.9, linestyle=(0, (3, 3))))
        axes.text(*_inside(centre, across, up), str(number), color=ALERT, ha="center", va="center", weight="bold")
    axes.set_xlim(across["low"], across["high"])
    axes.set_ylim(up["low"], up["high"])
    axes.set_xlabel(_label(across))
    axes.set_ylabel(_label(up))
    axes.grid(color=LINE, linewidth=0.5)
    axes.set_axisbelow(True)
    return drawn(figure, f"Photographs by {across['name']} and {up['name']}, {len(entry['balls'])} empty regions")


def _shade(axes: Axes, rows: Sequence[str], across: Mapping[str, Any], up: Mapping[str, Any]) -> None:
    """Colour what is covered, as one quiet area."""
    flags = [[float(flag) for flag in row] for row in rows]
    x, y = (
        [side["low"] + (place + 0.5) * (side["high"] - side["low"]) / count for place in range(count)]
        for side, count in ((across, len(flags[0])), (up, len(flags)))
    )
    axes.contourf(x, y, flags, levels=[0.5, 1.5], colors=[RENDERED], alpha=0.45)


def _inside(centre: tuple[float, float], across: Mapping[str, Any], up: Mapping[str, Any]) -> tuple[float, float]:
    """Where to write a number so that it does not stick out of the map."""
    x, y = (
        min(
            max(value, side["low"] + EDGE * (side["high"] - side["low"])),
            side["high"] - EDGE * (side["high"] - side["low"]),
        )
        for value, side in zip(centre, (across, up), strict=True)
    )
    return x, y


def _drawable(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The empty balls that have a size; where there are fewer photographs than it takes, everything is empty."""
    return [ball for ball in entry["balls"] if ball["radius"] is not None]


def _label(dimension: Mapping[str, Any]) -> str:
    """A dimension and its unit."""
    return f"{dimension['name']}, {dimension['unit']}" if dimension.get("unit") else str(dimension["name"])
