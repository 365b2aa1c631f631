"""Small pictures and damaged files that the tests of this folder share."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

Pixels = npt.NDArray[np.uint8]


def gradient(width: int = 48, height: int = 32) -> Pixels:
    """A smooth coloured picture that is different in every corner."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = 40 + 180 * x / (width - 1), 60 + 140 * y / (height - 1)
    return np.stack([red, green, 200 - 0.5 * red], axis=2).round().astype(np.uint8)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a file that Pillow writes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def profile(primaries: tuple[tuple[float, float], ...], gamma: float, name: str) -> bytes:
    """A matrix ICC profile (version 2.1, D65 white adapted to D50 by Bradford) from chromaticities and a gamma."""
    white = np.array([0.95047, 1.0, 1.08883])
    matrix = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]).T
    matrix = matrix * np.linalg.solve(matrix, white)
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d50 = np.array([0.96422, 1.0, 0.82521])
    adapt = np.linalg.inv(bradford) @ np.diag((bradford @ d50) / (bradford @ white)) @ bradford
    matrix = adapt @ matrix

    def fixed(*values: float) -> bytes:
        return b"".join(round(value * 65536).to_bytes(4, "big", signed=True) for value in values)

    text = name.encode() + b"\0"
    curve = b"curv\0\0\0\0" + (1).to_bytes(4, "big") + round(gamma * 256).to_bytes(2, "big") + b"\0\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + len(text).to_bytes(4, "big") + text + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + fixed(*d50),
        **{tag: b"XYZ \0\0\0\0" + fixed(*matrix[:, i]) for i, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    place, table, body = 132 + 12 * len(tags), len(tags).to_bytes(4, "big"), b""
    for tag, data in tags.items():
        table += tag + (place + len(body)).to_bytes(4, "big") + len(data).to_bytes(4, "big")
        body += data + b"\0" * (-len(data) % 4)
    head = bytearray(128)
    head[0:4] = (place + len(body)).to_bytes(4, "big")
    head[8:12], head[12:24], head[36:40] = b"\x02\x10\0\0", b"mntrRGB XYZ ", b"acsp"
    head[68:80] = fixed(*d50)
    return bytes(head) + table + body


ADOBE_RGB = profile(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), 563 / 256, "Adobe RGB (1998)")
"""Primaries and gamma from the Adobe RGB (1998) specification, sections 4.3.1 and 4.3.4."""

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def put(folder: Path, data: bytes, name: str = "photo.jpg") -> Path:
    """Write a file of a test."""
    path = folder / name
    path.write_bytes(data)
    return path


def spread(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> int:
    """The largest difference of two pictures."""
    return int(np.abs(one.astype(int) - other.astype(int)).max())
