"""`faceaug samples`: photographs under a free licence, for those who have a network."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command("samples")
@click.argument("name")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(name: str, folder: Path) -> None:
    """Download the set of photographs NAME (such as `london`) into DIR; goes on where it stopped."""
    from faceaug.data.samples import download

    result = download(name, folder)
    click.echo(f"{name} is in {result or folder}")
