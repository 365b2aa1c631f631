"""Greedy: take again and again what fills most groups at once; what a plan has to beat, and what it falls back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from faceaug.plan.allocate.model import Model

__all__ = ["greedy"]


def greedy(model: Model) -> npt.NDArray[np.int64]:
    """Fill groups by the greedy rule.

    Of everything that can still be made, what is of the most groups that are still too small is taken, the cheapest
    first; as often as it takes until the first of these groups is full, or until a limit is reached.

    Returns:
        (columns,) pictures.

    Source: the greedy hitting set of Asudeh, Jin and Jagadish (ICDE 2019) and of Chameleon (Erfanian, Jagadish and
    Asudeh, PVLDB 2024), there over whole combinations; here over what edits of photographs can reach.
    """
    made = np.zeros(len(model.columns), np.int64)
    missing, room, costs = model.missing.copy(), model.most.copy(), model.costs
    hits, within = model.hits.tocsc(), model.within.tocsc()
    able = np.ones(len(made), np.bool_)
    gains = model.hits.T @ (missing > 0).astype(np.float64)
    while able.any():
        gain = np.where(able, gains, 0.0)
        best = gain.max()
        if best < 0.5:
            break
        ties = np.flatnonzero(gain > best - 0.5)
        chosen = int(ties[np.argmin(costs[ties])])
        groups = hits.indices[hits.indptr[chosen] : hits.indptr[chosen + 1]]
        bounds = within.indices[within.indptr[chosen] : within.indptr[chosen + 1]]
        open_ = groups[missing[groups] > 0]
        count = int(min(missing[open_].min(), room[bounds].min()))
        if count == 0:
            able[chosen] = False
            continue
        made[chosen] += count
        missing[groups] -= count
        room[bounds] -= count
        full = open_[missing[open_] <= 0]
        if len(full):
            gains = gains - model.hits[full].sum(axis=0)
        able &= ~np.asarray((model.within[bounds[room[bounds] < 1]].sum(axis=0)) > 0).ravel()
    return made
