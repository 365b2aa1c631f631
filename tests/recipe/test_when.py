# ruff: noqa: ARG001  # fixtures prepare without being used
"""What a condition takes for known."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

from faceaug.data.attributes import Value
from faceaug.data.manifest import read_manifest
from faceaug.data.record import Record
from faceaug.recipe import Recipe
from faceaug.recipe.options import RunOptions
from faceaug.recipe.run import run


def test_a_reading_too_unreliable_to_count_is_not_known_to_a_condition(
    toy: ModuleType, photos: list[Path], tmp_path: Path
) -> None:
    """Neither one of the photograph's record nor one that is made for the condition."""
    recipe = Recipe.parse("about: x\nedits: {glow: {when: freckles == 'none'}, spots: {when: light_azimuth == 5}}")
    sure, unsure = (
        Record(name, f"photos/face_{n}.png", attributes={"freckles": Value("none", "measured", reliability)})
        for n, (name, reliability) in enumerate((("a", 0.9), ("b", 0.0)))
    )
    vars(sys.modules["faceaug.measure"])["measure"] = lambda _: {"light_azimuth": Value(5.0, "measured", 0.1)}
    out, why = tmp_path / "out", "its condition asks for {}, which is not known of this photograph"
    run(recipe, [sure, unsure], out, RunOptions(measure=False), root=tmp_path)
    (made,) = (record for record in read_manifest(out / "manifest.csv") if record.parent)
    assert (made.parent, list(made.drawn), made.refused) == ("a", ["glow"], {"spots": why.format("light_azimuth")})
    (skip,) = map(json.loads, (out / "skipped.jsonl").read_text().splitlines())
    assert (
        skip["sentence"] == f"every edit declined: glow: {why.format('freckles')}; spots: {why.format('light_azimuth')}"
    )
