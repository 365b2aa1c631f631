"""`faceaug balance`: from photographs to a data set whose gaps are filled, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faceaug.cli.augment import how_to_make
from faceaug.cli.files import FOLDER
from faceaug.cli.goal import LIMITS, what_to_reach

if TYPE_CHECKING:
    from faceaug.plan.balance import Balanced

__all__ = ["command"]


@click.command("balance")
@click.argument("photographs", metavar="PHOTOS", type=click.Path(path_type=Path))
@click.option("-o", "--out", "dataset", type=FOLDER, required=True, help="The data set's folder.")
@what_to_reach(spares=2.0)
@how_to_make
def command(photographs: Path, *, dataset: Path, machine: bool, quiet: bool, **asked: Any) -> int:
    """Measure PHOTOS, find the gaps, plan, make what is missing, measure that, and say what changed.

    PHOTOS is a folder or a manifest. The data set gets a new version with the photographs and the pictures that were
    made, told apart by their origin. Started again, a command that was stopped goes on, and ends with the same bytes;
    one that is done makes nothing again. Exit code 3 if photographs were skipped or planned pictures are missing, 1 if
    gaps stay open that no edit fills.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.augment import made_with, page, tell_finished, tell_problems
    from faceaug.cli.doubts import tell_opened
    from faceaug.cli.meter import Meter
    from faceaug.cli.words import attributes
    from faceaug.plan.augment.finished import Finished
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
        if isinstance(done.augmented, Finished):
            tell_finished(done.augmented)
        tell_opened(done.opened)
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
        "doubtful": done.opened.doubtful,
        "skipped_photographs": done.opened.skipped,
        "unfillable": [group.as_dict() for group in done.plan.unfillable],
        **made.as_dict(),
    }
