"""Pictures for the benchmark of the gate: as a plan asks for them and broken on purpose, and what the gate measures."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.broken import misplaced_glasses, with_eyes_swapped, with_seam, with_spill
from faceaug.coverage.axes import Axis
from faceaug.data.attributes import VOCABULARY
from faceaug.data.photos import Photo, read_photo
from faceaug.data.record import Record
from faceaug.errors import PhotoError
from faceaug.face.decompose import decompose
from faceaug.measure import measure
from faceaug.measure.pose import pose_class
from faceaug.measure.tone import tone_class
from faceaug.plan.gate import Expectation, judge
from faceaug.plan.gate.identity import recogniser
from faceaug.recipe import Recipe
from faceaug.recipe.provenance import photographed, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.faces import Face
    from faceaug.face.decomposition import Decomposition
    from faceaug.recipe.variants import Variant

AXES: Final = tuple(Axis(name, VOCABULARY[name].values) for name in ("skin_tone", "glasses", "pose"))

CENTRES: Final = (60.0, 48.0, 34.5, 19.0, -10.0, -45.0)
"""Typology angles in the middle of the classes of tone, light to dark, degrees."""

TURNS: Final = (28.0, -28.0, 22.0, -22.0)
"""Yaws that heads are turned to, degrees; faces take turns."""


@dataclass(frozen=True)
class Seen:
    """What the gate measured on one picture.

    Attributes:
        face: name of the photograph.
        person: who it shows.
        fault: how it was broken, or "".
        edits: which edits were made.
        scores: check -> score.
    """

    face: str
    person: str
    fault: str
    edits: str
    scores: dict[str, float]

    @property
    def name(self) -> str:
        """A name for its file."""
        return (
            f"{Path(self.face).stem}_{self.fault or 'good'}_{self.edits}_{zlib.crc32(repr(self).encode()):08x}".replace(
                " ", "-"
            )
        )

    def excess(self, bounds: Mapping[str, float]) -> float:
        """The worst score over its bound; above 1 the picture is rejected."""
        return max(
            2.0 * score if bounds[name] == 0 else score / bounds[name]
            for name, score in self.scores.items()
            if name in bounds
        )


def look(face: Face, turn: int) -> Iterator[tuple[Seen, Variant]]:
    """Make and judge all pictures of one person."""
    parts = decompose(read_photo(face.path))
    if bool(parts.grey[0]):
        return
    was = measure(parts)
    parent = photographed(Record(face.name, face.name), face.name, parts.photos[0].sha256, was, parts)
    for fault, recipe, made, expected in _pictures(parts, turn):
        try:
            after = decompose(Photo.from_array(made.pixels))
            found = measure(after)
        except PhotoError:
            after, found = None, {}
        labels = rendered(parent, recipe, made, id="x", measured=found).attributes
        verdict = judge(parts, after, made, Expectation(AXES, expected, labels, found, was), recogniser())
        scores = {check.name: check.score for check in verdict.checks}
        yield Seen(face.name, face.identity, fault, "+".join(sorted(made.drawn)), scores), made


def _pictures(parts: Decomposition, turn: int) -> Iterator[tuple[str, Recipe, Variant, dict[str, str]]]:
    """Good pictures and broken ones: fault, recipe, picture, and the classes that it should show."""
    asked = _asked(parts, turn)
    for edits in asked:
        recipe = Recipe.parse({"about": "A picture", "seed": 1, "edits": edits})
        made = recipe.variants(parts, [turn])[0]
        if made.refused:
            continue
        yield "", recipe, made, _expected(parts, edits)
        if edits == asked[0]:
            for fault, breaking in (
                ("mask seam", with_seam),
                ("tone spill", with_spill),
                ("swapped eyes", with_eyes_swapped),
            ):
                yield fault, recipe, breaking(made, parts), _expected(parts, edits)
        if edits == asked[1]:
            draw = Recipe.parse({"about": "Off", "seed": 1, "edits": {"glasses": {"over": "draw"}}})
            yield "glasses 15 px off", draw, misplaced_glasses(draw, parts, turn), _expected(parts, edits)
        if edits == asked[turn % 4]:
            yield "wrong label", recipe, _unmade(made, parts), _expected(parts, edits)


def _asked(parts: Decomposition, turn: int) -> list[dict[str, Any]]:
    """What a plan would ask of this face: another class of tone, glasses, another pose, and pairs of these."""
    own = [tone_class(centre) for centre in CENTRES].index(tone_class(float(parts.skin.ita[0])))
    goal = own + (2, 1, -1, 2)[turn % 4]
    tone = {"skin_tone": {"ita": CENTRES[goal if 0 <= goal < len(CENTRES) else own - 1 if own else 2]}}
    pose = {"pose": {"yaw": TURNS[turn % 4] - float(parts.pose.angles[0, 0])}}
    clear, tinted = {"glasses": {"lens": "clear"}}, {"glasses": {"lens": "tinted"}}
    kinds: list[dict[str, dict[str, Any]]] = [
        tone,
        clear,
        pose,
        tinted,
        tone | clear,
        tone | pose,
        pose | clear,
        {"lighting": {}},
        {"freckles": {}},
    ]
    return [dict(kind) for kind in kinds]


def _expected(parts: Decomposition, edits: dict[str, Any]) -> dict[str, str]:
    """The classes of a picture with these edits."""
    expected = {}
    if "skin_tone" in edits:
        expected["skin_tone"] = tone_class(edits["skin_tone"]["ita"])
    if "glasses" in edits:
        expected["glasses"] = edits["glasses"]["lens"]
    if "pose" in edits:
        expected["pose"] = pose_class(float(parts.pose.angles[0, 0]) + edits["pose"]["yaw"])
    return expected


def _unmade(made: Variant, parts: Decomposition) -> Variant:
    """A picture on which the edit has done nothing, whatever its record says."""
    return replace(made, pixels=parts.photos[0].pixels, points=parts.points[0].numpy(), masks={})
