"""`faceaug check`: whether recipes can run, and everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["command"]


@click.command("check")
@click.argument("recipes", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of words.")
def command(recipes: tuple[Path, ...], *, machine: bool) -> int:
    """Check RECIPES without rendering anything: every fault of each, with its line."""
    from faceaug.cli.answer import as_json
    from faceaug.errors import FaceaugError, Fault, RequestError
    from faceaug.recipe import Recipe

    found: dict[Path, Sequence[Fault]] = {}
    for path in recipes:
        found[path] = ()
        try:
            Recipe.load(path)
        except RequestError as error:
            found[path] = error.faults
        except FaceaugError as error:
            found[path] = [Fault(str(path), str(error))]
        if not machine and not found[path]:
            click.echo(f"{path}  ok")
    faults = [fault for some in found.values() for fault in some]
    if machine:
        as_json([{"recipe": str(path), "faults": [fault.as_dict() for fault in some]} for path, some in found.items()])
        return RequestError.exit_code if faults else 0
    if faults:
        raise RequestError(faults)
    return 0
