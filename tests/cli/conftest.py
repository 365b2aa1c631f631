"""How the commands are called, and the photographs that go wrong."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from faceaug.cli import main

Command = Callable[..., Result]

PLAIN = """\
about: Soft light from the left
seed: 5
edits:
  lighting: {azimuth: -40, key_fill: 4}
"""


@pytest.fixture
def faceaug() -> Command:
    """Call the command line in this process."""

    def call(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words])

    return call


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A small recipe."""
    path = tmp_path / "plain.yaml"
    path.write_text(PLAIN)
    return path


@pytest.fixture(scope="session")
def portrait(samples: Path) -> Image.Image:
    """A sample portrait, small."""
    image = Image.open(samples / "eileen_collins.png").convert("RGB")
    image.thumbnail((320, 320), Image.Resampling.LANCZOS)
    return image


@pytest.fixture
def photos(tmp_path: Path, portrait: Image.Image) -> Path:
    """A folder with one good photograph."""
    folder = tmp_path / "photos"
    folder.mkdir()
    portrait.save(folder / "good.png")
    return folder


def save_wrong(kind: str, folder: Path, portrait: Image.Image) -> Path:
    """Write a photograph that cannot be used."""
    path = folder / f"{kind}.jpg"
    WRONG[kind](path, portrait)
    return path


def _truncated(path: Path, portrait: Image.Image) -> None:
    portrait.save(path, quality=90)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _animated(path: Path, portrait: Image.Image) -> None:
    second = portrait.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    portrait.save(path, format="GIF", save_all=True, append_images=[second], duration=100)


def _enormous(path: Path, portrait: Image.Image) -> None:  # noqa: ARG001 - as the others
    """A PNG whose header promises ten thousand million pixels."""
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def _landscape(path: Path, portrait: Image.Image) -> None:
    rows = np.linspace(0, 1, portrait.height)[:, None, None]
    columns = np.sin(np.linspace(0, 20, portrait.width))[None, :, None]
    sky = np.array([120.0, 170.0, 230.0]) * (1 - rows) + np.array([60.0, 110.0, 40.0]) * rows + 15 * columns * rows
    Image.fromarray(sky.clip(0, 255).astype(np.uint8)).save(path)


def _noise(path: Path, portrait: Image.Image) -> None:
    """Mixed-up pixels: as much detail as a photograph, and no face."""
    pixels = np.asarray(portrait).reshape(-1, 3)
    order = np.argsort((np.arange(len(pixels)) * 2_654_435_761) % 2**32)
    Image.fromarray(pixels[order].reshape(portrait.height, portrait.width, 3)).save(path)


def _tiny(path: Path, portrait: Image.Image) -> None:
    ground = Image.new("RGB", (200, 200), (90, 120, 90))
    ground.paste(portrait.resize((16, 16)), (90, 90))
    ground.save(path)


WRONG: dict[str, Callable[[Path, Image.Image], object]] = {
    "text": lambda path, _: path.write_text("not a photograph at all\n" * 20),
    "empty": lambda path, _: path.write_bytes(b""),
    "truncated": _truncated,
    "animated": _animated,
    "enormous": _enormous,
    "landscape": _landscape,
    "noise": _noise,
    "tiny": _tiny,
}
"""Photographs that no run can use."""


def save_odd(kind: str, folder: Path, portrait: Image.Image) -> Path:
    """Write a photograph that is unusual, but perfectly usable."""
    suffix, save = ODD[kind]
    path = folder / f"{kind}{suffix}"
    save(path, portrait)
    return path


def _rotated(path: Path, portrait: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    portrait.transpose(Image.Transpose.ROTATE_90).save(path, quality=95, exif=exif.tobytes())


def _sixteen(path: Path, portrait: Image.Image) -> None:
    grey = np.asarray(portrait.convert("L")).astype(np.uint16) * 257
    Image.fromarray(grey).save(path)


def _see_through(path: Path, portrait: Image.Image) -> None:
    image = portrait.copy()
    image.putalpha(255)
    image.save(path)


ODD: dict[str, tuple[str, Callable[[Path, Image.Image], object]]] = {
    "cmyk": (".jpg", lambda path, image: image.convert("CMYK").save(path, quality=95)),
    "sixteen": (".png", _sixteen),
    "grey": (".png", lambda path, image: image.convert("L").save(path)),
    "palette": (".png", lambda path, image: image.quantize(200).save(path)),
    "alpha": (".png", _see_through),
    "rotated": (".jpg", _rotated),
    "webp": (".webp", lambda path, image: image.save(path, quality=90)),
    "a.b.c": (".jpg", lambda path, image: image.save(path, quality=90)),
}
"""Photographs that look odd inside, and are read all the same."""
