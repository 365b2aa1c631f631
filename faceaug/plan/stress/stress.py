"""A stress test: the same photographs with and without each edit, and what a model makes of the difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from faceaug.coverage.paired import flips, shift
from faceaug.coverage.predictions import POSITIVE
from faceaug.coverage.requirements import requirements
from faceaug.coverage.targets import power_size
from faceaug.data.files import straight
from faceaug.data.manifest import read_manifest
from faceaug.edit import get_edit
from faceaug.errors import Fault, RequestError
from faceaug.recipe.run import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faceaug.coverage.intervals import Interval
    from faceaug.data.record import Record
    from faceaug.plan.stress.answers import Answer, Model
    from faceaug.recipe import Recipe
    from faceaug.recipe.options import RunOptions

__all__ = ["FEWEST", "Pair", "Truth", "make_pairs", "stress"]

FEWEST: Final = 10
"""Pairs that a test needs."""

Q: Final = 0.05
"""Share of false discoveries among all tests together."""

METHOD: Final = (
    "Each photograph is compared with itself, edited in one way, so that nothing else differs. Only pictures that the "
    "edit could be made on take part.",
    "Outcomes are compared by McNemar's exact test, scores by Wilcoxon's signed ranks; limits are 95 %. False "
    "discoveries are kept to 5 % of all tests together (Benjamini and Hochberg).",
    "Several photographs of one person are not independent; limits are then too narrow. Renderings are no evidence "
    "about people: this says what a model reacts to, not how it fares on anybody.",
)


@dataclass(frozen=True)
class Pair:
    """A photograph, and the same one edited.

    Attributes:
        edit: the edit that was made.
        photo: the photograph's file.
        picture: the edited picture's file.
        name: of the photograph's record.
        shows: attributes that the edit has set or that are measured otherwise than before.
    """

    edit: str
    photo: Path
    picture: Path
    name: str
    shows: Mapping[str, str]


@dataclass(frozen=True)
class Truth:
    """What the right answers are.

    Attributes:
        labels: photograph's record id -> label; photographs without one take no part.
        positive: the label that scores are for, or ''.
        threshold: score from which the answer is the positive label.
    """

    labels: Mapping[str, str]
    positive: str = ""
    threshold: float = 0.5

    def right(self, name: str, answer: Answer) -> bool:
        """Whether an answer is right."""
        if isinstance(answer, str):
            return answer == self.labels[name]
        return (answer >= self.threshold) == (self.labels[name] == self.positive)


def make_pairs(
    recipe: Recipe,
    sources: Sequence[str | Path | Record],
    out: Path,
    options: RunOptions,
    *,
    root: Path = Path(),
    progress: Callable[[int, int], None] | None = None,
) -> list[Pair]:
    """Render every edit of a recipe alone.

    Args:
        recipe: its edits, each with its own distributions; chances count as 1.
        sources: photographs, as paths or as records of a manifest.
        out: folder; each edit has one of its own in it, and a stress test that was stopped goes on.
        options: how to go about it.
        root: folder of the records' manifest.
        progress: told how many pictures of how many are done.
    """
    pairs: list[Pair] = []
    for number, (name, asked) in enumerate(recipe.edits.items()):
        alone = replace(recipe, edits={name: replace(asked, chance=1.0)}, about=f"{name} alone")
        told = _told(progress, number, len(recipe.edits))
        made = run(alone, sources, out / name, options, told, root=root)
        if made.pictures:
            pairs += _pairs(name, read_manifest(made.manifests[0], check_files=False), out / name)
    return pairs


def _told(progress: Callable[[int, int], None] | None, number: int, edits: int) -> Callable[[Any], None] | None:
    """Progress over all edits together."""
    if progress is None:
        return None
    return lambda done: progress(number * done.total + done.done, edits * done.total)


def _pairs(edit: str, records: Sequence[Record], folder: Path) -> list[Pair]:
    """The pairs of one edit: renderings on which it was made, beside the photographs they come from."""
    origin = {record.id: record for record in records if record.origin == "camera"}
    labels = get_edit(edit).labels
    claimed = {*labels.sets, *labels.measures}  # what else is read otherwise on the picture is no gift of the edit
    found = []
    for record in records:
        parent = origin.get(record.parent or "")
        if record.origin == "rendered" and parent is not None and edit in record.drawn:
            before = {name: value.value for name, value in parent.attributes.items()}
            shows = {
                name: value.value
                for name, value in record.attributes.items()
                if name in claimed
                and isinstance(value.value, str)
                and value.how != "inherited"
                and before.get(name) != value.value
            }
            found.append(Pair(edit, straight(parent.located(folder)), record.located(folder), parent.id, shows))
    return found


def stress(pairs: Sequence[Pair], model: Model, truth: Truth | None = None, *, name: str = "") -> dict[str, Any]:
    """Ask a model about every pair, and test what changes.

    Args:
        pairs: what `make_pairs` gave.
        model: the model.
        truth: the right answers; without it the answers themselves are compared.
        name: of the model.

    Returns:
        JSON values: for each edit, and for each value of an attribute that it gives, how many pairs there are, what
        was compared (errors, answers or scores), before, after, change with limits, p, and whether that is more than
        chance; and the requirements that follow.

    Raises:
        RequestError: if there is no pair to compare, or scores come without the label they are for.
    """
    kept = [pair for pair in pairs if truth is None or pair.name in truth.labels]
    if not kept:
        raise _nothing(
            "no edited picture belongs to a labelled photograph" if pairs else "no photograph could be edited"
        )
    photos = list(dict.fromkeys(pair.photo for pair in kept))
    before = dict(zip(photos, model(photos), strict=True))
    after = model([pair.picture for pair in kept])
    answers = [(before[pair.photo], answer) for pair, answer in zip(kept, after, strict=True)]
    if truth is not None and not truth.positive and not isinstance(answers[0][0], str):
        raise _nothing("the model gives scores, so say which label they are for (--positive)")
    groups = _groups(kept)
    rows = [
        _tested(edit, where, [kept[n] for n in places], [answers[n] for n in places], truth)
        for (edit, where), places in groups.items()
    ]
    tests = [row for row in rows if row["p"] is not None]
    for row, passed in zip(tests, _passed([row["p"] for row in tests]), strict=True):
        row["significant"] = passed
    worse = [row for row in tests if row["significant"] and row["compared"] == "errors" and row["change"]["value"] > 0]
    asked = [_requirement(row) for row in worse if row["where"] or row["shows"]]
    return {
        "model": name,
        "pairs": len(kept),
        "photographs": len(photos),
        "tests": sorted(rows, key=lambda row: (row["p"] is None, row["p"] or 0.0)),
        "q": Q,
        "requirements": requirements({}, model=name, more=asked),
        "method": list(METHOD),
    }


def _groups(pairs: Sequence[Pair]) -> dict[tuple[str, str], list[int]]:
    """Which pairs are tested together: those of an edit, and those of each value that it gives to an attribute."""
    found: dict[tuple[str, str], list[int]] = {}
    for place, pair in enumerate(pairs):
        found.setdefault((pair.edit, ""), []).append(place)
        for name, value in pair.shows.items():
            found.setdefault((pair.edit, f"{name}={value}"), []).append(place)
    return {
        (edit, where): places
        for (edit, where), places in found.items()
        if not where or FEWEST <= len(places) < len(found[edit, ""])
    }


def _tested(
    edit: str, where: str, pairs: Sequence[Pair], answers: Sequence[tuple[Answer, Answer]], truth: Truth | None
) -> dict[str, Any]:
    """One test, or why there is none."""
    row: dict[str, Any] = {"edit": edit, "where": where, "shows": _common(pairs), "pairs": len(pairs), "compared": ""}
    row |= dict.fromkeys(("before", "after", "change", "gained", "lost", "p")) | {"significant": False, "note": ""}
    if len(pairs) < FEWEST:
        return row | {"note": f"insufficient evidence: {len(pairs)} of {FEWEST} pairs"}
    if truth is None and not isinstance(answers[0][0], str):
        moved = shift([float(old) for old, _ in answers], [float(new) for _, new in answers])
        old, new = np.array(answers, np.float64).mean(axis=0).tolist()
        found = {"compared": "scores", "before": old, "after": new, "change": _limits(moved.change), "p": moved.p}
        return row | found
    if truth is None:
        return row | _answers(answers)
    wrong = [[not truth.right(pair.name, answer) for answer in both] for pair, both in zip(pairs, answers, strict=True)]
    outcome = flips([old for old, _ in wrong], [new for _, new in wrong])
    return row | {
        "compared": "errors",
        "before": outcome.before,
        "after": outcome.after,
        "change": _limits(outcome.change),
        "gained": outcome.gained,
        "lost": outcome.lost,
        "p": outcome.p,
    }


def _answers(answers: Sequence[tuple[Answer, Answer]]) -> dict[str, Any]:
    """What becomes of answers of which nobody says whether they are right."""
    words = sorted({str(answer) for both in answers for answer in both})
    if len(words) > 2:
        changed = flips([False] * len(answers), [old != new for old, new in answers])
        note = "share of answers that changed; nobody says which were right"
        return {"compared": "answers", "after": changed.after, "change": _limits(changed.change), "note": note}
    yes = next((word for word in words if word.lower() in POSITIVE), words[-1])
    found = flips([str(old) == yes for old, _ in answers], [str(new) == yes for _, new in answers])
    return {
        "compared": "answers",
        "before": found.before,
        "after": found.after,
        "change": _limits(found.change),
        "gained": found.gained,
        "lost": found.lost,
        "p": found.p,
        "note": f"share of answers that are {yes}; nobody says which were right",
    }


def _common(pairs: Sequence[Pair]) -> dict[str, str]:
    """Attributes that an edit gives the same value in each of its pictures."""
    first = dict(pairs[0].shows)
    return {name: value for name, value in first.items() if all(pair.shows.get(name) == value for pair in pairs)}


def _passed(p: Sequence[float]) -> list[bool]:
    """Which tests pass (Benjamini and Hochberg, J. R. Stat. Soc. B 57, 1995)."""
    ranked = sorted(p)
    bounds = [value for place, value in enumerate(ranked, 1) if value <= Q * place / len(ranked)]
    return [value <= max(bounds, default=-1.0) for value in p]


def _requirement(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a test asks for: photographs of what the edit shows."""
    change = row["change"]
    name, sign, value = row["where"].partition("=")
    where = {name: value} if sign else row["shows"]
    return {
        "where": where,
        "what": "stress test",
        "edit": row["edit"],
        "why": f"errors {100 * row['before']:.1f} % as photographed, {100 * row['after']:.1f} % with {row['edit']}"
        f"{' (' + row['where'] + ')' if row['where'] else ''}: {100 * change['value']:+.1f} points "
        f"({100 * change['low']:+.1f}..{100 * change['high']:+.1f}), {row['pairs']} pairs",
        "need": power_size(row["after"], row["before"]),
        "p": float(f"{row['p']:.3g}"),
    }


def _limits(interval: Interval) -> dict[str, float]:
    """A change with its limits as JSON values."""
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def _nothing(what: str) -> RequestError:
    """A stress test that cannot be."""
    return RequestError([Fault("", what)], "nothing was compared")
