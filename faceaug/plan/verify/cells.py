"""How many pictures there are of each combination, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from faceaug.coverage.axes import axes_for
from faceaug.coverage.counts import count_groups, tabulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.data.record import Record

__all__ = ["cell_changes"]


def cell_changes(before: Sequence[Record], after: Sequence[Record], by: Sequence[str]) -> list[dict[str, Any]]:
    """Which combinations have more or fewer pictures now.

    Args:
        before: records of the one version.
        after: records of the other.
        by: attributes, as `axes_for` reads them: `glasses`, `yaw:-15,15`.

    Returns:
        JSON values of every combination whose count has changed: where (attribute -> value), photographed and rendered
        (before, after).

    Raises:
        RequestError: for attributes that no record has, or that cannot be counted.
    """
    axes = axes_for([*before, *after], by)
    old, new = (count_groups(tabulate(records, axes)) for records in (before, after))
    changed = (old.photographed != new.photographed) | (old.rendered != new.rendered)
    return [
        {
            "where": {axis.name: axis.values[place] for axis, place in zip(axes, cell, strict=True)},
            "photographed": [int(old.photographed[tuple(cell)]), int(new.photographed[tuple(cell)])],
            "rendered": [int(old.rendered[tuple(cell)]), int(new.rendered[tuple(cell)])],
        }
        for cell in np.argwhere(changed)
    ]
