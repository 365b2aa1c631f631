"""The faces that the laws are tried on: small ones, so that the suite stays quick."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceaug.data.photos import Photo, find_photos, read_photo
from faceaug.edit import Edit
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.scene import Scene

SIDE = 256
"""Longer side of a small photograph, pixels."""


def shrunk(path: Path) -> Decomposition:
    image = Image.fromarray(read_photo(path).pixels)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return decompose(Photo.from_array(np.asarray(image)))


@pytest.fixture(scope="session")
def portraits(samples: Path) -> list[Decomposition]:
    """The sample portraits, small: one with bare eyes, one with glasses."""
    return [shrunk(path) for path in find_photos([samples])]


@pytest.fixture
def face(portraits: list[Decomposition], request: pytest.FixtureRequest) -> Decomposition:
    """One small portrait: the first, or for a test of an edit that declines it, the next one that it takes."""
    edit = getattr(request.node, "callspec", None) and request.node.callspec.params.get("edit")
    takes = [face for face in portraits if not edit or not any(refusals(edit, face))]
    return (takes or portraits)[0]


def refusals(edit: Edit, face: Decomposition) -> list[str | None]:
    scene = Scene.of(face)
    return edit.refusals(scene, edit.complete(scene.noise(edit.name), {}))


@pytest.fixture(scope="session")
def odd(samples: Path) -> Decomposition:
    """One portrait at a size that no vector width divides: kernels end in another way there."""
    image = Image.fromarray(read_photo(samples / "eileen_collins.png").pixels)
    return decompose(Photo.from_array(np.asarray(image.crop((61, 3, 424, 400)).resize((323, 353)))))


@pytest.fixture(scope="session")
def grey(samples: Path) -> Decomposition:
    """One small portrait in black and white."""
    image = Image.fromarray(read_photo(samples / "eileen_collins.png").pixels).convert("L").convert("RGB")
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return decompose(Photo.from_array(np.asarray(image)))


@pytest.fixture(scope="session")
def large(samples: Path) -> Decomposition:
    """One portrait at its real size."""
    return decompose(samples / "eileen_collins.png")
