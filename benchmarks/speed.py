"""Measure how long everything takes on one thread, beside plain decoding and encoding and beside albumentations.

python -m benchmarks.speed                 20 rounds, into docs/benchmarks.md
python -m benchmarks.speed --rounds 5 --quick
python -m benchmarks.speed --json times.json
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import sys
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from PIL import Image

from benchmarks import five_edits
from benchmarks.faces import ROOT
from benchmarks.opponents import albumentations_steps
from benchmarks.report import Cell, Section, Table, median, quantile, write_sections
from benchmarks.stopwatch import Task, clocked, take_turns
from faceaug.data.decoding import decode
from faceaug.data.encoding import encode
from faceaug.data.photos import Photo
from faceaug.edit import edits
from faceaug.face.decompose import decompose, take_apart
from faceaug.face.detect import detect
from faceaug.face.landmarks import find_faces, find_landmarks
from faceaug.measure import measure
from faceaug.recipe import Recipe
from faceaug.render import render
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SIDE = 512
PORTRAIT = "eileen_collins.png"
STAGES = ("fit_pose", "person_matte", "find_surface", "find_regions", "find_skin", "find_light")
"""Functions that `faceaug.face.decompose` calls, in its order."""

WHOLE = "decompose, detector aside"
GOALS = {WHOLE: 60.0, five_edits.FIRST: 60.0, five_edits.WHOLE: 60.0}
"""Milliseconds (design): a face taken apart, detector aside; a variant with all edits."""

YARDSTICK, YARDSTICK_MS = "detect (mtcnn), two threads", 55.0
"""What the machine of the design took for this, milliseconds: by it two machines can be told apart."""

RULE = "decode + encode"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    options = _options(argv)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    photo, jpeg = portrait()
    faceaug_tasks, other_tasks = _tasks(photo, jpeg), _opposition(photo, jpeg)
    five = five_edits.Five(decompose(photo))
    first = five_edits.Five(five.face, first=True)
    faceaug_tasks |= {five_edits.FIRST: first, five_edits.WHOLE: five, "encode JPEG": faceaug_tasks.pop("encode JPEG")}
    module = import_module("faceaug.face.decompose")
    with clocked(module, STAGES) as calls:
        times = take_turns(faceaug_tasks | other_tasks, options.rounds)
    stages = {f"{WHOLE}: {name}": values[-options.rounds :] for name, values in calls.items()}
    section = _section(stages, {n: times[n] for n in faceaug_tasks}, {n: times[n] for n in other_tasks}, options.rounds)
    section = replace(section, tables=(*section.tables, five.table(options.rounds)))
    print(section.markdown())
    if options.json:
        plain = {name: {"median_ms": median(v), "p90_ms": quantile(v, 0.9)} for name, v in (times | stages).items()}
        Path(options.json).write_text(json.dumps(plain, indent=1) + "\n")
    if not options.quick:
        write_sections(Path(options.docs), [section])
    return 0


def portrait() -> tuple[Photo, bytes]:
    """The sample portrait at 512 x 512, and the same as a JPEG file."""
    with Image.open(ROOT / "sample_data" / PORTRAIT) as picture:
        small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=95)
    return Photo.from_array(np.asarray(small)), file.getvalue()


def _tasks(photo: Photo, jpeg: bytes) -> dict[str, Task]:
    """Everything of ours, in the order in which it happens."""
    pixels = photo.pixels
    face = decompose(photo)
    box, _ = find_faces(pixels)[0]
    recipe = Recipe.load(ROOT / "recipes" / "quickstart.yaml")
    tasks: dict[str, Task] = {
        "decode JPEG": lambda: decode(jpeg, "portrait", 100_000_000),
        "detect (blazeface)": lambda: detect(pixels, detector="blazeface"),
        "detect (mtcnn)": lambda: detect(pixels, detector="mtcnn"),
        YARDSTICK: lambda: _on_two_threads(lambda: detect(pixels, detector="mtcnn")),
        "landmarks": lambda: find_landmarks(pixels, box),
        WHOLE: lambda: take_apart(photo, find_landmarks(pixels, box)),
        "measure": lambda: measure(face),
    }
    for name, edit in edits().items():
        tasks[f"edit + render: {name}"] = _edited(face, edit)
    counter = iter(range(10**9))
    tasks["quickstart recipe, one variant"] = lambda: recipe.variants(face, [next(counter)])
    tasks["quickstart recipe, 8 variants, each"] = lambda: recipe.variants(face, list(range(8)))
    tasks["encode JPEG"] = lambda: encode(pixels, "jpg", quality=95)
    return tasks


def _on_two_threads(task: Task) -> None:
    torch.set_num_threads(2)
    try:
        task()
    finally:
        torch.set_num_threads(1)


def _edited(face: object, edit: Callable[..., Scene]) -> Task:
    counter = iter(range(10**9))
    return lambda: render(edit(Scene.of(face, seed=1, variants=[next(counter)])))  # type: ignore[arg-type]


def _opposition(photo: Photo, jpeg: bytes) -> dict[str, Task]:
    pixels = np.array(photo.pixels)

    def plain() -> bytes:
        decoded = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))
        return bytes(cv2.imencode(".jpg", decoded, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])

    steps = {f"albumentations: {name}": _bound(step, pixels) for name, step in albumentations_steps().items()}
    return {f"{RULE} (plain OpenCV)": plain, **steps}


def _bound(step: Callable[[np.ndarray], np.ndarray], pixels: np.ndarray) -> Task:
    return lambda: step(pixels)


def _section(
    stages: Mapping[str, list[float]], ours: Mapping[str, list[float]], others: Mapping[str, list[float]], rounds: int
) -> Section:
    ours = {name: [t / 8 for t in v] if name.endswith("8 variants, each") else v for name, v in ours.items()}
    rule = min(others[f"{RULE} (plain OpenCV)"])
    all_six = min(others["albumentations: all six"])
    rows: list[tuple[Cell, ...]] = []
    for name, values in ours.items():
        rows.append(_row(name, values, rule, all_six))
        if name == WHOLE:
            rows += [_row(f"&nbsp;&nbsp;{stage.split(': ')[1]}", v, rule, all_six) for stage, v in stages.items()]
    rows += [_row(name, values, rule, all_six) for name, values in others.items()]
    head = ("what", "fastest, ms", "median", "p90", "goal, ms", f"fastest x {RULE}", "fastest x albumentations' six")
    return Section(
        "speed",
        "Speed",
        f"One thread of a machine with 2 cores and no GPU ({platform.machine()}, Python {platform.python_version()}, "
        f"torch {version('torch')}), the sample portrait at {SIDE} x {SIDE}, {rounds} rounds after 2 of warm-up. All "
        "lines take turns in every round, so that other load slows them alike. **Trust ratios, not milliseconds**: "
        "ratios are of the fastest rounds, the ones least disturbed. Load average meanwhile: "
        f"{os.getloadavg()[0]:.1f} (this benchmark alone makes 1).",
        (Table(head, tuple(rows)),),
        (
            "`edit + render` draws every setting anew each time. The quickstart recipe makes lighting and sensor "
            "always, freckles in half of the variants. The fastest single variant is one without freckles: go by "
            "the eight. Decomposing happens once a photograph, whatever the number of variants.",
            "The opposition: one pipeline of albumentations' Illumination, RandomShadow, ColorJitter, ISONoise, "
            "Defocus and ImageCompression. They know nothing of faces, so this compares cost, not what is seen.",
            "Five edits are skin_tone, pose, glasses, lighting and freckles at once, in one picture of a face that is "
            "taken apart already. What follows from the photograph alone (the wall behind, where skin is bare) "
            "is worked out when its first variant asks, and kept with the face for all further ones; so are the lines "
            f"`edit + render` of such. The second table is of the very calls of `{five_edits.WHOLE}`.",
            "Where the C library is glibc, the memory of one picture is kept for the next (`faceaug.image.memory`), as "
            "in every run: without, alternating in one run, the five edits take 1.09 of the time, `pose` 1.05, "
            "decomposing 1.02.",
            "Goals are those of the design, for an undisturbed machine: a face taken apart without detector "
            "(landmarks included), and a variant with all five edits. The machine that they were set on took "
            f"{YARDSTICK_MS:g} ms for `{YARDSTICK}`; the line of that name tells how fast this one is.",
        ),
    )


def _row(name: str, values: Sequence[float], rule: float, all_six: float) -> tuple[Cell, ...]:
    best = min(values, default=float("nan"))
    return name, best, median(values), quantile(values, 0.9), GOALS.get(name), best / rule, best / all_six


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="rounds that count (default 20)")
    parser.add_argument("--quick", action="store_true", help="print only, write nothing")
    parser.add_argument("--json", metavar="FILE", help="also write the times there")
    parser.add_argument(
        "--docs", default=str(ROOT / "docs" / "benchmarks.md"), metavar="FILE", help="document to fill in"
    )
    options = parser.parse_args(argv)
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
