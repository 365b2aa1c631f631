"""A data set to export."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceaug.data.attributes import Value
from faceaug.data.versions import Versions
from faceaug.data.versions.opening import Pictures, open_pictures
from tests.export.exporting import picture


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """Three people, one of them in the test split; six renderings, four of them with clear lenses."""
    folder, records = tmp_path / "work", []
    for number, (name, split) in enumerate((("ann", "train"), ("bob", ""), ("cleo", "test"))):
        words = {"glasses": Value("none"), "age": Value(30 + number), "note": Value(f'"{name}", é\n')}
        person = picture(folder, name, 40 * number, subject=name, split=split, attributes=words)
        records.append(person)
        for variant, lens in enumerate(("clear", "tinted") if number else ("clear", "clear")):
            drawn = picture(folder, f"{name}_v{variant}", 40 * number + variant + 1)
            values = {"glasses": Value(lens, "rendered"), "age": Value(30 + number, "inherited")}
            records.append(
                person.child(
                    drawn.id, drawn.photo, recipe="r", attributes=values, drawn={"glasses": {}}, measured=drawn.measured
                )
            )
    dataset = Versions.open(tmp_path / "set")
    dataset.commit(records, root=folder)
    return open_pictures(tmp_path / "set")
