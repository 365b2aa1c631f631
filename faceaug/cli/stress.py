"""`faceaug stress`: what each edit of a recipe makes of a model's answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from faceaug.cli.files import FOLDER, GIVEN
from faceaug.cli.words import DEVICE, QUIET

if TYPE_CHECKING:
    from faceaug.recipe import Recipe

__all__ = ["command"]

WORSE, SKIPPED = 1, 3
"""Exit codes where the model is worse and the caller asked to be told, and where photographs were skipped."""


@click.command("stress")
@click.argument("recipe", type=click.Path(path_type=Path))
@click.argument("sources", nargs=-1, required=True, metavar="PHOTOS|MANIFEST...")
@click.option("--model", required=True, help="python:module:function (paths in, answers out), or a command.")
@click.option("--labels", type=GIVEN, help="CSV: id or photo, and label: the right answers.")
@click.option("--positive", default="", metavar="LABEL", help="The label that scores are for.")
@click.option("--threshold", type=float, default=0.5, show_default=True, help="Score from which the answer is that.")
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder for pictures and report.")
@DEVICE
@click.option("--workers", type=click.IntRange(0), default=0, show_default=True, help="Further processes.")
@click.option("--json", "machine", is_flag=True, help="One JSON document on stdout.")
@QUIET
@click.option("--fail-on-worse", is_flag=True, help="Exit code 1 if errors rise by more than chance.")
def command(
    recipe: Path,
    sources: tuple[str, ...],
    *,
    model: str,
    labels: Path | None,
    positive: str,
    threshold: float,
    out: Path,
    device: str,
    workers: int,
    machine: bool,
    quiet: bool,
    fail_on_worse: bool,
) -> int:
    """Compare a model's answers on photographs with those on the same photographs, edited.

    Every edit of RECIPE is made alone. A command as model reads the path of a picture a line on its input, and writes
    an answer a line: a class, or a score. With --labels errors are compared, otherwise the answers themselves.
    """
    import json

    from faceaug.cli.answer import as_json
    from faceaug.cli.doubts import skipped_of, tell
    from faceaug.cli.meter import Meter
    from faceaug.cli.run import photographs
    from faceaug.coverage.requirements import write_requirements
    from faceaug.data.files import write_atomic
    from faceaug.plan.stress.answers import model_of
    from faceaug.plan.stress.pairs import make_pairs
    from faceaug.plan.stress.stress import stress
    from faceaug.plan.stress.truth import read_truth
    from faceaug.recipe import Recipe
    from faceaug.recipe.options import RunOptions
    from faceaug.report.stress import as_stress, stress_lines

    read, asked = Recipe.load(recipe), model_of(model)
    photos, root = photographs(sources)
    options = RunOptions(device=device, workers=workers, measure=True)
    with Meter(quiet=quiet or machine) as meter:
        pairs = make_pairs(read, photos, out, options, root=root, progress=meter.photos)
    skipped = _skipped(read, out)
    if not quiet:
        tell("skipped", skipped_of(skipped))
        tell("declined", _declined(read, out))
    truth = None if labels is None else read_truth(labels, pairs, positive=positive, threshold=threshold)
    found = stress(pairs, asked, truth, name=model)
    write_atomic(
        out / "stress.json", (json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
    )
    write_atomic(out / "stress.md", as_stress(found, model).encode())
    write_requirements(out / "requirements.yaml", found["requirements"])
    if machine:
        as_json({"out": str(out), "skipped": skipped, **found})
    elif not quiet:
        click.echo("\n".join([*stress_lines(found), "", f"report        {out / 'stress.md'}"]))
        click.echo(f"requirements  {out / 'requirements.yaml'}")
    worse = any(
        row["significant"] and row["compared"] == "errors" and row["change"]["value"] > 0 for row in found["tests"]
    )
    if fail_on_worse and worse:
        return WORSE
    return SKIPPED if skipped else 0


def _declined(recipe: Recipe, out: Path) -> list[str]:
    """Which edits were declined on how many photographs, which are compared with nothing."""
    from faceaug.cli.doubts import skipped_in
    from faceaug.data.skip import DECLINED

    found = {
        name: len({skip["photo"] for skip in skipped_in(out / name) if skip["reason"] == DECLINED})
        for name in recipe.edits
    }
    return [
        f"{name} on {count:,} {'photograph' if count == 1 else 'photographs'} (see {out / name / 'skipped.jsonl'})"
        for name, count in found.items()
        if count
    ]


def _skipped(recipe: Recipe, out: Path) -> list[dict[str, str]]:
    """The photographs that could not be used, each once; that an edit declines one is no fault of the photograph."""
    from faceaug.cli.doubts import skipped_in
    from faceaug.data.skip import DECLINED

    found = {skip["photo"]: skip for name in recipe.edits for skip in skipped_in(out / name)}
    return [skip for skip in found.values() if skip["reason"] != DECLINED]
