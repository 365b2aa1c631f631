"""The only door for pixels on disk: find photographs, read them, write pictures.

Behind the door every picture is upright 8-bit sRGB, whatever the file was.
"""

from __future__ import annotations

import glob
import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from faceaug.data.brief import Brief, picture_png
from faceaug.data.decoding import decode
from faceaug.data.encoding import FORMATS, SOURCE_TYPES, encode, read_provenance, read_source_type
from faceaug.data.files import spelt, unread, why_missing, write_atomic
from faceaug.data.walking import walk
from faceaug.errors import Fault, PhotoError, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from faceaug.data.compression import Jpeg

__all__ = [
    "EXTENSIONS",
    "FORMATS",
    "SOURCE_TYPES",
    "Photo",
    "encode",
    "find_photos",
    "photo_of",
    "read_photo",
    "read_provenance",
    "read_source_type",
    "write_atomic",
]

EXTENSIONS: Final = frozenset(
    f".{word}"
    for word in "jpg jpeg jpe jfif png webp tif tiff bmp gif avif jp2 ppm pgm heic heif".split()  # noqa: SIM905
)
"""What is taken for a photograph in a folder. HEIC is listed, although not decoded, so that it is refused by name."""

GREY_DIMENSIONS: Final = 2
"""Of an array without a colour axis."""

GREY_SPREAD: Final = 4
"""Largest difference between the channels (levels of 255) that still counts as grey: JPEG rounding leaves up to 3."""

GREY_SHARE: Final = 0.999
"""Share of the pixels that must be grey: a coloured speck or watermark does not make a photograph coloured."""


@dataclass(frozen=True, eq=False, repr=False)
class Photo(Brief):
    """One decoded photograph.

    Attributes:
        pixels: (H, W, 3) uint8 RGB in sRGB, upright, read-only.
        sha256: hexadecimal digest of the file's bytes (of shape and pixels, if it came from an array).
        path: where it was read, or None.
        mode: the file's own mode, as Pillow names it (RGB, L, CMYK, I;16, P, ...).
        notes: the conversions that were made, in order.
        jpeg: how the file was compressed, if it was a JPEG.
    """

    pixels: npt.NDArray[np.uint8]
    sha256: str
    path: Path | None = None
    mode: str = "RGB"
    notes: tuple[str, ...] = ()
    jpeg: Jpeg | None = None

    @classmethod
    def from_array(cls, array: npt.ArrayLike) -> Photo:
        """Take pixels that are in memory already.

        Args:
            array: (H, W, 3) or (H, W) uint8, RGB or grey, sRGB. It is copied.

        Raises:
            ValueError: for another shape or type.
        """
        given = np.asarray(array)
        if given.dtype != np.uint8:
            hint = "; multiply floats in 0..1 by 255 and round" if given.dtype.kind == "f" else ""
            msg = f"pixels must be uint8 in 0..255, not {given.dtype}{hint}"
            raise ValueError(msg)
        notes: tuple[str, ...] = ()
        if len(given.shape) == GREY_DIMENSIONS:
            given, notes = np.repeat(given[:, :, None], 3, axis=2), ("grey -> rgb",)
        if given.shape[2:] != (3,) or given.size == 0:
            hint = "; its channels come first, but must come last" if given.shape[:1] == (3,) else ""
            msg = f"pixels must have the shape (height, width, 3), RGB, not {given.shape}{hint}"
            raise ValueError(msg)
        pixels = _frozen(given.copy())
        digest = hashlib.sha256(f"{pixels.shape}".encode() + pixels.tobytes()).hexdigest()
        return cls(pixels, digest, mode="L" if notes else "RGB", notes=notes)

    def __repr__(self) -> str:
        """Size, kind, file and digest."""
        return f"Photo({self.width} x {self.height}, {self.mode}, path={self.path}, sha256={self.sha256[:12]})"

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        return picture_png(self.pixels)

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @cached_property
    def is_grey(self) -> bool:
        """Whether the photograph has no colour, however its file is stored."""
        spread = self.pixels.max(axis=2) - self.pixels.min(axis=2)
        return bool(np.mean(spread <= GREY_SPREAD) >= GREY_SHARE)


