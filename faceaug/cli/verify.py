"""`faceaug verify`: is a data set what its records say, and does it look like its photographs?"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from faceaug.cli.files import GIVEN, Careful, Written
from faceaug.cli.words import QUIET, attributes

__all__ = ["command"]

DIFFERENT: Final = 1
"""Exit code where a difference was found (see the design, Errors)."""

MOST_LINES: Final = 10
"""Differences of one kind that are listed; `--json` lists all."""


@click.command("verify", cls=Careful)
@click.argument("path", metavar="DATASET|MANIFEST", type=click.Path(path_type=Path))
@click.option("--version", "word", help="Which version of a data set; the newest unless given.")
@click.option("--against", type=GIVEN, help="A table that people filled in: id or photo, and labels.")
@click.option("--sample", type=click.IntRange(0), default=24, show_default=True, help="Renderings made again.")
@click.option("--by", default="", help="Groups for the classifier; those that the renderings set unless given.")
@click.option(
    "--compare", "compared", type=click.IntRange(0), default=400, show_default=True, help="For the classifier."
)
@click.option("--photos", type=GIVEN, help="Where the photographs are now, if they have moved.")
@click.option("-o", "--out", type=Written(".json"), help="Write the whole document as JSON.")
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of words.")
@QUIET
def command(
    path: Path, *, word: str | None, by: str, out: Path | None, machine: bool, quiet: bool, **wanted: Any
) -> int:
    """Make a sample of the renderings again, count again, compare with the photographs and with people's labels.

    Exit code 1 if a file has changed, a photograph says of itself that it is a rendering, a rendering cannot be made
    again to the byte, or a label contradicts what is measured. Likeness, the classifier and agreement with people are
    reported with limits; what is good enough is yours to say.
    """
    import json

    from faceaug.cli.answer import as_json
    from faceaug.cli.meter import Meter
    from faceaug.data.files import write_atomic
    from faceaug.data.versions.opening import open_pictures
    from faceaug.plan.verify.verify import Wanted, verify

    pictures = open_pictures(path, word)
    with Meter(quiet=quiet or machine) as meter:
        document = verify(pictures, Wanted(by=attributes(by), **wanted), meter.steps)
    if out is not None:
        write_atomic(out, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
    if machine:
        as_json(document)
    elif not quiet:
        click.echo("\n".join(_told(document)))
    return DIFFERENT if document["differences"] else 0


def _told(document: dict[str, Any]) -> list[str]:
    """The document in words."""
    again, counted, files = document["replayed"], document["recount"], document["files"]
    lines = [
        f"{document['source']}: {document['photographs']:,} photographed, {document['renderings']:,} rendered",
        f"files       {files['checked'] - len(files['faults']):,} of {files['checked']:,} are what their records say",
        f"made again  {again['identical']} of {again['asked']} to the byte",
        f"measured    {_labels(len(counted['contradictions']))} contradicted",
        *_giveaway(document["giveaway"]),
        *_likeness(document["likeness"]),
        *_against(document["against"]),
    ]
    named = [f"{row['id']}  {row['what']}" for row in files["faults"]]
    named += [
        f"{name}  says of itself that it is a rendering, and is listed as a photograph" for name in document["mistaken"]
    ]
    named += [f"{row['where']}  {row['what']}" for row in document["documents"]]
    named += [f"{row['id']}  {row['why']}" for row in [*again["differing"], *counted["lost"]]]
    named += [
        f"{row['id']}  {row['attribute']} is labelled {row['label']}, but measured {row['measured']}"
        for row in counted["contradictions"]
    ]
    if document["plan"] is not None:
        named += [
            f"{row['id']}  {row['attribute']} is {row['label']}, but planned {row['expected']}"
            for row in document["plan"]["other"]
        ]
        lines.append(_planned(document["plan"]))
    lines += ["", *named[:MOST_LINES]] if named else []
    lines += [f"{len(named) - MOST_LINES} more, see --json"] if len(named) > MOST_LINES else []
    return [*lines, "", *(document["differences"] or ["no difference"])]


def _labels(count: int) -> str:
    return "1 label of a rendering is" if count == 1 else f"{count:,} labels of renderings are"


def _planned(plan: dict[str, Any]) -> str:
    """What became of the plan."""
    made = plan["entries"] - len(plan["missing"])
    spares = f", {plan['replaced']} of them by spares" if plan["replaced"] else ""
    return f"plan        {made:,} of {plan['entries']:,} pictures were made{spares}"


def _giveaway(found: dict[str, Any] | None) -> list[str]:
    """How well renderings are told from photographs."""
    if found is None:
        return []
    rows = [("all", found["overall"]), *((f"{row['attribute']}={row['value']}", row) for row in found["groups"])]
    return [f"told apart  {name}: {_auc(row)}" for name, row in rows]


def _auc(row: dict[str, Any]) -> str:
    if "why" in row:
        return str(row["why"])
    return f"AUC {row['auc']:.2f} ({row['low']:.2f}..{row['high']:.2f}), 0.5 is a toss-up"


def _likeness(found: dict[str, Any]) -> list[str]:
    """The attributes in which the two kinds differ most."""
    worst = sorted(found.items(), key=lambda item: -item[1]["distance"])[:5]
    told = ", ".join(f"{name} {row['distance']:.2f}" for name, row in worst)
    return [f"likeness    distance of renderings from photographs (0..1): {told}"] if told else []


def _against(found: dict[str, Any] | None) -> list[str]:
    """Agreement with people."""
    if not found:
        return []
    from faceaug.cli.answer import as_table

    names = ("exact", "neighbour", "kappa", "difference")
    rows = [
        [name, title, str(row["pictures"]), *(_limits(row.get(key)) for key in names)]
        for name, titles in found.items()
        for title, row in titles.items()
    ]
    return ["", as_table([["against people", "", "pictures", *names], *rows])]


def _limits(row: dict[str, float | None] | None) -> str:
    if row is None or row["value"] is None:
        return "-"
    if row["low"] is None:
        return f"{row['value']:.2f}"
    return f"{row['value']:.2f} ({row['low']:.2f}..{row['high']:.2f})"
