from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from faceaug.face.region import Pixels

DATA = Path(__file__).parent / "data"


def read(path: Path) -> Pixels:
    picture = cv2.imread(str(path))
    assert picture is not None, path
    return np.ascontiguousarray(picture[:, :, ::-1]).astype(np.uint8)


@pytest.fixture(scope="session")
def eileen(samples: Path) -> Pixels:
    return read(samples / "eileen_collins.png")


@pytest.fixture(scope="session")
def grace(samples: Path) -> Pixels:
    return read(samples / "grace_hopper.jpg")


@pytest.fixture(scope="session")
def recorded() -> dict[str, NDArray[np.float32]]:
    """What the reference runtime answered; made by tools/record_references.py."""
    with np.load(DATA / "networks.npz") as file:
        return {name: file[name] for name in file.files}
