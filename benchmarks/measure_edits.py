"""Metamorphic tests: our own edits move what they are meant to move, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.report import Table, median, progress
from benchmarks.sample import edited
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import FaceaugError
from faceaug.face.decompose import decompose
from faceaug.measure import measure
from faceaug.measure.tone import tone_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.faces import Face
    from benchmarks.report import Cell
    from faceaug.data.attributes import Value

    Values = Mapping[str, Value]
    Rule = Callable[[Values, Values], bool]

__all__ = ["TRIALS", "Trial", "flips", "moved", "stayed", "tried"]

WORDS = (
    "pose",
    "glasses",
    "expression",
    "facial_hair",
    "gaze",
    "covered_part",
    "skin_tone",
    "skin_colour",
    "light",
    "grey",
)
"""Words that are watched."""

NUMBERS = (
    "yaw",
    "pitch",
    "roll",
    "lightness",
    "ita",
    "hue",
    "smile",
    "mouth_open",
    "occlusion",
    "gaze_yaw",
    "face_size",
)
"""Numbers that are watched."""


class Trial(NamedTuple):
    """One edit: its name in the tables, the edit and its settings, what is read, and whether that went right."""

    title: str
    edit: str
    settings: Mapping[str, Any]
    reads: str
    right: Rule
    criterion: str
    moves: frozenset[str]


def _shift(name: str, by: float, within: float) -> Rule:
    return lambda was, now: abs(float(now[name].value) - float(was[name].value) - by) <= within


def _becomes(name: str, word: str) -> Rule:
    return lambda _, now: now[name].value == word


def _rises(name: str, factor: float) -> Rule:
    return lambda was, now: float(now[name].value) > factor * float(was[name].value)


_PLAIN = {"iso": 0.0, "quality": 100.0}
_TONES = frozenset({"skin_tone", "skin_colour", "lightness", "ita", "hue"})
_LIGHTS = frozenset({"light"}) | _TONES
TRIALS = (
    Trial("half a stop darker", "sensor", _PLAIN | {"exposure": -0.5}, "exposure", _shift("exposure", -0.5, 0.15),
          "-0.5 EV +- 0.15", frozenset()),
    Trial("half a stop lighter", "sensor", _PLAIN | {"exposure": 0.5}, "exposure", _shift("exposure", 0.5, 0.15),
          "+0.5 EV +- 0.15", frozenset()),
    Trial("40 mired warmer", "sensor", _PLAIN | {"temperature": 40.0}, "colour_temperature",
          lambda was, now: float(now["colour_temperature"].value) < float(was["colour_temperature"].value) - 300,
          "at least 300 K lower", frozenset({"hue", "ita"})),
    Trial("lamp from the right", "lighting",
          {"azimuth": 60.0, "elevation": 10.0, "key_fill": 4.0, "softness": 0.4}, "light", _becomes("light", "right"),
          "right", _LIGHTS),
    Trial("turned by 20 degrees", "pose", {"yaw": 20.0}, "yaw", _shift("yaw", 20.0, 3.0), "+20 +- 3 degrees",
          frozenset({"pose", "yaw", "gaze", "gaze_yaw", "light"})),
    Trial("the same, eyes on the camera", "pose", {"yaw": 20.0, "gaze": "camera"}, "gaze_yaw",
          _shift("gaze_yaw", 0.0, 8.0), "stays within 8 degrees", frozenset({"pose", "yaw", "light"})),
    Trial("the same, eyes with the head", "pose", {"yaw": 20.0}, "gaze_yaw", _shift("gaze_yaw", 20.0, 8.0),
          "+20 +- 8 degrees", frozenset({"pose", "yaw", "gaze", "gaze_yaw", "light"})),
    Trial("tilted by 12 degrees", "pose", {"yaw": 0.0, "roll": 12.0}, "roll", _shift("roll", 12.0, 2.0),
          "+12 +- 2 degrees", frozenset({"roll"})),
    Trial("clear glasses", "glasses", {"lens": "clear"}, "glasses", _becomes("glasses", "clear"), "clear",
          frozenset({"glasses"})),
    Trial("dark glasses", "glasses", {"lens": "tinted", "tint": 0.9}, "glasses", _becomes("glasses", "tinted"),
          "tinted", frozenset({"glasses", "covered_part", "occlusion", "gaze", "gaze_yaw"})),
    Trial("skin 10 L* darker", "skin_tone", {"target": "step", "step": -10.0}, "lightness",
          _shift("lightness", -10.0, 2.0), "-10 L* +- 2", _TONES),
    Trial("freckles", "freckles", {"density": 9.0}, "spots", _rises("spots", 1.5), "at least 1.5 times", frozenset()),
    Trial("out of focus, 3 mm", "sensor", _PLAIN | {"defocus": 3.0}, "sharpness",
          lambda was, now: float(now["sharpness"].value) < 0.7 * float(was["sharpness"].value), "less than 0.7 times",
          frozenset()),
    Trial("ISO 3200", "sensor", {"iso": 3200.0, "quality": 100.0}, "grain", _rises("grain", 2.0), "more than twice",
          frozenset()),
)  # fmt: skip
"""What is done to every face of the sample."""


@dataclass
class Tried:
    """What one trial did to the faces: each face's values before and after, and how many could not be edited."""

    pairs: list[tuple[Values, Values]] = field(default_factory=list)
    declined: int = 0


