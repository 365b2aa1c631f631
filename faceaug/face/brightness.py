"""How bright each pixel of a face's window is: every stage that asks is told the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.face.kept import kept
from faceaug.image.color import luminance

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition


@kept("linear")
def brightness(source: Decomposition) -> Tensor:
    """Relative luminance of the photograph, or of the turned head ``(B, 1, h, w)``, 0..1; not to be changed."""
    return luminance(source.linear)
