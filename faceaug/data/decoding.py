"""From the bytes of any photograph file to upright 8-bit sRGB."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, UnidentifiedImageError

from faceaug.data.compression import Jpeg, jpeg_of
from faceaug.errors import PhotoError

__all__ = ["Decoded", "decode"]

FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "JPEG2000", "PPM")
"""What is decoded (JPEG covers MPO); a short list keeps odd decoders, such as PostScript, from strangers' files."""

MOVING: Final = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
"""Formats whose further frames are an animation; in MPO and TIFF they are other pictures, and the first one counts."""

HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
"""Major brands of HEIF files (ISO/IEC 23008-12, annexes B and C)."""

ORIENTATION: Final = 0x0112
"""EXIF tag that says how the camera was held (EXIF 2.32, 4.6.4 A)."""

TURNS: Final = {
    2: ("exif mirrored", Image.Transpose.FLIP_LEFT_RIGHT),
    3: ("exif rotated 180", Image.Transpose.ROTATE_180),
    4: ("exif flipped", Image.Transpose.FLIP_TOP_BOTTOM),
    5: ("exif transposed", Image.Transpose.TRANSPOSE),
    6: ("exif rotated 90", Image.Transpose.ROTATE_270),
    7: ("exif transversed", Image.Transpose.TRANSVERSE),
    8: ("exif rotated 270", Image.Transpose.ROTATE_90),
}
"""EXIF orientation -> (note, in degrees clockwise; Pillow's turn, which counts counter-clockwise)."""

SIDEWAYS: Final = frozenset(TURNS[orientation][0] for orientation in (5, 6, 7, 8))
"""Notes of the turns that make columns of rows."""

DEEP: Final = 16
BITS: Final = 258
"""Bits per channel that are too many, and the TIFF tag that tells how many there are (TIFF 6.0, BitsPerSample)."""

SIXTEEN_BIT: Final = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
"""Pillow's modes for grey pictures of 16 bits."""

Pixels = npt.NDArray[np.uint8]


class Decoded(NamedTuple):
    """What a photograph's file holds.

    Attributes:
        pixels: (H, W, 3) uint8 sRGB, upright.
        mode: the file's own, as Pillow names it.
        notes: the conversions that were made, in order.
        jpeg: how it was compressed, where it was a JPEG.
    """

    pixels: Pixels
    mode: str
    notes: tuple[str, ...]
    jpeg: Jpeg | None


def decode(data: bytes, name: str, max_pixels: int) -> Decoded:
    """Decode one still photograph.

    Args:
        data: bytes of the file.
        name: what to call it in messages.
        max_pixels: refuse a larger photograph before decoding it.

    Raises:
        PhotoError: empty, not_an_image, unsupported, too_large, animated, truncated or unreadable.
    """
    if not data:
        raise PhotoError("empty", f"{name} is empty (0 bytes)")
    image = _open(data, name, max_pixels)
    mode, jpeg = image.mode, jpeg_of(image)
    notes: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
            pages = getattr(image, "n_frames", 1)
            if pages > 1:
                notes.append(f"first of {pages} pictures")
            image = _upright(_eight_bit(image, data, notes), image, notes)
            pixels = np.array(_to_srgb(image, notes))
    except (OSError, EOFError, SyntaxError, ValueError, struct.error) as error:
        raise _broken(data, name, error) from error
    if jpeg is not None and SIDEWAYS & set(notes):
        jpeg = jpeg.turned()
    return Decoded(pixels, mode, tuple(notes), jpeg)


def _open(data: bytes, name: str, max_pixels: int) -> Image.Image:
    """Read the header alone and refuse what is not one still photograph of a bearable size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            moving = image.format in MOVING and getattr(image, "n_frames", 1) > 1
    except Image.DecompressionBombError as error:
        raise PhotoError("too_large", f"{name} is too large to decode: {error}") from error
    except (UnidentifiedImageError, OSError, EOFError, SyntaxError, ValueError, struct.error) as error:
        raise _broken(data, name, error) from error
    width, height = image.size
    if width * height > max_pixels:
        size = f"{width} x {height} = {width * height / 1e6:.0f} million pixels"
        raise PhotoError("too_large", f"{name} has {size}; at most {max_pixels / 1e6:.0f} million are decoded")
    if image.mode == "F" or (image.mode == "I" and image.format == "TIFF"):
        raise PhotoError("unsupported", f"{name} has 32-bit values without a defined white; save it with 8 or 16 bits")
    if moving:
        raise PhotoError("animated", f"{name} is an animation ({image.format}); a still photograph is needed")
    return image


def _broken(data: bytes, name: str, error: Exception) -> PhotoError:
    """Say why bytes did not decode."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return PhotoError("unsupported", f"{name} is HEIC, which is not decoded here; save it as JPEG or PNG first")
    if not _known(data):
        return PhotoError("not_an_image", f"{name} is not a picture of a kind that is decoded (JPEG, PNG, WebP, ...)")
    if _cut_short(data) or "truncated" in str(error).lower():
        return PhotoError("truncated", f"{name} is cut short: its end is missing")
    return PhotoError("unreadable", f"{name} is damaged and cannot be decoded: {error}")


