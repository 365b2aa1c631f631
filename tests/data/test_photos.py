"""Every kind of file becomes upright 8-bit sRGB, or is refused by name."""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
import zlib
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from faceaug.data.photos import EXTENSIONS, Photo, read_photo
from tests.data.pictures import ADOBE_RGB, SRGB, gradient, put, saved, spread

if TYPE_CHECKING:
    from pathlib import Path


def test_plain_png_keeps_every_bit_and_hashes_the_file(tmp_path: Path) -> None:
    data = saved(Image.fromarray(gradient()), "PNG")
    photo = read_photo(put(tmp_path, data))
    assert np.array_equal(photo.pixels, gradient())
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    assert (photo.width, photo.height, photo.mode, photo.notes) == (48, 32, "RGB", ())
    assert photo.path == tmp_path / "photo.jpg"
    assert not photo.is_grey


def test_pixels_are_read_only(tmp_path: Path) -> None:
    photo = read_photo(put(tmp_path, saved(Image.fromarray(gradient()), "PNG")))
    with pytest.raises(ValueError, match="read-only"):
        photo.pixels[0, 0] = 0


UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}
"""How an upright picture lies in a file of that EXIF orientation (EXIF 2.32: which row and column come first)."""


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_exif_orientation_is_applied_once(tmp_path: Path, orientation: int, kind: str) -> None:
    lying = Image.fromarray(np.ascontiguousarray(UPRIGHT[orientation](gradient())))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    photo = read_photo(put(tmp_path, saved(lying, kind, exif=exif, **options)))
    assert photo.pixels.shape == (32, 48, 3)
    assert spread(photo.pixels, gradient()) <= (4 if kind == "JPEG" else 0)
    if kind != "TIFF":  # Pillow turns those by itself
        assert bool(photo.notes) == (orientation != 1)