def tried(faces: Sequence[Face]) -> dict[str, Tried]:
    """Do every trial to every face."""
    found = {trial.title: Tried() for trial in TRIALS}
    for face in progress(list(faces), "edits"):
        parts = decompose(read_photo(face.path))
        was = measure(parts)
        made: dict[str, Values | None] = {}
        for trial in TRIALS:
            key = f"{trial.edit} {sorted(trial.settings.items())}"
            if key not in made:
                try:
                    made[key] = measure(
                        decompose(Photo.from_array(edited(parts, trial.edit, trial.settings).pixels[0]))
                    )
                except FaceaugError:
                    made[key] = None
            now = made[key]
            if now is None or trial.reads not in now or trial.reads not in was:
                found[trial.title].declined += 1
            else:
                found[trial.title].pairs.append((was, now))
    return found


def moved(found: Mapping[str, Tried]) -> Table:
    """Whether the right attribute moved."""
    rows: list[tuple[Cell, ...]] = []
    for trial in TRIALS:
        pairs = found[trial.title].pairs
        known = [(was, now) for was, now in pairs if was[trial.reads].known and now[trial.reads].known]
        right = [_right(trial, known), _right(trial, pairs)]
        rows.append((trial.title, trial.reads, trial.criterion, right[0], right[1], found[trial.title].declined))
    head = ("edit", "attribute", "right if", "right among the reliable", "right among all", "declined or not measured")
    return Table(head, tuple(rows), "The attribute that the edit is meant to move.")


def _right(trial: Trial, pairs: Sequence[tuple[Values, Values]]) -> str | None:
    if not pairs:
        return None
    return f"{sum(trial.right(was, now) for was, now in pairs)} of {len(pairs)}"


def stayed(found: Mapping[str, Tried]) -> list[Table]:
    """Whether all others stayed: words, then numbers; what is meant to move is in brackets."""
    words, sizes = [], []
    for trial in TRIALS:
        pairs = found[trial.title].pairs
        words.append((trial.title, *(_bracketed(_same(pairs, name), name in trial.moves) for name in WORDS)))
        sizes.append((trial.title, *(_bracketed(_change(pairs, name), name in trial.moves) for name in NUMBERS)))
    return [
        Table(("edit", *WORDS), tuple(words), "Share of faces whose word is the same, where it counts before and "
              "after. In brackets where it is meant to change, or may."),
        Table(("edit", *NUMBERS), tuple(sizes), "Median change of numbers, where they count before and after."),
    ]  # fmt: skip


def _bracketed(text: str | None, meant: bool) -> str | None:  # noqa: FBT001 - a cell and what it is
    return f"({text})" if text is not None and meant else text


def _known(pairs: Sequence[tuple[Values, Values]], name: str) -> list[tuple[Value, Value]]:
    both = [(was[name], now[name]) for was, now in pairs if name in was and name in now]
    return [(was, now) for was, now in both if was.known and now.known]


def _same(pairs: Sequence[tuple[Values, Values]], name: str) -> str | None:
    known = _known(pairs, name)
    return f"{sum(was.value == now.value for was, now in known) / len(known):.0%}" if known else None


def _change(pairs: Sequence[tuple[Values, Values]], name: str) -> str | None:
    known = _known(pairs, name)
    return f"{median(abs(float(now.value) - float(was.value)) for was, now in known):.2g}" if known else None


def flips(found: Mapping[str, Tried]) -> tuple[int, int, int]:
    """Of all faces half a stop darker or lighter: how many, in another class, and outside the first interval."""
    pairs = [pair for title in ("half a stop darker", "half a stop lighter") for pair in found[title].pairs]
    both = [(was["ita"], now["ita"]) for was, now in pairs if "ita" in was and "ita" in now]
    other = sum(tone_class(float(was.value)) != tone_class(float(now.value)) for was, now in both)
    outside = sum(not (was.low or -180.0) <= float(now.value) <= (was.high or 180.0) for was, now in both)
    return len(both), other, outside
