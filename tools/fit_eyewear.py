"""Fit the small classifiers of glasses, worn and hiding the eyes: ``python -m tools.fit_eyewear FACES``.

FACES is a folder of photographs with a ``manifest.csv`` whose column ``glasses`` is 0 or 1; these glasses are clear.
Besides the photographs themselves, every person without glasses is looked at with rendered pairs on, so that large
photographs and all skin tones have wearers too, and lenses that hide the eyes have any at all. Prints the confusion
tables of a five-fold cross-validation, in which no identity stands on both sides, and writes
``faceaug/weights/eyewear.safetensors``.
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
# Lenses that are rendered, and whether they hide the eyes.
LENSES = {"clear": False, "tinted": True, "gradient": True, "mirrored": True}
TINTS = get_edit("glasses").settings["tint_colour"].values


@dataclass(frozen=True)
class Sample:
    """What is known of one strip: its edges, whether glasses are on it, whose it is, and lenses that are rendered."""

    edges: np.ndarray
    worn: bool
    person: str
    lens: str = ""

    @property
    def hidden(self) -> bool:
        """Whether lenses hide the eyes."""
        return LENSES.get(self.lens, False)


def samples(folder: Path) -> list[Sample]:
    """Look at every photograph that says whether glasses are worn."""
    found: list[Sample] = []
    with (folder / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["glasses"] in {"0", "1"}]
    glasses = get_edit("glasses")
    for number, row in enumerate(rows):
        try:
            face = decompose(folder / row["path"])
        except FaceaugError as error:
            print(f"{row['path']}  {error}")
            continue
        person, worn = row["identity"] or row["path"], row["glasses"] == "1"
        found.append(Sample(edges(eye_strip(face)).numpy(), worn, person))
        if worn:
            continue
        for turn, lens in enumerate(LENSES):
            tint = TINTS[(number + turn) % len(TINTS)]
            scene = glasses(Scene.of(face), over="draw", lens=lens, tint=0.85, tint_colour=tint)
            (left, top), (height, width) = face.corners[0], face.size[1]
            pixels = torch.from_numpy(render(scene).pixels[0][top : top + height, left : left + width].copy())
            strip = eye_strip(face, decode(pixels).permute(2, 0, 1)[None])
            found.append(Sample(edges(strip).numpy(), worn=True, person=person, lens=lens))
    return found


def fit(chosen: list[Sample]) -> tuple[np.ndarray, float]:
    """Ridge-regularised logistic regression of whether glasses are worn: weights and offset."""
    x = np.array([sample.edges for sample in chosen])
    y = np.array([sample.worn for sample in chosen], float)
    trust = np.array([RENDERED * 2 / len(LENSES) if s.lens else WEARER if s.worn else OTHER for s in chosen])
    return fit_logistic(x, y, trust, RIDGE)


def fit_hidden(chosen: list[Sample]) -> tuple[np.ndarray, float]:
    """The same of whether the eyes are hidden, on wearers; both answers count alike."""
    worn = [sample for sample in chosen if sample.worn]
    hidden = np.array([sample.hidden for sample in worn])
    trust = np.where(hidden, 0.5 / hidden.mean(), 0.5 / (1 - hidden.mean()))
    return fit_logistic(np.array([sample.edges for sample in worn]), hidden.astype(float), trust, RIDGE)


def validate(found: list[Sample]) -> None:
    """Print what is right on persons whom the fit has not seen."""
    people = sorted({sample.person for sample in found})
    fold = {person: index % FOLDS for index, person in enumerate(people)}
    right: dict[str, list[bool]] = {}
    for held in range(FOLDS):
        seen = [s for s in found if fold[s.person] != held]
        (weight, offset), (hides, base) = fit(seen), fit_hidden(seen)
        for sample in found:
            if fold[sample.person] == held:
                kind = f"rendered {sample.lens}" if sample.lens else "wearers" if sample.worn else "others"
                right.setdefault(kind, []).append((sample.edges @ weight + offset > 0) == sample.worn)
                if sample.worn:
                    eyes = right.setdefault(f"{kind}: eyes", [])
                    eyes.append((sample.edges @ hides + base > 0) == sample.hidden)
    for kind, answers in sorted(right.items()):
        print(f"{kind:26} {sum(answers)} of {len(answers)} right")


def main() -> None:
    """Fit, tell how well, write."""
    found = samples(Path(sys.argv[1]))
    validate(found)
    (weight, offset), (hides, base) = fit(found), fit_hidden(found)
    tensors = {
        "weight": torch.from_numpy(weight).float(),
        "offset": torch.tensor(offset),
        "hidden": torch.from_numpy(hides).float(),
        "hidden_offset": torch.tensor(base),
    }
    save_file(tensors, str(OUT))
    print(OUT)


if __name__ == "__main__":
    main()
