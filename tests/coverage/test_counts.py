"""Records become tables: every value in its place, and nothing counted for what it is not."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings

from faceaug.coverage.axes import BINS, UNKNOWN, Axis, axes_for
from faceaug.coverage.counts import Table, count_groups, table_of, tabulate
from faceaug.data.attributes import Scalar, Value
from faceaug.data.record import Origin, Record
from faceaug.errors import RequestError
from tests.coverage.tables import axes_of, tables


def record(number: int, *, subject: str = "", origin: Origin = "camera", **values: Scalar) -> Record:
    known = {name: Value(value) for name, value in values.items()}
    return Record(f"r{number}", f"{number}.jpg", subject=subject, origin=origin, attributes=known)


RECORDS = [
    record(0, subject="ann", glasses="none", ita=60.0, age=20),
    record(1, subject="ann", glasses="clear", ita=41.0, age=30),
    record(2, subject="bob", glasses="none", ita=-30, age=49.5),
    record(3, glasses="none", ita=28.1),
    record(4, subject="ann", origin="rendered", glasses="none", ita=-31.0, age=20),
    record(5, subject="bob", age=50),
]


def test_values_find_their_places() -> None:
    axes = axes_for(RECORDS, ["glasses", "ita", "age:30,50"])
    assert axes[0].values == ("none", "clear", "tinted")
    assert axes[2].values == ("<30", "30..50", ">=50")
    table = tabulate(RECORDS, axes)
    assert table.codes.T.tolist() == [[0, 1, 0, 0, 0, -1], [5, 3, 1 - 1, 3, 0, -1], [0, 1, 1, -1, 0, 2]]
    assert table.subjects.tolist() == [0, 0, 1, UNKNOWN, 0, 1]
    assert table.rendered.tolist() == [False] * 4 + [True, False]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(55, "light"), (55.1, "very_light"), (41, "intermediate"), (28, "tan"), (10, "brown"), (-30, "dark")],
)
def test_tone_classes_hold_their_upper_end(value: float, expected: str) -> None:
    assert BINS["ita"].values[BINS["ita"].code(value)] == expected


def test_numbers_and_truth_values_are_classes() -> None:
    records = [record(0, worn=True, mark=1), record(1, worn=False, mark=1.0), record(2, worn=True, mark=0)]
    worn, mark = axes_for(records, ["worn", "mark"])
    assert (worn.values, mark.values) == (("false", "true"), ("0", "1"))
    assert tabulate(records, (worn, mark)).codes.tolist() == [[1, 1], [0, 1], [1, 0]]
    assert BINS["ita"].code("tan") == UNKNOWN


def test_faults_of_axes_are_listed_together() -> None:
    many = [record(number, age=number, glasses="none") for number in range(40)]
    with pytest.raises(RequestError) as caught:
        axes_for(many, ["age", "glases", "glasses:itta", "glasses:3,1"])
    text = str(caught.value)
    for part in (
        "age      has 40 different numbers; say where to cut it, as in age:30,50",
        "glases   is an attribute of no picture; did you mean 'glasses'?",
        "did you mean 'ita'?",
        "must be cut at ascending numbers, not 3,1",
        "4 faults, nothing was counted",
    ):
        assert part in text
    with pytest.raises(RequestError, match="no picture; known are age, glasses; --measure measures the photographs"):
        axes_for(many, ["skin_tone"])
    with pytest.raises(RequestError, match="is asked for twice"):
        axes_for(many, ["glasses", "glasses"])


@pytest.mark.parametrize("axis", [((), ()), (("a", "a"), ()), (("a", "b"), (1, 2)), (("a", "b", "c"), (2, 1))])
def test_senseless_axes(axis: tuple[tuple[str, ...], tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="needs"):
        Axis("x", *axis)


def test_a_rendering_is_no_photograph_and_a_person_counts_once() -> None:
    counts = count_groups(tabulate(RECORDS, axes_for(RECORDS, ["glasses"])))
    assert counts.photographed.tolist() == [3, 1, 0]
    assert counts.rendered.tolist() == [1, 0, 0]
    assert counts.photographed_people.tolist() == [2, 1, 0]
    assert counts.rendered_people.tolist() == [1, 0, 0]
    assert (counts.unknown, counts.unnamed) == ((1, 0), (1, 0))


@settings(max_examples=100, deadline=None)
@given(tables())
def test_counts_equal_counting_one_by_one(table: Table) -> None:
    counts = count_groups(table)
    for place in np.ndindex(*counts.photographed.shape):
        hit = (table.codes == place).all(axis=1)
        for drawn, pictures, people in (
            (False, counts.photographed, counts.photographed_people),
            (True, counts.rendered, counts.rendered_people),
        ):
            rows = hit & (table.rendered == drawn)
            assert pictures[place] == rows.sum()
            assert people[place] == len(set(table.subjects[rows].tolist()) - {UNKNOWN})
    assert counts.photographed.sum() + counts.rendered.sum() + sum(counts.unknown) == len(table)


def test_tables_refuse_what_does_not_fit() -> None:
    axes = axes_of((2, 3))
    good = np.zeros((4, 2), int)
    with pytest.raises(ValueError, match="shape"):
        table_of(axes, good[:, :1])
    with pytest.raises(ValueError, match=r"a1 must lie within -1\.\.2"):
        table_of(axes, good + np.array([0, 3]))
    with pytest.raises(ValueError, match="4 entries"):
        table_of(axes, good, subjects=np.zeros(3, int))
    with pytest.raises(ValueError, match="not a9"):
        table_of(axes, good).by(["a9"])
    with pytest.raises(ValueError, match="of must be"):
        table_of(axes, good).rows("drawn")  # type: ignore[arg-type]
    assert table_of(axes, good + np.array([0, 1])).by(["a1"]).codes.tolist() == [[1]] * 4


def test_coverage_never_loads_torch() -> None:
    code = (
        "import sys, pkgutil, importlib, faceaug.coverage as d;"
        "[importlib.import_module('faceaug.coverage.' + m.name) for m in pkgutil.iter_modules(d.__path__)];"
        "print([m for m in sys.modules if m.split('.')[0] in ('torch', 'cv2', 'PIL', 'pyarrow') or m == 'scipy.stats'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
