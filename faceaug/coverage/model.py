"""The errors of a model as a section of an audit: rates of groups, and the slices that stand out."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from faceaug.coverage.counts import Table
from faceaug.coverage.errors import ENOUGH, GroupErrors, Slices, group_errors, worst_slices
from faceaug.coverage.intervals import Interval, share
from faceaug.coverage.report import limits
from faceaug.coverage.requirements import requirements
from faceaug.coverage.words import group_words

if TYPE_CHECKING:
    from faceaug.coverage.predictions import Predictions

__all__ = ["errors_of"]

MOST_CELLS: Final = 400
"""Cells of a pair of attributes whose rates are listed."""


def errors_of(table: Table, said: Predictions, *, level: int = 3) -> tuple[dict[str, Any], dict[str, Any]]:
    """Where a model errs.

    Args:
        table: the pictures; predictions on renderings are set aside, since those are no evidence about people.
        said: the predictions.
        level: the most attributes of a slice.

    Returns:
        JSON values of the section, and of the requirements that follow. Every value of every attribute has its rates,
        however few its photographs; of pairs those that occur.
    """
    kept = ~table.rendered[said.rows]
    rows = said.rows[kept]
    wrong, yes = said.wrong[kept], None if said.label is None else said.label[kept]
    some = Table(table.axes, np.asfortranarray(table.codes[rows]), table.rendered[rows], table.subjects[rows])
    families = _families(some, wrong, yes, level)
    section = {
        "model": said.name,
        "positive": said.positive,
        "renderings_set_aside": int((~kept).sum()),
        "set_aside_without": {name: count for name, count in said.without.items() if count},
        "overall": _rates(_overall(wrong, yes)),
        "tested": sum(found.tested for found in families.values()),
        "significant": sum(found.significant for found in families.values()),
        "q": 0.05,
        "families": [
            {"kind": kind, "tested": found.tested, "slices": _slices(kind, found)} for kind, found in families.items()
        ],
        "groups": _groups(some, wrong, yes),
    }
    return section, requirements(families, model=said.name, table=table)


def _families(
    table: Table, wrong: npt.NDArray[np.bool_], yes: npt.NDArray[np.bool_] | None, level: int
) -> dict[str, Slices]:
    """The worst slices by each kind of error; each kind has its own false-discovery control."""
    found = {"error": worst_slices(table, wrong, level=level)}
    if yes is not None:
        for kind, among in (("false positives", ~yes), ("false negatives", yes)):
            found[kind] = worst_slices(table.only(among), wrong[among], level=level)
    return found


def _overall(wrong: npt.NDArray[np.bool_], yes: npt.NDArray[np.bool_] | None) -> GroupErrors:
    """The rates of all pictures together."""
    none = np.zeros_like(wrong)
    no, yes = (none, none) if yes is None else (~yes, yes)
    rates = [share(int((wrong & among).sum()), int(among.sum())) for among in (np.ones_like(wrong), no, yes)]
    return GroupErrors({}, len(wrong), rates[0], rates[1], int(no.sum()), rates[2], int(yes.sum()))


def _groups(table: Table, wrong: npt.NDArray[np.bool_], yes: npt.NDArray[np.bool_] | None) -> list[dict[str, Any]]:
    """The rates of every value, and of every pair of values that occurs."""
    names = [axis.name for axis in table.axes]
    sizes = {axis.name: len(axis.values) for axis in table.axes}
    found = [entry for name in names for entry in group_errors(table.by([name]), wrong, yes)]
    for pair in combinations(names, 2):
        if sizes[pair[0]] * sizes[pair[1]] <= MOST_CELLS:
            found += [entry for entry in group_errors(table.by(pair), wrong, yes) if entry.count]
    return [_rates(entry) for entry in found]


def _rates(entry: GroupErrors) -> dict[str, Any]:
    """The rates of one group as JSON values."""
    return {
        "where": dict(entry.where),
        "words": group_words(entry.where),
        "n": entry.count,
        "error": limits(entry.error),
        "fpr": _known(entry.false_positive),
        "negatives": entry.negatives,
        "fnr": _known(entry.false_negative),
        "positives": entry.positives,
        "state": "enough" if entry.enough else f"insufficient evidence: {entry.count} of {ENOUGH}",
    }


def _known(interval: Interval) -> dict[str, float | None] | None:
    """A rate, or None where nothing was counted."""
    found = limits(interval)
    return None if found["value"] is None else found


def _slices(kind: str, found: Slices) -> list[dict[str, Any]]:
    """The slices of one kind of error as JSON values."""
    return [
        {
            "kind": kind,
            "where": dict(item.where),
            "words": group_words(item.where),
            "n": item.count,
            "errors": item.errors,
            "error": limits(item.rate),
            "elsewhere": item.elsewhere,
            "p": float(f"{item.p:.3g}"),
        }
        for item in found.slices
    ]
