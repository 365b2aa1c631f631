"""`faceaug fit`: what photographs look like as distributions, for recipes that shall draw like them, or unlike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from faceaug.cli.files import DRAWING, GIVEN, Careful, Written
from faceaug.cli.words import QUIET

if TYPE_CHECKING:
    from faceaug.synth.priors import Priors

__all__ = ["command"]

SKIPPED = 3
"""Exit code where photographs could not be measured."""


@click.command("fit", cls=Careful)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=Written(".yaml", ".yml"), help="The file for recipes: priors.yaml.")
@click.option("--plot", "drawn", type=DRAWING, help="Draw photographs and laws (PNG).")
@click.option("--by", default="", help="Attributes; all that anything is known of unless given.")
@click.option("--split", default="", help="Whose photographs are looked at; all unless given.")
@click.option("--labels", type=GIVEN, help="A table of labels for the photographs of a folder.")
@click.option("--vocabulary", type=GIVEN, help="What the columns of the labels mean (YAML).")
@click.option("--measure", is_flag=True, help="Measure the photographs of a manifest too; a folder's always are.")
@click.option("--cache", type=click.Path(path_type=Path), help="Where measurements are kept (default: FACEAUG_CACHE).")
@click.option("--workers", type=click.IntRange(0), default=0, help="Further processes that measure.")
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of a table.")
@QUIET
def command(
    path: Path,
    *,
    out: Path | None,
    drawn: Path | None,
    by: str,
    split: str,
    labels: Path | None,
    vocabulary: Path | None,
    measure: bool,
    cache: Path | None,
    workers: int,
    machine: bool,
    quiet: bool,
) -> int:
    """Fit the distribution of every attribute of the photographs in PATH, and how they depend on each other.

    PATH is a folder, whose photographs are measured, or a manifest (CSV, JSONL or Parquet). A recipe draws from what
    was fitted as `yaw: {fitted: priors.yaml#yaw}`; settings that are fitted from one file go together as on the
    photographs.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.doubts import tell_opened
    from faceaug.cli.meter import Meter
    from faceaug.data.files import write_atomic
    from faceaug.report.opening import Measuring, open_data
    from faceaug.synth.plot import plot
    from faceaug.synth.priors import fit_priors, write_priors

    names = [word.strip() for word in by.split(",") if word.strip()]
    with Meter(quiet=quiet or machine) as meter:
        how = Measuring(cache, workers, lambda done: meter.photos(done.done, done.total), names)
        opened = open_data(path, labels=labels, vocabulary=vocabulary, measure=measure, measuring=how)
    if not quiet:
        tell_opened(opened)
    records = opened.records if opened.columns is None else opened.columns.records()
    priors = fit_priors(records, names, split=split, about=f"Fitted to the photographs of {path.name or path}")
    if out is not None:
        write_priors(out, priors)
    if drawn is not None:
        write_atomic(drawn, plot(priors))
    if machine:
        files = {"priors": str(out) if out else None, "plot": str(drawn) if drawn else None}
        as_json({"source": str(path), **files, **priors.as_dict()})
    elif not quiet:
        click.echo(_page(priors))
        files_ = [f"priors  {out}"] if out is not None else ["nothing was written; name a file with -o priors.yaml"]
        click.echo("\n".join(["", *files_, *([f"plot    {drawn}"] if drawn is not None else [])]))
    return SKIPPED if opened.skipped else 0


def _page(priors: Priors) -> str:
    """The laws, how well they describe the photographs, and what goes with what."""
    from faceaug.cli.answer import as_table

    rows = [("attribute", "photographs", "law", "distance", "p", "next best")]
    for margin in priors.margins:
        best = margin.fits[0] if margin.fits else None
        law = "shares" if best is None else f"quantiles ({best.candidate.name} refused)"
        law = law if best is None or margin.by_quantiles else best.candidate.name
        fits = ("", "", "")
        if best is not None:
            other = f"{margin.fits[1].candidate.name} (+{margin.fits[1].bic - best.bic:.1f})" if margin.fits[1:] else ""
            fits = (f"{best.distance:.3f}", f"{best.p:.2g}", other)
        rows.append((margin.name, f"{margin.count:,}", law, *fits))
    lines = [f"{priors.about}: {priors.photographs:,}.", "", as_table(rows)]
    pairs = sorted(
        {
            tuple(sorted((one, other))): value
            for one, others in priors.relations().items()
            for other, value in others.items()
        }.items(),
        key=lambda pair: -abs(pair[1]),
    )
    if pairs:
        lines += ["", "Goes together (correlation of the copula):"]
        lines += [as_table([(one, other, f"{value:+.2f}") for (one, other), value in pairs[:12]], indent="  ")]
    lines += [f"{name} {why}" for name, why in priors.left_out.items()]
    return "\n".join(lines)
