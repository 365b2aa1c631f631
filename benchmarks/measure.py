"""Measure how well attributes are measured, and write the tables into the documentation.

python -m benchmarks.measure                  everything, into docs/benchmarks.md: some ten minutes on one of 2 cores
python -m benchmarks.measure --quick          a few photographs of each data set, printed only
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faces import ROOT, find_set, read_set, spread_out
from benchmarks.measure_edits import flips, moved, stayed, tried
from benchmarks.measure_labels import FOLDS, Look, confusions, exposures, fold_of, known_shares, numbers, ranked, tones
from benchmarks.report import Section, median, progress, write_sections
from faceaug.data.photos import read_photo
from faceaug.errors import PhotoError
from faceaug.face.decompose import decompose
from faceaug.face.worn import edges, eye_strip
from faceaug.measure import MEASURING, measure
from faceaug.measure.facial_hair import hair_signs
from tools import fit_eyewear, fit_facial_hair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from benchmarks.faces import Face
    from benchmarks.measure_edits import Tried

EDITED = {"london": 7, "canada": 2, "congress225": 7}
"""Faces of each data set that are edited."""

QUICK = 4
"""Photographs of each data set in a quick run."""


@dataclass(frozen=True)
class Signs:
    """What the two fitted classifiers look at, of one photograph."""

    strip: np.ndarray
    hair: np.ndarray | None
    milliseconds: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--faces", metavar="DIR", help="the photographs (default: FACEAUG_FACES, ../shared/faces)")
    parser.add_argument("--quick", action="store_true", help="a few photographs; prints, writes nothing")
    parser.add_argument(
        "--docs", default=str(ROOT / "docs" / "benchmarks.md"), metavar="FILE", help="document to fill in"
    )
    options = parser.parse_args(argv)
    import cv2
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    faces = read_set(find_set(options.faces))
    if options.quick:
        faces = [face for name in EDITED for face in spread_out([f for f in faces if f.dataset == name], QUICK)]
    found = section(faces)
    print(found.markdown())
    if not options.quick:
        write_sections(Path(options.docs), [found])
    return 0


def section(faces: Sequence[Face]) -> Section:
    """Every table."""
    looks, signs = _looks(faces)
    looks = _unseen(looks, signs)
    edits = tried(_sample(looks))
    sample = sum(EDITED.values())
    return Section(
        "measure",
        "Measured attributes",
        f"`python -m benchmarks.measure` on {len(looks)} photographs (measurements of version {MEASURING}): what "
        "`faceaug.measure` says against what people told, and what it says after edits of our own on "
        f"{min(sample, len(looks))} of them. *Reliable* is what counts in an audit: a reliability of at least 0.3.",
        (*confusions(looks), tones(looks), exposures(looks), numbers(looks), moved(edits), *stayed(edits),
         known_shares(looks)),
        _remarks(looks, edits, signs),
    )  # fmt: skip


def _remarks(looks: Sequence[Look], edits: Mapping[str, Tried], signs: Sequence[Signs]) -> tuple[str, ...]:
    """What must be known to read the tables."""
    many, other, outside = flips(edits)
    return (
        f"Half a stop darker or lighter changes the class of ITA of {other} of {many} pictures, and takes the angle "
        f"out of the interval that was told for the photograph on {outside}: tone is what the photograph shows, and "
        "its interval says how little that may mean. The whites of the eyes do not serve as a grey card: within one "
        "studio's light they differ as much as exposures usually do (table of what tells the light), so they widen "
        "or move intervals, never the tone itself.",
        f"Spots rank the freckled London faces above the others in {ranked(looks):.2f} of the pairs, where 0.5 is "
        "chance: pores and rough skin count as well. `freckles` is therefore never reliable.",
        "Stubble cannot be told from shaven skin, so it never counts; whom the table calls none may wear it.",
        "No photograph here has shut eyes, a mask or a hand before the face: of `eyes_closed` only the false alarms "
        "are known, and a covering over most of the face passes for skin.",
        "`expression` other than neutral and smiling has no labels here.",
        f"All attributes of a face together take {median(s.milliseconds for s in signs):.0f} ms of processor time "
        "(median) beside taking it apart.",
    )


def _looks(faces: Sequence[Face]) -> tuple[list[Look], list[Signs]]:
    looks, signs = [], []
    for face in progress(list(faces), "photographs"):
        try:
            parts = decompose(read_photo(face.path))
        except PhotoError as error:
            print(f"{face.name}: {error}", file=sys.stderr)
            continue
        begun = time.process_time()
        values = measure(parts)
        taken = 1000 * (time.process_time() - begun)
        hair = hair_signs(parts)
        looks.append(Look(face, values, _told(face), {}))
        signs.append(
            Signs(edges(eye_strip(parts)).numpy(), None if hair is None else hair.double().numpy(), milliseconds=taken)
        )
    return looks, signs


def _told(face: Face) -> dict[str, str]:
    told = {
        "glasses": "" if face.glasses is None else "worn" if face.glasses else "none",
        "facial_hair": face.beard,
        "expression": face.expression,
        "grey": "" if face.grey is None else "yes" if face.grey else "no",
    }
    if face.dataset == "london":
        # Only these were looked at for spots; moles alone are no freckles.
        told["freckles"] = "present" if face.spots == "freckles" else "none"
    return told


def _unseen(looks: Sequence[Look], signs: Sequence[Signs]) -> list[Look]:
    """Let classifiers fitted to the people of the other folds speak of each."""
    fold = fold_of(looks)
    said: list[dict[str, str]] = [{} for _ in looks]
    worn = [
        fit_eyewear.Sample(s.strip, look.told["glasses"] == "worn", look.face.identity)
        for look, s in zip(looks, signs, strict=True)
    ]
    hairy = [
        None if s.hair is None else fit_facial_hair.Sample(s.hair, look.told["facial_hair"], look.face.identity)
        for look, s in zip(looks, signs, strict=True)
    ]
    for held in range(FOLDS):
        others = [k for k, look in enumerate(looks) if fold[look.face.identity] != held]
        weight, offset = fit_eyewear.fit([worn[k] for k in others if looks[k].told["glasses"]])
        learnt = [one for k in others if (one := hairy[k]) is not None and one.kind]
        fitted = fit_facial_hair.fit(learnt)
        for k, look in enumerate(looks):
            if fold[look.face.identity] != held:
                continue
            said[k]["glasses"] = "worn" if worn[k].edges @ weight + offset > 0 else "none"
            one = hairy[k]
            if one is not None:
                said[k]["facial_hair"] = fit_facial_hair.told(one, fitted)
    return [replace(look, unseen=words) for look, words in zip(looks, said, strict=True)]


def _sample(looks: Sequence[Look]) -> list[Face]:
    """Faces to edit: nobody twice, in colour, spread over the tones of each data set."""
    chosen: list[Face] = []
    for name, count in EDITED.items():
        people: dict[str, Look] = {}
        for look in looks:
            if look.face.dataset == name and "ita" in look.values:
                people.setdefault(look.face.identity, look)
        rows = sorted(people.values(), key=lambda look: float(look.values["ita"].value))
        chosen += [look.face for look in spread_out(rows, count)]
    return chosen


if __name__ == "__main__":
    raise SystemExit(main())
