"""`faceaug audit`: who and what is in a data set, how sure that is, and who is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faceaug.cli.files import GIVEN, REPORT, Careful, target
from faceaug.cli.words import QUIET, attributes

if TYPE_CHECKING:
    from faceaug.report.opening import Opened

__all__ = ["command"]

SKIPPED = 3
GAPS = 1
"""Exit codes where there are gaps and the caller asked to be told, and where photographs could not be measured."""


@click.command("audit", cls=Careful)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--labels", type=GIVEN, help="A table of labels for the photographs of a folder.")
@click.option("--format", "kind", default="auto", show_default=True, help="Of the labels; folder: photographs alone.")
@click.option("--vocabulary", type=GIVEN, help="What the columns of the labels mean (YAML).")
@click.option("--measure", is_flag=True, help="Measure the photographs of a manifest too; a folder's always are.")
@click.option("--cache", type=click.Path(path_type=Path), help="Where measurements are kept (default: FACEAUG_CACHE).")
@click.option("--workers", type=click.IntRange(0), default=0, help="Further processes that measure.")
@click.option("--by", default="", help="Attributes: gender,glasses,age:30,50 (cut into bins) or cheek:ita.")
@click.option("--at-least", type=click.IntRange(1), default=30, show_default=True, help="Photographs of each group.")
@click.option(
    "--target",
    callback=target,
    default="",
    help="A census (.csv), requirements (.yaml), uniform, cells, parity:NAME|LABEL.",
)
@click.option("--level", type=click.IntRange(1), default=2, show_default=True, help="Attributes taken together.")
@click.option("--impossible", multiple=True, metavar="RULE", help="Such as 'age=<30 & beard=grey|white'. Repeatable.")
@click.option("--ranges", is_flag=True, help="Take neighbours of ordered attributes together, as in ita=dark..tan.")
@click.option("--predictions", type=GIVEN, help="CSV: id or photo, label, prediction or score.")
@click.option("--positive", default="", metavar="LABEL", help="The label that counts as yes, for false positives.")
@click.option("--threshold", type=float, default=0.5, show_default=True, help="Score from which the answer is yes.")
@click.option("--compare", "old", type=GIVEN, help="An older audit: its JSON, or its folder.")
@click.option("--sample", type=click.IntRange(10), help="Write the list of so many photographs to label by hand.")
@click.option("--settle", type=GIVEN, help="That list, filled in: decides what is undecided.")
@click.option("--faces/--no-faces", default=True, help="Show the photographs nearest to a gap on the page.")
@click.option("-o", "--out", type=REPORT, help="REPORT.html, .md, .json, .jsonld, or a folder.")
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of Markdown on stdout.")
@QUIET
@click.option("--fail-on-gaps", is_flag=True, help="Exit code 1 if there are gaps.")
def command(
    path: Path,
    *,
    labels: Path | None,
    kind: str,
    vocabulary: Path | None,
    measure: bool,
    cache: Path | None,
    workers: int,
    by: str,
    old: Path | None,
    settle: Path | None,
    sample: int | None,
    faces: bool,
    out: Path | None,
    machine: bool,
    quiet: bool,
    fail_on_gaps: bool,
    **more: Any,
) -> int:
    """Say who and what is in PATH, who is missing, and how sure that is.

    PATH is a folder, whose photographs are measured (each once, ever), or a manifest (CSV, JSONL or Parquet), of which
    the labels alone are read. Photographs and renderings are counted apart. Nothing leaves this machine.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.doubts import tell, tell_opened
    from faceaug.cli.meter import Meter
    from faceaug.errors import Fault
    from faceaug.report.making import Wishes, make_audit, write_audit
    from faceaug.report.markdown import as_markdown
    from faceaug.report.opening import Measuring, open_data
    from faceaug.report.write import beside, has_page

    names = _checked(by, sample, out)
    with Meter(quiet=quiet or machine) as meter:
        how = Measuring(cache, workers, lambda done: meter.photos(done.done, done.total), names)
        opened = open_data(path, labels=labels, kind=kind, vocabulary=vocabulary, measure=measure, measuring=how)
    made = make_audit(opened, Wishes(names, settled=settle, old=old, **more))
    if not quiet:
        tell_opened(opened)
        tell("doubtful", [str(Fault(doubt["where"], doubt["what"])) for doubt in made.doubts])
    title = path.name or str(path)
    files = []
    if out is not None:
        shown = _portraits(made.document, opened) if faces and has_page(out) else {}
        files = write_audit(made, out, title, portraits=shown, sample=sample or 0)
    if machine:
        as_json({"source": str(path), "files": [str(file) for file in files], **made.as_dict(Path())})
    elif out is not None and not quiet:
        click.echo("\n".join([*made.document["headlines"], "", *(f"report  {file}" for file in files)]))
        if sample and beside(out, "sample.csv") not in files:
            click.echo("sample  none: no group is undecided, so that labels by hand would settle nothing")
    elif not quiet:
        click.echo(as_markdown(made.document, title), nl=False)
    if fail_on_gaps and made.document["gaps"]:
        return GAPS
    return SKIPPED if opened.skipped else 0


def _checked(by: str, sample: int | None, out: Path | None) -> list[str]:
    """The attributes that are asked for; what cannot be is refused before anything is measured."""
    from faceaug.coverage.sample import refuse_filled
    from faceaug.errors import Fault, RequestError
    from faceaug.report.write import beside, check_report

    names = attributes(by)
    if by and not names:
        raise RequestError([Fault("--by", "names no attribute")], "nothing was counted")
    if sample and out is None:
        raise RequestError([Fault("--sample", "needs -o, beside which the list is written")], "nothing was counted")
    if out is not None:
        check_report(out)
        if sample:
            refuse_filled(beside(out, "sample.csv"))
    return names


def _portraits(document: dict[str, Any], opened: Opened) -> dict[str, bytes]:
    """Small pictures of the photographs that gaps name, as far as the files are there."""
    from faceaug.report.page.portraits import boxes_of, portraits

    return portraits(document, opened.root, boxes_of(opened.records))
