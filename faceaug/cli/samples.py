"""`faceaug samples`: photographs under a free licence, for those who have a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from faceaug.cli.files import FOLDER
from faceaug.cli.words import QUIET

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("samples")
@click.argument("name")
@click.argument("folder", metavar="DIR", type=FOLDER)
@QUIET
@click.option("--json", "machine", is_flag=True, help="The files as one JSON document.")
def command(name: str, folder: Path, *, quiet: bool, machine: bool) -> None:
    """Download the set of photographs NAME (such as `london`) into DIR; goes on where it stopped."""
    from faceaug.cli.answer import as_json
    from faceaug.cli.meter import Meter
    from faceaug.data.samples import download

    with Meter(quiet=quiet or machine) as meter:
        files = download(name, folder, progress=meter.bytes)
    if machine:
        as_json({"set": name, "folder": str(folder), "files": [str(file) for file in files]})
    elif not quiet:
        click.echo(f"{len(files)} files of {name} in {folder}")
