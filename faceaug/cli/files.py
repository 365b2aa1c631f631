"""Files that a command is given by name, looked at before any work is done for them; as callbacks of click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from faceaug.data.files import why_missing

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["drawing", "one_photo"]


def one_photo(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse what is no file; whether it is a photograph is told by whoever reads it.

    Raises:
        click.BadParameter: a folder, or nothing, is there.
    """
    if path is not None and path.is_dir():
        raise click.BadParameter(f"{path} is a folder, but must be one photograph", context, parameter)
    if path is not None and not path.exists():
        raise click.BadParameter(f"{path} {why_missing(path)}", context, parameter)
    return path


def drawing(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a name for a page that says something else than what will be in the file.

    Raises:
        click.BadParameter: it is not the name of a PNG.
    """
    if path is not None and path.suffix.lower() != ".png":
        raise click.BadParameter(f"{path} must end in .png", context, parameter)
    return path
