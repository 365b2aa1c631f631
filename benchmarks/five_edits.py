"""One variant with the five edits of the design on one face that is taken apart, and where its time goes."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from statistics import mean
from typing import TYPE_CHECKING, Any, Final

from benchmarks.report import Cell, Table
from benchmarks.stopwatch import clocked
from faceaug import render as drawing
from faceaug.edit import get_edit
from faceaug.face.kept import Kept
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faceaug.face.decomposition import Decomposition

ASKED: Final[dict[str, dict[str, Any]]] = {
    "skin_tone": {},
    "pose": {"yaw": (20.0, -15.0, 12.0, -22.0), "pitch": (5.0, 0.0, -8.0, 4.0), "roll": (3.0, 0.0, 0.0, -5.0)},
    "glasses": {},
    "lighting": {},
    "freckles": {},
}
"""The five edits. The head is turned as listed, one variant after another; all else is drawn anew each time."""

PARTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "turn": {
        "faceaug.stages.turning.turn": ("aimed", "correspondence", "layers_of", "_moved", "find_surface", "_relit")
    },
    "put_on_glasses": {"faceaug.stages.eyewear.put_on": ("fitted", "shadow", "temples", "front")},
    "change_tone": {"faceaug.stages.tone": ("_aimed", "mix")},
    "relight": {"faceaug.stages.relight": ("shading_ratio",)},
}
"""Of the renderer's stages, by module: functions that the stage calls, timed within it."""

CALM: Final = 4
"""One call of so many counts: the fastest ones, the least disturbed by whatever else the machine does."""

LEAST: Final = 0.005
"""Parts with a lesser share of the whole have no line of their own."""

WHOLE: Final = "five edits, a further variant"
FIRST: Final = "five edits, the first variant"
"""The lines in the table: of a face that other variants were made of, and of one that was just taken apart."""


class Five:
    """The task; it remembers how long each part of it took, in milliseconds, one entry a call."""

    def __init__(self, face: Decomposition, *, first: bool = False) -> None:
        """Take one face; with ``first`` every call is the first to ask of it what is kept with a face."""
        self.face = face
        self.first = first
        self.count = 0
        self.whole: list[float] = []
        self.parts: dict[str, list[float]] = {}

    def __call__(self) -> None:
        """Make the next variant."""
        times: dict[str, float] = {}
        face = replace(self.face, kept=tuple(Kept() for _ in self.face.kept)) if self.first else self.face
        number, self.count = self.count, self.count + 1
        stages = drawing.STAGES
        with ExitStack() as stack:
            calls = {
                f"{stage}: {name}": clock
                for stage, modules in PARTS.items()
                for module, names in modules.items()
                for name, clock in stack.enter_context(clocked(import_module(module), names)).items()
            }
            stack.callback(setattr, drawing, "STAGES", stages)
            drawing.STAGES = tuple(_timed(stage, f"stage {stage.__name__}", times) for stage in stages)
            begun = time.perf_counter()
            scene = Scene.of(face, seed=1, variants=[number])
            for name, given in ASKED.items():
                asked = {setting: values[number % len(values)] for setting, values in given.items()}
                scene = _timed(get_edit(name), f"edit {name}", times)(scene, None, **asked)
            drawing.render(scene)
            self.whole.append(1000 * (time.perf_counter() - begun))
        for name, taken in (times | {name: sum(clock) for name, clock in calls.items()}).items():
            self.parts.setdefault(name, []).append(taken)

    def table(self, rounds: int) -> Table:
        """Where the time of the last ``rounds`` calls went."""
        last = {name: values[-rounds:] for name, values in self.parts.items()}
        return Table(
            ("part of the five edits", "ms", "share", "running total"),
            tuple(rows_of(self.whole[-rounds:], last)),
            "Where the time of the five edits goes, mean of the fastest quarter of the calls, the costliest first; "
            "indented, what a part itself waits for:",
        )


def _timed(function: Callable[..., Any], name: str, into: dict[str, float]) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        result = function(*given, **named)
        into[name] = into.get(name, 0.0) + 1000 * (time.perf_counter() - begun)
        return result

    return timed


def rows_of(whole: Sequence[float], parts: Mapping[str, Sequence[float]]) -> list[tuple[Cell, ...]]:
    """Lines of the table: edits and stages by what they cost, each followed by its own parts, then the rest.

    Args:
        whole: Milliseconds of every call.
        parts: The same of its parts: `edit NAME`, `stage NAME`, and `NAME: FUNCTION` within a stage.
    """
    calm = sorted(range(len(whole)), key=lambda call: whole[call])[: -(-len(whole) // CALM)]
    total = mean(whole[call] for call in calm)
    costs = {name: mean(values[call] for call in calm) for name, values in parts.items()}
    named = (name for name in costs if ": " not in name and costs[name] >= LEAST * total)
    first = sorted(named, key=lambda name: -costs[name])
    rows: list[tuple[Cell, ...]] = []
    running = 0.0
    for name in [*first, "all else"]:
        cost = costs[name] if name in costs else total - running
        running += cost
        rows.append((name, cost, share(cost / total), share(running / total)))
        within = [other for other in costs if other.startswith(f"{name.removeprefix('stage ')}: ")]
        rows += [
            (f"&nbsp;&nbsp;{other.split(': ')[1]}", costs[other], share(costs[other] / total), None)
            for other in sorted(within, key=lambda other: -costs[other])
        ]
    return rows


def share(part: float) -> str:
    """A share in whole per cent."""
    return f"{part:.0%}"
