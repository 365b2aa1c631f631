"""Tables and the statistics in them, and putting them where they belong in a document."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Cell = str | float | int | None
T = TypeVar("T")

EMPTY = "-"
"""What stands in a cell about which nothing is known."""


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        head: Names of the columns.
        rows: Cells; numbers are written with three significant digits.
        title: A line above the table, or nothing.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""

    def __post_init__(self) -> None:
        """Refuse ragged rows."""
        ragged = [row for row in self.rows if len(row) != len(self.head)]
        if ragged:
            msg = f"{len(self.head)} columns, but a row of {len(ragged[0])}: {ragged[0]}"
            raise ValueError(msg)

    def markdown(self) -> str:
        """The table as Markdown."""
        lines = [self.head, tuple("---" for _ in self.head), *(tuple(map(written, row)) for row in self.rows)]
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"{self.title}\n\n{text}" if self.title else text


@dataclass(frozen=True)
class Section:
    """What one benchmark found.

    Attributes:
        name: Names the place in the document.
        title: Heading.
        about: What was measured, on what.
        tables: The figures.
        remarks: What must be known to read them; failures by name.
    """

    name: str
    title: str
    about: str
    tables: tuple[Table, ...]
    remarks: tuple[str, ...] = field(default=())

    def markdown(self) -> str:
        """The section as Markdown, without its markers."""
        parts = [f"## {self.title}", self.about, *(table.markdown() for table in self.tables)]
        if self.remarks:
            parts.append("\n".join(f"- {remark}" for remark in self.remarks))
        return "\n\n".join(parts)

    def plain(self) -> dict[str, object]:
        """The section as what JSON can hold."""
        tables = [{"title": t.title, "head": list(t.head), "rows": [list(r) for r in t.rows]} for t in self.tables]
        return {"name": self.name, "title": self.title, "tables": tables, "remarks": list(self.remarks)}


def written(cell: Cell) -> str:
    """A cell as text: whole numbers whole, others with three significant digits."""
    if cell is None or (isinstance(cell, float) and not np.isfinite(cell)):
        return EMPTY
    if isinstance(cell, str):
        return cell.replace("|", "\\|")
    if isinstance(cell, int):
        return f"{cell}"
    if cell == 0:
        return "0"
    digits = max(0, 2 - int(np.floor(np.log10(abs(cell)))))
    return f"{cell:.{min(digits, 6)}f}"


def placed(document: str, section: Section) -> str:
    """The document with the section between its markers, or added at the end if it has none there yet."""
    begin, end = f"<!-- begin {section.name} -->", f"<!-- end {section.name} -->"
    block = f"{begin}\n{section.markdown()}\n{end}"
    if begin not in document:
        return f"{document.rstrip()}\n\n{block}\n"
    before, _, rest = document.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        msg = f"the document has {begin!r} but not {end!r} after it"
        raise ValueError(msg)
    return before + block + after


def write_sections(path: Path, sections: Sequence[Section]) -> None:
    """Put sections into a document on disk."""
    document = path.read_text(encoding="utf-8") if path.is_file() else "# Benchmarks\n"
    for section in sections:
        document = placed(document, section)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document, encoding="utf-8")


def finite(values: Iterable[float | None]) -> np.ndarray:
    """The values that are numbers, as float64."""
    return np.array([v for v in values if v is not None and np.isfinite(v)], dtype=np.float64)


def median(values: Iterable[float | None]) -> float:
    """Median of the values that are numbers; NaN of none."""
    kept = finite(values)
    return float(np.median(kept)) if kept.size else float("nan")


def quantile(values: Iterable[float | None], share: float) -> float:
    """Quantile of the values that are numbers; NaN of none."""
    kept = finite(values)
    return float(np.quantile(kept, share)) if kept.size else float("nan")


def mean(values: Iterable[float | None]) -> float:
    """Mean of the values that are numbers; NaN of none."""
    kept = finite(values)
    return float(kept.mean()) if kept.size else float("nan")


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Rank correlation of two sequences, ties sharing their mean rank; NaN where one of them does not vary."""
    ranks = [_ranks(np.asarray(values, dtype=np.float64)) for values in (a, b)]
    return pearson(ranks[0], ranks[1])


def _ranks(values: np.ndarray) -> np.ndarray:
    low = (values[None, :] < values[:, None]).sum(axis=1)
    same = (values[None, :] == values[:, None]).sum(axis=1)
    return np.asarray(low + (same - 1) / 2, dtype=np.float64)


def pearson(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two arrays of one shape; NaN where one of them does not vary."""
    x, y = a.astype(np.float64).ravel() - a.mean(), b.astype(np.float64).ravel() - b.mean()
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / size) if size > 1e-12 else float("nan")


def progress(items: Sequence[T], what: str) -> Iterator[T]:
    """Yield the items, telling on the error stream how far it is."""
    begun = shown = time.monotonic()
    for done, item in enumerate(items):
        now = time.monotonic()
        if now - shown > 5:
            left = (now - begun) / max(done, 1) * (len(items) - done)
            print(f"  {what}: {done} of {len(items)}, about {left:.0f} s left", file=sys.stderr, flush=True)
            shown = now
        yield item
    print(f"  {what}: {len(items)} in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
