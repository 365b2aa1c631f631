"""A plan that is carried out by further processes makes the very same data set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from faceaug.coverage.axes import axes_from
from faceaug.plan.augment import attempt
from faceaug.plan.augment.augment import AugmentOptions, augment
from faceaug.plan.plan import Plan, Target
from faceaug.report.opening import Measuring, open_data
from tests.plan.toys import entry
from tests.recipe.runs import contents


def test_two_processes_make_the_same_bytes_as_one(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_data(samples, measuring=Measuring(cache=tmp_path / "cache"))
    edits = {"lighting": {"azimuth": [-50, 50], "key_fill": [2, 4]}}
    expected = {"glasses": "none"}  # which one of the two wears, so that her pictures are tried again and replaced
    entries = [entry(n, record, edits=edits, expected=expected) for n, record in enumerate([*opened.records] * 2)]
    spare = replace(entries[0], id="spare", variant=9)
    plan = Plan(Target(axes_from(opened.values(), ["glasses"])), opened.root, tuple(entries), (spare,))
    augment(plan, tmp_path / "one", opened.records, AugmentOptions(attempts=2), root=opened.root)

    def here(*_: object) -> None:
        pytest.fail("it is made in this process")

    monkeypatch.setattr(attempt, "faces_of", here)  # other processes have their own
    made = augment(plan, tmp_path / "two", opened.records, AugmentOptions(workers=2, attempts=2), root=opened.root)
    assert made.outcome.records
    assert made.outcome.rejected
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
