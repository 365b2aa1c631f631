"""Count what one variant with the five edits asks of memory: the same on every machine, however busy.

python -m benchmarks.work                  planes read and written, and calls, by function
python -m benchmarks.work --edits pose,glasses --functions 60

A clock on a shared machine tells 10 % apart at best; counts tell one plane. Views cost nothing and are left out.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import cv2
import numpy as np
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

import faceaug
from benchmarks import speed
from benchmarks.five_edits import ASKED
from faceaug.edit import get_edit
from faceaug.face.decompose import decompose
from faceaug.render import render
from faceaug.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PLANE: Final = 20_000
"""From so many numbers on a tensor is a plane; calls on fewer are counted alone, as they cost the call."""

ROOT: Final = str(Path(faceaug.__file__).parent)
DOORS: Final = ("remap", "resize", "sepFilter2D", "merge", "split", "mixChannels", "dilate", "LUT", "addWeighted")
"""Functions of OpenCV that read and write planes."""


@dataclass
class Work:
    """What functions asked for, each with all that it calls.

    Attributes:
        moved: Bytes of planes read and written, by function.
        planes: Calls that read or wrote planes, by function.
        small: Calls on less, by function.
    """

    moved: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    planes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    small: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def note(self, read: list[Any], written: list[Any]) -> None:
        """Count one call with these tensors or arrays; what has no dimension is a number, and moves nothing."""
        both = [*read, *written]
        large = max((_count(each) for each in both), default=0) >= PLANE
        for name in (*_callers(), "all"):
            (self.planes if large else self.small)[name] += 1
            if large:
                self.moved[name] += sum(_count(each) * each.itemsize for each in both if each.ndim)


def _count(each: Any) -> int:
    return int(each.numel() if isinstance(each, Tensor) else each.size)


def _callers() -> set[str]:
    """The functions of the package that are at work."""
    found, frame = set(), inspect.currentframe()
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(ROOT):
            found.add(f"{path[len(ROOT) + 1 : -3]}:{frame.f_code.co_name}")
        frame = frame.f_back
    return found


class _Torch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, work: Work) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.work = work

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        read, written = ([x for x in tree_flatten(part)[0] if isinstance(x, Tensor)] for part in ((args, kwargs), made))
        name, _, kind = func.name().partition("::")[2].partition(".")
        own = {x.untyped_storage().data_ptr() for x in read}
        in_place = name.endswith("_") or kind == "out" or kind.endswith("_out")
        view = not in_place and all(x.untyped_storage().data_ptr() in own for x in written)
        if not view and "empty" not in name:
            self.work.note(read, written)
        return made


@contextmanager
def counted() -> Iterator[Work]:
    """Count all that is done within."""
    work = Work()
    with ExitStack() as stack:
        for name in DOORS:
            stack.enter_context(patch.object(cv2, name, _counting(getattr(cv2, name), work)))
        stack.enter_context(_Torch(work))
        yield work


def _counting(function: Callable[..., Any], work: Work) -> Callable[..., Any]:
    def door(*given: Any, **named: Any) -> Any:
        made = function(*given, **named)
        read, written = ([x for x in tree_flatten(p)[0] if isinstance(x, np.ndarray)] for p in ((given, named), made))
        given_too = {id(each) for each in read}  # what it was asked to write into
        work.note(read, [each for each in written if id(each) not in given_too])
        return made

    return door


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.work", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--edits", default=",".join(ASKED), metavar="NAMES", help="edits, with commas (default: five)")
    parser.add_argument("--functions", type=int, default=40, metavar="N", help="the costliest so many (default 40)")
    options = parser.parse_args(argv)
    face = decompose(speed.portrait()[0])

    def make(number: int) -> None:
        scene = Scene.of(face, seed=1, variants=[number])
        for name in options.edits.split(","):
            asked = {setting: values[number % len(values)] for setting, values in ASKED.get(name, {}).items()}
            scene = get_edit(name)(scene, None, **asked)
        render(scene)

    numbers = range(4)
    for number in numbers:
        make(number)  # what is kept with the face is there
    with counted() as work:
        for number in numbers:
            make(number)
    print(f"{'MB':>8} {'planes':>7} {'small':>6}  function, with all that it calls; a variant, mean of {len(numbers)}")
    for name in sorted(work.moved, key=lambda each: -work.moved[each])[: options.functions]:
        moved, planes, small = (part[name] / len(numbers) for part in (work.moved, work.planes, work.small))
        print(f"{moved / 1e6:8.1f} {planes:7.0f} {small:6.0f}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
