"""Requirements: what the errors of a model ask for, in a file that a person and a plan can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from faceaug.coverage.targets import power_size
from faceaug.data.files import write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.coverage.errors import Slice, Slices

__all__ = ["requirements", "write_requirements"]


def requirements(found: Slices, *, model: str = "") -> dict[str, Any]:
    """What the worst slices ask for, as plain values.

    Args:
        found: the slices.
        model: whose errors they are.

    Returns:
        How many slices were tested, and for each that was found where it is, why, how many photographs there are and
        how many it takes to tell its error rate from that elsewhere with 80 % power (`power_size`; elsewhere there are
        assumed to be as many). Renderings are no evidence and do not count towards those.
    """
    head: dict[str, Any] = {
        "about": "What to add, by the errors of a model; what is least likely by chance stands first"
    }
    head |= {"model": model} if model else {}
    head |= {"slices_tested": found.tested, "significant": found.significant, "false_discoveries_at_most": found.q}
    return head | {"requirements": [_entry(item) for item in found.slices]}


def write_requirements(path: str | Path, found: Slices, *, model: str = "") -> None:
    """Write `requirements` as YAML."""
    text = yaml.safe_dump(requirements(found, model=model), sort_keys=False, allow_unicode=True, width=120)
    write_atomic(path, text.encode())


def _entry(item: Slice) -> dict[str, Any]:
    """One requirement."""
    need = power_size(item.rate.value, item.elsewhere)
    return {
        "where": dict(item.where),
        "why": f"{item.errors} of {item.count} wrong: {item.rate}, against {100 * item.elsewhere:.1f} % elsewhere",
        "have": item.count,
        "need": need,
        "add_at_least": max(0, need - item.count),
        "p": float(f"{item.p:.3g}"),
    }
