"""Words of the command line that are lists, and groups of commands that guess what was meant."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import click

from faceaug.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DEVICE", "QUIET", "SEED", "Guessing", "attributes", "given_twice", "several"]

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


def given_twice(command: click.Command | None, words: Sequence[str]) -> list[str]:
    """Options with a text or a path that are given more than once, of which all but the last would be left aside.

    A number or a choice that is given again takes the place of the first, as in an alias of a shell.

    Args:
        command: what is called, or a group of commands.
        words: what stands after its name.
    """
    if isinstance(command, click.Group):
        return given_twice(command.commands[words[0]], words[1:]) if words and words[0] in command.commands else []
    spellings = {
        spelling: max(option.opts, key=len)
        for option in (command.params if command is not None else ())
        if isinstance(option, click.Option) and not option.multiple and not option.is_flag
        if isinstance(option.type, click.Path | click.types.StringParamType)
        for spelling in option.opts
    }
    before = words[: words.index("--")] if "--" in words else words
    often = Counter(spellings.get(word.partition("=")[0]) for word in before)
    return [option for option, count in often.items() if option is not None and count > 1]


def several(option: str) -> str:
    """How to give an option several values, where one would think of that."""
    return {"--by": "; write commas between attributes", "--predictions": "; audit each model by itself"}.get(
        option, ""
    )


def attributes(text: str) -> list[str]:
    """The attributes of `--by`; a number after a comma is one more cut of the attribute before it.

    A name with a comma of its own stands in double quotes.

    >>> attributes('glasses,yaw:-15,15,"Income, EUR":100')
    ['glasses', 'yaw:-15,15', 'Income, EUR:100']
    """
    words: list[str] = []
    for word in next(csv.reader([text], skipinitialspace=True), []):
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
