"""The order of work on a plan: all entries first, then in rounds the spares for those that failed."""

from __future__ import annotations

from collections import defaultdict, deque
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from faceaug.plan.augment.attempt import Source, make
from faceaug.plan.augment.outcome import Chain, Outcome, cell
from faceaug.recipe.pool import finished

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from faceaug.data.record import Record
    from faceaug.plan.augment.attempt import Making
    from faceaug.plan.augment.work import Work
    from faceaug.plan.plan import Entry, Plan

__all__ = ["carry_out"]


def carry_out(
    plan: Plan,
    work: Work,
    photographs: Mapping[str, tuple[Path, Record]],
    making: Making,
    *,
    workers: int,
    tell: Callable[[Sequence[Entry]], None],
) -> Outcome:
    """Make every picture of a plan, and those that take the place of failed ones.

    Which spare takes whose place depends on the plan's order alone, never on which picture was finished first.

    Args:
        plan: what is to be made.
        work: where it is noted.
        photographs: id -> file and record.
        making: how pictures are made.
        workers: processes; 0 for this one alone.
        tell: called with all entries that are to be made as far as is known, at the start of each round and whenever
            a photograph is finished.
    """
    spares: dict[str, deque[Entry]] = defaultdict(deque)
    for spare in plan.spares:
        spares[cell(spare.expected)].append(spare)
    chains = [[entry] for entry in plan.entries]
    open_ = list(chains)
    while open_:
        known = [entry for chain in chains for entry in chain]
        last = [chain[-1] for chain in open_]
        _make_all(last, work, photographs, making, workers=workers, tell=partial(tell, known))
        failed = [chain for chain in open_ if work.done[chain[-1].id].record is None]
        open_ = []
        for chain in failed:
            waiting = spares[cell(chain[0].expected)]
            if waiting:
                chain.append(waiting.popleft())
                open_.append(chain)
    return Outcome(tuple(Chain(tuple(chain), tuple(work.done[entry.id] for entry in chain)) for chain in chains))


def _make_all(
    entries: Sequence[Entry],
    work: Work,
    photographs: Mapping[str, tuple[Path, Record]],
    making: Making,
    *,
    workers: int,
    tell: Callable[[], None],
) -> None:
    """Make entries that are not done yet, those of one photograph together."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        if not work.is_done(entry, photographs[entry.source][1]):
            work.done.pop(entry.id, None)
            grouped.setdefault(entry.source, []).append(entry)
    tell()
    sources = [Source(*photographs[name], tuple(group)) for name, group in grouped.items()]
    with closing(finished(partial(make, making=making), sources, workers, lambda _: None)) as results:
        for result in results:
            for made in result:
                work.finish(made)
            tell()
