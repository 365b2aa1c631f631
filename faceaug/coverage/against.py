"""What `--target` asks for, and how far a data set is from it."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceaug.coverage.counts import count_groups
from faceaug.coverage.metrics import representation_ratio, total_variation
from faceaug.coverage.requirements import read_requirements
from faceaug.coverage.targets import census, parity, read_census, uniform_cells, uniform_marginals
from faceaug.coverage.words import group_words
from faceaug.data.rows import mark_of
from faceaug.errors import Fault, RequestError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.coverage.axes import Axis
    from faceaug.coverage.counts import Table
    from faceaug.coverage.rules import Rule
    from faceaug.coverage.targets import Demand

__all__ = ["against"]

POLICIES = ("uniform", "cells", "parity:ATTRIBUTE|LABEL")


def against(table: Table, wanted: str, rules: Sequence[Rule] = ()) -> dict[str, Any]:
    """Compare a table with a target.

    Args:
        table: the pictures.
        wanted: `uniform` (as many of each value), `cells` (of each combination), `parity:glasses|label` (the same
            shares of an attribute under each label), the path of a census (CSV), or of requirements (YAML).
        rules: combinations that cannot be.

    Returns:
        JSON values: policy in words, demands (words, where, have, need, missing, whether they are to measure errors on,
        and the representation ratio under a census), total_variation.

    Raises:
        RequestError: for a target that is not understood.
    """
    if wanted == "uniform":
        return _section("as many photographs of each value of an attribute", uniform_marginals(table))
    if wanted == "cells":
        return _section("as many photographs of each combination", uniform_cells(table, rules=rules))
    kind, _, rest = wanted.partition(":")
    if kind == "parity":
        attribute, label = _two(rest, table.axes)
        return _section(f"the same shares of {attribute} under each {label}", parity(table, attribute, label))
    path = Path(wanted)
    if path.suffix.lower() in {".yaml", ".yml"}:
        return _section(f"the requirements in {path.name}", read_requirements(path, table))
    if path.suffix.lower() == ".csv":
        return _census(path, table)
    near = did_you_mean(wanted, ("uniform", "cells", "parity"))
    hint = f"; did you mean {near!r}?" if near else ""
    what = f"{wanted!r} must be {', '.join(POLICIES)}, or the path of a .csv or .yaml file{hint}"
    raise RequestError([Fault("--target", what)], "nothing was counted")


def _two(text: str, axes: Sequence[Axis]) -> tuple[str, str]:
    """The attribute and the label of a parity."""
    names = [axis.name for axis in axes]
    words = [word.strip() for word in text.split("|")]
    if len(words) != 2 or not all(words):
        raise RequestError(
            [Fault("--target", f"must look like parity:glasses|label, not {text!r}")], "nothing was counted"
        )
    for word in words:
        if word not in names:
            near = did_you_mean(word, names)
            hint = f"did you mean {near!r}?" if near else f"--by has {', '.join(names)}"
            raise RequestError([Fault("--target", f"{word!r} is not looked at; {hint}")], "nothing was counted")
    return words[0], words[1]


def _census(path: Path, table: Table) -> dict[str, Any]:
    """The shares of a population, over the attributes that its file has columns for."""
    names = _columns(path, table.axes)
    some = table.by(names)
    shares = read_census(path, some.axes)
    found = _section(f"the population of {path.name}", census(some, shares))
    counts = count_groups(some).photographed
    if counts.sum():
        ratios = representation_ratio(counts, shares).ravel()
        for demand, ratio in zip(found["demands"], ratios.tolist(), strict=True):
            demand["ratio"] = round(ratio, 4) if math.isfinite(ratio) else None
        found["total_variation"] = total_variation(counts, shares)
    return found


def _columns(path: Path, axes: Sequence[Axis]) -> list[str]:
    """The attributes that a census is about; all of them where none can be read, so that its reader says why."""
    try:
        header = path.read_text(encoding="utf-8-sig").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        header = ""
    columns = {name.strip() for name in next(csv.reader([header], delimiter=mark_of(header)), [])}
    return [axis.name for axis in axes if axis.name in columns] or [axis.name for axis in axes]


def _section(policy: str, demands: Sequence[Demand]) -> dict[str, Any]:
    """Demands as JSON values."""
    return {
        "policy": policy,
        "total_variation": None,
        "demands": [
            {
                "where": {name: list(values) for name, values in demand.where.items()},
                "words": group_words(demand.where),
                "have": demand.have,
                "need": demand.need,
                "missing": demand.missing,
                "to_measure": demand.to_measure,
                "ratio": None,
            }
            for demand in demands
        ],
    }
