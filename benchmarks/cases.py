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
from benchmarks.shaded import PENUMBRA, WALL, shaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.faces import Face
    from benchmarks.looks import Extra, Look
    from benchmarks.survey import Seen

YAWS, TARGETS = (15.0, 30.0, 45.0), (70.0, 45.0, 15.0, -15.0, -45.0, -60.0)
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
    """Six typology angles."""
    del turn
    return [Case("skin_tone", {"ita": ita, "target": "ita"}) for ita in TARGETS]


def transfer_cases(turn: int) -> list[Case]:
    """The baseline of another tone, asked for the same."""
    del turn
    return [Case("Lab mean and spread", {"ita": ita}) for ita in TARGETS]


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
    lamp = {"azimuth": side * 60.0, "elevation": 20.0, "key_fill": 6.0, "softness": 0.4, "ambient": 0.7}
    return [Case("lighting", lamp)]


def jitter_cases(turn: int) -> list[Case]:
    """The baseline of light."""
    gamma, gain = ((1.5, 0.9), (0.7, 1.1))[turn % 2]
    return [Case("gamma and gain", {"gamma": gamma, "gain": gain})]


def shadow_cases(turn: int) -> list[Case]:
    """Five patterns."""
    settings = {"darkness": 0.6, "penumbra": PENUMBRA, "wall": WALL}
    return [Case("foreign_shadow", {"pattern": pattern, **settings}, seed=turn) for pattern in PATTERNS]


def condition_cases(turn: int) -> list[Case]:
    """Every skin condition, drawn."""
    return [Case(name, seed=turn) for name in CONDITIONS]


def sensor_cases(turn: int) -> list[Case]:
    """A camera, drawn."""
    return [Case("sensor", seed=turn)]


SWEEPS: dict[str, tuple[Callable[[int], list[Case]], int]] = {
    "pose": (pose_cases, 3),
    "warp": (warp_cases, 1),
    "tone": (tone_cases, 3),
    "transfer": (transfer_cases, 3),
    "glasses": (glasses_cases, 2),
    "flat": (flat_cases, 1),
    "light": (light_cases, 1),
    "jitter": (jitter_cases, 1),
    "shadow": (shadow_cases, 2),
    "conditions": (condition_cases, 4),
    "sensor": (sensor_cases, 1),
}
"""All that a face may be asked for, by its place in the sample, and how many of these it is asked for."""


def turn_of(name: str, turn: int) -> list[Case]:
    """What one face is asked for of a sweep: the next few cases after those of the face before."""
    make, count = SWEEPS[name]
    cases = make(turn)
    return [cases[(turn * count + k) % len(cases)] for k in range(min(count, len(cases)))]


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
        for case in turn_of(name, turn)
    ]


def fill(seen: Sequence[Seen], sweeps: Sequence[str], workers: int) -> None:
    """Look at all pictures with several processes, so that the sections find them in memory."""
    with ProcessPoolExecutor(workers) as pool:
        waiting = [
            pool.submit(_look_all, one.face, [case for name in sweeps for case in turn_of(name, turn)])
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
