"""`faceaug plan`: which edits of which photographs fill the gaps, at the least cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faceaug.cli.files import GIVEN, Careful, Written, spare, target
from faceaug.cli.goal import what_to_reach
from faceaug.cli.words import QUIET

if TYPE_CHECKING:
    from faceaug.report.asked import Asked

__all__ = ["command"]

GAPS, SKIPPED = 1, 3
"""Exit codes where some group stays too small and the caller asked to be told, and where photographs were skipped."""


@click.command("plan", cls=Careful)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=Written(".json"), help="The plan's file: plan.json.")
@what_to_reach(spares=0.5)
@click.option("--measure", is_flag=True, help="Measure the photographs of a manifest too; a folder's always are.")
@click.option("--workers", type=click.IntRange(0), default=0, help="Further processes that measure.")
@click.option(
    "--target",
    callback=target,
    default="",
    help="A census (.csv), requirements (.yaml), uniform, cells, parity:NAME|LABEL.",
)
@click.option("--requirements", type=GIVEN, help="What a model's errors ask for (YAML).")
@click.option(
    "--group-share",
    type=float,
    default=1.0,
    show_default=True,
    help="Most renderings among the pictures of every class.",
)
@click.option("--balance", metavar="LOW,HIGH", help="Share of renderings in every class, so that they tell nothing.")
@click.option("--gap", type=float, default=0.001, show_default=True, help="How far from the least cost is near enough.")
@click.option("--seconds", type=float, default=60.0, show_default=True, help="For the search.")
@click.option("--json", "machine", is_flag=True, help="The plan as one JSON document on stdout.")
@QUIET
@click.option("--fail-on-gaps", is_flag=True, help="Exit code 1 if some group stays too small.")
def command(
    path: Path,
    *,
    out: Path | None,
    labels: Path | None,
    vocabulary: Path | None,
    measure: bool,
    cache: Path | None,
    workers: int,
    machine: bool,
    quiet: bool,
    fail_on_gaps: bool,
    **asked: Any,
) -> int:
    """Plan which edits of which photographs in PATH bring every group to its number, at the least cost.

    PATH is a folder, whose photographs are measured (each once, ever), a manifest (CSV, JSONL or Parquet), or what
    `faceaug audit` wrote (audit.json or its folder), whose data set, attributes and number are taken unless options
    say otherwise. What no edit can fill is named with the reason. Nothing is rendered: `faceaug augment` carries the
    plan out.
    """
    from faceaug.cli.answer import as_json, as_table
    from faceaug.cli.doubts import tell_opened
    from faceaug.cli.meter import Meter
    from faceaug.plan.making import coverage, make_plan, summary
    from faceaug.plan.plan import write_plan
    from faceaug.report.asked import Source, is_audit, read_asked
    from faceaug.report.opening import Measuring, open_source

    source, before = Source(path, labels, "auto", vocabulary, measure), None
    if is_audit(path):
        spare(out, [path / "audit.json"])
        audited = read_asked(path)
        source, before = audited.source.but(labels=labels, vocabulary=vocabulary, measure=measure), audited.photographs
        asked |= _where_not_given(audited)
    goal, limits = _asked(**asked)
    with Meter(quiet=quiet or machine) as meter:
        how = Measuring(cache, workers, lambda done: meter.photos(done.done, done.total), goal.by)
        opened = open_source(source, how)
    if not quiet:
        tell_opened(opened)
    plan = make_plan(opened, goal, limits)
    if out is not None:
        write_plan(out, plan)
    if machine:
        as_json(
            {
                "source": str(path),
                "plan": str(out) if out else None,
                "doubtful": opened.doubtful,
                "skipped_photographs": opened.skipped,
                **plan.as_dict(),
            }
        )
    elif not quiet:
        head = ("group", "photographed", "rendered", "planned", "of")
        rows = [head, *coverage(plan)]
        if before not in {None, opened.photographs}:
            click.echo(f"The audit counted {before:,} photographs; there are {opened.photographs:,} now.\n")
        click.echo("\n".join([*summary(plan), *(["", as_table(rows)] if plan.predicted else [])]))
        click.echo(f"\nplan  {out}" if out is not None else "\nnothing was written; name a file with -o plan.json")
    if fail_on_gaps and not plan.complete:
        return GAPS
    return SKIPPED if opened.skipped else 0


def _asked(
    *,
    by: str,
    at_least: int,
    level: int,
    target: str,
    requirements: Path | None,
    impossible: tuple[str, ...],
    split: str | None,
    balance: str | None,
    **limits: Any,
) -> tuple[Any, Any]:
    """What is to be reached, and within what."""
    from faceaug.cli.words import attributes
    from faceaug.errors import Fault, RequestError
    from faceaug.plan.limits import Limits
    from faceaug.plan.making import Goal

    if target and requirements is not None:
        raise RequestError(
            [Fault("--requirements", "is a target of its own; leave --target out")], "nothing was planned"
        )
    wanted = target or (str(requirements) if requirements is not None else "")
    goal = Goal(attributes(by), at_least, level, wanted, impossible, split)
    return goal, Limits(balance=_shares(balance) if balance else None, **limits)


def _where_not_given(audited: Asked) -> dict[str, Any]:
    """What an audit looked at, for the options that the caller left alone."""
    found = {
        "by": ",".join(audited.by),
        "at_least": audited.at_least,
        "level": audited.level,
        "impossible": audited.impossible,
        "target": audited.target,
    }
    if _given("requirements"):
        del found["target"]
    return {name: value for name, value in found.items() if not _given(name)}


def _given(name: str) -> bool:
    """Whether the caller gave an option."""
    source = click.get_current_context().get_parameter_source(name)
    return source is not None and source is not click.core.ParameterSource.DEFAULT


def _shares(text: str) -> tuple[float, float]:
    """Two shares with a comma between them."""
    from faceaug.errors import Fault, RequestError

    try:
        low, high = (float(word) for word in text.split(","))
    except ValueError:
        what = f"is {text!r}, but must be two shares, as in 0.2,0.3"
        raise RequestError([Fault("--balance", what)], "nothing was planned") from None
    return low, high
