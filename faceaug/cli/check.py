"""`faceaug check`: whether recipes can run, and everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command("check")
@click.argument("recipes", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(recipes: tuple[Path, ...]) -> int:
    """Check RECIPE files without rendering anything. Exit code 2 if one of them has a fault."""
    from faceaug.errors import FaceaugError, Fault, RequestError
    from faceaug.recipe import Recipe

    faults: list[Fault] = []
    for path in recipes:
        try:
            Recipe.load(path)
        except RequestError as error:
            faults.extend(error.faults)
        except FaceaugError as error:
            faults.append(Fault(str(path), str(error)))
        else:
            click.echo(f"{path}  ok")
    if faults:
        raise RequestError(faults)
    return 0
