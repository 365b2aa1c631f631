"""`faceaug versions`: what a data set was, what replaced what, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.cli.files import FOLDER
from faceaug.cli.words import Guessing, attributes

if TYPE_CHECKING:
    from faceaug.data.versions import Difference, Version, Versions

__all__ = ["command"]

DIFFERENT: Final = 1
"""Exit code where a check found something (see the design, Errors)."""

SHORT: Final = 12
"""Digits of a digest that are shown; eight are enough to name a version."""

MOST_LINES: Final = 20
"""Pictures that are named one by one; `--json` names all."""

DATASET = click.argument("dataset", type=click.Path(path_type=Path))
JSON = click.option("--json", "machine", is_flag=True, help="One JSON document instead of words.")


@click.group("versions", cls=Guessing)
def command() -> None:
    """Keep, compare and bring back the versions of a data set.

    A data set is a folder of plain files. A finished version never changes again. VERSION is HEAD (the newest), HEAD~1,
    0002, a tag, a pin such as 0002@1f2e3d4c, or the start of a digest.
    """


@command.command("log")
@DATASET
@JSON
def log(dataset: Path, *, machine: bool) -> int:
    """List the versions, the newest first."""
    from faceaug.cli.answer import as_json, as_table

    found = _open(dataset)
    versions, tags = found.log()[::-1], found.tags()
    if machine:
        as_json([_document(version, tags) for version in versions])
        return 0
    rows = [
        (
            version.name,
            version.digest[:SHORT],
            _amount(version),
            ", ".join(_names(version, tags, found.head)),
            version.message,
        )
        for version in versions
    ]
    click.echo(as_table(rows))
    return 0


@command.command("show")
@DATASET
@click.argument("word", metavar="[VERSION]", default="HEAD")
@click.option("--pin", is_flag=True, help="Print NAME@DIGEST alone: what a training run should write down.")
@JSON
def show(dataset: Path, word: str, *, pin: bool, machine: bool) -> int:
    """Say what a version holds, and where its manifest is."""
    from faceaug.cli.answer import as_json, as_table

    found = _open(dataset)
    version, tags = found.version(word), found.tags()
    if pin:
        click.echo(version.pin)
    elif machine:
        as_json({**_document(version, tags), "manifest": str(found.manifest(version.name))})
    else:
        named = _names(version, tags, found.head)
        rows = [
            ("version", " ".join([version.name, *(f"({', '.join(named)})" for _ in named[:1])])),
            ("pin", version.pin),
            ("holds", _amount(version)),
            ("because", version.message or "(no message)"),
            ("made by", f"faceaug {version.faceaug}"),
            ("follows", version.parent[:SHORT] if version.parent else "nothing; it is the first"),
            ("manifest", str(found.manifest(version.name))),
        ]
        rows += [("file", name) for name in sorted(version.files) if not name.startswith("manifest.")]
        click.echo(as_table(rows))
    return 0


@command.command("diff")
@DATASET
@click.argument("old", metavar="[OLD]", default="HEAD~1")
@click.argument("new", metavar="[NEW]", default="HEAD")
@click.option("--by", default="", help="Count combinations of these attributes too: glasses,yaw:-15,15.")
@JSON
def diff(dataset: Path, old: str, new: str, *, by: str, machine: bool) -> int:
    """Say which pictures were added, replaced by which, and dropped, and what that changed."""
    from faceaug.cli.answer import as_json

    found = _open(dataset)
    change = found.diff(old, new)
    cells = []
    if by:
        from faceaug.plan.verify.cells import cell_changes

        cells = cell_changes(found.records(change.old), found.records(change.new), attributes(by))
    if machine:
        as_json(change.as_dict() | ({"cells": cells} if by else {}))
    else:
        click.echo("\n".join([*_told(change), *_counts(change), *_cells(cells)]))
    return 0


@command.command("commit")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("-o", "--out", "dataset", type=FOLDER, required=True, help="Folder of the data set.")
@click.option("-m", "--message", default="", help="Why this version exists.")
@click.option("--add", is_flag=True, help="Add to the newest version instead of taking its place.")
@JSON
def commit(source: Path, dataset: Path, *, message: str, add: bool, machine: bool) -> int:
    """Make SOURCE the next version of a data set; its pictures are copied there.

    SOURCE is the folder of a `faceaug run`, a manifest (CSV, JSONL, Parquet), or a folder of photographs.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.meter import Meter
    from faceaug.data.versions import Versions
    from faceaug.data.versions.claiming import refuse_claim
    from faceaug.data.versions.gathering import gather, is_listed, joined

    refuse_claim(dataset, source if source.is_dir() and not is_listed(source) else None)
    found = Versions.open(dataset)
    before, gathered = found.head, gather(source)
    if add:
        gathered = joined(found, gathered)
    with Meter(quiet=machine) as meter:
        version = found.commit(gathered.records, gathered.documents, message, root=gathered.root, progress=meter.photos)
    if machine:
        as_json({**_document(version, found.tags()), "new": version.name != before})
    else:
        new = "is the same already" if version.name == before else "is new"
        click.echo(f"{version.name}  {version.digest[:SHORT]}  {new}: {_amount(version)}")
    return 0


