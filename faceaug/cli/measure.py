"""`faceaug measure`: read everything that can be measured off the photographs of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from faceaug.cli.files import FILE, GIVEN, Careful, spare
from faceaug.cli.words import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.data.labels import Labels
    from faceaug.data.record import Record
    from faceaug.survey import Survey

__all__ = ["command"]

SKIPPED: Final = 3
"""Exit code where photographs were skipped (see the design, Errors)."""


@click.command("measure", cls=Careful)
@click.argument("path", metavar="FOLDER|TABLE", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=FILE, help="Manifest to write: .csv, .jsonl or .parquet.")
@click.option("--format", "kind", default="auto", show_default=True, help="fairface, utkface, celeba, lfw, ...")
@click.option("--vocabulary", type=GIVEN, help="YAML: what the columns of the labels mean.")
@click.option("--faces", type=click.Choice(["largest", "all"]), default="largest", show_default=True)
@click.option("--workers", type=click.IntRange(0), default=0, show_default=True, help="Further processes.")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder of earlier measurements; else FACEAUG_CACHE.")
@click.option("--json", "machine", is_flag=True, help="The summary as one JSON document.")
@QUIET
def command(
    path: Path,
    *,
    out: Path | None,
    kind: str,
    vocabulary: Path | None,
    machine: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Measure every photograph of a folder or a table, and write a manifest of what was told and what was measured.

    Each photograph is measured once: what was read is kept by the content of its file, so that the same command
    started again goes on where it stopped, and is instant in the end. Labels that you tell win over measurements.
    """
    from faceaug.cli.answer import as_json
    from faceaug.cli.doubts import from_here, named, tell
    from faceaug.cli.meter import Meter
    from faceaug.data.labels import read_labels
    from faceaug.survey import survey

    write = _writer(out)
    labels = read_labels(path, format=kind, vocabulary=vocabulary)
    if path.is_dir() and labels.columns is not None and labels.format != "folder":
        spare(out, path.iterdir())  # a table of yours among the photographs
    if not quiet:
        tell("doubtful", [str(fault) for fault in labels.warnings()])
    with Meter(quiet=quiet or machine) as meter:
        made = survey(labels.records(), root=labels.root, progress=lambda p: meter.photos(p.done, p.total), **options)
    if out is not None and write is not None:
        from faceaug.data.files import write_atomic

        write_atomic(out, write(_seen_from(made.records, labels.root, out.parent)))
    if not quiet:
        tell("doubtful", [str(fault) for fault in made.faults])
        tell("skipped", [named(from_here(labels.root / skip.photo), skip.sentence) for skip in made.skipped])
    if machine:
        as_json(_document(labels, made, out))
    elif not quiet:
        click.echo(_page(labels, made, out))
    return SKIPPED if made.skipped else 0


def _writer(out: Path | None) -> Any:
    """How to spell the manifest; None for none.

    Raises:
        RequestError: for another extension.
    """
    from faceaug.data.tables import to_csv, to_jsonl, to_parquet
    from faceaug.errors import Fault, RequestError

    if out is None:
        return None
    spellings = {".csv": to_csv, ".jsonl": to_jsonl, ".parquet": to_parquet}
    if out.suffix.lower() not in spellings:
        raise RequestError(
            [Fault("--out", f"is {out}, but must end in {', '.join(spellings)}")], "nothing was measured"
        )
    return spellings[out.suffix.lower()]


def _seen_from(records: Sequence[Record], root: Path, folder: Path) -> list[Record]:
    """The records with their files as seen from the manifest's folder."""
    from dataclasses import replace

    from faceaug.data.files import seen_from

    return [replace(record, photo=seen_from(record.located(root), folder)) for record in records]


def _document(labels: Labels, made: Survey, out: Path | None) -> dict[str, Any]:
    """The summary as data."""
    return {
        "format": labels.format,
        "root": str(labels.root),
        "manifest": str(out) if out else None,
        "photographs": made.photographs,
        "measured_before": made.cached,
        "records": len(made.records),
        "skipped": [skip.as_dict() for skip in made.skipped],
        "doubtful": [fault.as_dict() for fault in (*labels.warnings(), *made.faults)],
        "attributes": {name: _spread(values) for name, values in _values(made).items()},
    }


def _values(made: Survey) -> dict[str, list[Any]]:
    """What was measured, reliably enough to count, attribute by attribute."""
    found: dict[str, list[Any]] = {}
    for record in made.records:
        for name in record.measured:
            value = record.attributes.get(name)
            if value is not None and value.how == "measured":
                found.setdefault(name, []).extend([value.value] if value.known else [])
    return found


def _spread(values: Sequence[Any]) -> dict[str, Any]:
    """How often each word is there; median of numbers, and between which limits nine in ten of them lie."""
    from collections import Counter
    from statistics import quantiles

    if values and not any(isinstance(value, str | bool) for value in values):
        cuts = quantiles(values, n=20, method="inclusive") if len(values) > 1 else list(values) * 19
        return {"known": len(values), "low": cuts[0], "median": cuts[9], "high": cuts[18]}
    return {"known": len(values), "values": dict(Counter(str(value) for value in values).most_common())}


def _page(labels: Labels, made: Survey, out: Path | None) -> str:
    """The summary for a person."""
    from faceaug.cli.answer import as_table

    before = f", {made.cached} of them earlier" if made.cached else ""
    rows = [("labels", f"{labels.format} in {labels.root}")]
    rows.append(("measured", f"{made.photographs - len(made.skipped)} of {made.photographs} photographs{before}"))
    if made.skipped:
        rows.append(("skipped", ", ".join(f"{count} {reason}" for reason, count in made.reasons.items())))
    rows += [(name, _words(_spread(values))) for name, values in sorted(_values(made).items())]
    if out is not None:
        rows.append(("manifest", str(out)))
    return as_table(rows)


def _words(spread: dict[str, Any]) -> str:
    """A spread in a line."""
    if "median" in spread:
        ends = f"{spread['low']:.3g} to {spread['high']:.3g}"
        return f"{spread['median']:.3g}, nine in ten from {ends} (known of {spread['known']})"
    return ", ".join(f"{word} {count}" for word, count in spread["values"].items()) or "not reliable on any"