def read_photo(path: str | Path, *, max_pixels: int = 100_000_000) -> Photo:
    """Read a photograph.

    Handles EXIF orientation, ICC profiles, CMYK, 16 bits, palettes, transparency (over white) and grey.

    Args:
        path: the file.
        max_pixels: width times height above which it is refused before decoding; Pillow's own limit of
            179 million stands.

    Raises:
        PhotoError: unreadable, empty, not_an_image, unsupported, too_large, animated or truncated.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PhotoError("unreadable", f"{path} {unread(path, error)}") from error
    return replace(photo_of(data, str(path), max_pixels=max_pixels), path=path)


def photo_of(data: bytes, where: str, *, max_pixels: int = 100_000_000) -> Photo:
    """Decode a photograph that is in memory, as `read_photo` does.

    Args:
        data: the bytes of a file.
        where: what to call it in messages.
        max_pixels: width times height above which it is refused.

    Raises:
        PhotoError: as `read_photo`.
    """
    found = decode(data, where, max_pixels)
    digest = hashlib.sha256(data).hexdigest()
    return Photo(_frozen(found.pixels), digest, None, found.mode, found.notes, found.jpeg)


def _frozen(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Forbid writing into an array of our own."""
    pixels.setflags(write=False)
    return pixels


def find_photos(sources: Sequence[str | Path]) -> list[Path]:
    """List photographs in folders (with their subfolders), of glob patterns, and single files.

    Folders are walked in alphabetical order, through links too; hidden files and folders are passed over; a photograph
    is listed once. A name that is not UTF-8 is listed as `faceaug.data.files.spelt` writes it, and whoever reads that
    photograph says why it cannot be.

    Args:
        sources: folders, patterns or files. A file that is named itself is taken whatever its extension.

    Raises:
        RequestError: for every source that does not exist or holds no photograph, and for folders that cannot be read.
    """
    found: dict[Path, None] = {}
    faults: list[Fault] = []
    for source in sources:
        before = len(faults)
        paths = [spelt(path) for path in _photos_of(Path(source), faults)]
        if paths:
            found.update(dict.fromkeys(paths))
        elif len(faults) == before:
            faults.append(Fault(str(source), _why_nothing(Path(source))))
    if not sources:
        faults.append(Fault("", "no photographs, folders or patterns were given"))
    if faults:
        raise RequestError(faults, "nothing was read")
    return list(found)


def _photos_of(source: Path, faults: list[Fault]) -> Iterator[Path]:
    """The photographs that one source stands for; folders that cannot be read are noted."""
    if source.is_file():
        yield source
    elif source.is_dir():
        yield from (path for path in walk(source, faults) if path.suffix.lower() in EXTENSIONS and _is_plain(path))
    else:
        for match in sorted(glob.glob(str(source), recursive=True)):  # noqa: PTH207 - patterns may be absolute
            path = Path(match)
            if path.is_dir():
                yield from _photos_of(path, faults)
            elif path.suffix.lower() in EXTENSIONS and _is_plain(path):
                yield path


def _is_plain(path: Path) -> bool:
    """Whether it is a file, or a link to one that is gone, and no pipe, socket or device: reading those may not end."""
    return path.is_file() or not path.exists()


def _why_nothing(source: Path) -> str:
    """Why a source gave no photograph."""
    if source.is_dir():
        return "holds no photograph (looked for .jpg, .png, .webp, .tif, ...)"
    if source.exists():
        return "is a pipe, a socket or a device, and no file"
    if glob.has_magic(str(source)):
        return "matches no photograph"
    return why_missing(source)
