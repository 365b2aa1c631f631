"""A plan: which edits of which photographs fill the gaps, in a file that can be read, compared, edited and carried out.

`plan.json` holds an entry a line, so that two plans can be compared with `diff`. Every entry is a recipe.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import faceaug
from faceaug.coverage.axes import Axis
from faceaug.data.files import seen_from, write_atomic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faceaug.recipe.schema import Recipe
    from faceaug.report.asked import Source

__all__ = [
    "FORMAT",
    "STATUSES",
    "Entry",
    "Plan",
    "Predicted",
    "Target",
    "Unfillable",
    "plan_text",
    "read_plan",
    "write_plan",
]

FORMAT: Final = "faceaug plan 1"
"""What a plan's file calls itself."""

STATUSES: Final = ("optimal", "time_limit", "greedy")
"""How a plan was found: proven to be the best within the gap asked for; the best that was found in time; or, since
nothing better was found in time, by taking again and again what fills most."""

ROWS: Final = ("predicted", "unfillable", "entries", "spares")
"""Lists of a plan that are written one item a line."""


@dataclass(frozen=True)
class Entry:
    """One picture that is to be made.

    Attributes:
        id: unique within the plan; also of the picture's record.
        source: id of the photograph's record.
        photo: its file, relative to the plan's root, with forward slashes.
        sha256: digest of that file, or '' where nobody has computed it.
        subject: who is shown, or ''.
        split: of the photograph, and so of the picture, or ''.
        edits: edit -> setting -> value, [low, high] or any other distribution, as in a recipe; empty for a picture
            that is only decoded and encoded again.
        seed: of the recipe.
        variant: its number; different for pictures of one photograph.
        expected: attribute -> class that the picture will show; attributes of which nobody can tell are left out.
        cost: see `faceaug.plan.donors.costs`.
    """

    id: str
    source: str
    photo: str
    sha256: str
    subject: str
    split: str
    edits: Mapping[str, Mapping[str, Any]]
    seed: int
    variant: int
    expected: Mapping[str, str]
    cost: float

    def recipe(self) -> Recipe:
        """The recipe that makes the picture.

        Raises:
            RequestError: for unknown edits and settings, and values out of bounds.
        """
        from faceaug.recipe.schema import Recipe

        about = f"Planned picture {self.id}"
        return Recipe.parse(
            {"about": about, "seed": self.seed, "first": self.variant, "edits": self.edits}, f"entry {self.id}"
        )

    def as_dict(self) -> dict[str, Any]:
        """JSON values, in the order of the fields."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return values | {
            "edits": {name: dict(asked) for name, asked in self.edits.items()},
            "expected": dict(self.expected),
        }

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True)
class Target:
    """What a plan is to reach.

    Attributes:
        axes: the attributes that are counted, and their classes.
        policy: in words.
        at_least: pictures that every group shall have, or None where each has a number of its own.
        level: the most attributes of a group, or None.
        rules: combinations that cannot be, as they were written.
        split: whose photographs are counted and edited, or '' for all.
    """

    axes: tuple[Axis, ...]
    policy: str = ""
    at_least: int | None = None
    level: int | None = None
    rules: tuple[str, ...] = ()
    split: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        axes = [
            {item.name: getattr(axis, item.name) for item in fields(Axis)} | {"cuts": [float(cut) for cut in axis.cuts]}
            for axis in self.axes
        ]
        return {item.name: getattr(self, item.name) for item in fields(self)} | {"axes": axes}


@dataclass(frozen=True)
class Predicted:
    """The coverage of one group before and after.

    Attributes:
        where: attribute -> the classes that are meant.
        photographed: photographs of it.
        rendered: renderings of it that there are already.
        planned: pictures that the plan adds.
        need: how many pictures there shall be.
    """

    where: Mapping[str, tuple[str, ...]]
    photographed: int
    rendered: int
    planned: int
    need: int

    @property
    def total(self) -> int:
        """Pictures of the group, once the plan is carried out."""
        return self.photographed + self.rendered + self.planned

    @property
    def missing(self) -> int:
        """Pictures that will still be missing, from 0."""
        return max(0, self.need - self.total)

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True)
class Unfillable:
    """A group that stays too small, and why.

    Attributes:
        where: attribute -> the classes that are meant.
        missing: pictures that will still be missing.
        binding: names of the limits without which it would be filled, or of what else is in the way; see
            `faceaug.plan.allocate.reasons`.
        reason: the same in a sentence, with what to do about it.
    """

    where: Mapping[str, tuple[str, ...]]
    missing: int
    binding: tuple[str, ...]
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True)
class Plan:
    """A plan.

    Attributes:
        target: what it is to reach.
        root: folder that the photographs' paths are relative to.
        entries: the pictures.
        spares: pictures that may take the place of one that fails and has the same `expected`, the best first.
        predicted: coverage of every group that the target is about.
        unfillable: groups that stay too small.
        options: limits that were kept, by name.
        cost: of all entries.
        bound: no plan that fills as much costs less.
        gap: how far cost may lie above the least, 0..1; None where nothing was proven.
        status: one of STATUSES.
        source: the data set that it was made for, and how that is read; None where nobody said.
    """

    target: Target
    root: Path = field(default_factory=Path)
    entries: tuple[Entry, ...] = ()
    spares: tuple[Entry, ...] = ()
    predicted: tuple[Predicted, ...] = ()
    unfillable: tuple[Unfillable, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    cost: float = 0.0
    bound: float = 0.0
    gap: float | None = 0.0
    status: str = "optimal"
    source: Source | None = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The attributes that are counted, and their classes."""
        return self.target.axes

    @property
    def complete(self) -> bool:
        """Whether every group reaches its target."""
        return not self.unfillable

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of everything but where the photographs are."""
        text = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """JSON values; `root` and `source` are left to `write_plan`."""
        head: dict[str, Any] = {"format": FORMAT, "faceaug": faceaug.__version__}
        head |= {name: getattr(self, name) for name in ("status", "cost", "bound", "gap")}
        head |= {"target": self.target.as_dict(), "options": dict(self.options)}
        return head | {name: [item.as_dict() for item in getattr(self, name)] for name in ROWS}


def write_plan(path: str | Path, plan: Plan) -> Path:
    """Write a plan, atomically; the same plan is always the same bytes.

    Raises:
        FaceaugError: if it cannot be written.
    """
    path = Path(path)
    return write_atomic(path, plan_text(plan, path.parent).encode())


def plan_text(plan: Plan, folder: Path) -> str:
    """What the file of a plan holds, if it lies in a folder."""
    values = {**plan.as_dict(), "root": seen_from(plan.root, folder)}
    if plan.source is not None:
        values["source"] = plan.source.as_dict(folder)
    lines = [f"  {json.dumps(name)}: {_spelt(name, value)}" for name, value in values.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _spelt(name: str, value: Any) -> str:
    """One field of a plan; lists of it one item a line."""
    if name not in ROWS or not value:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False, allow_nan=False)}" for row in value)
    return f"[\n{rows}\n  ]"


def read_plan(path: str | Path) -> Plan:
    """Read a plan.

    Raises:
        RequestError: for a file that is no plan, and everything that is wrong with it, each with its place.
    """
    from faceaug.plan.reading import plan_of_file

    return plan_of_file(Path(path))
