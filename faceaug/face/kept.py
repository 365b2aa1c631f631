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


# Of the whole window, and of the part that holds the face.
_AT_MOST = 2


class Kept:
    """What was made of one face, by the function that made it, each with the tensors that it was made from."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._made: dict[object, list[tuple[tuple[Tensor, ...], Any]]] = {}

    def of(self, maker: object, made_from: tuple[Tensor, ...], make: Callable[[], T]) -> T:
        """Return what ``maker`` has made of ``made_from`` before; else it is made."""
        held = self._made.setdefault(maker, [])
        for there, made in held:
            if all(map(_same, there, made_from)):
                kept: T = made
                return kept
        fresh = make()
        held[:] = [(made_from, fresh), *held[: _AT_MOST - 1]]
        return fresh


def _same(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors of a row are the same memory. What was kept holds on to its own: no other can lie there."""
    return one is other or (
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
            if len(source) == 1:
                return source.kept[0].of(make, read(source), partial(make, source))
            rows = [source.row(index) for index in range(len(source))]
            return joined([row.kept[0].of(make, read(row), partial(make, row)) for row in rows])

        return asked

    return once_a_face
