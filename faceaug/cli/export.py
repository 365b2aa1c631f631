"""`faceaug export`: a data set in the form that another tool reads."""

from __future__ import annotations

from pathlib import Path

import click

from faceaug.cli.files import FOLDER
from faceaug.cli.words import QUIET, attributes

__all__ = ["command"]


@click.command("export")
@click.argument("path", metavar="DATASET|MANIFEST", type=click.Path(path_type=Path))
@click.option("--format", "form", required=True, help="imagefolder, webdataset, parquet, coco, fiftyone or croissant.")
@click.option("-o", "--out", type=FOLDER, required=True, help="A new folder.")
@click.option("--version", "word", help="Which version of a data set; the newest unless given.")
@click.option("--two-stage", is_flag=True, help="Renderings to pre-train on, photographs to fine-tune on.")
@click.option("--by", default="", help="With --two-stage: equally many renderings of each of these groups.")
@click.option("--label", default="", help="Of imagefolder: the attribute whose values become folders.")
@click.option("--licence", default="", help="Of the photographs, for the data card.")
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of words.")
@QUIET
def command(
    path: Path,
    *,
    form: str,
    out: Path,
    word: str | None,
    two_stage: bool,
    by: str,
    label: str,
    licence: str,
    machine: bool,
    quiet: bool,
) -> int:
    """Write a data set, with a data card, in the form that another tool reads.

    Renderings go to training alone. Stopped and started again, an export goes on; its folder appears when it is
    complete.
    """
    from faceaug.cli.answer import as_json, as_table
    from faceaug.cli.meter import Meter
    from faceaug.data.versions.opening import open_pictures
    from faceaug.export.making import Wanted, export

    pictures = open_pictures(path, word)
    wanted = Wanted(form, two_stage, tuple(attributes(by)), label, licence)
    with Meter(quiet=quiet or machine) as meter:
        made = export(pictures, out, wanted, meter.photos)
    if machine:
        told = {"out": str(out), "format": form, "splits": made.splits, "left_out": made.left_out, "new": made.new}
        as_json({**told, "mistaken": list(pictures.mistaken)})
        return 0
    if quiet:
        return 0
    rows = [(split, f"{a:,} photographed, {b:,} rendered") for split, (a, b) in made.splits.items()]
    rows += [("left out", sentence) for sentence in made.left_out]
    if pictures.mistaken:
        rows.append(("rendered", f"{len(pictures.mistaken):,} listed as photographs; their files say what they are"))
    rows.append(("in" if made.new else "is in", str(out)))
    click.echo(as_table(rows))
    return 0
