"""`faceaug audit`: who and what is in a data set, by its labels, and who is missing."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

GAPS = 1
"""Exit code where there are gaps and the caller asked to be told (see the design, Errors)."""


@click.command("audit")
@click.argument("path", metavar="MANIFEST", type=click.Path(path_type=Path))
@click.option("--by", required=True, help="Attributes: gender,glasses,age:30,50 (cut into bins) or cheek:ita.")
@click.option("--at-least", type=click.IntRange(1), default=30, show_default=True, help="Photographs of each group.")
@click.option("--level", type=click.IntRange(1), default=2, show_default=True, help="Attributes taken together.")
@click.option("--impossible", multiple=True, metavar="RULE", help="Such as 'age=<30 & beard=grey|white'. Repeatable.")
@click.option("--ranges", is_flag=True, help="Take neighbours of ordered attributes together, as in ita=dark..tan.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Write the report as Markdown.")
@click.option("--json", "machine", is_flag=True, help="One JSON document instead of Markdown on stdout.")
@click.option("--fail-on-gaps", is_flag=True, help="Exit code 1 if there are gaps.")
def command(
    path: Path,
    *,
    by: str,
    at_least: int,
    level: int,
    impossible: tuple[str, ...],
    ranges: bool,
    out: Path | None,
    machine: bool,
    fail_on_gaps: bool,
) -> int:
    """Count the pictures that MANIFEST (CSV, JSONL or Parquet) lists, by their labels alone, and name the gaps.

    Photographs and renderings are counted apart. The pictures themselves are not opened and need not be there.
    """
    from faceaug.cli.answer import as_json
    from faceaug.coverage.axes import axes_for
    from faceaug.coverage.counts import tabulate
    from faceaug.coverage.report import as_markdown, audit
    from faceaug.coverage.rules import read_rules
    from faceaug.data.files import write_atomic
    from faceaug.data.manifest import read_manifest
    from faceaug.errors import Fault, RequestError

    names = _split(by)
    if not names:
        raise RequestError([Fault("--by", "names no attribute")], "nothing was counted")
    records = read_manifest(path, check_files=False)
    axes = axes_for(records, names, ordered=ranges)
    rules = read_rules(impossible, axes)
    document = audit(tabulate(records, axes), at_least, level=level, rules=rules)
    text = as_markdown(document, path.name)
    if out is not None:
        write_atomic(out, text.encode())
    if machine:
        as_json({"manifest": str(path), "report": str(out) if out else None, **document})
    elif out is not None:
        click.echo("\n".join([*document["headlines"], "", f"report  {out}"]))
    else:
        click.echo(text, nl=False)
    return GAPS if fail_on_gaps and document["gaps"] else 0


def _split(by: str) -> list[str]:
    """The attributes of `--by`; a number after a comma is one more cut of the attribute before it."""
    words: list[str] = []
    for word in by.split(","):
        if words and ":" in words[-1] and _is_number(word):
            words[-1] += f",{word.strip()}"
        elif word.strip():
            words.append(word.strip())
    return words


def _is_number(word: str) -> bool:
    """Whether this is a cut and not a name."""
    try:
        float(word)
    except ValueError:
        return False
    return True
