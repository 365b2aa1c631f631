"""A torch Dataset of photographs and their variants."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset as TorchDataset

from faceaug.data.manifest import read_manifest
from faceaug.data.origin import as_its_file_says
from faceaug.data.photos import find_photos, read_photo
from faceaug.errors import PhotoError
from faceaug.recipe import Recipe
from faceaug.recipe.carry import carry
from faceaug.recipe.jobs import Job, Skip, jobs_of
from faceaug.recipe.options import RunOptions
from faceaug.recipe.provenance import rendered
from faceaug.recipe.threads import one_thread

if TYPE_CHECKING:
    from faceaug.data.record import Record
    from faceaug.face.decomposition import Decomposition

__all__ = ["Dataset"]

Points = tuple[np.ndarray, np.ndarray]
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")


class Item(dict[str, Any]):
    """One picture with all that is known of it, or a batch of them; a `DataLoader` batches these by itself."""


class Dataset(TorchDataset[Item]):
    """Photographs, each in several variants; item `photograph * variants + variant`.

    An item depends on the photograph, the recipe and the number of the variant alone: neither shuffling nor the number
    of loader workers changes it. Call `set_epoch` to get other variants in every epoch.

    Args:
        sources: folders, patterns, photographs, one manifest (its path), or records.
        recipe: a recipe or the path of one; None gives the photographs as they are.
        variants: of each photograph; the recipe's `copies` if not given, 1 without a recipe.
        transform: called with the (3, H, W) uint8 tensor; what it returns is the item's `image`. It does not move
            landmarks.
        keypoints: called with the photograph's record (or a mapping from its id); gives (N, 2) points in pixels,
            carried along.
        check: look at every photograph now, and leave out those that cannot be edited; they are listed in `skipped`.
        root: folder that records' paths are relative to.
        device: where to compute: cpu, cuda, cuda:N, or auto, a GPU if there is one.

    Attributes:
        skipped: photographs that were left out, and why; always empty without `check`.

    Raises:
        RequestError: nothing was found, the recipe or the manifest has faults, or there is no such device.
        ValueError: for fewer variants than one.
        PhotoError: from an item whose photograph cannot be edited, with its path. With `check` there are none.
    """

    def __init__(
        self,
        sources: str | Path | Sequence[str | Path | Record],
        recipe: Recipe | str | Path | None = None,
        variants: int | None = None,
        transform: Callable[[Tensor], Any] | None = None,
        keypoints: Callable[[Record], Any] | Mapping[str, Any] | None = None,
        *,
        check: bool = False,
        root: str | Path = ".",
        device: str = "cpu",
    ) -> None:
        self.recipe = Recipe.load(recipe) if isinstance(recipe, str | Path) else recipe
        usual = self.recipe.copies if self.recipe else 1
        self.variants = usual if variants is None else operator.index(variants)
        if self.variants < 1:
            msg = f"variants must be at least 1, not {variants}"
            raise ValueError(msg)
        self.transform = transform
        self.keypoints = keypoints
        self.device = RunOptions(device=device).real_device
        shared = torch.zeros((), dtype=torch.int64)  # workers that stay from epoch to epoch see it change
        self._epoch: Tensor = shared.share_memory_()  # type: ignore[no-untyped-call]
        self.jobs = _jobs(sources, Path(root))
        self.skipped: list[Skip] = []
        self._asked: set[int] = set()
        self._last: tuple[str, Decomposition] | None = None
        if check:
            self.jobs = [job for job in self.jobs if self._usable(job)]

    def __repr__(self) -> str:
        """How much there is, of what."""
        made = "as they are" if self.recipe is None else f"x {self.variants} variants: {self.recipe.about}"
        return f"Dataset({len(self.jobs)} photographs {made})"

    def __len__(self) -> int:
        """Photographs times variants."""
        return len(self.jobs) * self.variants

    @property
    def epoch(self) -> int:
        """Which variants there are; see `set_epoch`."""
        return int(self._epoch)

    def set_epoch(self, epoch: int) -> None:
        """Choose which variants there are: epoch 0 has the first numbers, epoch 1 the next ones, and so on.

        Call it before the `DataLoader` is asked for its first batch of the epoch. Loader workers follow, also those
        that stay from epoch to epoch (`persistent_workers`).

        Raises:
            TypeError: it is no whole number.
            ValueError: it is negative.
        """
        epoch = operator.index(epoch)
        if epoch < 0:
            msg = f"epoch must be at least 0, not {epoch}"
            raise ValueError(msg)
        self._epoch.fill_(epoch)

    def __getitem__(self, index: int) -> Item:
        """One picture.

        Returns:
            `image` (3, H, W) uint8 RGB, or what `transform` made of it; `landmarks` (478, 3) float32, pixels (with a
            recipe only); `keypoints` (N, 2) float32 if asked for; `attributes` name -> value; `id`; `variant`;
            `record`. Where every edit that was drawn declined, it is the photograph with its own record, in which
            `refused` says why.

        Raises:
            PhotoError: if the photograph cannot be read or edited.
        """
        size, index = len(self), operator.index(index)  # also one of numpy's or torch's, as `Subset` hands on
        if not -size <= index < size:
            msg = f"item {index} of {size}"
            raise IndexError(msg)
        photograph, variant = divmod(index % size, self.variants)
        job = self._job(photograph)
        try:
            return self._photographed(job) if self.recipe is None else self._rendered(job, self.recipe, variant)
        except PhotoError as error:
            hint = "check=True leaves such photographs out"
            place = "" if str(job.path) in error.sentence else f"{job.path}: "
            raise PhotoError(error.reason, f"{place}{error.sentence} ({hint})") from error

    @staticmethod
    def collate(items: Sequence[Item]) -> Item:
        """Put items into one batch: tensors of one shape are stacked, all else is listed.

        A `DataLoader` does so by itself; with a torch that does not let us say so, give it as `collate_fn`.
        """
        batch = Item({name: [item[name] for item in items] for name in items[0]})
        for name, values in batch.items():
            if all(isinstance(value, Tensor) and value.shape == values[0].shape for value in values):
                batch[name] = torch.stack(values)
        return batch

    def __getstate__(self) -> dict[str, Any]:
        """Travel to loader workers without the decomposition that was used last."""
        return {**self.__dict__, "_last": None}

    def _job(self, number: int) -> Job:
        """A photograph, whose file is asked once, when it is first wanted, whether it is one."""
        job = self.jobs[number]
        if number not in self._asked:
            self._asked.add(number)
            self.jobs[number] = job = replace(job, record=as_its_file_says(job.record, job.path))
        return job

    def _usable(self, job: Job) -> bool:
        """Whether a photograph can be used; otherwise it is listed as skipped."""
        try:
            _ = read_photo(job.path) if self.recipe is None else self._decomposed(job)
        except PhotoError as error:
            self.skipped.append(Skip(str(job.path), error.reason, error.sentence))
            return False
        return True

    def _decomposed(self, job: Job) -> Decomposition:
        """The largest face of a photograph; the last one is kept, because neighbouring items share it."""
        from faceaug.face.decompose import decompose

        if self._last is None or self._last[0] != job.key:
            with one_thread():
                self._last = job.key, decompose(read_photo(job.path), device=self.device)
        return self._last[1]

    def _photographed(self, job: Job) -> Item:
        """The photograph as it is."""
        return self._item(job, job.record, read_photo(job.path).pixels, 0)

    def _rendered(self, job: Job, recipe: Recipe, variant: int) -> Item:
        """One variant of a photograph."""
        number = recipe.first + self.epoch * self.variants + variant
        face = self._decomposed(job)
        with one_thread():
            made = recipe.variants(face, [number], record=job.record)[0]
        record = rendered(job.record, recipe, made, id=f"{job.key}_v{number}")
        if made.declined:  # the photograph as it is, and no rendering
            record = replace(job.record, refused=made.refused)
        moved = face.points[0].cpu().numpy(), made.points
        return self._item(job, record, made.pixels, number, moved)

    def _item(self, job: Job, record: Record, pixels: np.ndarray, number: int, points: Points | None = None) -> Item:
        """What a training loop gets; `points` are the landmarks of the photograph and of the picture."""
        image = torch.from_numpy(np.ascontiguousarray(np.moveaxis(pixels, 2, 0))).clone()
        item = Item(image=image if self.transform is None else self.transform(image))
        if points is not None:
            item["landmarks"] = torch.from_numpy(np.array(points[1], dtype=np.float32))
        if self.keypoints is not None:
            own = self.keypoints[job.record.id] if isinstance(self.keypoints, Mapping) else self.keypoints(job.record)
            moved = np.array(own, dtype=np.float32) if points is None else carry(np.asarray(own), *points)
            item["keypoints"] = torch.from_numpy(moved)
        values = {name: value.value for name, value in record.attributes.items()}
        item.update(attributes=values, id=record.id, variant=number, record=record)
        return item


def _jobs(sources: str | Path | Sequence[str | Path | Record], root: Path) -> list[Job]:
    """Photographs, whatever they were given as."""
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    paths = [source for source in given if isinstance(source, str | Path)]
    records = [source for source in given if not isinstance(source, str | Path)]
    if len(given) == 1 and paths and Path(paths[0]).suffix.lower() in TABLES:
        return jobs_of(read_manifest(paths[0]), Path(paths[0]).parent)
    return jobs_of([*(find_photos(paths) if paths or not records else []), *records], root)


def _collated(items: Sequence[Item], **_: Any) -> Item:
    """What a `DataLoader` calls for items of ours."""
    return Dataset.collate(items)


with suppress(ImportError):  # torch documents this table, but keeps it in a module of its own
    from torch.utils.data._utils.collate import default_collate_fn_map

    default_collate_fn_map[Item] = _collated
