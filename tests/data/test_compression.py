"""What is made of a JPEG file is compressed as that file was, so that no model can tell it by its codec."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from faceaug.data.compression import Jpeg, jpeg_of
from faceaug.data.encoding import encode
from faceaug.data.photos import Photo, photo_of
from faceaug.recipe import Recipe
from faceaug.recipe.options import RunOptions
from faceaug.recipe.run import run
from tests.portraits import collins

ROTATED = 6
SIDEWAYS = (5, 6, 7, 8)


def portrait() -> Image.Image:
    return Image.fromarray(collins().photos[0].pixels)


def file_of(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def opened(data: bytes) -> JpegImagePlugin.JpegImageFile:
    image = Image.open(io.BytesIO(data))
    assert isinstance(image, JpegImagePlugin.JpegImageFile)
    return image


def again(photo: Photo, **options: Any) -> bytes:
    return encode(photo.pixels, "jpg", like=photo.jpeg, **options)


def lost(photo: Photo, data: bytes) -> float:
    """Mean difference, levels of 255, that saving has made."""
    return float(np.abs(photo_of(data, "again").pixels.astype(int) - photo.pixels).mean())


@pytest.mark.parametrize(("quality", "subsampling"), [(60, 2), (85, 1), (92, 0), (100, 2)])
def test_the_same_tables_and_sampling_and_hardly_any_further_loss(quality: int, subsampling: int) -> None:
    data = file_of(portrait(), quality=quality, subsampling=subsampling)
    photo = photo_of(data, "photo")
    made = again(photo)
    assert opened(made).quantization == opened(data).quantization
    assert JpegImagePlugin.get_sampling(opened(made)) == subsampling
    assert lost(photo, made) < 0.45
    other = encode(photo.pixels, "jpg", quality=30)
    assert lost(photo, other) > 4 * lost(photo, made)


def test_a_quality_that_is_asked_for_wins() -> None:
    photo = photo_of(file_of(portrait(), quality=40), "photo")
    assert again(photo, quality=90) == encode(photo.pixels, "jpg", quality=90)
    assert again(photo) != encode(photo.pixels, "jpg")


def test_a_grey_file_lends_its_one_table() -> None:
    data = file_of(portrait().convert("L"), quality=50)
    photo = photo_of(data, "grey")
    made = opened(again(photo))
    assert made.mode == "RGB"
    assert made.quantization[0] == opened(data).quantization[0]
    assert lost(photo, again(photo)) < 0.45


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_has_turned_tables(orientation: int) -> None:
    lopsided = [[1 + row * 5 + column for row in range(8) for column in range(8)] for _ in range(2)]
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(portrait(), qtables=lopsided, subsampling=1, exif=exif)
    photo = photo_of(data, "turned")
    assert photo.jpeg is not None
    table = np.array(photo.jpeg.tables[0]).reshape(8, 8)
    stored = np.array(opened(data).quantization[0]).reshape(8, 8)
    assert not np.array_equal(stored, stored.T)
    assert np.array_equal(table, stored.T if orientation in SIDEWAYS else stored)
    assert photo.jpeg.sampling == (0 if orientation in SIDEWAYS else 1)
    assert lost(photo, again(photo)) < 0.6


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "CMYK"])
def test_what_is_no_usual_jpeg_says_nothing(kind: str) -> None:
    file = io.BytesIO()
    image = portrait().convert("CMYK") if kind == "CMYK" else portrait()
    image.save(file, "JPEG" if kind == "CMYK" else kind)
    photo = photo_of(file.getvalue(), "photo")
    assert photo.jpeg is None
    assert again(photo) == encode(photo.pixels, "jpg", quality=95)
    assert Photo.from_array(photo.pixels).jpeg is None


def test_channels_that_are_not_split_into_light_and_colour_say_nothing() -> None:
    image = opened(file_of(portrait(), keep_rgb=True))
    assert image.mode == "RGB"
    assert jpeg_of(image) is None
    assert jpeg_of(opened(file_of(portrait()))) is not None


def test_steps_of_more_than_eight_bits_say_nothing() -> None:
    image = opened(file_of(portrait()))
    image.quantization = {0: [300] * 64, 1: [300] * 64}
    assert jpeg_of(image) is None


def test_turning_twice_is_no_turn() -> None:
    jpeg = Jpeg((tuple(range(1, 65)),), 2)
    assert jpeg.turned() != jpeg
    assert jpeg.turned().turned() == jpeg


@pytest.mark.parametrize("quality", [None, 80])
def test_pictures_of_a_run_are_compressed_as_their_photographs(quality: int | None, tmp_path: Path) -> None:
    data = file_of(portrait(), quality=71, subsampling=2)
    (tmp_path / "ada.jpg").write_bytes(data)
    recipe = Recipe.parse({"about": "A tone", "seed": 1, "edits": {"skin_tone": {"ita": 20}}})
    run(recipe, [tmp_path / "ada.jpg"], tmp_path / "out", RunOptions(quality=quality))
    [file] = (tmp_path / "out" / "pictures").iterdir()
    made = opened(file.read_bytes())
    assert (made.quantization == opened(data).quantization) == (quality is None)
    photo, picture = photo_of(data, "photo"), photo_of(file.read_bytes(), "picture")
    corner = (slice(0, 120), slice(0, 60))
    far = np.abs(picture.pixels[corner].astype(int) - photo.pixels[corner]).mean()
    assert (far < 0.3) == (quality is None), "what no edit touched stays as it was"
