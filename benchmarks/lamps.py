"""Measure the lamps of plans: how often the light that a plan asks for is what is measured, and how far tone moves.

    python -m benchmarks.lamps [--faces DIR]           the table, into docs/benchmarks.md

The shifts of `faceaug/plan/donors/lamps.py` are read off it.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

import torch

from benchmarks.faces import ROOT, find_set, read_set, spread_out
from benchmarks.report import Section, Table, progress, quantile, write_sections
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import PhotoError
from faceaug.face.decompose import decompose
from faceaug.measure import measure
from faceaug.plan.donors.lamps import EDIT, LAMPS
from faceaug.recipe import Recipe

if TYPE_CHECKING:
    from benchmarks.faces import Face

FACES: Final = {"london": 16, "congress225": 24, "canada": 4}
"""Photographs of each data set."""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", help="folder of the faces")
    folder = find_set(parser.parse_args().faces)
    torch.set_num_threads(1)
    everybody = [face for face in read_set(folder) if not face.grey]
    chosen = [
        face
        for name, count in FACES.items()
        for face in spread_out([face for face in everybody if face.dataset == name], count)
    ]
    read: dict[str, Counter[str]] = defaultdict(Counter)
    moved: dict[str, list[float]] = defaultdict(list)
    for turn, face in enumerate(progress(chosen, "lamps")):
        for word, (seen, shift) in _tried(face, turn).items():
            read[word][seen] += 1
            moved[word] += [] if shift is None else [shift]
    made = section(read, moved, len(chosen))
    print(made.markdown())
    write_sections(ROOT / "docs" / "benchmarks.md", [made])


def _tried(face: Face, turn: int) -> dict[str, tuple[str, float | None]]:
    """Each lamp on one face: the word that is measured, and how far the typology angle of the cheeks has moved."""
    parts = decompose(read_photo(face.path))
    was = measure(parts).get("ita")
    found: dict[str, tuple[str, float | None]] = {}
    for word, lamp in LAMPS.items():
        settings = {name: list(ends) for name, ends in lamp.words.items()}
        recipe = Recipe.parse({"about": "A lamp", "seed": 1, "edits": {EDIT: settings}})
        variant = recipe.variants(parts, [turn])[0]
        try:
            now = measure(decompose(Photo.from_array(variant.pixels)))
        except PhotoError:
            found[word] = ("no face", None)
            continue
        tones = [float(one.value) for one in (was, now.get("ita")) if one is not None]
        found[word] = (str(now["light"].value), tones[1] - tones[0] if len(tones) > 1 else None)
    return found


def section(read: dict[str, Counter[str]], moved: dict[str, list[float]], count: int) -> Section:
    """The table."""
    rows = tuple(
        (
            word,
            f"{read[word][word]} of {sum(read[word].values())}",
            ", ".join(f"{other} {times}" for other, times in read[word].most_common() if other != word) or "-",
            quantile(moved[word], 0.1),
            quantile(moved[word], 0.5),
            quantile(moved[word], 0.9),
        )
        for word in LAMPS
    )
    head = ("light asked for", "measured so", "or as", "shift of ITA: p10", "median", "p90")
    return Section(
        "lamps",
        "Lamps of plans",
        f"The six words of the attribute `light` on {count} photographs, lit as a plan asks for them and taken apart "
        "anew. ITA is that of the cheeks, in degrees, against the photograph's.",
        (Table(head, rows),),
        ("A picture whose light is measured as another word is rejected by the gate and asked for again.",),
    )


if __name__ == "__main__":
    main()
