"""Colour's grain: what an edit makes of a compressed photograph, and is compressed once more, has too much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from faceaug.image.planes import unlike

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Of a pixel's colour and that of its neighbours, by columns and by rows: with these the colours of edited faces have
# the grain of their photographs' (80 people, tone, light and pose of other ones).
_TAPS: Final = np.array([0.1, 0.8, 0.1], np.float32)


def calmed(pixels: NDArray[np.uint8], before: NDArray[np.uint8]) -> None:
    """Take off the grain that the colour of a picture has from its photograph's compression, in place.

    It was rounded there once; edits that deepen colours make that grain stronger, and saving rounds once more. Models
    tell renderings by it. Lightness stays as it is.

    Args:
        pixels: The edited picture ``(H, W, 3)``, sRGB; what is as it was keeps its bytes.
        before: The photograph, likewise.
    """
    changed = unlike(pixels, before)
    left, top, width, height = cv2.boundingRect(changed)
    if not width:
        return
    part = (slice(top, top + height), slice(left, left + width))
    there = cv2.cvtColor(pixels[part].astype(np.float32), cv2.COLOR_RGB2YCrCb)
    calm = cv2.sepFilter2D(there, -1, _TAPS, _TAPS, borderType=cv2.BORDER_REPLICATE)
    cv2.mixChannels([there], [calm], [0, 0])
    found = cv2.cvtColor(calm, cv2.COLOR_YCrCb2RGB)
    cv2.copyTo(cv2.addWeighted(found, 1.0, found, 0.0, 0.0, dtype=cv2.CV_8U), changed[part], pixels[part])
