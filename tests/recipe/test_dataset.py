# ruff: noqa: ARG001  # fixtures prepare without being used
"""The torch Dataset."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Subset

from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.dataset import Dataset, Item
from faceaug.errors import PhotoError, RequestError
from faceaug.recipe import Recipe
from faceaug.recipe.run import run

TEXT = "about: x\nseed: 3\ncopies: 3\nedits: {glow: {}, spots: {chance: 0.5}}"


class Numbered(Dataset):
    """Items that say of which epoch they are."""

    def __getitem__(self, index: int) -> Item:
        return Item(variant=self.epoch)


@pytest.fixture
def dataset_module(toy: ModuleType) -> ModuleType:
    """The module under test, with the toy stack."""
    import faceaug.dataset as module

    return module


def test_items_are_those_of_a_run(dataset_module: ModuleType, photos: list[Path], tmp_path: Path) -> None:
    from faceaug.recipe.options import RunOptions

    recipe = Recipe.parse(TEXT)
    data = dataset_module.Dataset(photos[:3], recipe)
    assert len(data) == 9
    run(recipe, photos[:3], tmp_path / "out", RunOptions(format="png"))
    from faceaug.data.photos import read_photo

    for item in (data[index] for index in range(9)):
        assert item["image"].dtype == torch.uint8
        assert item["image"].shape == (3, 48, 40)
        assert item["landmarks"].shape == (478, 3)
        pixels = read_photo(tmp_path / "out" / "pictures" / f"{item['id']}.png").pixels
        assert np.array_equal(item["image"].numpy().transpose(1, 2, 0), pixels)
    with pytest.raises(IndexError):
        data[9]
    assert data[-1]["id"] == data[8]["id"] == "face_2_v2"


def test_shuffling_and_epochs(dataset_module: ModuleType, photos: list[Path]) -> None:
    data = dataset_module.Dataset(photos[:3], Recipe.parse(TEXT))
    images = [data[i]["image"] for i in range(9)]
    for index in (7, 2, 5, 0):
        assert torch.equal(data[index]["image"], images[index])
    data.set_epoch(1)
    assert data[0]["id"] == "face_0_v3"
    assert not torch.equal(data[0]["image"], images[0])
    with pytest.raises(ValueError, match="epoch must be at least 0, not -1"):
        data.set_epoch(-1)
    with pytest.raises(TypeError, match="'float' object cannot be interpreted as an integer"):
        data.set_epoch(1.5)
    assert data.epoch == 1


def test_indices_of_other_libraries_are_indices(dataset_module: ModuleType, photos: list[Path]) -> None:
    data = dataset_module.Dataset(photos[:2], Recipe.parse(TEXT))
    part = Subset(data, torch.tensor([3, 1]))  # type: ignore[arg-type]
    assert [item["id"] for item in (part[0], part[1])] == [data[3]["id"], data[1]["id"]]
    assert data[np.int64(-1)]["id"] == data[5]["id"]


@pytest.mark.parametrize(("start", "stay"), [("fork", False), ("fork", True), ("spawn", True)])
def test_workers_follow_the_epoch(start: str, stay: bool, photos: list[Path], request: pytest.FixtureRequest) -> None:
    """Spawned workers import the real modules, so that they take photographs as they are; forked ones have the toys."""
    if start == "spawn":
        data: Any = Numbered(photos[:2])
    else:
        data = request.getfixturevalue("dataset_module").Dataset(photos[:2], Recipe.parse(TEXT), variants=2)
    loader = DataLoader(
        data, batch_size=None, num_workers=1, persistent_workers=stay, multiprocessing_context=start, prefetch_factor=2
    )
    shown = []
    for epoch in (0, 1, 5):
        data.set_epoch(epoch)
        shown.append([item["variant"] for item in loader])
    numbers = [[2 * epoch, 2 * epoch + 1] * 2 for epoch in (0, 1, 5)]
    assert shown == (numbers if start == "fork" else [[0, 0], [1, 1], [5, 5]])


def test_the_first_number_of_a_recipe_counts(dataset_module: ModuleType, photos: list[Path]) -> None:
    data = dataset_module.Dataset(photos[:1], Recipe.parse(f"{TEXT}\nfirst: 40"), variants=2)
    assert [data[0]["variant"], data[1]["variant"]] == [40, 41]
    data.set_epoch(3)
    assert data[1]["id"] == "face_0_v47"
    later = dataset_module.Dataset(photos[:1], Recipe.parse(TEXT), variants=42)
    data.set_epoch(0)
    assert torch.equal(data[1]["image"], later[41]["image"])


def test_a_loader_batches_by_itself(dataset_module: ModuleType, photos: list[Path]) -> None:
    data = dataset_module.Dataset(
        photos[:2], Recipe.parse("about: x\ncopies: 2\nedits: {glow: {}, spots: {chance: 0.5}}")
    )
    ours = list(DataLoader(data, batch_size=2, collate_fn=data.collate))
    usual = list(DataLoader(data, batch_size=2))
    assert (
        [batch["id"] for batch in usual]
        == [batch["id"] for batch in ours]
        == [["face_0_v0", "face_0_v1"], ["face_1_v0", "face_1_v1"]]
    )
    assert all(torch.equal(one["image"], other["image"]) for one, other in zip(usual, ours, strict=True))
    assert usual[0]["attributes"] == ours[0]["attributes"]


def test_collate_and_loader(dataset_module: ModuleType, photos: list[Path]) -> None:
    data = dataset_module.Dataset(photos[:3], Recipe.parse(TEXT), transform=lambda image: image.float() / 255)
    batches = list(DataLoader(data, batch_size=4, collate_fn=data.collate))
    assert [len(batch["id"]) for batch in batches] == [4, 4, 1]
    assert batches[0]["image"].shape == (4, 3, 48, 40)
    assert batches[0]["image"].dtype == torch.float32
    assert isinstance(batches[0]["attributes"], list)


def test_attributes_and_keypoints(dataset_module: ModuleType, photos: list[Path], tmp_path: Path) -> None:
    records = [Record("a", "photos/face_0.png", attributes={"glasses": Value("none"), "hue": Value(3.0)})]
    data = dataset_module.Dataset(records, Recipe.parse(TEXT), root=tmp_path, keypoints={"a": [(1, 2), (3, 4)]})
    assert data[0]["attributes"]["glasses"] == "none"
    assert "hue" not in data[0]["attributes"]
    assert torch.equal(data[0]["keypoints"], torch.tensor([[1.0, 2], [3, 4]]))
    plain = dataset_module.Dataset(records, root=tmp_path, keypoints=lambda _: [(5, 6)])
    assert len(plain) == 1
    assert plain[0]["attributes"] == {"glasses": "none", "hue": 3.0}
    assert "landmarks" not in plain[0]
    assert plain[0]["keypoints"].tolist() == [[5, 6]]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_loader_raises_what_its_workers_raise(dataset_module: ModuleType, photos: list[Path], workers: int) -> None:
    loader = DataLoader(dataset_module.Dataset(photos, Recipe.parse(TEXT)), batch_size=None, num_workers=workers)
    with pytest.raises(PhotoError, match=r"face_3\.png: no face was found"):
        list(loader)


def test_photographs_that_cannot_be_edited(dataset_module: ModuleType, photos: list[Path]) -> None:
    recipe = Recipe.parse(TEXT)
    with pytest.raises(PhotoError, match=r"face_3\.png: no face was found"):
        dataset_module.Dataset(photos, recipe)[9]
    data = dataset_module.Dataset(photos, recipe, check=True)
    assert len(data) == 9
    assert [skip.reason for skip in data.skipped] == ["no_face"]
    with pytest.raises(RequestError, match="does not exist"):
        dataset_module.Dataset(photos[0].parent / "nowhere", recipe)


def test_a_folder_and_a_manifest(dataset_module: ModuleType, photos: list[Path]) -> None:
    assert len(dataset_module.Dataset(photos[0].parent)) == 4
    table = photos[0].parent / "table.csv"
    table.write_text("photo,site\nface_0.png,north\nface_2.png,south\n")
    data = dataset_module.Dataset(table, Recipe.parse(TEXT), variants=2)
    assert len(data) == 4
    assert data[2]["attributes"]["site"] == "south"


@pytest.mark.parametrize("variants", [0, -1])
def test_fewer_variants_than_one_are_refused(variants: int, dataset_module: ModuleType, photos: list[Path]) -> None:
    with pytest.raises(ValueError, match=f"variants must be at least 1, not {variants}"):
        dataset_module.Dataset(photos[:1], Recipe.parse(TEXT), variants=variants)


def test_a_device_that_there_is_not_is_refused_at_once(dataset_module: ModuleType, photos: list[Path]) -> None:
    with pytest.raises(RequestError, match="device is 'cuda:99', but must be a GPU that there is"):
        dataset_module.Dataset(photos[:1], Recipe.parse(TEXT), device="cuda:99")
    assert dataset_module.Dataset(photos[:1], Recipe.parse(TEXT), device="auto").device in {"cpu", "cuda"}


def test_the_path_of_what_cannot_be_edited_is_said_once(dataset_module: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    data = dataset_module.Dataset(tmp_path, None)
    with pytest.raises(PhotoError) as caught:
        data[0]
    assert str(caught.value).count("a.jpg") == 1
