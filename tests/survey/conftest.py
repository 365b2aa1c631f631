"""Photographs of a survey: the two portraits, one of them twice, and files that cannot be measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def photos(tmp_path: Path, samples: Path) -> Path:
    """A folder with two portraits, a copy of one, a picture without a face, and a file that is no picture."""
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    shutil.copy(samples / "eileen_collins.png", folder / "eileen.png")
    shutil.copy(samples / "grace_hopper.jpg", folder / "grace.jpg")
    shutil.copy(samples / "eileen_collins.png", folder / "more" / "copy.png")
    Image.new("RGB", (200, 200), "grey").save(folder / "wall.png")
    (folder / "notes.jpg").write_text("not a picture")
    return folder