def _known(data: bytes) -> bool:
    """Whether the first bytes are those of a format that is decoded here."""
    starts = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP", b"P5", b"P6")
    return data.startswith(starts) or data[8:12] == b"WEBP" or data[4:12] in {b"ftypavif", b"ftypavis"}


def _cut_short(data: bytes) -> bool:
    """Whether the mark that ends a file of this format is missing."""
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in data[-1024:]
    if data.startswith(b"\x89PNG"):
        return b"IEND" not in data[-1024:]
    if data[8:12] == b"WEBP":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    return False


def _eight_bit(image: Image.Image, data: bytes, notes: list[str]) -> Image.Image:
    """The same picture with 8 bits per channel, rounded rather than cut where the decoder lets us."""
    if image.mode in SIXTEEN_BIT or image.mode == "I":
        notes.append("16-bit -> 8-bit")
        return Image.fromarray(_narrow(np.asarray(image)))
    bits = data[24] if image.format == "PNG" else max(getattr(image, "tag_v2", {}).get(BITS, (8,)))
    if bits == DEEP:
        notes.append("16-bit -> 8-bit")
        if image.format == "PNG" and image.mode in {"RGB", "RGBA"}:
            return _deep_png(data)
    return image


def _narrow(values: npt.NDArray[np.generic]) -> Pixels:
    """Map 0..65535 to 0..255, rounding to the nearest."""
    wide = np.clip(values.astype(np.int64), 0, 65535)
    return ((wide * 255 + 32767) // 65535).astype(np.uint8)


def _deep_png(data: bytes) -> Image.Image:
    """A PNG with 16 bits per colour; Pillow would keep the upper byte alone."""
    import cv2

    deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if deep is None or deep.dtype != np.uint16:
        msg = "16-bit colours could not be decoded"
        raise OSError(msg)
    swap = [2, 1, 0, 3][: deep.shape[2]]
    return Image.fromarray(np.ascontiguousarray(_narrow(deep)[:, :, swap]))


def _upright(image: Image.Image, header: Image.Image, notes: list[str]) -> Image.Image:
    """Turn the picture as the camera says it was held, keeping what the header knows (profile, transparency)."""
    info = {key: header.info[key] for key in ("icc_profile", "transparency") if key in header.info}
    try:
        exif = header.getexif()
        turn = TURNS.get(exif.get(ORIENTATION, 1))
        index = exif.get_ifd(0xA005).get(1)
    except Exception:  # broken EXIF raises whatever its bytes provoke
        notes.append("exif broken, ignored")
        turn = index = None
    if index == "R03" and "icc_profile" not in info:
        notes.append("exif says Adobe RGB without a profile, taken as sRGB")
    if turn:
        notes.append(turn[0])
        image = image.transpose(turn[1])
    image.info = cast("dict[str | tuple[int, int], object]", info)
    return image


def _to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """Bring any 8-bit mode to RGB in sRGB."""
    profile = image.info.get("icc_profile")
    image, alpha = _colours_and_alpha(image, notes)
    done = _through_profile(image, profile, notes) if profile else None
    if done is None:
        if image.mode == "LAB":
            done = ImageCms.profileToProfile(
                image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        else:
            done = image.convert("RGB")
    if image.mode != "RGB":
        notes.append({"L": "grey -> rgb"}.get(image.mode, f"{image.mode.lower()} -> rgb"))
    result = cast("Image.Image", done)
    if alpha is not None and alpha.getextrema() != (255, 255):
        notes.append("alpha over white")
        result = Image.composite(result, Image.new("RGB", result.size, "white"), alpha)
    return result


def _colours_and_alpha(image: Image.Image, notes: list[str]) -> tuple[Image.Image, Image.Image | None]:
    """Split a picture into L, RGB, CMYK or LAB, and its alpha channel if it has one."""
    if image.mode in {"P", "PA"}:
        notes.append("palette -> rgb")
        image = image.convert("RGBA")
    elif image.mode == "1":
        notes.append("1-bit -> 8-bit")
        image = image.convert("L")
    elif "transparency" in image.info and image.mode in {"L", "RGB"}:
        image = image.convert("RGBA" if image.mode == "RGB" else "LA")
    if image.mode in {"RGBA", "LA"}:
        return image.convert(image.mode[:-1]), image.getchannel("A")
    if image.mode not in {"L", "RGB", "CMYK", "LAB"}:
        return image.convert("RGB"), None
    return image, None


def _through_profile(image: Image.Image, data: bytes, notes: list[str]) -> Image.Image | None:
    """Convert by the embedded ICC profile; None where that is needless or the profile is no use."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        name = ImageCms.getProfileDescription(profile).strip() or "without a name"
        space = profile.profile.xcolor_space.strip()
        if space == "RGB" and name.lower().startswith(("srgb", "c2")):
            return None
        source = image.convert("RGB") if (image.mode, space) == ("L", "RGB") else image
        done = ImageCms.profileToProfile(
            source,
            profile,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        notes.append("icc profile broken or of another kind, ignored")
        return None
    notes.append(f"icc {name} -> sRGB")
    return done
