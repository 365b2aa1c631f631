"""A stress test: the same photographs with and without each edit, and what a model makes of the difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypedDict

from faceaug.coverage.paired import flips, shift
from faceaug.coverage.predictions import POSITIVE, as_answer, in_words
from faceaug.coverage.requirements import requirements
from faceaug.coverage.targets import power_size
from faceaug.errors import Fault, RequestError, some_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.coverage.intervals import Interval
    from faceaug.plan.stress.answers import Answer, Model
    from faceaug.plan.stress.pairs import Pair

__all__ = ["FEWEST", "Truth", "stress"]

FEWEST: Final = 10
"""Persons that a test needs: more pictures of the same ones tell no more about others."""

MOST_WORDS: Final = 12
"""Answers that a sentence lists."""

Q: Final = 0.05
"""Share of false discoveries among all tests together."""

METHOD: Final = (
    "Each photograph is compared with itself, edited in one way, so that nothing else differs. Only pictures that the "
    "edit could be made on take part.",
    "Copies of one photograph, and photographs of one person, are one observation: limits (95 %) are as wide as if "
    "there were one picture of each. p is the larger of two, since neither holds for every model: one flips signs of "
    "the persons' changes (McNemar's exact test, Wilcoxon's signed ranks of scores), the other asks which of a "
    "photograph and its copies was the photograph. False discoveries are kept to 5 % of all tests together (Benjamini "
    "and Hochberg).",
    "Who is shown is what the manifest says (subject); where it does not, each photograph counts as another person. "
    "Renderings are no evidence about people: this says what a model reacts to, not how it fares on anybody.",
)


class _By(TypedDict):
    """Of each pair, which photograph it is of and whom it shows."""

    of: list[int]
    who: list[str]


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
            return as_answer(answer) == self.labels[name]
        return (answer >= self.threshold) == (self.labels[name] == self.positive)


def stress(pairs: Sequence[Pair], model: Model, truth: Truth | None = None, *, name: str = "") -> dict[str, Any]:
    """Ask a model about every pair, and test what changes.

    Args:
        pairs: what `make_pairs` gave.
        model: the model.
        truth: the right answers; without it the answers themselves are compared.
        name: of the model.

    Returns:
        JSON values: for each edit, and for each value of an attribute that it gives, how many pairs of how many
        photographs of how many people there are, what was compared (errors, answers or scores), before, after, change
        with limits, p, and whether that is more than chance; and the requirements that follow.

    Raises:
        RequestError: if there is no pair to compare, no answer is a label, or scores come without the label they
            are for.
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
    if truth is not None:
        answers = _in_words(answers, truth)
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


def _in_words(answers: list[tuple[Answer, Answer]], truth: Truth) -> list[tuple[Answer, Answer]]:
    """The answers in the words of the labels, where they are the same but for capitals; scores as they are.

    Raises:
        RequestError: no answer is a label, so that each would count as an error.
    """
    labels = sorted(set(truth.labels.values()))
    words = in_words({as_answer(a) for both in answers for a in both if isinstance(a, str)}, labels)
    if words and not set(words.values()) & set(labels):
        said = f"{some_of(sorted(words), MOST_WORDS)} are answered, {some_of(labels, MOST_WORDS)} are true"
        raise _nothing(f"no answer is one of the labels: {said}")

    def meant(answer: Answer) -> Answer:
        return words[as_answer(answer)] if isinstance(answer, str) else answer

    return [(meant(old), meant(new)) for old, new in answers]


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
        if not where
        or (len({pairs[place].person for place in places}) >= FEWEST and len(places) < len(found[edit, ""]))
    }


def _tested(
    edit: str, where: str, pairs: Sequence[Pair], answers: Sequence[tuple[Answer, Answer]], truth: Truth | None
) -> dict[str, Any]:
    """One test, or why there is none."""
    whose = {pair.photo: pair.person for pair in pairs}
    by: _By = {"of": _numbered([pair.photo for pair in pairs]), "who": [whose[pair.photo] for pair in pairs]}
    photos, people = len(whose), len(set(by["who"]))
    row: dict[str, Any] = {"edit": edit, "where": where, "shows": _common(pairs), "pairs": len(pairs)}
    row |= {"photographs": photos, "people": people, "compared": ""}
    row |= dict.fromkeys(("before", "after", "change", "gained", "lost", "p")) | {"significant": False, "note": ""}
    if people < FEWEST:
        what = "photographs" if people == photos else "persons"
        return row | {"note": f"insufficient evidence: {people} of {FEWEST} {what}"}
    if truth is None and not isinstance(answers[0][0], str):
        moved = shift([float(old) for old, _ in answers], [float(new) for _, new in answers], **by)
        row |= {"compared": "scores", "before": moved.before, "after": moved.after}
        return row | {"change": _limits(moved.change), "p": moved.p}
    if truth is None:
        return row | _answers(answers, by)
    wrong = [[not truth.right(pair.name, answer) for answer in both] for pair, both in zip(pairs, answers, strict=True)]
    outcome = flips([old for old, _ in wrong], [new for _, new in wrong], **by)
    return row | {
        "compared": "errors",
        "before": outcome.before,
        "after": outcome.after,
        "change": _limits(outcome.change),
        "gained": outcome.gained,
        "lost": outcome.lost,
        "p": outcome.p,
    }


def _numbered(photos: Sequence[Path]) -> list[int]:
    """Which photograph each is, as a number."""
    places = {photo: place for place, photo in enumerate(dict.fromkeys(photos))}
    return [places[photo] for photo in photos]


def _answers(answers: Sequence[tuple[Answer, Answer]], by: _By) -> dict[str, Any]:
    """What becomes of answers of which nobody says whether they are right."""
    words = sorted({str(answer) for both in answers for answer in both})
    if len(words) > 2:
        changed = flips([False] * len(answers), [old != new for old, new in answers], **by)
        note = "share of answers that changed; nobody says which were right"
        return {"compared": "answers", "after": changed.after, "change": _limits(changed.change), "note": note}
    yes = next((word for word in words if word.lower() in POSITIVE), words[-1])
    found = flips([str(old) == yes for old, _ in answers], [str(new) == yes for _, new in answers], **by)
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
    """What a test asks for: photographs of what the edit shows, to measure errors on; renderings would tell nothing."""
    change = row["change"]
    name, sign, value = row["where"].partition("=")
    where = {name: value} if sign else row["shows"]
    return {
        "where": where,
        "what": "stress test",
        "edit": row["edit"],
        "why": f"errors {100 * row['before']:.1f} % as photographed, {100 * row['after']:.1f} % with {row['edit']}"
        f"{' (' + row['where'] + ')' if row['where'] else ''}: {100 * change['value']:+.1f} points "
        f"({100 * change['low']:+.1f}..{100 * change['high']:+.1f}), {row['pairs']} pairs "
        f"of {row['photographs']} photographs{_of_people(row)}",
        "photographs_to_measure": power_size(row["after"], row["before"]),
        "p": float(f"{row['p']:.3g}"),
    }


def _of_people(row: Mapping[str, Any]) -> str:
    """How many people that are, where it is another number."""
    return "" if row["people"] == row["photographs"] else f" of {row['people']} people"


def _limits(interval: Interval) -> dict[str, float]:
    """A change with its limits as JSON values."""
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def _nothing(what: str) -> RequestError:
    """A stress test that cannot be."""
    return RequestError([Fault("", what)], "nothing was compared")
