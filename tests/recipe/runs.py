"""What tests of whole runs share: a recipe of two toy edits, and a folder as bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
about: Toys
seed: 5
copies: 3
edits:
  glow: {azimuth: [-10, 10], strength: {truncated_normal: {mean: 0.5, sd: 0.1, low: 0, high: 1}}}
  spots: {chance: 0.6}
"""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
