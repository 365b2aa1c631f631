# ruff: noqa: ARG001  # fixtures prepare without being used
"""What is rendered is said to be, whoever asks: the manifest, the file, an item of a data set."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from faceaug.data.manifest import read_manifest
from faceaug.data.origin import as_its_file_says
from faceaug.data.photos import read_source_type
from faceaug.data.record import Record
from faceaug.recipe import Recipe
from faceaug.recipe.run import run


def test_a_picture_that_no_edit_fell_due_for_says_of_itself_that_it_is_none_of_a_camera(
    toy: ModuleType, photos: list[Path], tmp_path: Path
) -> None:
    """The manifest says so, and so must the file: it is a second copy of its photograph."""
    out = tmp_path / "out"
    run(Recipe.parse("about: x\ncopies: 8\nedits: {glow: {chance: 0.5}}"), photos[:1], out)
    _, *children = read_manifest(out / "manifest.jsonl")
    assert {bool(child.drawn) for child in children} == {True, False}, "the seed must show both"
    assert {read_source_type(child.located(out)) for child in children} == {"algorithmicallyEnhanced"}
    alone = [as_its_file_says(Record(child.id, child.photo), child.located(out)) for child in children]
    assert {record.origin for record in alone} == {child.origin for child in children} == {"rendered"}
