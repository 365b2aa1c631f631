"""Labels counted column by column are counted as their records are: values, table, and who the rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from faceaug.coverage.axes import axes_from, values_of
from faceaug.coverage.columnar import column_roll, column_table, column_values
from faceaug.coverage.counts import Table, tabulate
from faceaug.coverage.ranges import QUANTITIES
from faceaug.coverage.roll import Roll, roll_of
from faceaug.data.labels.reading import read_labels

if TYPE_CHECKING:
    from pathlib import Path

    from faceaug.coverage.axes import Found

LABELS = """photo,subject,split,origin,glasses,age,yaw,smiles
1.jpg,ann,train,,none,18,-12.5,true
2.jpg,ann,train,,tinted,41,3,false
3.jpg,bob,test,rendered,clear,33,,true
4.jpg,,test,,,52,40,
5.jpg,cem,,,none,,0,false
6.jpg,cem,,rendered,none,18,-12.5,true
"""
Read = tuple["Found", Table, Roll]


@pytest.fixture
def both(tmp_path: Path) -> tuple[Read, Read]:
    """The same labels by columns, and by records."""
    (tmp_path / "labels.csv").write_text(LABELS)
    columns = read_labels(tmp_path / "labels.csv").columns
    assert columns is not None
    records = columns.records()
    axes = axes_from(column_values(columns), ["glasses", "age:30,50", "smiles"])
    table, again = column_table(columns, axes), tabulate(records, axes)
    return (column_values(columns), table, column_roll(columns, table)), (
        values_of(records),
        again,
        roll_of(records, again),
    )


def test_values_are_found_as_often(both: tuple[Read, Read]) -> None:
    (by_column, *_), (by_record, *_) = both
    assert {name: dict(found) for name, found in by_column.items()} == {
        name: dict(found) for name, found in by_record.items()
    }


def test_the_tables_are_equal(both: tuple[Read, Read]) -> None:
    (_, one, _), (_, other, _) = both
    assert np.array_equal(one.codes, other.codes)
    assert np.array_equal(one.rendered, other.rendered)
    same_person, again = (table.subjects[:, None] == table.subjects for table in (one, other))
    assert np.array_equal(same_person, again)
    assert np.array_equal(one.subjects < 0, other.subjects < 0)


def test_the_rolls_are_equal(both: tuple[Read, Read]) -> None:
    (_, _, one), (_, _, other) = both
    for name in ("ids", "photos", "sha256", "splits", "people"):
        assert list(getattr(one, name)) == list(getattr(other, name)), name
    assert one.how == other.how
    assert one.how["glasses"] == {"told": 3}
    for name in QUANTITIES:
        assert np.array_equal(one.numbers[name], other.numbers[name], equal_nan=True), name
    assert one.told is not None
    assert other.told is not None
    assert np.array_equal(one.told, other.told)
