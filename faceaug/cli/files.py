"""Paths that a command is given, looked at before any work is done for them; as types of click."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.data.files import refuse_unwritable, why_missing
from faceaug.errors import FaceaugError, Fault, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["DRAWING", "FILE", "FOLDER", "GIVEN", "PHOTO", "REPORT", "Careful", "Given", "Written", "spare", "target"]

TABLES: Final = frozenset({".csv", ".yaml", ".yml"})
"""Endings of a target that is a file; every other target is a word."""


class Written(click.Path):
    """Where a command writes: refused at once if nothing could be written there.

    Args:
        endings: of a file, if it must have one of them.
        folder: whether it is a folder.
        either: whether it is a file if it has an ending, and a folder otherwise.
    """

    def __init__(self, *endings: str, folder: bool = False, either: bool = False) -> None:
        super().__init__(path_type=Path)
        self.endings: Sequence[str] = endings
        self.folder = folder
        self.either = either

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path.

        Raises:
            click.BadParameter: it has another ending.
            FaceaugError: nothing could be written there.
        """
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = self.folder or (self.either and (path.is_dir() or not path.suffix))
        if self.endings and path.suffix.lower() not in self.endings:
            self.fail(f"{path} must end in {' or '.join(self.endings)}", param, ctx)
        refuse_unwritable(path, folder=folder)
        return path


class Given(click.Path):
    """A file or a folder that a command reads: refused at once if it is not there.

    Args:
        photo: whether it must be one photograph, and not a folder of them.
    """

    def __init__(self, *, photo: bool = False) -> None:
        super().__init__(path_type=Path)
        self.photo = photo

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path.

        Raises:
            click.BadParameter: a folder is there instead of a photograph.
            FaceaugError: nothing is there.
        """
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if self.photo and path.is_dir():
            self.fail(f"{path} is a folder, but must be one photograph", param, ctx)
        if not path.exists():
            if self.photo:
                self.fail(f"{path} {why_missing(path)}", param, ctx)
            raise _missing(path, param)
        return path


class Careful(click.Command):
    """A command that writes a file, and never over one that it was told to read."""

    def invoke(self, ctx: click.Context) -> Any:
        """Do what the command does.

        Raises:
            RequestError: a file to write is one of those to read.
        """
        for param in self.params:
            if isinstance(param.type, Written) and not param.type.folder:
                spare(ctx.params[param.name or ""], self._read(ctx))
        return super().invoke(ctx)

    def _read(self, ctx: click.Context) -> Iterator[Path]:
        """Whatever the words name beside what is written; those that are no paths name nothing."""
        for param in self.params:
            value = ctx.params[param.name or ""]
            if not isinstance(param.type, Written) and isinstance(value, str | Path):
                yield Path(value)


def spare(out: Path | None, read: Iterable[Path]) -> None:
    """Refuse to write over what is read: a photograph or a table of yours may be there only once.

    Args:
        out: the file to write; None for none.
        read: files that are read, by any name.

    Raises:
        RequestError: it is one of them.
    """
    if out is None or not out.is_file():
        return
    for path in read:
        if path.is_file() and out.samefile(path):
            what = "belongs to what is read, and would be written over; name another file"
            raise RequestError([Fault(str(out), what)], "nothing was done")


def target(context: click.Context, parameter: click.Parameter, word: str) -> str:  # noqa: ARG001 - click's own
    """A callback for what groups shall have: a word, or a file.

    Raises:
        FaceaugError: it is a file, and is not there.
    """
    path = Path(word)
    if path.suffix.lower() in TABLES and not path.exists():
        raise _missing(path, parameter)
    return word


def _missing(path: Path, param: click.Parameter | None) -> FaceaugError:
    """Nothing is at a path."""
    option = param.opts[-1] if param is not None and param.opts[-1].startswith("-") else ""
    return RequestError([Fault(f"{option} {path}".strip(), why_missing(path))], "nothing was done")


FILE: Final = Written()
FOLDER: Final = Written(folder=True)
REPORT: Final = Written(either=True)
DRAWING: Final = Written(".png")
GIVEN: Final = Given()
PHOTO: Final = Given(photo=True)
