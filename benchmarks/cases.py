"""What is asked of every face: each edit over its settings, and the baselines beside it.

Faces take turns: every one is asked for a part of each sweep, so that a class of tone sees all of it and nobody waits
for a picture that says nothing new.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.glasses import seated
from benchmarks.looks import Case, before, look
from benchmarks.marked import marked
from benchmarks.report import progress
from benchmarks.sample import stratified
from benchmarks.shaded import PENUMBRA, shaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.faces import Face
    from benchmarks.looks import Extra, Look
    from benchmarks.survey import Seen

YAWS, TARGETS = (15.0, 30.0, 45.0), ((70.0, 15.0, -45.0), (45.0, -15.0, -60.0))
CONDITIONS = ("freckles", "moles", "acne", "age_spots", "rosacea", "birthmark", "vitiligo", "scar")
PATTERNS = ("leaves", "blinds", "fingers", "brim", "window")


def pose_cases(turn: int) -> list[Case]:
    """Three yaws to one side, a nod, and all three angles at once; sides take turns."""
    side, nod = 1 - 2 * (turn % 2), 1 - 2 * (turn // 2 % 2)
    asked = [*((side * yaw, 0.0, 0.0) for yaw in YAWS), (0.0, nod * 20.0, 0.0), (-side * 20.0, nod * 10.0, side * 8.0)]
    return [Case("pose", {"yaw": yaw, "pitch": pitch, "roll": roll}) for yaw, pitch, roll in asked]


def warp_cases(turn: int) -> list[Case]:
    """The baseline of a turned head, at 30 degrees."""
    return [Case("mesh warp without layers", dict(pose_cases(turn)[1].settings))]


def tone_cases(turn: int) -> list[Case]:
    """Three typology angles of the six."""
    return [Case("skin_tone", {"ita": ita, "target": "ita"}) for ita in TARGETS[turn % 2]]


def transfer_cases(turn: int) -> list[Case]:
    """The baseline of another tone, asked for the same three."""
    return [Case("Lab mean and spread", {"ita": ita}) for ita in TARGETS[turn % 2]]


def glasses_cases(turn: int) -> list[Case]:
    """A drawn pair with clear lenses, and one with tinted ones."""
    return [Case("glasses", {"lens": "clear"}, seed=turn), Case("glasses", {"lens": "tinted"}, seed=turn)]


def flat_cases(turn: int) -> list[Case]:
    """The baseline of glasses."""
    del turn
    return [Case("flat glasses by eye distance")]


def light_cases(turn: int) -> list[Case]:
    """One hard lamp from the side."""
    side = 1 - 2 * (turn % 2)
    return [
        Case("lighting", {"azimuth": side * 60.0, "elevation": 20.0, "key_fill": 6.0, "softness": 0.4, "ambient": 0.7})
    ]


def jitter_cases(turn: int) -> list[Case]:
    """The baseline of light."""
    gamma, gain = ((1.5, 0.9), (0.7, 1.1))[turn % 2]
    return [Case("gamma and gain", {"gamma": gamma, "gain": gain})]


def shadow_cases(turn: int) -> list[Case]:
    """Two patterns of the five."""
    patterns = [PATTERNS[(2 * turn + k) % len(PATTERNS)] for k in (0, 1)]
    return [Case("foreign_shadow", {"pattern": p, "darkness": 0.6, "penumbra": PENUMBRA}, seed=turn) for p in patterns]


def condition_cases(turn: int) -> list[Case]:
    """Every skin condition, drawn."""
    return [Case(name, seed=turn) for name in CONDITIONS]


def sensor_cases(turn: int) -> list[Case]:
    """A camera, drawn."""
    return [Case("sensor", seed=turn)]


SWEEPS: dict[str, Callable[[int], list[Case]]] = {
    "pose": pose_cases,
    "warp": warp_cases,
    "tone": tone_cases,
    "transfer": transfer_cases,
    "glasses": glasses_cases,
    "flat": flat_cases,
    "light": light_cases,
    "jitter": jitter_cases,
    "shadow": shadow_cases,
    "conditions": condition_cases,
    "sensor": sensor_cases,
}
"""What a face is asked for, by its place in the sample."""

EXTRAS: dict[str, Extra] = {"glasses": seated, "foreign_shadow": shaded, **dict.fromkeys(CONDITIONS, marked)}
"""What else is read off the renderings of an edit."""


def seen_of(face: Face, case: Case) -> Look:
    """What all instruments see of one face made in one way."""
    return look(face, case, EXTRAS.get(case.way))


def asked(seen: Sequence[Seen], *sweeps: str) -> list[tuple[Seen, Case, Look]]:
    """The sample's faces with what these sweeps ask of each, and what is seen of it."""
    chosen = list(enumerate(stratified(seen)))
    return [
        (one, case, seen_of(one.face, case))
        for turn, one in progress(chosen, ", ".join(sweeps))
        for name in sweeps
        for case in SWEEPS[name](turn)
    ]


def fill(seen: Sequence[Seen], sweeps: Sequence[str], workers: int) -> None:
    """Look at all pictures with several processes, so that the sections find them in memory."""
    with ProcessPoolExecutor(workers) as pool:
        waiting = [
            pool.submit(_look_all, one.face, [case for name in sweeps for case in SWEEPS[name](turn)])
            for turn, one in enumerate(stratified(seen))
        ]
        for each in progress(waiting, "pictures"):
            each.result()


def _look_all(face: Face, cases: Sequence[Case]) -> None:
    import cv2
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    before(face)
    for case in cases:
        seen_of(face, case)
