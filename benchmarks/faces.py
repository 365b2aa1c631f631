"""The big set of real photographs, which is not part of this repository: where it is and what is known about it."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Face:
    """One photograph of the set.

    Attributes:
        name: Path inside the set.
        path: Where it is.
        dataset: london, canada, congress225 or lisa_zoom.
        identity: Who it is.
        gender: As the set has it (self-reported, or of public record), or nothing. Only used to spread samples evenly.
        expression: neutral, smiling or nothing.
        glasses: Whether glasses are worn, or None.
        beard: Facial hair in words, or nothing.
        spots: freckles, moles or nothing.
        grey: Whether the photograph has no colour, or None.
        lightness, ita, hue: L*, individual typology angle and hue angle (degrees) of the cheeks as the set has them,
            measured between pupils marked by hand; None where it does not.
        scheme: Number of the points that were marked by hand, 0 for none.
        points_path: Where these are.
    """

    name: str
    path: Path
    dataset: str
    identity: str
    gender: str
    expression: str
    glasses: bool | None
    beard: str
    spots: str
    grey: bool | None
    lightness: float | None
    ita: float | None
    hue: float | None
    scheme: int
    points_path: Path | None

    def points(self) -> np.ndarray:
        """The points marked by hand ``(N, 2)``, pixels."""
        if self.points_path is None:
            msg = f"{self.name} has no points marked by hand"
            raise ValueError(msg)
        return np.loadtxt(self.points_path, delimiter=",", skiprows=1, dtype=np.float64)


def find_set(given: str | None) -> Path:
    """The folder of the set: as given, as FACEAUG_FACES says, or beside the repository.

    Raises:
        SystemExit: It is not there.
    """
    folder = Path(given or os.environ.get("FACEAUG_FACES") or ROOT.parent / "shared" / "faces")
    if not (folder / "manifest.csv").is_file():
        raise SystemExit(f"{folder} holds no manifest.csv: name the set of photographs with --faces or FACEAUG_FACES")
    return folder


def read_set(folder: Path) -> list[Face]:
    """All photographs of the set, in the order of its manifest."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return [_face(folder, row) for row in csv.DictReader(file)]


def _face(folder: Path, row: dict[str, str]) -> Face:
    a, b = _number(row["cheek_a"]), _number(row["cheek_b"])
    return Face(
        name=row["path"],
        path=folder / row["path"],
        dataset=row["dataset"],
        identity=row["identity"],
        gender=row["gender"],
        expression=row["expression"],
        glasses=None if row["glasses"] == "" else row["glasses"] == "1",
        beard=row["facial_hair"],
        spots=row["spots"],
        grey=None if row["grey"] == "" else row["grey"] == "1",
        lightness=_number(row["cheek_L"]),
        ita=_number(row["cheek_ITA"]),
        hue=None if a is None or b is None else float(np.degrees(np.arctan2(b, a))),
        scheme=int(row["n_landmarks"] or 0),
        points_path=folder / row["landmarks"] if row["landmarks"] else None,
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def spread_out(items: Sequence[T], count: int) -> list[T]:
    """``count`` items, evenly from the first to the last."""
    if count >= len(items):
        return list(items)
    return [items[round(k * (len(items) - 1) / max(count - 1, 1))] for k in range(count)]
