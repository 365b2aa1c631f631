"""Words of the command line that are lists, and groups of commands that guess what was meant."""

from __future__ import annotations

import click

from faceaug.errors import did_you_mean

__all__ = ["DEVICE", "QUIET", "SEED", "Guessing", "attributes"]

SEED = click.IntRange(0, 2**63 - 1)
"""A seed, as records hold it."""


def _device(context: click.Context, parameter: click.Parameter, name: str) -> str:  # noqa: ARG001 - click's own
    """The device that a name stands for; one that there is not is refused before anything is done."""
    if name == "cpu":
        return name
    from faceaug.recipe.options import RunOptions

    return RunOptions(device=name).real_device


DEVICE = click.option(
    "--device", default="cpu", show_default=True, callback=_device, help="cpu, cuda, cuda:N, or auto: a GPU if any."
)
"""Where pictures are computed."""

QUIET = click.option("--quiet", is_flag=True, help="No progress, no summary; the exit code tells.")
"""For whoever asks for files or an exit code alone."""


class Guessing(click.Group):
    """A group of commands that says which one was probably meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which one was probably meant."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            near = did_you_mean(args[0], self.commands)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(self.commands)}"
            ctx.fail(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


def attributes(text: str) -> list[str]:
    """The attributes of `--by`; a number after a comma is one more cut of the attribute before it.

    >>> attributes("glasses,yaw:-15,15")
    ['glasses', 'yaw:-15,15']
    """
    words: list[str] = []
    for word in text.split(","):
        if words and ":" in words[-1] and _is_number(word):
            words[-1] += f",{word.strip()}"
        elif word.strip():
            words.append(word.strip())
    return words


def _is_number(word: str) -> bool:
    """Whether this is a cut and not a name."""
    try:
        float(word)
    except ValueError:
        return False
    return True
