"""Two hundred random recipes of two to five edits on random faces: nothing breaks, labels are true, order is nothing.

python -m benchmarks.combinations               into docs/benchmarks.md
python -m benchmarks.combinations --recipes 20  fewer, printed only

Every recipe is drawn from its number alone: how many edits, which, of whom, with which settings.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.faces import ROOT, Face, find_set, read_set
from benchmarks.pose import wrapped
from benchmarks.report import Cell, Section, Table, median, progress, quantile, write_sections
from faceaug.data.photos import Photo, read_photo
from faceaug.edit import edits, get_edit
from faceaug.errors import PhotoError, Refusal
from faceaug.face.decompose import decompose
from faceaug.measure import measure_glasses, measure_pose, measure_tone
from faceaug.recipe.options import RunOptions
from faceaug.recipe.provenance import face_again
from faceaug.render import render
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.face.decomposition import Decomposition
    from faceaug.render import Rendering

RECIPES = 200

LEAST, MOST = 2, 5
"""How many edits a recipe has."""

MEASURES = (measure_pose, measure_tone, measure_glasses)

WRITTEN = 5
"""Recipes whose failures are written out."""


@dataclass
class Tried:
    """One recipe on one face.

    Attributes:
        number: Of the recipe.
        face: Whose photograph.
        names: Edits in the order in which they were asked for.
        refused: Edits that declined, and why.
        crashed: What broke, or ''.
        unequal: Whether another order gave other bits.
        lost: Why the result could not be taken apart, or ''.
        errors: Differences between what a label promises and what is measured, by what it is about.
        drift: Ninth decile of landmarks' distance from where they were carried to, over the distance of the pupils.
    """

    number: int
    face: str
    names: tuple[str, ...]
    refused: dict[str, str] = field(default_factory=dict)
    crashed: str = ""
    unequal: bool = False
    lost: str = ""
    errors: dict[str, float] = field(default_factory=dict)
    drift: float = float("nan")


def unit(*parts: object) -> float:
    """A number in 0..1 that is a function of the parts."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def drawn_edits(number: int) -> tuple[str, ...]:
    """Two to five different edits in a random order."""
    count = LEAST + int(unit(number, "count") * (MOST - LEAST + 1))
    return tuple(sorted(edits(), key=lambda name: unit(number, name))[:count])


def combined(parts: Decomposition, names: Sequence[str], seed: int) -> tuple[Scene, dict[str, str]]:
    """The scene after the edits in that order, and which of them declined."""
    scene, refused = Scene.of(parts, seed=seed), {}
    for name in names:
        try:
            scene = get_edit(name)(scene)
        except Refusal as refusal:
            refused[name] = refusal.reason
    return scene, refused


def same(one: Rendering, other: Rendering) -> bool:
    """Whether two renderings agree to the bit: pixels, landmarks, masks."""
    return (
        all(np.array_equal(a, b) for a, b in zip(one.pixels, other.pixels, strict=True))
        and np.array_equal(one.points, other.points)
        and one.masks.keys() == other.masks.keys()
        and all(np.array_equal(mask[0], other.masks[name][0]) for name, mask in one.masks.items())
    )


def tried(face: Face, number: int) -> Tried:
    """Draw one recipe on one face, forward and backward, and measure what came of it."""
    result = Tried(number, face.name, drawn_edits(number))
    try:
        _try(decompose(read_photo(face.path)), result)
    except Exception:  # a benchmark of robustness counts whatever breaks
        result.crashed = traceback.format_exc(limit=-3)
    return result


def _try(parts: Decomposition, result: Tried) -> None:
    scene, result.refused = combined(parts, result.names, result.number)
    backward, refused = combined(parts, result.names[::-1], result.number)
    made = render(scene)
    result.unequal = refused != result.refused or not same(made, render(backward))
    try:
        again = face_again(Photo.from_array(made.pixels[0]), made.points[0], RunOptions())
    except PhotoError as error:
        result.lost = error.reason
        return
    was, now = ({name: value.value for each in MEASURES for name, value in each(p).items()} for p in (parts, again))
    result.errors = promised(scene, was, now)
    gaps = np.linalg.norm(again.points[0, :468, :2].numpy() - made.points[0, :468, :2], axis=1)
    result.drift = float(np.quantile(gaps, 0.9) / np.linalg.norm(made.points[0, 473, :2] - made.points[0, 468, :2]))


