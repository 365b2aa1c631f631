"""A model of the user's own: a command or a Python function that answers one thing for each picture."""

from __future__ import annotations

import importlib
import math
import shlex
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from faceaug.errors import FaceaugError, Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Answer", "Model", "model_of"]

Answer = str | float
"""A class, or a score."""

BATCH: Final = 256
"""Pictures that a model is asked about at once."""

PYTHON: Final = "python:"


class Model(Protocol):
    """Answers for pictures, in their order."""

    def __call__(self, paths: Sequence[Path]) -> Sequence[Answer]:
        """One answer for each picture: all of them numbers, or all of them words."""


def model_of(text: str) -> Model:
    """The model that a user names.

    Args:
        text: `python:module:function`, a function that is given a list of paths and gives a list of answers; or a
            command that reads a path a line on its input and writes an answer a line.

    Raises:
        RequestError: for a module or a function that there is not, or a command that cannot be found.
    """
    if text.startswith(PYTHON):
        function = _function(text.removeprefix(PYTHON))
        return _asked(lambda paths: _called(function, paths, text), text)
    words = shlex.split(text)
    if not words:
        raise _refused("names neither a command nor python:module:function")
    return _asked(lambda paths: _lines(words, paths), text)


def _function(text: str) -> Any:
    """A function by its name."""
    module, sign, name = text.partition(":")
    if not sign or not module or not name:
        raise _refused(f"must look like python:module:function, not python:{text}")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does
    try:
        found = importlib.import_module(module)
    except Exception as error:  # whatever the user's module does when it is loaded
        raise _refused(f"module {module!r} cannot be imported: {error}") from error
    function = getattr(found, name, None)
    if not callable(function):
        names = [word for word in vars(found) if callable(getattr(found, word)) and not word.startswith("_")]
        raise _refused(f"module {module!r} has no function {name!r}; it has {', '.join(names[:12]) or 'none'}")
    return function


def _called(function: Any, paths: Sequence[Path], name: str) -> list[Any]:
    """What a function answers; what goes wrong in it is the user's to mend, so it says where that is."""
    try:
        return list(function(paths))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise FaceaugError(
            f"--model  {name} failed: {type(error).__name__}: {error} ({last.filename}, line {last.lineno})"
        ) from error


def _lines(words: Sequence[str], paths: Sequence[Path]) -> list[str]:
    """What a command answers."""
    given = "".join(f"{path}\n" for path in paths)
    try:
        done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    except OSError as error:
        raise _refused(f"{words[0]!r} cannot be started: {error.strerror or error}") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise FaceaugError(f"--model  {words[0]!r} ended with exit code {done.returncode}: {last}")
    return done.stdout.splitlines()


def _asked(ask: Any, name: str) -> Model:
    """A model that is asked in batches, and whose answers are checked."""

    def answer(paths: Sequence[Path]) -> list[Answer]:
        found: list[Answer] = []
        for start in range(0, len(paths), BATCH):
            batch = list(paths[start : start + BATCH])
            given = ask(batch)
            if len(given) != len(batch):
                what = f"was asked about {len(batch)} pictures and gave {len(given)} answers"
                raise FaceaugError(f"--model  {name} {what}")
            found += [_plain(value, name) for value in given]
        kinds = {isinstance(value, str) for value in found}
        if len(kinds) > 1:
            raise FaceaugError(f"--model  {name} gives numbers and words; it must give one of the two")
        return found

    return answer


def _plain(value: Any, name: str) -> Answer:
    """An answer: a number where it is one, or spells one."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value).strip()
    if not math.isfinite(number):
        raise FaceaugError(f"--model  {name} answered {value!r}; a score must be finite")
    return number


def _refused(what: str) -> RequestError:
    """A model that is none."""
    return RequestError([Fault("--model", what)], "nothing was rendered")
