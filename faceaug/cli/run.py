"""`faceaug run`: a recipe over photographs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.cli.files import FOLDER
from faceaug.cli.words import DEVICE, QUIET, SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.data.record import Record
    from faceaug.recipe.run import Summary

__all__ = ["command", "photographs"]

TABLES: Final = frozenset({".csv", ".tsv", ".jsonl", ".parquet"})
"""What is taken for a manifest, not for a photograph."""


@click.command("run")
@click.argument("recipe", type=click.Path(path_type=Path))
@click.argument("sources", nargs=-1, required=True, metavar="PHOTOS|MANIFEST...")
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder for all that is made.")
@DEVICE
@click.option("--batch", type=click.IntRange(1), default=16, show_default=True, help="Pictures rendered at once.")
@click.option("--workers", type=click.IntRange(0), default=0, show_default=True, help="Further processes.")
@click.option("--faces", type=click.Choice(["largest", "all"]), default="largest", show_default=True)
@click.option("--copies", type=click.IntRange(1), help="Pictures of each photograph, instead of the recipe's.")
@click.option("--seed", type=SEED, help="Instead of the recipe's.")
@click.option("--format", type=click.Choice(["jpg", "png", "webp"]), default="jpg", show_default=True)
@click.option("--quality", type=click.IntRange(1, 100), help="Of jpg and webp, instead of the photograph's own.")
@click.option("--resume/--no-resume", default=True, show_default=True, help="Go on where an earlier run stopped.")
@click.option("--masks", is_flag=True, help="Write label masks too.")
@click.option("--json", "machine", is_flag=True, help="The summary as one JSON document.")
@QUIET
def command(recipe: Path, sources: tuple[str, ...], out: Path, *, machine: bool, quiet: bool, **options: Any) -> int:
    """Make labelled variations of photographs.

    RECIPE is a YAML file. The photographs are given as folders, patterns or files, or as one manifest (.csv, .jsonl,
    .parquet) that carries your labels. Started again, a run that was stopped goes on, and ends with the same bytes.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.meter import Meter
    from faceaug.recipe import Recipe
    from faceaug.recipe.options import RunOptions
    from faceaug.recipe.run import run

    read = Recipe.load(recipe)
    photos, root = photographs(sources)
    with Meter(quiet=quiet or machine) as meter:
        made = run(read, photos, out, RunOptions(**options), lambda p: meter.photos(p.done, p.total), root=root)
    if not quiet:
        _tell_skips(made)
    if machine:
        as_json(_document(made))
    elif not quiet:
        click.echo(_page(made))
    return made.exit_code


def photographs(sources: Sequence[str]) -> tuple[list[str | Path | Record], Path]:
    """What the words stand for: photographs, or the records of one manifest and its folder.

    Raises:
        RequestError: if nothing is there, or a manifest is given together with something else.
    """
    from faceaug.data.manifest import read_manifest
    from faceaug.data.photos import find_photos
    from faceaug.errors import Fault, RequestError

    tables = [source for source in sources if Path(source).suffix.lower() in TABLES and not Path(source).is_dir()]
    if not tables:
        return [*find_photos(sources)], Path()
    if len(sources) > 1:
        raise RequestError([Fault(tables[0], "is a manifest, and must stand alone; join the tables into one")])
    return [*read_manifest(tables[0], check_files=False)], Path(tables[0]).parent


def _tell_skips(made: Summary) -> None:
    """A line on stderr for every photograph that was skipped and every picture that was not made, at first."""
    if not made.skipped and not made.declined:
        return
    from faceaug.cli.doubts import skipped_in, skipped_of, tell

    tell("skipped", skipped_of(skipped_in(made.out)), rest=f"see {made.out / 'skipped.jsonl'}")


def _document(made: Summary) -> dict[str, Any]:
    """The summary as data."""
    return {
        "out": str(made.out),
        "photographs": made.photographs,
        "pictures": made.pictures,
        "rendered_now": made.rendered,
        "skipped": made.reasons,
        "declined": made.declined,
        "renderings_edited_again": made.again,
        "refused": made.refused,
        "flagged": made.flagged,
        "manifests": [str(path) for path in made.manifests],
        "contact_sheet": str(made.sheet) if made.sheet else None,
    }


def _pictures(count: int) -> str:
    return f"{count:,} picture" if count == 1 else f"{count:,} pictures"


def _page(made: Summary) -> str:
    """The summary for a person."""
    from faceaug.cli.answer import as_table

    now = "" if made.rendered == made.pictures else f", {made.rendered} of them now"
    photographs = "photograph" if made.photographs == 1 else "photographs"
    rows = [("pictures", f"{made.pictures} of {made.photographs} {photographs}{now}")]
    if made.skipped:
        reasons = ", ".join(f"{count} {reason}" for reason, count in made.reasons.items())
        rows.append(("skipped", f"{made.skipped}: {reasons} (see {made.out / 'skipped.jsonl'})"))
    if made.declined:
        why = f"{_pictures(made.declined)} that would be the photograph unchanged: every edit declined"
        rows.append(("not made", f"{why} (see {made.out / 'skipped.jsonl'})"))
    if made.again:
        rows.append(("renderings", f"{made.again} of what was given are renderings themselves, and listed as such"))
    rows += [
        ("without", f"{name} in {_pictures(count)}: declined, the records say why")
        for name, count in made.refused.items()
    ]
    rows += [("flagged", f"{name} in {_pictures(count)}: look at them") for name, count in made.flagged.items()]
    if made.pictures:
        rows.append(("in", str(made.out / "pictures")))
    rows += [("manifest", str(path)) for path in made.manifests]
    if made.sheet:
        rows.append(("look at", str(made.sheet)))
    return as_table(rows)