def test_rotation_is_noted(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_photo(put(tmp_path, saved(Image.fromarray(gradient()), "JPEG", exif=exif))).notes == (
        "exif rotated 90",
    )


def test_broken_exif_is_ignored(tmp_path: Path) -> None:
    data = saved(Image.fromarray(gradient()), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read_photo(put(tmp_path, data)).pixels.shape == (32, 48, 3)


def adobe_to_srgb(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Convert by the formulas of Adobe RGB (1998) and IEC 61966-2-1, clipping what sRGB cannot show."""
    linear = (values / 255) ** (563 / 256)
    to_xyz = np.array([[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]])
    to_srgb = np.array([[3.24097, -1.53738, -0.49861], [-0.96924, 1.87597, 0.04156], [0.05563, -0.20398, 1.05697]])
    rgb = np.clip(linear @ (to_srgb @ to_xyz).T, 0, 1)
    coded = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055)
    return np.asarray((255 * coded).round(), np.uint8)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_adobe_rgb_becomes_srgb(tmp_path: Path, kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(Image.fromarray(gradient()), kind, icc_profile=ADOBE_RGB, **options)
    photo = read_photo(put(tmp_path, data))
    assert photo.notes == ("icc Adobe RGB (1998) -> sRGB",)
    assert spread(photo.pixels, adobe_to_srgb(gradient())) <= 2
    assert spread(photo.pixels, gradient()) > 10


def test_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    photo = read_photo(put(tmp_path, saved(Image.fromarray(gradient()), "PNG", icc_profile=SRGB)))
    assert np.array_equal(photo.pixels, gradient())
    assert photo.notes == ()


@pytest.mark.parametrize("profile", [b"garbage", ADOBE_RGB[:200]])
def test_broken_profile_is_noted_and_ignored(tmp_path: Path, profile: bytes) -> None:
    photo = read_photo(put(tmp_path, saved(Image.fromarray(gradient()), "PNG", icc_profile=profile)))
    assert np.array_equal(photo.pixels, gradient())
    assert photo.notes == ("icc profile broken or of another kind, ignored",)


def test_grey_file_with_a_colour_profile(tmp_path: Path) -> None:
    grey = np.ascontiguousarray(gradient()[:, :, 0])
    photo = read_photo(put(tmp_path, saved(Image.fromarray(grey), "JPEG", icc_profile=ADOBE_RGB, quality=100)))
    assert photo.notes[0] == "icc Adobe RGB (1998) -> sRGB"
    assert photo.is_grey
    assert spread(photo.pixels[:, :, 0], adobe_to_srgb(np.repeat(grey[:, :, None], 3, 2))[:, :, 0]) <= 3


def test_cmyk_with_and_without_inversion(tmp_path: Path) -> None:
    ink = Image.fromarray(np.full((16, 16, 4), (0, 128, 255, 32), np.uint8), "CMYK")
    expected = [255 - 32, round(127 * 223 / 255), 0]
    for kind, options in (("JPEG", {"quality": 100}), ("TIFF", {})):
        photo = read_photo(put(tmp_path, saved(ink, kind, **options)))
        assert photo.mode == "CMYK"
        assert photo.notes == ("cmyk -> rgb",)
        assert spread(photo.pixels, np.full((16, 16, 3), expected, np.uint8)) <= 3
    assert b"Adobe" in saved(ink, "JPEG")[:64]  # the mark of files whose inks are inverted: no ink is 255


def test_sixteen_bit_grey_is_rounded(tmp_path: Path) -> None:
    deep = np.array([[0, 128, 129, 32768, 65406, 65407, 65535]], np.uint16)
    done, data = cv2.imencode(".png", deep)
    photo = read_photo(put(tmp_path, bytes(data)))
    assert photo.pixels[0, :, 0].tolist() == [round(int(v) / 257) for v in deep[0]]
    assert done
    assert photo.notes == ("16-bit -> 8-bit", "grey -> rgb")


@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bit_colour_is_rounded_and_not_swapped(tmp_path: Path, channels: int) -> None:
    deep = np.zeros((2, 3, channels), np.uint16)
    deep[:, :, 2], deep[:, :, 1], deep[:, :, 0] = 65407, 300, 129  # OpenCV writes blue first
    if channels == 4:
        deep[:, :, 3] = 65535
    photo = read_photo(put(tmp_path, bytes(cv2.imencode(".png", deep)[1])))
    assert photo.pixels[0, 0].tolist() == [round(65407 / 257), round(300 / 257), 1]
    assert photo.notes == ("16-bit -> 8-bit",)


def test_sixteen_bit_colour_keeps_its_orientation_and_profile(tmp_path: Path) -> None:
    deep = np.ascontiguousarray(gradient()[:, :, ::-1]).astype(np.uint16) * 257
    data = bytes(cv2.imencode(".png", np.ascontiguousarray(np.rot90(deep)))[1])
    exif = Image.Exif()
    exif[0x0112] = 6
    chunks = b""
    for kind, body in ((b"iCCP", b"a\0\0" + zlib.compress(ADOBE_RGB)), (b"eXIf", exif.tobytes()[6:])):
        chunks += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    photo = read_photo(put(tmp_path, data[:33] + chunks + data[33:]))
    assert photo.notes == ("16-bit -> 8-bit", "exif rotated 90", "icc Adobe RGB (1998) -> sRGB")
    assert spread(photo.pixels, adobe_to_srgb(gradient())) <= 2


def test_palette_one_bit_and_grey(tmp_path: Path) -> None:
    colour = Image.fromarray(gradient())
    cases = {
        "P": (colour.quantize(64), ("palette -> rgb",)),
        "1": (colour.convert("1"), ("1-bit -> 8-bit", "grey -> rgb")),
        "L": (colour.convert("L"), ("grey -> rgb",)),
    }
    for mode, (image, notes) in cases.items():
        photo = read_photo(put(tmp_path, saved(image, "PNG")))
        assert (photo.mode, photo.notes) == (mode, notes)
        assert np.array_equal(photo.pixels, np.asarray(image.convert("RGB")))
        assert photo.is_grey == (mode != "P")


def test_alpha_lies_over_white(tmp_path: Path) -> None:
    pixels = np.dstack([gradient(), np.full((32, 48), 255, np.uint8)])
    opaque = read_photo(put(tmp_path, saved(Image.fromarray(pixels), "PNG")))
    assert opaque.notes == ()
    assert np.array_equal(opaque.pixels, gradient())
    pixels[:16, :, 3] = 0
    clear = read_photo(put(tmp_path, saved(Image.fromarray(pixels), "PNG")))
    assert clear.notes == ("alpha over white",)
    assert (clear.pixels[:16] == 255).all()
    assert np.array_equal(clear.pixels[16:], gradient()[16:])


def test_transparent_palette_and_transparent_colour(tmp_path: Path) -> None:
    palette = Image.fromarray(gradient()).quantize(8)
    photo = read_photo(put(tmp_path, saved(palette, "PNG", transparency=palette.getpixel((0, 0)))))
    assert photo.pixels[0, 0].tolist() == [255, 255, 255]
    flat = Image.new("RGB", (4, 4), (9, 8, 7))
    photo = read_photo(put(tmp_path, saved(flat, "PNG", transparency=(9, 8, 7))))
    assert photo.pixels[0, 0].tolist() == [255, 255, 255]


def test_grey_alpha(tmp_path: Path) -> None:
    image = Image.merge("LA", [Image.new("L", (4, 4), 10), Image.new("L", (4, 4), 51)])
    photo = read_photo(put(tmp_path, saved(image, "PNG")))
    assert photo.notes == ("grey -> rgb", "alpha over white")
    assert photo.pixels[0, 0].tolist() == [round(10 * 0.2 + 255 * 0.8)] * 3


def test_lab_tiff(tmp_path: Path) -> None:
    colour = Image.new("RGB", (4, 4), (200, 120, 90))
    lab = ImageCms.profileToProfile(
        colour, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    with_profile = read_photo(put(tmp_path, saved(lab, "TIFF")))
    del lab.info["icc_profile"]
    without = read_photo(put(tmp_path, saved(lab, "TIFF")))
    assert with_profile.notes[-1] == "lab -> rgb"
    assert without.notes == ("lab -> rgb",)
    for photo in (with_profile, without):
        assert spread(photo.pixels, np.asarray(colour)) <= 3


def test_sixteen_bit_tiff_is_noted(tmp_path: Path) -> None:
    deep = np.ascontiguousarray(gradient()[:, :, ::-1]).astype(np.uint16) * 257
    photo = read_photo(put(tmp_path, bytes(cv2.imencode(".tiff", deep)[1])))
    assert photo.notes == ("16-bit -> 8-bit",)
    assert np.array_equal(photo.pixels, gradient())


def test_is_grey_ignores_rounding_and_specks_but_not_a_tint() -> None:
    grey = np.repeat(gradient()[:, :, :1], 3, axis=2)
    noisy = grey.copy()
    noisy[:, :, 0] += 3
    noisy[0, 0] = (255, 0, 0)
    assert Photo.from_array(noisy).is_grey
    tinted = grey.copy()
    tinted[:, :, 0] += 12
    assert not Photo.from_array(tinted).is_grey


def test_from_array() -> None:
    photo = Photo.from_array(gradient())
    assert photo.path is None
    assert Photo.from_array(gradient()).sha256 == photo.sha256
    assert Photo.from_array(gradient()[:, ::-1]).sha256 != photo.sha256
    flat = np.zeros((2, 8, 3), np.uint8)
    assert Photo.from_array(flat).sha256 != Photo.from_array(flat.reshape(4, 4, 3)).sha256
    grey = Photo.from_array(gradient()[:, :, 0])
    assert grey.mode == "L"
    assert grey.is_grey
    mine = gradient()
    kept = Photo.from_array(mine)
    mine[:] = 0
    assert np.array_equal(kept.pixels, gradient())
    assert mine.flags.writeable


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.zeros((4, 4, 3), np.float32), "not float32; multiply floats in 0..1 by 255 and round$"),
        (np.zeros((4, 4, 3), np.uint16), "not uint16$"),
        (np.zeros((4, 4, 4), np.uint8), "shape"),
        (np.zeros((3, 4, 4), np.uint8), r"RGB, not \(3, 4, 4\); its channels come first, but must come last$"),
        (np.zeros((0, 4, 3), np.uint8), "shape"),
        (np.zeros(5, np.uint8), "shape"),
    ],
)
def test_from_array_says_what_is_wrong(array: npt.NDArray[Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Photo.from_array(array)


def test_photos_travel_to_worker_processes(tmp_path: Path) -> None:
    photo = read_photo(put(tmp_path, saved(Image.fromarray(gradient()), "PNG")))
    copy = pickle.loads(pickle.dumps(photo))
    assert copy.sha256 == photo.sha256
    assert np.array_equal(copy.pixels, photo.pixels)


def test_a_plain_jpeg_is_what_pillow_decodes(samples: Path) -> None:
    path = samples / "grace_hopper.jpg"
    assert np.array_equal(read_photo(path).pixels, np.asarray(Image.open(io.BytesIO(path.read_bytes())).convert("RGB")))
    assert path.suffix in EXTENSIONS
