"""Benchmark: can a small classifier tell edited pictures from photographs? Each edit, and the baselines beside it.

Both samples show the same distribution of what is edited: a face gets the pose, tone or light of another photograph of
its own data set, so that a classifier cannot win by learning that turned, dark or side-lit heads are rare.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from benchmarks.cases import CONDITIONS
from benchmarks.looks import MEMORY, Case, drawing, make, parts_of
from benchmarks.memory import code, digest
from benchmarks.report import Cell, Section, Table, progress
from benchmarks.sample import stratified
from faceaug.data.photos import encode, photo_of
from faceaug.errors import Refusal
from faceaug.plan.verify.telltale import PATCH, Telltale, patch_statistics, patches_in, summary, told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.survey import Seen
    from faceaug.face.decomposition import Decomposition

SHARES = {"london": 20, "canada": 8, "congress225": 52}
"""Faces of each data set: more than elsewhere, since pictures are only made, not measured."""

AROUND = 0.02
"""How far around what has changed the classifier may look, over the face's height: seams lie there."""

CHANGED = 3
"""Difference of 255 from which on a pixel counts as changed: less is the rounding of what was only touched."""

FEWEST = 30
"""Pairs below which no classifier is trained."""

FEWEST_WORN = 12
"""The same where wearers of glasses are compared, of whom there are few."""

UNTOUCHED = "photograph saved again, JPEG 90 (for scale)"
ALIKE = "photograph saved again, compressed as its own file (for scale)"


def realism(seen: Sequence[Seen]) -> Section:
    """Tell each way's pictures from photographs, around the edit and over the whole face."""
    chosen = stratified(seen, SHARES)
    partners = _partners(chosen)
    found: dict[str, list[tuple[Seen, dict[str, Any]]]] = {}
    for one, other, turn in progress([(*pair, k) for k, pair in enumerate(partners)], "realism"):
        for title, case in _ways(one, other, turn).items():
            if one.face.glasses and "glasses" in case.way:
                continue  # an edit of wearers is declined, so its baseline has none to show either
            described = _described(one, case)
            if described:
                found.setdefault(title, []).append((one, described))
    rows = [_row(title, pairs) for title, pairs in found.items()]
    rows += [*_worn(found), _null(found)]
    return Section(
        "realism",
        "Telling edited pictures from photographs",
        f"A two-sample test on {len(chosen)} people: for each way of editing, one edited picture and the untouched "
        "photograph of everybody, described by gradient histograms at two scales, grain, and moments of colour in "
        f"patches of {PATCH} pixels, and a ridge-regularised logistic classifier trained on four fifths of the people "
        "and tried on the rest, in turn. *AUC*: chance that it finds the edited one of two pictures of people it has "
        "not seen; 0.5 is a toss-up, 1 always; with its 95 % interval (jackknife over people). Pose, tone and light "
        "are those of another photograph of the same data set, so that both samples are spread alike. *Around the "
        "edit*: "
        "patches where the picture differs; *whole face*: all patches of the face and hair.",
        (Table(HEAD, tuple(rows)),),
        (
            "Edited pictures, the baselines' too, are compared as they are delivered: saved as their photograph's own "
            "file was, JPEG by its tables, and read again. Before that an edit's colours have finer detail than a "
            "photograph's compression leaves, and tell it ([0006](decisions/0006-compressed-alike.md)).",
            "Glasses, shadows and skin marks are things to be seen, which few of the photographs beside them have: "
            "their AUC says that they show, not that they look false. Compare with the baseline. Rendered "
            "glasses against those that people wear on photographs are few, so their limits are wide.",
            "What one small classifier does not see may still be seen; what it sees may be nothing that an eye minds.",
        ),
    )


HEAD = ("way", "people", "AUC around the edit", "95 %", "AUC whole face", "95 %")


