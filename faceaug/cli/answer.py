"""What a command prints: one JSON document, or an aligned table."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from faceaug.errors import PhotoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["about", "as_json", "as_table"]


def as_json(document: object) -> None:
    """Print one JSON document on stdout. Numbers that JSON lacks (NaN, infinity) become null."""
    text = json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False)
    click.echo(text.encode(errors="backslashreplace").decode())  # a path of the system may be no text


def _plain(value: object) -> object:
    """The same value in what JSON has."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, set | frozenset):
        return sorted(str(entry) for entry in value)
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)


def as_table(rows: Sequence[Sequence[str]], *, indent: str = "") -> str:
    """Rows of words with their columns aligned, without a trailing blank.

    Args:
        rows: the rows, of equally many words each.
        indent: put before each line.
    """
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        indent + "  ".join(f"{word:<{width}}" for word, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
    return "\n".join(lines)


@contextmanager
def about(path: Path) -> Iterator[None]:
    """Let whatever is wrong with a photograph name its file.

    Raises:
        PhotoError: the one that was raised inside, with the path in its sentence.
    """
    try:
        yield
    except PhotoError as error:
        if str(path) in error.sentence:
            raise
        raise PhotoError(error.reason, f"{path}  {error.sentence}") from error
