"""What was found in a photograph, drawn over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from faceaug.cli.draw import GROUND, INK, Tile, strip
from faceaug.cli.head import frame, head
from faceaug.image.lettering import lettering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

__all__ = ["chart"]

Pixels = npt.NDArray[np.uint8]

HEIGHT: Final = 420
"""Of a picture, pixels."""

AXIS: Final = 50.0
"""Length of a drawn pose axis at the face, mm: about half a face."""

AXES: Final = (("x", (220, 60, 60)), ("y", (60, 170, 60)), ("z", (60, 110, 230)))
"""The head's own axes: to the picture's right, up, out of the face."""

TINTS: Final = {
    "skin": (255, 170, 90),
    "body": (200, 120, 60),
    "lips": (230, 40, 90),
    "eyes": (60, 160, 255),
    "brows": (120, 70, 200),
    "mouth": (255, 255, 255),
    "hair": (70, 200, 120),
    "clothes": (120, 120, 220),
}
"""Colour of each region."""


def chart(faces: Sequence[Decomposition]) -> Pixels:
    """Draw a row for each face: landmarks and pose, regions, and a panel with light and tone.

    Args:
        faces: decompositions of one face each.

    Returns:
        The page, (H, W, 3) uint8.
    """
    rows = [
        [
            Tile(_shape(face), "landmarks and pose"),
            Tile(_regions(face), "regions"),
            Tile(_light_and_tone(face), "light and skin tone"),
        ]
        for face in faces
    ]
    return strip(rows, height=HEIGHT)


def _enlarged(face: Decomposition) -> tuple[Image.Image, float]:
    """The head at the height of the chart, and how much it was scaled."""
    image = Image.fromarray(head(face, face.photos[0].pixels))
    scale = HEIGHT / image.height
    return image.resize((max(1, round(image.width * scale)), HEIGHT), Image.Resampling.LANCZOS), scale


def _shape(face: Decomposition) -> Pixels:
    """Landmarks as dots, the head's axes as lines from the middle of the face."""
    image, scale = _enlarged(face)
    draw = ImageDraw.Draw(image)
    left, top, *_ = frame(face)
    for x, y, _ in face.points[0].tolist():
        u, v = (x - left) * scale, (y - top) * scale
        draw.ellipse((u - 1, v - 1, u + 1, v + 1), (0, 255, 255))
    x, y = face.pose.centre[0].tolist()
    u, v = (x - left) * scale, (y - top) * scale
    length = AXIS * float(face.pose.scale[0]) * scale
    for (name, colour), axis in zip(AXES, face.pose.rotation[0].T.tolist(), strict=True):
        end = (u + axis[0] * length, v - axis[1] * length)
        draw.line((u, v, *end), colour, 3)
        draw.text(end, name, colour, lettering(15), anchor="mm", stroke_width=2, stroke_fill=GROUND)
    return np.asarray(image)


def _regions(face: Decomposition) -> Pixels:
    """Each soft region in its tint over a grey photograph, with a legend."""
    picture = head(face, face.photos[0].pixels).astype(np.float32)
    grey = picture.mean(axis=2, keepdims=True).repeat(3, axis=2)
    shown = grey
    for name, colour in TINTS.items():
        cover = head(face, _placed(face, getattr(face.regions, name)))
        tinted = grey * 0.45 + np.asarray(colour, np.float32) * 0.55
        shown = shown * (1 - cover) + tinted * cover
    image = Image.fromarray(shown.round().clip(0, 255).astype(np.uint8))
    image = image.resize((max(1, round(image.width * HEIGHT / image.height)), HEIGHT), Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(image)
    for line, (name, colour) in enumerate(TINTS.items()):
        draw.text((6, 4 + 17 * line), name, colour, lettering(13), stroke_width=2, stroke_fill=(20, 20, 20))
    return np.asarray(image)


def _placed(face: Decomposition, region: Tensor) -> npt.NDArray[np.float32]:
    """A region of the window as a (H, W, 1) map of the photograph."""
    left, top = face.corners[0]
    height, width = region.shape[-2:]
    whole = np.zeros((*face.photos[0].pixels.shape[:2], 1), np.float32)
    whole[top : top + height, left : left + width, 0] = region[0, 0].numpy(force=True)
    return whole


def _light_and_tone(face: Decomposition) -> Pixels:
    """A white ball in the photograph's light, and the colour of the skin."""
    image = Image.new("RGB", (HEIGHT // 2, HEIGHT), GROUND)
    size = HEIGHT // 2 - 30
    image.paste(Image.fromarray(_ball(face, size)), (15, 15))
    draw = ImageDraw.Draw(image)
    middle = 15 + size / 2
    x, y, _ = face.light.direction[0].tolist()
    tip = (middle + x * size / 2, middle - y * size / 2)
    draw.line((middle, middle, *tip), (230, 140, 0), 4)
    draw.ellipse((tip[0] - 5, tip[1] - 5, tip[0] + 5, tip[1] + 5), (230, 140, 0))
    draw.text((middle, size + 24), f"key:fill {float(face.light.key_fill[0]):.1f}", INK, lettering(13), anchor="mt")
    draw.rectangle((15, size + 60, HEIGHT // 2 - 15, HEIGHT - 40), _swatch(face), INK)
    words = f"ITA {float(face.skin.ita[0]):.0f} degrees"
    draw.text((HEIGHT / 4, HEIGHT - 26), words, INK, lettering(13), anchor="mt")
    return np.asarray(image)


def _ball(face: Decomposition, size: int) -> Pixels:
    """A matt white ball lit as the face is, brightest point white."""
    import torch

    from faceaug.image.color import linear_to_srgb
    from faceaug.image.shade import sh_shading

    steps = (torch.arange(size) + 0.5) / size * 2 - 1
    up, right = torch.meshgrid(-steps, steps, indexing="ij")
    flat = right**2 + up**2
    normal = torch.stack([right, up, (1 - flat).clamp(min=0).sqrt()])[None]
    shade = sh_shading(face.light.sh.cpu(), normal)[0, 0].clamp(min=0)
    inside = flat <= 1
    shade = shade / shade[inside].max().clamp(min=1e-6)
    tone = linear_to_srgb(shade) * 255
    ball = torch.where(inside, tone, torch.full_like(tone, float(GROUND[0])))
    return ball.round().to(torch.uint8)[..., None].expand(-1, -1, 3).contiguous().numpy()


def _swatch(face: Decomposition) -> tuple[int, int, int]:
    """The median colour of the bare skin, as sRGB."""
    from faceaug.image.color import lab_to_linear, linear_to_srgb

    linear = lab_to_linear(face.skin.tone[:, :, None, None]).clamp(0, 1)
    red, green, blue = (linear_to_srgb(linear)[0, :, 0, 0] * 255).round().int().tolist()
    return red, green, blue