def _partners(chosen: Sequence[Seen]) -> list[tuple[Seen, Seen]]:
    """Each face with another one of its data set, everybody being another's partner once."""
    pairs = []
    for name in dict.fromkeys(one.face.dataset for one in chosen):
        own = [one for one in chosen if one.face.dataset == name]
        pairs += [(one, own[(k + len(own) // 2) % len(own)]) for k, one in enumerate(own)]
    return pairs


def _ways(one: Seen, other: Seen, turn: int) -> dict[str, Case]:
    """The ways by their titles, with the partner's pose, tone and light."""
    mine, goal = one.values or {}, other.values or {}
    turned = {name: round(goal[name] - mine[name], 2) for name in ("yaw", "pitch", "roll")}
    tone = {"ita": round(min(max(goal["ita"], -70.0), 78.0), 2)}
    lamp = {
        "azimuth": round(min(max(goal["light_azimuth"], -80.0), 80.0), 2),
        "elevation": round(min(max(goal["light_elevation"], -20.0), 60.0), 2),
        "key_fill": round(min(max(goal["key_fill"], 1.2), 8.0), 2),
    }
    sides = {"gamma": (1.5, 0.7)[turn % 2], "gain": (0.9, 1.1)[turn % 2]}
    return {
        "`pose`, another photograph's": Case("pose", turned),
        "mesh warp without layers (baseline)": Case("mesh warp without layers", turned),
        "`pose`, yaw 25": Case("pose", {"yaw": 25.0 - 50.0 * (turn % 2), "pitch": 0.0, "roll": 0.0}),
        "mesh warp, yaw 25 (baseline)": Case(
            "mesh warp without layers", {"yaw": 25.0 - 50.0 * (turn % 2), "pitch": 0.0, "roll": 0.0}
        ),
        "`skin_tone`, another photograph's": Case("skin_tone", tone),
        "Lab mean and spread (baseline)": Case("Lab mean and spread", tone),
        "`lighting`, another photograph's": Case("lighting", lamp, seed=turn),
        "gamma and gain (baseline)": Case("gamma and gain", sides),
        "`glasses`": Case("glasses", seed=turn),
        "flat glasses by eye distance (baseline)": Case("flat glasses by eye distance"),
        "`foreign_shadow`": Case("foreign_shadow", seed=turn),
        **{f"`{name}`": Case(name, seed=turn) for name in CONDITIONS},
        "`sensor`": Case("sensor", seed=turn),
        UNTOUCHED: Case(UNTOUCHED),
        ALIKE: Case(ALIKE),
    }


def _described(one: Seen, case: Case) -> dict[str, Any]:
    """Statistics of the picture and of the photograph, around the edit and over the face; nothing if declined."""
    source = code("benchmarks.sample") if case.way in {UNTOUCHED, ALIKE} else drawing(case)
    key = ("realism 2", digest(one.face.path), case.words, source, code("faceaug.plan.verify.telltale"))
    return dict(MEMORY.recall(key, lambda: _compared(one.face.path, case)))


def _compared(path: Path, case: Case) -> dict[str, Any]:
    parts = parts_of(path)
    photo, plain = parts.photos[0].pixels, _of_photo(path)
    picture = photo
    if case.way not in {UNTOUCHED, ALIKE}:
        try:
            made = make(parts, case)
        except Refusal:
            return {}
        picture = made if isinstance(made, np.ndarray) else made.pixels[0]
    if case.way in {UNTOUCHED, ALIKE}:
        around = set(plain)
    else:
        changed = (np.abs(picture.astype(int) - photo).max(axis=2) >= CHANGED).astype(np.uint8)
        reach = 2 * max(2, round(AROUND * _height(parts))) + 1
        near = cv2.dilate(changed, np.ones((reach, reach), np.uint8)) > 0
        around = {
            corner for corner in plain if near[corner[0] : corner[0] + PATCH, corner[1] : corner[1] + PATCH].any()
        }
    if case.way == UNTOUCHED:
        saved = _saved_again(photo)
    else:
        saved = photo_of(encode(picture, like=parts.photos[0].jpeg), str(path)).pixels
    edited = {corner: patch_statistics(saved, corner) for corner in plain}
    described: dict[str, Any] = {}
    for name, each in (("edited", edited), ("photo", plain)):
        for where, corners in (("face", list(plain)), ("around", [corner for corner in plain if corner in around])):
            vector = summary([each[corner] for corner in corners])
            described[f"{name} {where}"] = None if vector is None else np.round(vector, 5).tolist()
    return described


@lru_cache(maxsize=2)
def _of_photo(face: Path) -> dict[tuple[int, int], np.ndarray]:
    """The photograph's own patches over face and hair: the same beside each of its edited pictures."""
    parts = parts_of(face)
    photo = parts.photos[0].pixels
    return {corner: patch_statistics(photo, corner) for corner in patches_in(photo.shape[:2], _head(parts))}


def _saved_again(photo: np.ndarray) -> np.ndarray:
    _, coded = cv2.imencode(".jpg", np.ascontiguousarray(photo[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 90])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[:, :, ::-1])


def _height(parts: Decomposition) -> float:
    rows = parts.points[0, :, 1]
    return float(rows.max() - rows.min())


def _head(parts: Decomposition) -> np.ndarray:
    """A box around face and hair, ``(H, W)`` bool."""
    points = parts.points[0, :, :2].numpy()
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    wide, high = right - left, bottom - top
    mask = np.zeros(parts.photos[0].pixels.shape[:2], dtype=bool)
    mask[
        max(0, int(top - 0.35 * high)) : int(bottom + 0.1 * high),
        max(0, int(left - 0.2 * wide)) : int(right + 0.2 * wide),
    ] = True
    return mask


def _row(title: str, pairs: Sequence[tuple[Seen, dict[str, Any]]]) -> tuple[Cell, ...]:
    around, face = _told(pairs, "around"), _told(pairs, "face")
    return (title, len(pairs), *_cells(around), *_cells(face))


def _cells(told: Telltale | None) -> tuple[Cell, Cell]:
    return (None, None) if told is None else (told.auc, f"{told.low:.2f} to {told.high:.2f}")


def _told(pairs: Sequence[tuple[Seen, dict[str, Any]]], where: str) -> Telltale | None:
    known = [(one, d) for one, d in pairs if d[f"edited {where}"] is not None and d[f"photo {where}"] is not None]
    if len(known) < FEWEST:
        return None
    features = np.array([d[f"{kind} {where}"] for kind in ("edited", "photo") for _, d in known])
    rendered = np.arange(len(features)) < len(known)
    people = [one.face.identity for one, _ in known] * 2
    return told_apart(features, rendered, people, [one.face.dataset for one, _ in known] * 2)


def _worn(found: dict[str, list[tuple[Seen, dict[str, Any]]]]) -> list[tuple[Cell, ...]]:
    """Photographs of wearers against those of others, and against rendered glasses, in data sets that have both."""
    photos = found[UNTOUCHED]
    both = {one.face.dataset for one, _ in photos if one.face.glasses}
    wearers = [(one, d["photo face"]) for one, d in photos if one.face.glasses]
    others = [(one, d["photo face"]) for one, d in photos if not one.face.glasses and one.face.dataset in both]
    drawn = [(one, d["edited face"]) for one, d in found.get("`glasses`", []) if one.face.dataset in both]
    return [
        _against("photographs of wearers of glasses against those of others (for scale)", wearers, others),
        _against("`glasses` against photographs of wearers", drawn, wearers),
    ]


def _against(title: str, ones: Sequence[tuple[Seen, Any]], others: Sequence[tuple[Seen, Any]]) -> tuple[Cell, ...]:
    """Tell pictures of some people from those of others, over the whole face."""
    all_of = [*ones, *others]
    told = None
    if min(len(ones), len(others)) >= FEWEST_WORN:
        told = told_apart(
            np.array([features for _, features in all_of]),
            np.arange(len(all_of)) < len(ones),
            [one.face.identity for one, _ in all_of],
            [one.face.dataset for one, _ in all_of],
        )
    return (title, len(all_of), None, None, *_cells(told))


def _null(found: dict[str, list[tuple[Seen, dict[str, Any]]]]) -> tuple[Cell, ...]:
    """Untouched photographs of half the people against those of the other half: what chance makes."""
    pairs = found[UNTOUCHED]
    features = np.array([described["photo face"] for _, described in pairs])
    told = told_apart(
        features,
        np.arange(len(pairs)) % 2 == 0,
        [one.face.identity for one, _ in pairs],
        [one.face.dataset for one, _ in pairs],
    )
    return ("photographs of half the people against the other half (for scale)", len(pairs), None, None, *_cells(told))
