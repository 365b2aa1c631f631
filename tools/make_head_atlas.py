"""Make ``faceaug/weights/head_atlas.safetensors``: how often skin, hair and anything else lie at a place on the head.

    python -m tools.make_head_atlas FACES

FACES is a folder of photographs with a ``manifest.csv`` (column ``path``; ``expression`` and ``grey`` where known). The
regions that colour alone tells (``face/regions``) make a first atlas; with it the classes of ``face/classes`` are found
on every photograph, and their averages are the atlas. More rounds would only confirm what the first believed. It is
mirrored, since heads are; every photograph counts alike. No picture enters the file, only shares of 8 mm squares.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import torch
from safetensors.torch import save_file

from faceaug.data.photos import read_photo
from faceaug.face import classes
from faceaug.face.bare import head_of
from faceaug.face.decompose import decompose
from faceaug.image.filter import reduce

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path(__file__).resolve().parent.parent / "faceaug" / "weights" / "head_atlas.safetensors"
COLUMNS = int((classes.ATLAS_X[1] - classes.ATLAS_X[0]) / classes.ATLAS_STEP) + 1
ROWS = int((classes.ATLAS_Y[1] - classes.ATLAS_Y[0]) / classes.ATLAS_STEP) + 1
# Area seen in a square, cm2 over all photographs, below which it takes its shares from the squares around.
KNOWN = 20.0


class Seen(NamedTuple):
    """One head at a size of about half a pixel a millimetre, and its skin, hair and rest by the regions."""

    head: classes.Head
    regions: torch.Tensor


def look(path: Path) -> Seen:
    """Take one photograph apart; skin, hair and the rest ``(3, h, w)``."""
    parts = decompose(read_photo(path))
    head, r = head_of(parts), parts.regions
    factor = max(1, int(2 * head.scale))
    skin = r.skin + r.body + r.lips + r.eyes + r.brows + r.mouth
    whole = reduce(torch.cat([skin, r.hair, r.clothes], dim=1), round(r.skin.shape[-1] / head.face.shape[-1]))
    shares = reduce(whole, factor)[0]
    return Seen(head.reduced(factor), shares / shares.sum(dim=0).clamp(min=1e-3))


def averaged(photos: list[Seen], find: Callable[[Seen], torch.Tensor]) -> np.ndarray:
    """Average the classes over photographs ``(2, 3, ROWS, COLUMNS)``: outside and inside the face."""
    total, area = np.zeros((2, ROWS, COLUMNS, 3)), np.zeros((2, ROWS, COLUMNS, 1))
    for one in photos:
        head = one.head
        found = find(one).permute(1, 2, 0).double().numpy()
        seen = (head.person * (1 - head.features)).double().numpy() / (10 * head.scale) ** 2
        row = np.rint((head.position[1].numpy() - classes.ATLAS_Y[0]) / classes.ATLAS_STEP).astype(int)
        column = np.rint((head.position[0].numpy() - classes.ATLAS_X[0]) / classes.ATLAS_STEP).astype(int)
        there = (row >= 0) & (row < ROWS) & (column >= 0) & (column < COLUMNS)
        inside = head.face.double().numpy()
        for part, share in enumerate((1 - inside, inside)):
            weight = (seen * share)[there][:, None]
            np.add.at(area[part], (row[there], column[there]), weight)
            np.add.at(total[part], (row[there], column[there]), weight * found[there])
    total, area = total + total[:, :, ::-1], area + area[:, :, ::-1]
    return np.stack([spread(*part) for part in zip(total, area, strict=True)]).transpose(0, 3, 1, 2)


def spread(total: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Shares of one part ``(ROWS, COLUMNS, 3)``; squares that were hardly seen take those of the nearest that were."""
    shares, lacking = total / np.maximum(area, 1e-9), area < KNOWN
    for reach in (1.0, 2.0, 4.0, 8.0, 16.0):
        around, seen = (
            cv2.GaussianBlur(plane, (0, 0), reach, borderType=cv2.BORDER_REPLICATE) for plane in (total, area)
        )
        seen = seen.reshape(area.shape)
        enough = lacking & (seen >= KNOWN)
        shares, lacking = np.where(enough, around / np.maximum(seen, 1e-9), shares), lacking & ~enough
    shares = np.where(lacking, 1 / 3, shares)
    return np.asarray(shares / np.maximum(shares.sum(axis=-1, keepdims=True), 1e-9))


def main() -> None:
    """Read the photographs, average twice, write the atlas."""
    folder = Path(sys.argv[1])
    with (folder / "manifest.csv").open(newline="") as file:
        paths = [row["path"] for row in csv.DictReader(file) if row.get("grey") != "1"]
    photos = [look(folder / path) for path in paths]
    for find in (lambda one: one.regions, lambda one: classes.find_classes(one.head)):
        shares = torch.from_numpy(averaged(photos, find)).float().contiguous()
        save_file({"shares": shares}, OUT)
        classes.atlas.cache_clear()
    print(f"{OUT.name}: {len(photos)} photographs, {ROWS} x {COLUMNS} squares")


if __name__ == "__main__":
    main()
