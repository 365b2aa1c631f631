"""`faceaug balance`: from photographs to a data set whose gaps are filled, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.cli.augment import how_to_make

if TYPE_CHECKING:
    from faceaug.plan.balance import Balanced

__all__ = ["command"]

LIMITS: Final = ("per_photo", "per_subject", "edits", "share", "spares", "seed")
"""Options that are limits of the plan, by their names there."""


@click.command("balance")
@click.argument("photographs", metavar="PHOTOS", type=click.Path(path_type=Path))
@click.option("-o", "--out", "dataset", type=click.Path(path_type=Path), required=True, help="The data set's folder.")
@click.option("--by", default="", help="Attributes: skin_tone,glasses,pose or yaw:-15,15 (cut into classes).")
@click.option("--at-least", type=click.IntRange(1), default=30, show_default=True, help="Pictures of every group.")
@click.option("--level", type=click.IntRange(1), default=2, show_default=True, help="Attributes taken together.")
@click.option("--labels", type=click.Path(path_type=Path), help="A table of labels for the photographs of a folder.")
@click.option("--vocabulary", type=click.Path(path_type=Path), help="What the columns of the labels mean (YAML).")
@click.option("--impossible", multiple=True, metavar="RULE", help="Such as 'age=<30 & beard=grey|white'. Repeatable.")
@click.option("--split", help="Whose photographs are counted and edited; the training split unless given.")
@click.option("--per-photo", type=int, default=3, show_default=True, help="Most pictures made of one photograph.")
@click.option("--per-subject", type=int, default=6, show_default=True, help="Most pictures made of one person.")
@click.option("--edits", type=int, default=2, show_default=True, help="Most edits on one picture.")
@click.option("--share", type=float, default=0.5, show_default=True, help="Most renderings among all pictures.")
@click.option("--spares", type=float, default=0.5, show_default=True, help="Stand-ins, as a share of the pictures.")
@click.option("--seed", type=int, default=0, show_default=True, help="Decides between plans, and what is drawn.")
@click.option("--cache", type=click.Path(path_type=Path), help="Where measurements are kept (default: FACEAUG_CACHE).")
@how_to_make
def command(photographs: Path, *, dataset: Path, machine: bool, quiet: bool, **asked: Any) -> int:
    """Measure PHOTOS, find the gaps, plan, make what is missing, measure that, and say what changed.

    PHOTOS is a folder or a manifest. The data set gets a new version with the photographs and the pictures that were
    made, told apart by their origin. Exit code 3 if photographs were skipped or planned pictures are missing, 1 if
    gaps stay open that no edit fills.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.augment import made_with, page, tell_problems
    from faceaug.cli.meter import Meter
    from faceaug.cli.words import attributes
    from faceaug.plan.balance import balance
    from faceaug.plan.limits import Limits
    from faceaug.plan.making import Goal, summary

    goal = Goal(
        attributes(asked["by"]), asked["at_least"], asked["level"], impossible=asked["impossible"], split=asked["split"]
    )
    with Meter(quiet=quiet or machine) as meter:
        done = balance(
            photographs,
            dataset,
            goal,
            limits=Limits(**{name: asked[name] for name in LIMITS}),
            options=made_with(asked),
            labels=asked["labels"],
            vocabulary=asked["vocabulary"],
            cache=asked["cache"],
            progress=lambda _, there, total: meter.photos(there, total),
        )
    if not quiet:
        tell_problems(done.augmented)
    if machine:
        as_json(_document(done))
    elif not quiet:
        click.echo("\n".join([*summary(done.plan), "", page(done.augmented)]))
    return done.exit_code


def _document(done: Balanced) -> dict[str, Any]:
    """What was done, as data; the plan and the audit are documents of the version."""
    made = done.augmented
    return {
        "dataset": str(made.folder),
        "version": made.version,
        "skipped_photographs": done.opened.skipped,
        "unfillable": [group.as_dict() for group in done.plan.unfillable],
        **made.as_dict(),
    }
