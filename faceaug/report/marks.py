"""What the files of a table say of themselves: it may take for photographs what it does not know to be rendered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from faceaug.data.labels.sheet import Column
from faceaug.data.origin import as_files_say, is_made

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from faceaug.data.labels.columns import Columns
    from faceaug.data.labels.reading import Labels
    from faceaug.data.record import Record

__all__ = ["MOST", "asked"]

MOST: Final = 2000
"""Rows of a table whose files are opened where they are there: that takes half a second, and a million labels are read
in about as long."""

SHOWN: Final = 3
"""Pictures that are named where there are more."""


def asked(told: Labels, table: Path) -> tuple[Sequence[Record], Columns | None, list[Mapping[str, str]]]:
    """The pictures of a table, those as renderings whose files say of themselves that they are.

    Of a table of more than `MOST` rows the files are left alone, and that is said. A manifest of faceaug's own was made
    by asking them.

    Args:
        told: what the table says.
        table: its file.

    Returns:
        The records or the columns, as `told` has them; and what a person should know: `where` and `what`.
    """
    if told.columns is None:
        own, mistaken = as_files_say(told.own, told.root) if len(told) <= MOST else (told.own, [])
        return own, None, _named(mistaken, table)
    columns = told.columns
    if len(columns) > MOST:
        there = any((told.root / photo).is_file() for photo in columns.photos[:SHOWN])
        what = f"its {len(columns):,} files were not asked whether they are renderings; --measure asks each"
        return (), columns, [{"where": str(table), "what": what}] if there else []
    known = columns.rendered.tolist()
    found = [not drawn and is_made(told.root / photo) for photo, drawn in zip(columns.photos, known, strict=True)]
    drawn = columns.rendered | np.array(found, np.bool_)
    mistaken = [name for name, new in zip(columns.ids, found, strict=True) if new]
    origins = Column(["camera", "rendered"], drawn.astype(np.int32)) if mistaken else columns.origins
    return (), replace(columns, origins=origins), _named(mistaken, table)


def _named(ids: Sequence[str], table: Path) -> list[Mapping[str, str]]:
    """What to say of renderings that a table takes for photographs."""
    if not ids:
        return []
    some = ", ".join(ids[:SHOWN]) + (", ..." if len(ids) > SHOWN else "")
    what = "1 file says of itself that it is a rendering, and counts as one"
    if len(ids) > 1:
        what = f"{len(ids):,} files say of themselves that they are renderings, and count as such"
    return [{"where": str(table), "what": f"{what}: {some}"}]
