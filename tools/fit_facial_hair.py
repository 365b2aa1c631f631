"""Fit the two small classifiers of facial hair: ``python -m tools.fit_facial_hair FACES``.

FACES is a folder of photographs with a ``manifest.csv`` whose column ``facial_hair`` is none, stubble, moustache or
beard. Prints the confusion table of a five-fold cross-validation, in which no identity stands on both sides, and writes
``faceaug/weights/facial_hair.safetensors``.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from faceaug.errors import FaceaugError
from faceaug.face.decompose import decompose
from faceaug.measure.facial_hair import hair_class, hair_signs
from tools.logistic import fit_logistic

OUT = Path(__file__).resolve().parent.parent / "faceaug" / "weights" / "facial_hair.safetensors"
FOLDS = 5
# Wearers are rarer than others by ten to one, and count four times.
WEARER, RIDGE = 4.0, 0.02
KINDS = ("none", "stubble", "moustache", "beard")
# Whose upper lip, and whose chin, wears hair. A shadow on the lip alone is not called a moustache.
LIP, CHIN = ("moustache", "beard"), ("stubble", "beard")


@dataclass(frozen=True)
class Sample:
    """What is known of one face: its signs of hair, what it wears, whose it is."""

    signs: np.ndarray
    kind: str
    person: str


Fit = tuple[np.ndarray, np.ndarray]


def samples(folder: Path) -> list[Sample]:
    """Look at every photograph that says what hair its face wears."""
    found: list[Sample] = []
    with (folder / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["facial_hair"] in KINDS]
    for row in rows:
        try:
            signs = hair_signs(decompose(folder / row["path"]))
        except FaceaugError as error:
            print(f"{row['path']}  {error}")
            continue
        if signs is not None:
            found.append(Sample(signs.numpy().astype(np.float64), row["facial_hair"], row["identity"] or row["path"]))
    return found


def fit(chosen: list[Sample]) -> Fit:
    """Weights ``(2, 25)`` and offsets ``(2,)`` of lip and chin."""
    parts = [_fit_one(chosen, kinds) for kinds in (LIP, CHIN)]
    return np.array([weight for weight, _ in parts]), np.array([offset for _, offset in parts])


def _fit_one(chosen: list[Sample], kinds: tuple[str, ...]) -> tuple[np.ndarray, float]:
    """Ridge-regularised logistic regression of one of the two."""
    x = np.array([sample.signs for sample in chosen])
    y = np.array([sample.kind in kinds for sample in chosen], float)
    trust = np.where(y > 0, WEARER, 1.0)
    return fit_logistic(x, y, trust, RIDGE)


def told(sample: Sample, fitted: Fit) -> str:
    """What the classifiers say of one face."""
    lip, chin = fitted[0] @ sample.signs + fitted[1]
    return hair_class(float(lip), float(chin), float(min(sample.signs[14], sample.signs[24])))


def validate(found: list[Sample]) -> np.ndarray:
    """Confusion table (what it is, what is told) on persons whom the fit has not seen."""
    people = sorted({sample.person for sample in found})
    fold = {person: index % FOLDS for index, person in enumerate(people)}
    table = np.zeros((len(KINDS), len(KINDS)), int)
    for held in range(FOLDS):
        fitted = fit([sample for sample in found if fold[sample.person] != held])
        for sample in found:
            if fold[sample.person] == held:
                table[KINDS.index(sample.kind), KINDS.index(told(sample, fitted))] += 1
    return table


def main() -> None:
    """Fit, tell how well, write."""
    found = samples(Path(sys.argv[1]))
    print("what it is \\ what is told: " + ", ".join(KINDS))
    for kind, line in zip(KINDS, validate(found), strict=True):
        print(f"{kind:>10}  " + "  ".join(f"{count:4d}" for count in line))
    weight, offset = fit(found)
    save_file({"weight": torch.from_numpy(weight).float(), "offset": torch.from_numpy(offset).float()}, str(OUT))
    print(OUT)


if __name__ == "__main__":
    main()
