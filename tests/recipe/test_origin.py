# ruff: noqa: ARG001  # fixtures prepare without being used
"""What is rendered is said to be, whoever asks: the manifest, the file, an item of a data set."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from faceaug.data.encoding import encode
from faceaug.data.manifest import read_manifest
from faceaug.data.origin import as_its_file_says
from faceaug.data.photos import read_photo, read_source_type
from faceaug.data.record import Record
from faceaug.dataset import Dataset
from faceaug.plan.stress.pairs import make_pairs
from faceaug.recipe import Recipe
from faceaug.recipe.options import RunOptions
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


def test_an_item_of_a_data_set_is_what_its_file_says(toy: ModuleType, photos: list[Path]) -> None:
    pixels = read_photo(photos[0]).pixels
    photos[0].write_bytes(encode(pixels, "png", source_type="compositeSynthetic"))
    given: list[Dataset] = [Dataset(photos[:2]), Dataset([Record(p.stem, str(p)) for p in photos[:2]])]
    for data in given:
        assert [item["record"].origin for item in (data[0], data[1])] == ["rendered", "camera"]
        assert [item["record"].origin for item in (data[0], data[1])] == ["rendered", "camera"]
    edited = Dataset(photos[:1], Recipe.parse("about: x\nedits: {spots: {density: 95}}"))[0]
    assert edited["record"].refused
    assert edited["record"].origin == "rendered", "nothing could be changed, and it was no photograph before"


def test_a_stress_test_compares_photographs_alone(toy: ModuleType, photos: list[Path], tmp_path: Path) -> None:
    """Neither what a table calls rendered nor what its file calls so is a photograph without the edit."""
    photos[1].write_bytes(encode(read_photo(photos[1]).pixels, "png", source_type="compositeSynthetic"))
    names = [photo.stem for photo in photos[:3]]
    rows = "".join(f"{name}.png,{truth}\n" for name, truth in zip(names, ("no", "no", "yes"), strict=True))
    table = photos[0].parent / "table.csv"
    table.write_text(f"photo,rendered\n{rows}")
    recipe = Recipe.parse("about: x\nedits: {spots: {density: 3}}")
    pairs = make_pairs(recipe, read_manifest(table), tmp_path / "out", RunOptions(), root=table.parent)
    assert [pair.name for pair in pairs] == names[:1]
