"""Benchmark: which photographs are taken apart, and why the others are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.report import Section, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.survey import Seen


def found(seen: Sequence[Seen]) -> Section:
    """Count faces found, by data set."""
    datasets = sorted({one.face.dataset for one in seen})
    rows = [_row(name, [one for one in seen if one.face.dataset == name]) for name in datasets]
    rows.append(_row("all", seen))
    remarks = [f"`{one.face.name}`: refused as {one.reason}: {one.sentence}" for one in seen if one.reason]
    remarks += [f"`{one.face.name}`: {one.faces_found} faces found" for one in seen if one.faces_found > 1]
    return Section(
        "found",
        "Faces found",
        "Every photograph of the set through `faceaug.decompose` with its default detector. Each shows one person. "
        "Goal: all of them.",
        (
            Table(
                ("data set", "photographs", "taken apart", "exactly one face", "refused", "grey photographs"),
                tuple(rows),
            ),
        ),
        tuple(remarks),
    )


def _row(name: str, seen: Sequence[Seen]) -> tuple[str, int, int, int, int, int]:
    used = [one for one in seen if not one.reason]
    single = sum(one.faces_found == 1 for one in used)
    return name, len(seen), len(used), single, len(seen) - len(used), sum(not one.tone for one in used)
