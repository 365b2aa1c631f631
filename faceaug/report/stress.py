"""A stress test as Markdown, and as lines for whoever waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["as_stress", "stress_lines"]


def stress_lines(document: Mapping[str, Any]) -> list[str]:
    """What a stress test found, in plain words, the least likely by chance first."""
    tests = document["tests"]
    bad = [row for row in tests if row["significant"]]
    count = document["photographs"]
    of = "1 photograph" if count == 1 else f"{count:,} photographs"
    pairs = document["pairs"]
    lines = [f"{pairs:,} pair{'s' * (pairs != 1)} of {of}; {len(tests):,} comparison{'s' * (len(tests) != 1)}."]
    lines += [f"{_name(row)}: {_moved(row)}." for row in bad]
    lines += [_changed(row) for row in tests if row["p"] is None and row["change"] is not None]
    if len(lines) == 1 and any(row["p"] is not None for row in tests):
        lines.append("Nothing changes by more than chance. Few photographs leave wide limits: see the table.")
    few = [_name(row) for row in tests if row["change"] is None]
    return lines + ([f"Too few photographs to tell: {', '.join(few)}."] if few else [])


def as_stress(document: Mapping[str, Any], title: str) -> str:
    """A stress test as Markdown.

    Args:
        document: what `plan.stress.stress` gave.
        title: of the model.
    """
    lines = [f"# Stress test of {title}", "", *(f"- {line}" for line in stress_lines(document)), ""]
    lines += [
        "| edit | photographs | people | pairs | compared | before | after | change (95 %) | p | more than chance |"
    ]
    lines += ["| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |"]
    for row in document["tests"]:
        p = "" if row["p"] is None else f"{row['p']:.2g}"
        cells = [
            _name(row),
            str(row["photographs"]),
            str(row["people"]),
            str(row["pairs"]),
            row["note"] or row["compared"],
            _value(row, "before"),
            _value(row, "after"),
        ]
        cells += [_change(row), p, "yes" if row["significant"] else ""]
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join([*lines, "", "## Method and limits", "", *(f"- {line}" for line in document["method"]), ""])


def _name(row: Mapping[str, Any]) -> str:
    """What was compared with the photograph as it is."""
    return f"{row['edit']} ({row['where']})" if row["where"] else str(row["edit"])


def _changed(row: Mapping[str, Any]) -> str:
    """How many answers are others, where they are words and nobody says which are right: there is nothing to test."""
    change = row["change"]
    limits = f"{100 * change['low']:.1f}..{100 * change['high']:.1f}"
    return f"{_name(row)}: {_value(row, 'after')} ({limits}) of the answers changed; nobody says which were right."


def _moved(row: Mapping[str, Any]) -> str:
    """A change in words."""
    what = {"errors": "errors", "scores": "mean score", "answers": row["note"].partition(";")[0]}[row["compared"]]
    return f"{what} {_value(row, 'before')} as photographed, {_value(row, 'after')} edited, change {_change(row)}"


def _value(row: Mapping[str, Any], name: str) -> str:
    """A share in per cent, or a score."""
    value = row[name]
    if value is None:
        return ""
    return f"{value:.3f}" if row["compared"] == "scores" else f"{100 * value:.1f} %"


def _change(row: Mapping[str, Any]) -> str:
    """A change with its limits."""
    change = row["change"]
    if change is None:
        return ""
    if row["compared"] == "scores":
        return f"{change['value']:+.3f} ({change['low']:+.3f}..{change['high']:+.3f})"
    return f"{100 * change['value']:+.1f} points ({100 * change['low']:+.1f}..{100 * change['high']:+.1f})"
