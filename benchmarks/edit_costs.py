"""What edits cost: how far each moves a person for a recogniser, how often it misses, and what else it shifts.

    python -m benchmarks.edit_costs [--faces DIR] [--people N]

The constants of `faceaug/plan/donors/costs.py` and the shifts of `faceaug/plan/donors/dials.py` are read off it. Needs
the extra `identity`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.faces import find_set, read_set, spread_out
from benchmarks.report import Table, median, progress, quantile
from benchmarks.sample import edited
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import PhotoError, Refusal
from faceaug.face.decompose import decompose
from faceaug.measure import measure
from faceaug.plan.gate.identity import recogniser

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.face.decomposition import Decomposition

STEPS = (-80, -60, -40, -20, 20, 40, 60)
ANGLES = (10, 20, 30, 40)
LAMPS = ((-60.0, 20.0), (-30.0, 10.0), (30.0, 10.0), (60.0, 20.0), (0.0, 40.0))

Case = tuple[str, str, "Mapping[str, Any]"]


def cases(ita: float, yaw: float) -> list[Case]:
    """What is tried on one face: name, edit, settings."""
    found: list[Case] = [
        (f"skin_tone {step:+d}", "skin_tone", {"ita": ita + step}) for step in STEPS if -72 <= ita + step <= 75
    ]
    found += [(f"pose yaw {angle}", "pose", {"yaw": angle if yaw < 0 else -angle}) for angle in ANGLES]
    found += [(f"pose pitch {angle}", "pose", {"yaw": 0.0, "pitch": angle}) for angle in (10, 20)]
    found += [(f"glasses {lens}", "glasses", {"lens": lens}) for lens in ("clear", "tinted")]
    found += [(name, name, {}) for name in ("freckles", "moles", "acne", "rosacea", "vitiligo", "birthmark", "scar")]
    found += [(name, name, {}) for name in ("age_spots", "sensor", "foreign_shadow")]
    lamps = enumerate(LAMPS)
    return found + [
        ("lighting", "lighting", {"azimuth": a, "elevation": e, "key_fill": 2.0 + number}) for number, (a, e) in lamps
    ]


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=Path, help="folder of the faces")
    parser.add_argument("--people", type=int, default=24, help="how many faces")
    given = parser.parse_args()
    folder = find_set(given.faces)
    if folder is None:
        print("skipped: the big set of faces is not there")
        return
    faces = [face for face in read_set(folder) if face.dataset == "london" and face.expression == "neutral"]
    found: dict[str, dict[str, list[float]]] = {}
    for face in progress(spread_out(faces, given.people), "edits"):
        _measure(decompose(read_photo(face.path)), found)
    head = ("edit", "pictures", "refused or lost", "identity: median", "p90", "shift of ITA: median abs.", "p90")
    rows = tuple(_row(name, values) for name, values in found.items())
    print(Table(head, rows).markdown())


def _measure(parts: Decomposition, found: dict[str, dict[str, list[float]]]) -> None:
    """Try everything on one face."""
    model = recogniser()
    assert model is not None, "pip install 'faceaug[identity]'"
    before = model(parts.photos[0].pixels, parts.points[0].numpy())
    was = measure(parts)
    tone = was.get("ita")
    for name, edit, settings in cases(float(tone.value) if tone else 0.0, float(was["yaw"].value)):
        into = found.setdefault(name, {"identity": [], "ita": [], "lost": []})
        try:
            after = decompose(Photo.from_array(edited(parts, edit, settings).pixels[0]))
        except (Refusal, PhotoError):
            into["lost"].append(1.0)
            continue
        into["lost"].append(0.0)
        into["identity"].append(float(np.linalg.norm(before - model(after.photos[0].pixels, after.points[0].numpy()))))
        now = measure(after).get("ita")
        if tone is not None and now is not None:
            into["ita"].append(abs(float(now.value) - float(tone.value)))


def _row(name: str, values: dict[str, list[float]]) -> tuple[str | float | int | None, ...]:
    """A row of the table."""
    lost = f"{100 * np.mean(values['lost']):.0f} %"
    far, shift = values["identity"], values["ita"]
    return name, len(far), lost, median(far), quantile(far, 0.9), median(shift), quantile(shift, 0.9)


if __name__ == "__main__":
    main()
