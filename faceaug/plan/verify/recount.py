"""Counting again: what the labels say, and what was read back from the pixels."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from faceaug.data.attributes import RELIABLE, VOCABULARY
from faceaug.data.keypoints import keypoints_in
from faceaug.data.photos import read_photo
from faceaug.errors import PhotoError
from faceaug.plan.gate.labels import excused
from faceaug.recipe.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from faceaug.data.photos import Photo
    from faceaug.data.record import Record
    from faceaug.face.decomposition import Decomposition

__all__ = ["measured_again", "recount"]

Readings = dict[str, dict[str, Any]]
"""Attribute -> value and reliability."""


def recount(records: Sequence[Record], fresh: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Count every word twice, by the labels and by the measurements, and list where they contradict each other.

    A rendering that has inherited a label is not to blame where its photograph measures otherwise too, nor is one whose
    label was measured: near the border of two words the same instrument says the other of a file that lost a little.

    Args:
        records: of all pictures.
        fresh: id -> attribute -> value and reliability, read anew from the files; they replace what is on record.

    Returns:
        JSON values: attributes (name -> value -> labelled and measured, each photographed and rendered, of pictures
        of which both are known), contradictions (of renderings: id, attribute, label, how, measured, reliability), and
        how many photographs contradict their labels.
    """
    counts: dict[str, dict[str, dict[str, list[int]]]] = {}
    contradictions: list[dict[str, Any]] = []
    doubtful: Counter[str] = Counter()
    photographs = {record.id: _readings(record.measured) for record in records if record.origin == "camera"}
    for record in records:
        readings = _readings({**record.measured, **(fresh or {}).get(record.id, {})})
        for name in readings.keys() & record.attributes.keys():
            label, reading = record.attributes[name], readings[name]
            if not label.known or not isinstance(label.value, str):
                continue
            rows = counts.setdefault(name, {})
            for word, kind in ((label.value, "labelled"), (reading["value"], "measured")):
                count = rows.setdefault(word, {"labelled": [0, 0], "measured": [0, 0]})[kind]
                count[record.origin == "rendered"] += 1
            if label.value == reading["value"]:
                continue
            before = photographs.get(record.parent or record.id, {}).get(name, {}).get("value")
            if record.origin == "camera":
                doubtful[name] += 1
            elif label.how != "measured" and not excused(label, before):
                contradictions.append(
                    {"id": record.id, "attribute": name, "label": label.value, "how": label.how}
                    | {"measured": reading["value"], "reliability": reading.get("reliability")}
                )
    contradictions.sort(key=lambda row: (row["attribute"], row["id"]))
    ordered = {name: {word: rows[word] for word in _ordered(name, rows)} for name, rows in sorted(counts.items())}
    return {"attributes": ordered, "contradictions": contradictions, "photographs": dict(sorted(doubtful.items()))}


def measured_again(
    sample: Sequence[Record], root: Path, progress: Callable[[int, int], None] | None = None
) -> tuple[dict[str, Readings], list[dict[str, str]]]:
    """Measure the files of some renderings.

    Args:
        sample: the renderings.
        root: folder that their paths are relative to.
        progress: called after each picture.

    Returns:
        Id -> readings; and those in which no face is found any more, with the reason.
    """
    from faceaug.measure import measure

    found: dict[str, Readings] = {}
    lost = []
    for done, record in enumerate(sample, 1):
        try:
            with one_thread():
                readings = measure(_face_of(record, read_photo(record.located(root))))
            found[record.id] = {name: value.plain() for name, value in readings.items()}
        except PhotoError as error:
            lost.append({"id": record.id, "why": error.sentence})
        if progress is not None:
            progress(done, len(sample))
    return found, lost


def _face_of(record: Record, photo: Photo) -> Decomposition:
    """The face at the record's own landmarks taken apart, the largest where it has none."""
    from faceaug.face.decompose import decompose

    points = keypoints_in(record.measured)
    height, width = photo.pixels.shape[:2]
    near = None if points is None else (points["nose_tip"][0] * width, points["nose_tip"][1] * height)
    return decompose(photo, near=near)


def _readings(measured: Mapping[str, Any]) -> Readings:
    """The words that were measured, and reliably so."""
    return {
        name: reading
        for name, reading in measured.items()
        if isinstance(reading, dict)
        and isinstance(reading.get("value"), str)
        and (reading.get("reliability") is None or reading["reliability"] >= RELIABLE)
    }


def _ordered(name: str, words: Mapping[str, object]) -> list[str]:
    """Words in the vocabulary's order, strangers behind."""
    order = VOCABULARY[name].values if name in VOCABULARY else ()
    places = defaultdict(lambda: len(order), {word: place for place, word in enumerate(order)})
    return sorted(words, key=lambda word: (places[word], word))
