"""What a notebook shows of an object that holds pictures: its fields as shapes and small values, in a few lines."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Brief", "picture_png"]

FEW: Final = 6
"""Numbers of an array, or entries of a mapping or a sequence, up to which they are shown."""

LONGEST: Final = 60
"""Characters of a text that are shown."""

SIDE: Final = 640
"""Longest side of a picture in a notebook, pixels."""


class Brief:
    """A dataclass that is shown in brief; what is at its default is left out. To be used with `repr=False`."""

    def __repr__(self) -> str:
        """`Name(field=value, ...)`."""
        shown = (f"{item.name}={_told(getattr(self, item.name))}" for item in _apart(self))
        return f"{type(self).__name__}({', '.join(shown)})"


def _apart(given: Any) -> list[Field[Any]]:
    """The fields that are not at their default."""
    return [item for item in fields(given) if item.repr and not _usual(getattr(given, item.name), item)]


def _usual(value: object, item: Field[Any]) -> bool:
    """Whether a value is the field's default; arrays never are."""
    if hasattr(value, "shape"):
        return False
    default = item.default if item.default_factory is MISSING else item.default_factory()
    return type(value) is type(default) and bool(value == default)


def _told(value: Any) -> str:
    """A value in a few words."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return _array(value)
    if isinstance(value, Brief) and not hasattr(value, "pixels"):
        return f"{type(value).__name__}(...)"
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST else f"{value[: LONGEST - 3]}...")
    if isinstance(value, Mapping):
        names = [*map(str, value)]
        return "{" + ", ".join(names[:FEW]) + (f", ... {len(names)} in all" if len(names) > FEW else "") + "}"
    if isinstance(value, tuple | list):
        items = [_told(item) for item in value[:FEW]] + (["..."] if len(value) > FEW else [])
        return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
    return repr(value)


def _array(value: Any) -> str:
    """A tensor or an array: its numbers if they are few, else its type and shape."""
    kind, shape = str(value.dtype).rpartition(".")[2], tuple(value.shape)
    count = 1
    for side in shape:
        count *= side
    if count > FEW:
        return f"{kind} {shape}"
    return str(_rounded(value.tolist()))


def _rounded(value: Any) -> Any:
    """Numbers to four digits, at any depth."""
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def picture_png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A picture as a notebook shows it: PNG, shrunk where it is large.

    Args:
        pixels: (H, W, 3) uint8.
    """
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