def promised(scene: Scene, was: dict[str, Any], now: dict[str, Any]) -> dict[str, float]:
    """What labels say less what is found: pose in degrees, glasses 0 or 1, tone where nothing else colours the skin."""
    used = scene.applied
    errors = {}
    turn = {name: float(used["pose"][name][0]) if "pose" in used else 0.0 for name in ("yaw", "pitch", "roll")}
    for name, angle in turn.items():
        errors[name] = abs(wrapped(now[name] - was[name] - angle))
    if "glasses" in used:
        wanted = "clear" if str(used["glasses"]["lens"][0]) == "clear" else "tinted"
        errors["glasses"] = float(now["glasses"] != wanted)
    else:
        errors["glasses left alone"] = float(now["glasses"] != was["glasses"])
    colouring = {"lighting", "foreign_shadow", "sensor", "rosacea", "vitiligo", "birthmark", "pose"}
    if "skin_tone" in used and not colouring & used.keys() and "ita" in now:
        errors["tone"] = abs(wrapped(now["ita"] - float(used["skin_tone"]["ita"][0])))
    return errors


def combinations(faces: Sequence[Face], recipes: int = RECIPES) -> Section:
    """Try every recipe on a face of its own."""
    usable = [face for face in faces if face.dataset != "lisa_zoom"]
    results = [tried(usable[int(unit(k, "face") * len(usable))], k) for k in progress(range(recipes), "combinations")]
    crashed, unequal = ([r for r in results if getattr(r, what)] for what in ("crashed", "unequal"))
    lost, drift = [r for r in results if r.lost], [r.drift for r in results]
    refused = Counter(f"{name}: {reason}" for r in results for name, reason in r.refused.items())
    kinds = ("yaw", "pitch", "roll", "tone", "glasses", "glasses left alone")
    rows = [_row(kind, results) for kind in kinds]
    return Section(
        "combinations",
        "Combinations",
        f"{recipes} recipes of {LEAST} to {MOST} different edits, drawn from all {len(edits())}, each with its usual "
        f"settings on a random photograph of {len(usable)}; drawn in the order of the recipe and backward, taken apart "
        "anew and measured.",
        (
            Table(
                ("recipes", "broke", "other bits in another order", "face not found again", "edits declined"),
                ((recipes, len(crashed), len(unequal), len(lost), sum(refused.values())),),
            ),
            Table(
                ("label", "pictures", "median difference", "p90", "largest", "wrong"),
                tuple(rows),
                "What labels say against what is measured: the turn of the head in degrees (pictures without `pose` "
                "must not have turned), the tone in degrees of ITA where no other edit colours the cheeks, and the "
                "class of glasses (*wrong*: another class).",
            ),
        ),
        (
            f"Landmarks: nine in ten lie within {100 * median(drift):.1f} % of the distance of the pupils from where "
            f"they were carried to (median; p90 {100 * quantile(drift, 0.9):.1f} %).",
            *(f"Declined {count} times: {reason}." for reason, count in refused.most_common(8)),
            *(f"Broke: recipe {r.number} on `{r.face}`: {r.crashed.splitlines()[-1]}" for r in crashed[:WRITTEN]),
            *(f"Other bits: recipe {r.number} on `{r.face}`: {', '.join(r.names)}." for r in unequal[:WRITTEN]),
            *(f"Not found again ({r.lost}): recipe {r.number} on `{r.face}`: {', '.join(r.names)}." for r in lost[:3]),
            *_widest(results),
        ),
    )


def _row(kind: str, results: Sequence[Tried]) -> tuple[Cell, ...]:
    values = [r.errors[kind] for r in results if kind in r.errors]
    if kind.startswith("glasses"):
        return (kind, len(values), None, None, None, int(sum(values)))
    return (kind, len(values), median(values), quantile(values, 0.9), max(values, default=None), None)


def _widest(results: Sequence[Tried]) -> list[str]:
    """The three results whose pose is farthest from the label."""
    turned = [r for r in results if "yaw" in r.errors]
    worst = sorted(turned, key=lambda r: -max(r.errors["yaw"], r.errors["pitch"]))[:3]
    return [
        f"Farthest from its label: recipe {r.number} on `{r.face}` ({', '.join(r.names)}): yaw off by "
        f"{r.errors['yaw']:.1f}, pitch by {r.errors['pitch']:.1f} degrees."
        for r in worst
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Run them."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.combinations", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--faces", metavar="DIR", help="the set of photographs")
    parser.add_argument("--recipes", type=int, default=RECIPES, metavar="N", help=f"how many (default {RECIPES})")
    parser.add_argument("--docs", default=str(ROOT / "docs" / "benchmarks.md"), metavar="FILE", help="document")
    options = parser.parse_args(argv)
    import cv2
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    section = combinations(read_set(find_set(options.faces)), options.recipes)
    print(section.markdown())
    if options.recipes >= RECIPES:
        write_sections(Path(options.docs), [section])
    broken = section.tables[0].rows[0][1:3]
    print(f"{broken[0]} broke, {broken[1]} unequal", file=sys.stderr)
    return int(any(broken))


if __name__ == "__main__":
    raise SystemExit(main())
