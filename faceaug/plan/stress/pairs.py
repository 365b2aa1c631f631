"""Pairs of a photograph and itself, edited in one way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceaug.data.files import straight
from faceaug.data.manifest import read_manifest
from faceaug.edit import get_edit
from faceaug.recipe.run import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faceaug.data.record import Record
    from faceaug.recipe import Recipe
    from faceaug.recipe.options import RunOptions

__all__ = ["Pair", "make_pairs"]


@dataclass(frozen=True)
class Pair:
    """A photograph, and the same one edited.

    Attributes:
        edit: the edit that was made.
        photo: the photograph's file.
        picture: the edited picture's file.
        name: of the photograph's record.
        shows: attributes that the edit has set or that are measured otherwise than before.
        who: the photograph's subject, or '' where nobody says.
    """

    edit: str
    photo: Path
    picture: Path
    name: str
    shows: Mapping[str, str]
    who: str = ""

    @property
    def person(self) -> str:
        """Whom it shows; where nobody says, each photograph another person."""
        return self.who or f"photograph {self.name}"


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
            found.append(
                Pair(edit, straight(parent.located(folder)), record.located(folder), parent.id, shows, parent.subject)
            )
    return found
