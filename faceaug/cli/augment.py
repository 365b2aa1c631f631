"""`faceaug augment`: carry out a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.cli.files import FOLDER, GIVEN
from faceaug.cli.words import DEVICE, QUIET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from faceaug.data.record import Record
    from faceaug.plan.augment.augment import Augmented, AugmentOptions
    from faceaug.plan.augment.finished import Finished
    from faceaug.plan.plan import Plan
    from faceaug.report.opening import Measuring, Opened

__all__ = ["command", "how_to_make", "made_with", "page", "tell_finished", "tell_problems"]

MOST_GROUPS: Final = 12
"""Groups before and after that are shown; all of them are in the version's `coverage.md`."""


def how_to_make(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options about how pictures are made, for every command that makes planned ones; see `made_with`."""
    options = (
        click.option("--workers", type=click.IntRange(0), default=0, show_default=True, help="Further processes."),
        click.option("--attempts", type=click.IntRange(1), default=3, show_default=True, help="Tries of a picture."),
        click.option("--keep-rejected", is_flag=True, help="Store rejected pictures, too."),
        click.option("--format", type=click.Choice(["jpg", "png", "webp"]), default="jpg", show_default=True),
        click.option(
            "--quality", type=click.IntRange(1, 100), help="Of jpg and webp, instead of the photograph's own."
        ),
        DEVICE,
        click.option(
            "--resume/--no-resume", default=True, show_default=True, help="Go on with what there is, done or not."
        ),
        click.option("--json", "machine", is_flag=True, help="The outcome as one JSON document."),
        QUIET,
    )
    for option in reversed(options):
        function = option(function)
    return function


def made_with(options: Mapping[str, Any]) -> AugmentOptions:
    """What the options of `how_to_make` stand for."""
    from faceaug.plan.augment.augment import AugmentOptions
    from faceaug.recipe.options import RunOptions

    making = RunOptions(**{name: options[name] for name in ("format", "quality", "device")})
    how = {name: options[name] for name in ("workers", "attempts", "keep_rejected", "resume")}
    return AugmentOptions(**how, making=making)


@click.command("augment")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("-o", "--out", "dataset", type=FOLDER, required=True, help="The data set's folder.")
@click.option(
    "--manifest",
    type=GIVEN,
    help="Photographs of the new version. Default: the data set's own; of a new one, those that were planned with.",
)
@click.option("--cache", type=click.Path(path_type=Path), help="Where measurements are kept (default: FACEAUG_CACHE).")
@how_to_make
def command(
    plan: Path,
    *,
    dataset: Path,
    manifest: Path | None,
    cache: Path | None,
    machine: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Make the pictures of PLAN, and commit photographs and pictures as a version of a data set.

    Every picture is measured anew and judged. One that is rejected is drawn again with other values, then replaced by
    a spare of the plan; what is missing in the end is told, with exit code 3. Started again, a command that was stopped
    goes on, and ends with the same bytes.
    """
    from faceaug.cli.doubts import tell_opened
    from faceaug.cli.meter import Meter
    from faceaug.plan.augment.augment import augment
    from faceaug.plan.augment.finished import finished_before
    from faceaug.plan.plan import read_plan
    from faceaug.report.opening import Measuring

    asked, how_made = read_plan(plan), made_with(options)
    before = finished_before(asked, dataset)
    if before is not None and how_made.resume:
        _refuse_others(before, how_made)
        if not quiet:
            tell_finished(before)
        return _tell(before, machine=machine, quiet=quiet)
    with Meter(quiet=quiet or machine) as meter:
        how = Measuring(cache, options["workers"], lambda p: meter.photos(p.done, p.total))
        photographs, root, opened = _photographs(asked, dataset, manifest, how, again=before is not None)
    if opened is not None and not quiet:
        tell_opened(opened)
    with Meter(quiet=quiet or machine) as meter:
        made = augment(asked, dataset, photographs, how_made, lambda p: meter.photos(p.done, p.total), root=root)
    return _tell(made, machine=machine, quiet=quiet)


def _tell(made: Augmented | Finished, *, machine: bool, quiet: bool) -> int:
    """Say what came of a plan, now or before, and how to exit."""
    from faceaug.cli.answer import as_json

    if not quiet:
        tell_problems(made)
    if machine:
        as_json({"dataset": str(made.folder), "version": made.version, **made.as_dict()})
    elif not quiet:
        click.echo(page(made))
    return made.exit_code


def _refuse_others(before: Finished, options: AugmentOptions) -> None:
    """Refuse to pass pictures off as what is asked for, if they were written otherwise."""
    from faceaug.errors import Fault, RequestError

    asked = {"format": options.making.format, "quality": options.making.quality}
    faults = [
        Fault(f"--{name}", f"is {value}, but version {before.version} of {before.folder} was made with {there}")
        for name, value in asked.items()
        if value is not None and (there := before.options.get(name) or "another") != value
    ]
    if faults:
        raise RequestError(faults, "nothing was made; name another folder, or make it again with --no-resume")


def _photographs(
    plan: Plan, dataset: Path, manifest: Path | None, how: Measuring, *, again: bool
) -> tuple[Sequence[Record], Path, Opened | None]:
    """The photographs of the new version, the folder that their paths are relative to, and what was opened for them."""
    from faceaug.data.manifest import read_manifest
    from faceaug.data.versions import Versions
    from faceaug.data.versions.claiming import refuse_claim
    from faceaug.report.asked import Source
    from faceaug.report.opening import open_source

    if manifest is not None:
        return read_manifest(manifest, check_files=False), manifest.parent, None
    versions = Versions.open(dataset)
    if versions.head is not None and not again:
        return versions.records(), versions.manifest().parent, None
    source = plan.source or Source(plan.root)
    refuse_claim(dataset, source.path if source.path.is_dir() else None)
    opened = open_source(source, how)
    return opened.records if opened.columns is None else opened.columns.records(), opened.root, opened


def tell_finished(before: Finished) -> None:
    """A line on stderr that nothing had to be made."""
    hint = " (--no-resume makes it again)" if before.exit_code else ""
    where = f"version {before.version} of {before.folder}"
    click.echo(f"carried out already: {where}; nothing was made again{hint}", err=True)


def tell_problems(made: Augmented | Finished) -> None:
    """A line on stderr for every photograph that could not be used and every group that falls short, at first."""
    from faceaug.cli.doubts import named, tell

    told = made.as_dict()
    rest = "see the version's outcome.json"
    tell("left out", list(told["left_out"].values()), rest=rest)
    tell("skipped ", [named(photo, why) for photo, why in told["skipped"].items()], rest=rest)
    tell("missing ", [_missing(short) for short in told["shortfall"]], rest=rest)


def _missing(short: Mapping[str, Any]) -> str:
    """What a group falls short of, and why."""
    reasons = ", ".join(f"{name} {count}" for name, count in short["reasons"].items()) or "no spare is left"
    where = " & ".join(f"{name}={value}" for name, value in short["where"].items())
    return f"{short['planned'] - short['made']} of {short['planned']} with {where} (rejected by: {reasons})"


def page(made: Augmented | Finished) -> str:
    """The outcome for a person."""
    from faceaug.cli.answer import as_table
    from faceaug.data.versions.version import VERSIONS
    from faceaug.plan.augment.recount import Group, as_markdown

    told = made.as_dict()
    rows = [
        ("photographs", str(told["photographs"])),
        ("renderings", f"{told['made']} of {told['planned']} planned"),
        ("rejected", f"{told['rejected']} of {told['attempts']} attempts" + _reasons(told["reasons"])),
        ("replaced", f"{told['replaced']} by another photograph"),
        ("as predicted", "every group" if told["as_predicted"] else "not every group"),
        ("version", str(made.folder / VERSIONS / made.version)),
    ]
    groups = [Group(**group) for group in told["groups"]]
    small = [group for group in groups if group.before < group.need]
    table = f"\n\n{as_markdown(groups, most=MOST_GROUPS)}" if small else ""
    return as_table(rows) + table


def _reasons(reasons: dict[str, int]) -> str:
    """Why attempts were rejected, the most frequent reason first."""
    most = sorted(reasons.items(), key=lambda pair: -pair[1])
    return f": {', '.join(f'{name} {count}' for name, count in most)}" if most else ""
