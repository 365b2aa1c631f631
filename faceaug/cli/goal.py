"""Options about what a plan shall reach and within what, for every command that plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.cli.files import GIVEN
from faceaug.cli.words import SEED

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LIMITS", "what_to_reach"]

LIMITS: Final = ("per_photo", "per_subject", "edits", "share", "spares", "vary", "seed")
"""Options of `what_to_reach` that are limits of the plan, by their names there."""


def _names(context: click.Context, parameter: click.Parameter, text: str) -> tuple[str, ...]:  # noqa: ARG001
    """Names with commas between them."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def what_to_reach(*, spares: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options about photographs, goal and limits.

    Args:
        spares: what `--spares` is where nobody says; the more, the more may be rejected.
    """
    options = (
        click.option("--labels", type=GIVEN, help="A table of labels for the photographs of a folder."),
        click.option("--vocabulary", type=GIVEN, help="What the columns of the labels mean (YAML)."),
        click.option(
            "--cache", type=click.Path(path_type=Path), help="Where measurements are kept (default: FACEAUG_CACHE)."
        ),
        click.option("--by", default="", help="Attributes: skin_tone,glasses,pose or yaw:-15,15 (cut into classes)."),
        click.option(
            "--at-least", type=click.IntRange(1), default=30, show_default=True, help="Pictures of every group."
        ),
        click.option(
            "--level", type=click.IntRange(1), default=2, show_default=True, help="Attributes taken together."
        ),
        click.option(
            "--impossible", multiple=True, metavar="RULE", help="Such as 'age=<30 & beard=grey|white'. Repeatable."
        ),
        click.option("--split", help="Whose photographs are counted and edited; the training split unless given."),
        click.option(
            "--per-photo", type=int, default=3, show_default=True, help="Most pictures made of one photograph."
        ),
        click.option("--per-subject", type=int, default=6, show_default=True, help="Most pictures made of one person."),
        click.option("--edits", type=int, default=2, show_default=True, help="Most edits on one picture."),
        click.option("--share", type=float, default=0.5, show_default=True, help="Most renderings among all pictures."),
        click.option(
            "--spares", type=float, default=spares, show_default=True, help="Stand-ins, as a share of the pictures."
        ),
        click.option(
            "--vary", default="", callback=_names, help="Edits that may be made for variety alone, such as lighting."
        ),
        click.option(
            "--seed", type=SEED, default=0, show_default=True, help="Decides between plans, and what is drawn."
        ),
    )

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return wrap
