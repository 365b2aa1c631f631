"""Benchmark: is it still the same person to a face recogniser? Needs the extra ``identity``; else skipped, visibly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.cases import SWEEPS, asked
from benchmarks.faces import spread_out
from benchmarks.instruments import SAME, embedding, missing
from benchmarks.looks import parts_of
from benchmarks.report import Cell, Section, Table, finite, median, quantile
from benchmarks.tone import TONES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.looks import Case
    from benchmarks.survey import Seen

GOAL = 0.45

HEAD = ("picture", "pairs", "median distance", "p90", "largest", f"taken for one person (< {SAME})", "worst tone")


def identity(seen: Sequence[Seen]) -> Section:
    """Distances between photographs and their edited pictures."""
    about = (
        "Distance between the 128 numbers of dlib's face recogniser (weights in the CC0 package "
        f"face-recognition-models) for a photograph and its edited picture; below {SAME} its author takes two "
        f"photographs for one person. Goal: at most {GOAL} (median) for glasses, freckles, light and pose to 20 "
        "degrees. For scale: the same sitter neutral and smiling, and different sitters. *Worst tone*: the class of "
        "the photograph's tone with the largest median, and that."
    )
    lacking = missing()
    if lacking:
        row = (f"skipped: {' and '.join(lacking)} not installed; pip install 'faceaug[identity]'", *[None] * 6)
        return Section("identity", "Identity", about, (Table(HEAD, (row,)),))
    return Section("identity", "Identity", about, (Table(HEAD, tuple(_rows(seen))),), (FROZEN,))


FROZEN = "One recogniser is one opinion, and this one is from 2017."


def _rows(seen: Sequence[Seen]) -> list[tuple[Cell, ...]]:
    found: dict[str, list[tuple[str, float]]] = {}
    for one, case, now in asked(seen, *SWEEPS):
        if "identity" in now:
            found.setdefault(_title(case), []).append((one.tone, now["identity"]))
    rows = [_row(name, values) for name, values in found.items()]
    same, other = _sitters(seen)
    return [*rows, _row("*same sitter, neutral and smiling*", same), _row("*two sitters*", other)]


def _title(case: Case) -> str:
    """Cases that share a row: pose by how far it turns, tone by the tone, all others by their way."""
    settings = case.settings
    if case.way == "pose":
        moved = [f"{name} {abs(settings[name]):.0f}" for name in ("yaw", "pitch", "roll") if settings[name]]
        return "pose: " + ", ".join(moved)
    if case.way == "skin_tone":
        return f"skin_tone: ITA {settings['ita']:.0f}"
    if case.way == "glasses":
        return f"glasses: {settings['lens']}"
    return case.way


def _row(name: str, values: Sequence[tuple[str, float]]) -> tuple[Cell, ...]:
    sizes = [value for _, value in values]
    share = f"{100 * float((finite(sizes) < SAME).mean()):.0f} %" if sizes else None
    tones = {tone: median(v for t, v in values if t == tone) for tone in TONES if any(t == tone for t, _ in values)}
    worst = max(tones, key=lambda tone: tones[tone], default="")
    told = f"{worst} {tones[worst]:.3f}" if worst else None
    return name, len(sizes), median(sizes), quantile(sizes, 0.9), max(sizes, default=None), share, told


def _sitters(seen: Sequence[Seen]) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Distances of pairs of photographs that show one London sitter, and of pairs that show two."""
    sitters: dict[str, dict[str, Path]] = {}
    for one in seen:
        if one.face.dataset == "london":
            sitters.setdefault(one.face.identity, {})[one.face.expression] = one.face.path
    pairs = spread_out([both for both in sitters.values() if len(both) == 2], 20)
    known = [{name: _numbers(path) for name, path in both.items()} for both in pairs]
    same = [("", float(np.linalg.norm(both["neutral"] - both["smiling"]))) for both in known]
    other = [("", float(np.linalg.norm(a["neutral"] - b["neutral"]))) for k, a in enumerate(known) for b in known[:k]]
    return same, other


def _numbers(path: Path) -> np.ndarray:
    parts = parts_of(path)
    return embedding(parts.photos[0].pixels, parts.points[0, :, :2].numpy())
