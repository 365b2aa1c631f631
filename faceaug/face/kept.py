"""What follows from a photograph alone is worked out once a face, when a variant first asks, and kept with the face.

Taking a face apart stays as quick as it is for those who turn no head and tone no skin.
"""

from __future__ import annotations

from functools import partial, wraps
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from faceaug.face.decomposition import joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from faceaug.face.decomposition import Decomposition

T = TypeVar("T")


class Kept:
    """What was made of one face by name, each with the tensors that it was made from."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._made: dict[str, tuple[tuple[Tensor, ...], Any]] = {}

    def of(self, name: str, made_from: tuple[Tensor, ...], make: Callable[[], T]) -> T:
        """Return what is kept under ``name``; it is made anew where it was made from anything but ``made_from``."""
        held = self._made.get(name)
        if held is None or not all(map(_same, held[0], made_from)):
            held = self._made[name] = made_from, make()
        kept: T = held[1]
        return kept


def _same(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors of a row are the same memory. What was kept holds on to its own: no other can lie there."""
    return (
        one.data_ptr() == other.data_ptr()
        and one.shape == other.shape
        and one.stride()[1:] == other.stride()[1:]
        and one.device == other.device
    )


def kept(*reads: str) -> Callable[[Callable[[Decomposition], T]], Callable[[Decomposition], T]]:
    """Keep what a function makes of a face (a tensor, or a dataclass of some) for as long as the face is kept.

    Args:
        reads: All tensors of a `Decomposition` that the function looks at, by their dotted names. None of these, nor
            what is returned, may ever be changed in place.
    """
    read = attrgetter(*reads, reads[0])  # one name more, so that a single one gives a tuple too

    def once_a_face(make: Callable[[Decomposition], T]) -> Callable[[Decomposition], T]:
        @wraps(make)
        def asked(source: Decomposition) -> T:
            rows = [source.row(index) for index in range(len(source))]
            made = [row.kept[0].of(make.__qualname__, read(row), partial(make, row)) for row in rows]
            return made[0] if len(made) == 1 else joined(made)

        return asked

    return once_a_face
