"""From the file of a plan to a checked plan, or to the list of everything that is wrong with it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Final

from faceaug.coverage.axes import Axis
from faceaug.errors import RequestError
from faceaug.plan.plan import FORMAT, STATUSES, Entry, Plan, Predicted, Target, Unfillable
from faceaug.plan.shape import Shape
from faceaug.report.asked import Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from faceaug.errors import Fault

__all__ = ["plan_of_file"]

OUTCOME: Final = "nothing was made"
"""What does not happen with a plan that is wrong."""


def plan_of_file(path: Path) -> Plan:
    """Read a plan; see `read_plan`."""
    document = Shape.of_file(path, "a plan", OUTCOME)
    plan = _plan(document, path.parent)
    _check_recipes(document, plan)
    document.raise_any(OUTCOME)
    return plan


def _plan(document: Shape, folder: Path) -> Plan:
    """A whole plan."""
    if document.text("format") != FORMAT:
        document.fault("format", f"must be {FORMAT!r}; this file was not written by `faceaug plan`")
        document.raise_any(OUTCOME)
    document.only(("format", "faceaug", "root", *(item.name for item in fields(Plan))))
    status = document.text("status")
    if status not in STATUSES:
        document.fault("status", f"is {status!r}, but must be one of {', '.join(STATUSES)}")
    entries = document.each("entries", _entry)
    spares = document.each("spares", _entry)
    for name, often in Counter(entry.id for entry in (*entries, *spares)).items():
        if often > 1:
            document.fault("entries", f"id {name!r} is there {often} times; every picture needs one of its own")
    return Plan(
        _target(document.object("target")),
        folder / document.text("root"),
        entries,
        spares,
        document.each("predicted", _predicted),
        document.each("unfillable", _unfillable),
        document.object("options").values,
        document.number("cost") or 0.0,
        document.number("bound") or 0.0,
        document.number("gap", optional=True),
        status,
        _source(document, folder),
    )


def _source(document: Shape, folder: Path) -> Source | None:
    """The data set that the plan was made for, if the file says so."""
    if document.values.get("source") is None:
        return None
    shape = document.object("source")
    shape.only(("path", "labels", "format", "vocabulary", "measure"))
    labels, vocabulary = (
        folder / shape.text(name) if shape.values.get(name) is not None else None for name in ("labels", "vocabulary")
    )
    path, kind = folder / shape.text("path"), shape.text("format", "auto")
    return Source(path, labels, kind, vocabulary, shape.flag("measure", default=False))


def _entry(shape: Shape) -> Entry:
    """One entry; its recipe is checked later."""
    shape.only([item.name for item in fields(Entry)])
    edits = shape.object("edits")
    return Entry(
        id=shape.text("id"),
        source=shape.text("source"),
        photo=shape.text("photo"),
        sha256=shape.text("sha256"),
        subject=shape.text("subject"),
        split=shape.text("split"),
        edits={name: edits.object(name).values for name in edits.values},
        seed=shape.whole("seed"),
        variant=shape.whole("variant"),
        expected=shape.words("expected"),
        cost=shape.number("cost") or 0.0,
    )


def _target(shape: Shape) -> Target:
    """What the plan is to reach."""
    shape.only([item.name for item in fields(Target)])
    numbers = [None if shape.values.get(name) is None else shape.whole(name, 1) for name in ("at_least", "level")]
    axes = shape.each("axes", _axis)
    named = tuple(axis for axis in axes if axis is not None)
    return Target(named, shape.text("policy"), numbers[0], numbers[1], shape.texts("rules"), shape.text("split"))


def _axis(shape: Shape) -> Axis | None:
    """One attribute."""
    shape.only([item.name for item in fields(Axis)])
    name, values, cuts = shape.text("name"), shape.texts("values"), shape.numbers("cuts")
    closed, ordered = shape.text("closed", "left"), shape.flag("ordered", default=False)
    try:
        return Axis(name, values, cuts, closed, ordered)
    except ValueError as error:
        shape.fault("", str(error))
        return None


def _where(shape: Shape) -> dict[str, tuple[str, ...]]:
    """A group."""
    where = shape.object("where")
    return {name: where.texts(name) for name in where.values}


def _predicted(shape: Shape) -> Predicted:
    """Coverage of one group."""
    shape.only([item.name for item in fields(Predicted)])
    counts = [shape.whole(name) for name in ("photographed", "rendered", "planned", "need")]
    return Predicted(_where(shape), *counts)


def _unfillable(shape: Shape) -> Unfillable:
    """A group that stays too small."""
    shape.only([item.name for item in fields(Unfillable)])
    return Unfillable(_where(shape), shape.whole("missing"), shape.texts("binding"), shape.text("reason"))


def _check_recipes(document: Shape, plan: Plan) -> None:
    """Note entries that are no recipes; the same edits are looked at once."""
    from faceaug.recipe.schema import Recipe

    seen: dict[str, Sequence[Fault]] = {}
    for name, entries in (("entries", plan.entries), ("spares", plan.spares)):
        for number, entry in enumerate(entries):
            key = json.dumps(entry.edits, sort_keys=True)
            if key not in seen:
                try:
                    Recipe.parse({"about": entry.id or "entry", "edits": entry.edits}, "")
                    seen[key] = ()
                except RequestError as error:
                    seen[key] = error.faults
            for fault in seen[key]:
                document.fault(f"{name}[{number}].edits", fault.what)
