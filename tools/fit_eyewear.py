"""Fit the small classifier that tells whether glasses are worn: ``python -m tools.fit_eyewear FACES``.

FACES is a folder of photographs with a ``manifest.csv`` whose column ``glasses`` is 0 or 1. Besides the photographs
themselves, every person without glasses is looked at with two rendered pairs on, so that large photographs and all
skin tones have wearers too. Prints the confusion table of a five-fold cross-validation, in which no identity stands on
both sides, and writes ``faceaug/weights/eyewear.safetensors``.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from faceaug.edit import get_edit
from faceaug.errors import FaceaugError
from faceaug.face.decompose import decompose
from faceaug.face.worn import edges, eye_strip
from faceaug.image.color import decode
from faceaug.render import render
from faceaug.scene import Scene
from tools.logistic import fit_logistic

OUT = Path(__file__).resolve().parent.parent / "faceaug" / "weights" / "eyewear.safetensors"
FOLDS = 5
# Wearers are rarer than others, and renderings only fill in: weights of a wearer, of another, of a rendering.
WEARER, OTHER, RENDERED = 2.5, 1.5, 0.3
RIDGE = 0.01


@dataclass(frozen=True)
class Sample:
    """What is known of one strip: its edges, whether glasses are on it, whose it is, whether it is rendered."""

    edges: np.ndarray
    worn: bool
    person: str
    rendered: bool


def samples(folder: Path) -> list[Sample]:
    """Look at every photograph that says whether glasses are worn."""
    found: list[Sample] = []
    with (folder / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["glasses"] in {"0", "1"}]
    glasses = get_edit("glasses")
    for row in rows:
        try:
            face = decompose(folder / row["path"])
        except FaceaugError as error:
            print(f"{row['path']}  {error}")
            continue
        person, worn = row["identity"] or row["path"], row["glasses"] == "1"
        found.append(Sample(edges(eye_strip(face)).numpy(), worn, person, rendered=False))
        if worn:
            continue
        for lens in ("clear", "tinted"):
            scene = glasses(Scene.of(face), over="draw", lens=lens, tint=0.85)
            (left, top), (height, width) = face.corners[0], face.size[1]
            pixels = torch.from_numpy(render(scene).pixels[0][top : top + height, left : left + width].copy())
            strip = eye_strip(face, decode(pixels).permute(2, 0, 1)[None])
            found.append(Sample(edges(strip).numpy(), worn=True, person=person, rendered=True))
    return found


def fit(chosen: list[Sample]) -> tuple[np.ndarray, float]:
    """Ridge-regularised logistic regression: weights and offset."""
    x = np.array([sample.edges for sample in chosen])
    y = np.array([sample.worn for sample in chosen], float)
    trust = np.array([RENDERED if s.rendered else WEARER if s.worn else OTHER for s in chosen])
    return fit_logistic(x, y, trust, RIDGE)


def validate(found: list[Sample]) -> None:
    """Print the confusion table on persons whom the fit has not seen."""
    people = sorted({sample.person for sample in found})
    fold = {person: index % FOLDS for index, person in enumerate(people)}
    table = np.zeros((2, 2, 2), int)
    for held in range(FOLDS):
        weight, offset = fit([s for s in found if fold[s.person] != held])
        for sample in found:
            if fold[sample.person] == held:
                table[int(sample.rendered), int(sample.worn), int(sample.edges @ weight + offset > 0)] += 1
    print(f"photographs  without: {table[0, 0, 0]} right, {table[0, 0, 1]} wrong", end="; ")
    print(f"with: {table[0, 1, 1]} right, {table[0, 1, 0]} wrong")
    print(f"renderings   with: {table[1, 1, 1]} right, {table[1, 1, 0]} wrong")


def main() -> None:
    """Fit, tell how well, write."""
    found = samples(Path(sys.argv[1]))
    validate(found)
    weight, offset = fit(found)
    save_file({"weight": torch.from_numpy(weight).float(), "offset": torch.tensor(offset)}, str(OUT))
    print(OUT)


if __name__ == "__main__":
    main()