@command.command("restore")
@DATASET
@click.argument("word", metavar="VERSION")
@click.option("-o", "--out", type=FOLDER, help="Write plain files here; leave the data set alone.")
@JSON
def restore(dataset: Path, word: str, *, out: Path | None, machine: bool) -> int:
    """Bring a version back: into a folder, or as the newest version of the data set.

    Without -o the data set gets one more version, equal to the old one; those in between stay.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.meter import Meter

    found = _open(dataset)
    with Meter(quiet=machine) as meter:
        version = found.restore(word, out, meter.photos)
    if machine:
        as_json({**_document(version, found.tags()), "out": str(out) if out else None})
    else:
        click.echo(f"{version.name}  {version.digest[:SHORT]}  {out or version.message}")
    return 0


@command.command("tag")
@DATASET
@click.argument("label", required=False)
@click.argument("word", metavar="[VERSION]", default="HEAD")
@click.option("--move", is_flag=True, help="Give a tag that exists to another version.")
@click.option("--delete", is_flag=True, help="Remove the tag; the version stays.")
@JSON
def tag(dataset: Path, label: str | None, word: str, *, move: bool, delete: bool, machine: bool) -> int:
    """Give a version a name of yours; without a LABEL, list the tags."""
    from faceaug.cli.answer import as_json, as_table

    found = _open(dataset)
    if label and delete:
        found.untag(label)
    elif label:
        found.tag(label, word, move=move)
    if machine:
        as_json(found.tags())
    elif label and not delete:
        click.echo(f"{label}  {found.tags()[label]}")
    elif not delete:
        click.echo(as_table(list(found.tags().items())) or "no tags")
    return 0


@command.command("check")
@DATASET
@JSON
def check(dataset: Path, *, machine: bool) -> int:
    """Read every file of every version, and name all that is missing or changed; exit code 1 if there is any."""
    from faceaug.cli.answer import as_json
    from faceaug.cli.meter import Meter

    found = _open(dataset)
    with Meter(quiet=machine) as meter:
        faults = found.check(meter.photos)
    if machine:
        as_json({"versions": int(found.head or 0), "faults": [vars(fault) for fault in faults]})
    elif faults:
        click.echo("\n".join(map(str, faults)), err=True)
    else:
        count = int(found.head or 0)
        versions = "its version" if count == 1 else f"its {count:,} versions"
        click.echo(f"{dataset}  every file of {versions} is whole" if count else "no versions")
    return DIFFERENT if faults else 0


def _open(dataset: Path) -> Versions:
    """A data set that has a version."""
    from faceaug.data.versions import Versions

    return Versions.open(dataset, must_exist=True)


def _document(version: Version, tags: dict[str, str]) -> dict[str, Any]:
    """A version as data."""
    labels = [tag for tag, pin in tags.items() if pin == version.pin]
    return {**version.as_dict(), "digest": version.digest, "pin": version.pin, "tags": labels}


def _names(version: Version, tags: dict[str, str], head: str | None) -> list[str]:
    """HEAD and the tags of a version."""
    own = [tag for tag, pin in tags.items() if pin == version.pin]
    return [*(["HEAD"] if version.name == head else []), *own]


def _amount(version: Version) -> str:
    """What a version holds, in words."""
    people = f" of {version.people} people" if version.people else ""
    return f"{version.photographed:,} photographed, {version.rendered:,} rendered{people}"


def _told(change: Difference) -> list[str]:
    """The pictures of a difference."""
    lines = [
        f"{change.old} -> {change.new}: {len(change.added)} added, {len(change.replaced)} replaced, "
        f"{len(change.dropped)} dropped, {len(change.kept)} kept, {len(change.labels)} labels changed"
    ]
    named = {
        "+": [record.id for record in change.added],
        "~": [f"{was.id} -> {now.id}" for was, now in change.replaced],
        "-": [record.id for record in change.dropped],
        "label": [f"{label.id}  {label.name}: {label.old} -> {label.new}" for label in change.labels],
    }
    for sign, items in named.items():
        lines += [f"{sign} {item}" for item in items[:MOST_LINES]]
        lines += [f"{sign} {len(items) - MOST_LINES} more, see --json"] if len(items) > MOST_LINES else []
    return lines


def _counts(change: Difference) -> list[str]:
    """What a difference changed in each attribute."""
    rows = [(name, value, row) for name, values in change.coverage.items() for value, row in values.items()]
    return _table(["attribute", "value"], [([name, value], row) for name, value, row in rows])


def _cells(cells: list[dict[str, Any]]) -> list[str]:
    """What a difference changed in combinations of attributes."""
    if not cells:
        return []
    return _table(list(cells[0]["where"]), [(list(cell["where"].values()), cell) for cell in cells])


def _table(head: list[str], rows: list[tuple[list[str], dict[str, Any]]]) -> list[str]:
    """A table with the photographs and renderings before and after."""
    from faceaug.cli.answer import as_table

    if not rows:
        return []
    lines = [
        [*words, *(f"{row[kind][0]} -> {row[kind][1]}" for kind in ("photographed", "rendered"))] for words, row in rows
    ]
    return ["", as_table([[*head, "photographed", "rendered"], *lines])]
