"""The report of an audit: one document of plain values, and the same in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.coverage.axes import UNKNOWN
from faceaug.coverage.counts import count_groups
from faceaug.coverage.intervals import Interval, share
from faceaug.coverage.lattice import choices
from faceaug.coverage.metrics import effective_groups
from faceaug.coverage.patterns import find_gaps
from faceaug.coverage.rules import contradictions
from faceaug.coverage.uncertain import state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.counts import Table
    from faceaug.coverage.patterns import Gap, Gaps
    from faceaug.coverage.rules import Rule

__all__ = ["as_markdown", "audit"]

LISTED: Final = 50
"""Gaps in a report that a person reads; the document holds them all."""

METHOD: Final = (
    "A gap is a combination that too few photographs show while enough show everything wider (a maximal uncovered "
    "pattern).",
    "Renderings are listed apart and never counted as photographs. A photograph of which an attribute is unknown "
    "counts in no group of it; a gap that such photographs might fill is undecided.",
    "Limits are 95 % Wilson limits for a population that these photographs were drawn from by chance; several "
    "photographs of one person make them too narrow.",
    "Under-represented means in this data set. Labels are as they were told; nothing is guessed about anybody.",
)


def audit(table: Table, at_least: int, *, level: int | None = 2, rules: Sequence[Rule] = ()) -> dict[str, Any]:
    """Count a table and say who and what is missing.

    Args:
        table: the pictures.
        at_least: photographs from which a combination is covered.
        level: the most attributes of a combination; None for all.
        rules: combinations that cannot be.

    Returns:
        JSON values: headlines (sentences), photographs, renderings, people, attributes (each with its values), gaps.
    """
    gaps = find_gaps(table, at_least, level=level, rules=rules)
    drawn = int(table.rendered.sum())
    people = len({int(number) for number in table.subjects[~table.rendered] if number >= 0})
    wrong = {text: [int(row) for row in rows] for text, rows in contradictions(rules, table).items()}
    document: dict[str, Any] = {
        "headlines": [],
        "photographs": len(table) - drawn,
        "renderings": drawn,
        "people_named": people,
        "photographs_of_nobody_named": int(((table.subjects < 0) & ~table.rendered).sum()),
        "at_least": at_least,
        "level": gaps.level,
        "covered_level": gaps.covered_level,
        "attributes": {axis.name: _attribute(table.by([axis.name])) for axis in table.axes},
        "gaps": [_gap(gap, could) for gap, could in zip(gaps, _could(table, gaps), strict=True)],
        "contradictions": wrong,
        "method": list(METHOD),
    }
    document["headlines"] = _headlines(document, gaps)
    return document


def _attribute(table: Table) -> dict[str, Any]:
    """The values of one attribute."""
    counts = count_groups(table)
    total = int(counts.photographed.sum())
    rows = {}
    for place, value in enumerate(table.axes[0].values):
        have = int(counts.photographed[place])
        rows[value] = {
            "photographed": have,
            "rendered": int(counts.rendered[place]),
            "people": int(counts.photographed_people[place]),
            "share": _limits(share(have, total)),
        }
    return {
        "values": rows,
        "unknown": counts.unknown[0],
        "unknown_rendered": counts.unknown[1],
        "effective_groups": effective_groups(counts.photographed) if total else None,
    }


def _limits(interval: Interval) -> dict[str, float]:
    """A share and its limits."""
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def _could(table: Table, gaps: Gaps) -> list[int]:
    """How many photographs might belong to each gap, because something about them is unknown."""
    codes = table.codes[~table.rendered]
    kinds, often = np.unique(codes[(codes == UNKNOWN).any(axis=1)], axis=0, return_counts=True)
    spans = [(*choices(axis).spans, (UNKNOWN, len(axis.values))) for axis in table.axes]
    found = []
    for pattern in gaps.patterns.tolist() if len(kinds) else ():
        may, blank = np.ones(len(kinds), np.bool_), np.zeros(len(kinds), np.bool_)
        for place, choice in enumerate(pattern):
            first, last = spans[place][choice]
            column = kinds[:, place]
            may &= (column == UNKNOWN) | ((column >= first) & (column <= last))
            blank |= (column == UNKNOWN) & (first != UNKNOWN)
        found.append(int(often[may & blank].sum()))
    return found or [0] * len(gaps)


def _gap(gap: Gap, could: int) -> dict[str, Any]:
    """A gap as JSON values; where labels are missing that could fill it, it is undecided."""
    return {
        "state": state(gap.count, gap.count + could, gap.count + gap.missing),
        "might_be": could,
        "where": {name: list(values) for name, values in gap.where.items()},
        "words": str(gap),
        "photographed": gap.count,
        "missing": gap.missing,
    }


def _headlines(document: dict[str, Any], gaps: Gaps) -> list[str]:
    """What matters most, in plain words."""
    photographs, drawn, people = document["photographs"], document["renderings"], document["people_named"]
    who = f"{people:,} named people" if people else "nobody named, so people are not counted"
    also = f"; {drawn:,} renderings stand apart and are not counted" if drawn else ""
    lines = [f"{photographs:,} photographs, {who}{also}."]
    lines.append(_depth(gaps))
    sure = [gap for gap in document["gaps"] if gap["state"] == "uncovered"]
    single = [gap for gap in sure if len(gap["where"]) == 1]
    if single:
        lines.append(f"Under-represented in this data set, whatever else they show: {_first(single, 6)}.")
    pairs = [gap for gap in sure if len(gap["where"]) > 1]
    if pairs:
        none = sum(gap["photographed"] == 0 for gap in pairs)
        lines.append(f"Too few although each part of it is there: {_first(pairs, 3)}; {none:,} without any photograph.")
    open_ = [gap for gap in document["gaps"] if gap["state"] == "undecided"]
    if open_:
        lines.append(f"Undecided, since photographs whose labels are missing may be of these: {_first(open_, 6)}.")
    lines += [_unknown(name, entry, photographs) for name, entry in document["attributes"].items() if entry["unknown"]]
    for rule, rows in document["contradictions"].items():
        lines.append(f"{len(rows):,} pictures show what a rule calls impossible: {rule}.")
    return lines


def _first(gaps: list[dict[str, Any]], most: int) -> str:
    """Some gaps with their counts, and how many more there are."""
    words = ", ".join(f"{gap['words']} ({gap['photographed']})" for gap in gaps[:most])
    return words + (f" and {len(gaps) - most:,} more" if len(gaps) > most else "")


def _depth(gaps: Gaps) -> str:
    """How deep the data set is covered."""
    if gaps.covered_level < 0:
        return f"That is fewer than {gaps.at_least} photographs in all."
    many = {0: "not every single value", 1: "every single value, but not every pair of them"}
    if not len(gaps):
        return f"Every combination of up to {gaps.level} attributes has {gaps.at_least} photographs or more."
    deep = many.get(gaps.covered_level, f"every combination of {gaps.covered_level} attributes, but not of more")
    return f"{deep[0].upper()}{deep[1:]} has {gaps.at_least} photographs or more; gaps: {len(gaps):,}."


def _unknown(name: str, entry: dict[str, Any], photographs: int) -> str:
    """How much of an attribute nobody knows."""
    return f"{name} is unknown for {share(entry['unknown'], photographs).value:.0%} of the photographs."


def as_markdown(document: dict[str, Any], title: str) -> str:
    """The document for a person: headlines, gaps, counts, method.

    Args:
        document: what `audit` made.
        title: what was audited.
    """
    lines = [f"# Audit of {title}", "", *(f"- {line}" for line in document["headlines"]), ""]
    gaps = document["gaps"]
    if gaps:
        lines += ["## Gaps", "", "| who or what is missing | photographs | missing | might be | state |"]
        lines += ["| --- | ---: | ---: | ---: | --- |"]
        lines += [_line(gap) for gap in gaps[:LISTED]]
        lines += ["", f"... and {len(gaps) - LISTED:,} more, all of them in the JSON."] if len(gaps) > LISTED else []
        lines += [""]
    for name, entry in document["attributes"].items():
        lines += [f"## {name}", "", "| value | photographs | share (95 %) | people | rendered |"]
        lines += ["| --- | ---: | --- | ---: | ---: |"]
        lines += [_row(value, row, document["at_least"]) for value, row in entry["values"].items()]
        lines += [f"| *unknown* | {entry['unknown']} | | | {entry['unknown_rendered']} |"]
        if entry["effective_groups"] is not None:
            count = len(entry["values"])
            lines += ["", f"As diverse as {entry['effective_groups']:.1f} groups of the same size, out of {count}."]
        lines += [""]
    lines += ["## Method and limits", "", *(f"- {line}" for line in document["method"]), ""]
    return "\n".join(lines)


def _line(gap: dict[str, Any]) -> str:
    """A line of the table of gaps."""
    cells = (_cell(gap["words"]), *(str(gap[name]) for name in ("photographed", "missing", "might_be", "state")))
    return f"| {' | '.join(cells)} |"


def _row(value: str, row: dict[str, Any], at_least: int) -> str:
    """A line of the table of an attribute; small groups are marked, and never left out."""
    limits = row["share"]
    known = limits["value"] == limits["value"]  # NaN where nothing at all is known
    rate = str(Interval(limits["value"], limits["low"], limits["high"])) if known else "unknown"
    few = "" if row["photographed"] >= at_least else ", too few"
    return f"| {_cell(value)} | {row['photographed']} | {rate}{few} | {row['people']} | {row['rendered']} |"


def _cell(text: str) -> str:
    """Words that do not break a table."""
    return text.replace("|", "\\|").replace("\n", " ")
