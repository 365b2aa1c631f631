"""Files that are no photograph, or not one that can be used, are refused by name."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from faceaug.data.photos import read_photo
from faceaug.errors import PhotoError
from tests.data.pictures import gradient, put, saved, spread

if TYPE_CHECKING:
    from pathlib import Path


def reason(path: Path, **options: Any) -> str:
    with pytest.raises(PhotoError) as caught:
        read_photo(path, **options)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_animations_are_refused(tmp_path: Path, kind: str) -> None:
    frames = [Image.new("RGB", (16, 16), (i * 80, 0, 0)) for i in range(3)]
    path = put(tmp_path, saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50))
    assert reason(path) == "animated"


@pytest.mark.parametrize("kind", ["TIFF", "MPO"])
def test_first_page_counts(tmp_path: Path, kind: str) -> None:
    pages = [Image.fromarray(gradient()), Image.new("RGB", (48, 32))]
    options = {"quality": 100, "subsampling": 0} if kind == "MPO" else {}
    photo = read_photo(put(tmp_path, saved(pages[0], kind, save_all=True, append_images=pages[1:], **options)))
    assert photo.notes == ("first of 2 pictures",)
    assert spread(photo.pixels, gradient()) <= 4


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.03, 0.3, 0.6, 0.95])
def test_truncated_files_are_named(tmp_path: Path, kind: str, share: float) -> None:
    y, x = np.mgrid[0:200, 0:200]
    busy = np.stack([(x * y) % 251, (x * 7 + y * y) % 253, (x * x + y) % 241], axis=2).astype(np.uint8)
    data = saved(Image.fromarray(busy), kind)
    assert reason(put(tmp_path, data[: int(len(data) * share)])) == "truncated"


def test_damaged_in_the_middle(tmp_path: Path) -> None:
    data = bytearray(saved(Image.fromarray(gradient()), "PNG"))
    data[40:80] = b"\0" * 40
    assert reason(put(tmp_path, bytes(data))) == "unreadable"


def test_refusals_by_name(tmp_path: Path) -> None:
    assert reason(put(tmp_path, b"")) == "empty"
    assert reason(put(tmp_path, b"Dear Sir, please find attached")) == "not_an_image"
    assert reason(put(tmp_path, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")) == "unsupported"
    assert reason(put(tmp_path, b"%PDF-1.4 something")) == "not_an_image"
    assert reason(put(tmp_path, b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")) == "not_an_image"
    assert reason(tmp_path / "absent.jpg") == "unreadable"
    assert reason(tmp_path) == "unreadable"
    assert reason(put(tmp_path, saved(Image.new("F", (4, 4)), "TIFF"))) == "unsupported"


def test_enormous_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = put(tmp_path, saved(Image.fromarray(gradient()), "PNG"))
    assert reason(path, max_pixels=48 * 32 - 1) == "too_large"
    assert read_photo(path, max_pixels=48 * 32).width == 48
    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    bomb += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    assert reason(put(tmp_path, bomb)) == "too_large"
