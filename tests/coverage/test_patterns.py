"""Maximal uncovered patterns equal the definition, however they are counted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from faceaug.coverage import patterns as module
from faceaug.coverage.axes import named_axes
from faceaug.coverage.counts import Of, Table, table_of
from faceaug.coverage.lattice import choices, cube_size
from faceaug.coverage.levels import deepest, level_size
from faceaug.coverage.patterns import Gaps, find_gaps
from faceaug.coverage.rules import Rule, contradictions, read_rules
from faceaug.errors import RequestError
from tests.coverage.tables import Where, as_where, axes_of, published, slow_gaps, tables


def found(gaps: Gaps) -> dict[Where, int]:
    made = {as_where(gap, gaps.axes): gap.count for gap in gaps}
    assert len(made) == len(gaps), "no pattern is listed twice"
    return made


def by_level(monkeypatch: pytest.MonkeyPatch, table: Table, at_least: int, **more: object) -> Gaps:
    with monkeypatch.context() as patch:
        patch.setattr(module, "LARGEST_CUBE", 0)
        return find_gaps(table, at_least, **more)  # type: ignore[arg-type]


@settings(max_examples=1000, deadline=None)
@given(tables(), st.integers(1, 12))
def test_gaps_equal_brute_force(table: Table, at_least: int) -> None:
    assert found(find_gaps(table, at_least, of="both")) == slow_gaps(table, at_least)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 12), st.sampled_from(["photographed", "rendered"]))
def test_renderings_and_photographs_are_counted_apart(table: Table, at_least: int, of: Of) -> None:
    kept = table.only(table.rendered == (of == "rendered"))
    assert found(find_gaps(table, at_least, of=of)) == slow_gaps(kept, at_least)


@settings(max_examples=100, deadline=None)
@given(tables(), st.integers(1, 5))
def test_people_are_counted_once_each(table: Table, at_least: int) -> None:
    gaps = find_gaps(table, at_least, of="both", unit="people")
    assert found(gaps) == slow_gaps(table, at_least, people=True)


@settings(max_examples=100, deadline=None)
@given(tables(), st.integers(1, 12), st.integers(0, 5))
def test_level_by_level_equals_the_cube(table: Table, at_least: int, level: int) -> None:
    cube = find_gaps(table, at_least, level=level)
    with pytest.MonkeyPatch.context() as patch:
        capped = by_level(patch, table, at_least, level=level)
    assert np.array_equal(cube.patterns, capped.patterns)
    assert np.array_equal(cube.counts, capped.counts)
    assert (cube.level, cube.covered_level) == (capped.level, capped.covered_level)


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(1, 12), st.data())
def test_what_cannot_be_is_nobodys_gap(table: Table, at_least: int, data: st.DataObject) -> None:
    rules = []
    for number in range(data.draw(st.integers(1, 4))):
        named = data.draw(st.sets(st.integers(0, len(table.axes) - 1), min_size=1))
        conditions = tuple(
            (place, tuple(sorted(data.draw(st.sets(st.integers(0, len(table.axes[place].values) - 1), min_size=1)))))
            for place in sorted(named)
        )
        rules.append(Rule(str(number), conditions))
    impossible = [tuple(dict(rule.where).get(place, ()) for place in range(len(table.axes))) for rule in rules]
    expected = slow_gaps(table, at_least, impossible=impossible)
    assert found(find_gaps(table, at_least, of="both", rules=rules)) == expected
    with pytest.MonkeyPatch.context() as patch:
        assert found(by_level(patch, table, at_least, of="both", rules=rules)) == expected


@settings(max_examples=50, deadline=None)
@given(tables(), st.integers(1, 12))
def test_order_is_by_level_and_then_by_axis(table: Table, at_least: int) -> None:
    gaps = find_gaps(table, at_least)
    keys = [(level, *pattern) for level, pattern in zip(gaps.levels.tolist(), gaps.patterns.tolist(), strict=True)]
    assert keys == sorted(keys)
    assert [gap.level for gap in gaps] == gaps.levels.tolist()


def test_published_counts() -> None:
    rng = np.random.default_rng(0)  # noqa: TID251 - the published table
    for sizes, expected in (((10, 2, 9, 5, 4, 3), 4785), ((10, 2, 9, 5, 4, 3, 2, 3), 26004)):
        gaps = find_gaps(table_of(axes_of(sizes), published(rng, 100_000, sizes)), 30)
        assert len(gaps) == expected
        assert gaps.complete
        assert gaps.counts.max() < 30


def test_a_gap_in_words() -> None:
    axes = named_axes([("glasses", ["none", "clear", "tinted"]), ("beard", ["no", "yes"])])
    codes = np.array([[0, 0]] * 9 + [[1, 0]] * 5 + [[0, 1]] * 6)
    gaps = find_gaps(table_of(axes, codes), 5)
    assert [str(gap) for gap in gaps] == ["glasses=tinted", "glasses=clear & beard=yes"]
    assert [(gap.count, gap.missing, gap.level) for gap in gaps] == [(0, 5, 1), (0, 5, 2)]
    assert gaps.covered_level == 0
    assert [str(gap) for gap in find_gaps(table_of(axes, codes), 50)] == ["everything"]
    assert find_gaps(table_of(axes, codes), 50).covered_level == -1


def test_neighbours_of_an_ordered_attribute_are_missed_together() -> None:
    axes = axes_of((5,), (True,))
    codes = np.repeat([0, 1, 2, 3, 4], [9, 9, 9, 2, 1])[:, None]
    gaps = find_gaps(table_of(axes, codes), 5)
    assert [(str(gap), gap.count) for gap in gaps] == [("a0=v3..v4", 3)]


def test_too_many_patterns_for_memory_are_capped_and_it_says_so() -> None:
    axes = axes_of((6,) * 20)
    rng = np.random.default_rng(1)  # noqa: TID251 - a table, not a picture
    table = table_of(axes, rng.integers(0, 6, (200, 20)))
    assert cube_size(axes) > 10**15
    kinds = [choices(axis) for axis in axes]
    assert level_size(kinds, 2) == 1 + 20 * 6 + 190 * 36
    gaps = find_gaps(table, 1, level=2)
    assert (gaps.level, gaps.complete) == (2, False)
    assert deepest(kinds, 200) == 5
    with pytest.raises(RequestError, match=r"level  9 has .* patterns; the most is 200,000,000, which level 5"):
        find_gaps(table, 1, level=9)


def test_rules_are_read_and_their_faults_are_listed() -> None:
    axes = named_axes([("glasses", ["none", "clear"]), ("frame", ["none", "round", "square"])])
    rules = read_rules(["glasses=none & frame=round|square", "glasses = clear & frame = none"], axes)
    assert rules[0].where == ((0, (0,)), (1, (1, 2)))
    table = table_of(axes, np.array([[0, 0], [0, 2], [1, 1], [1, 2]]))
    assert {text: rows.tolist() for text, rows in contradictions(rules, table).items()} == {rules[0].text: [1]}
    with pytest.raises(RequestError) as caught:
        read_rules(["glases=none", "frame=rond", "frame", "frame=round&frame=square"], axes)
    text = str(caught.value)
    for part in ("did you mean 'glasses'", "did you mean 'round'", "must look like", "names frame twice", "4 faults"):
        assert part in text


@pytest.mark.parametrize(("at_least", "level"), [(0, None), (5, -1)])
def test_senseless_requests(at_least: int, level: int | None) -> None:
    with pytest.raises(ValueError, match="must be 1 or more"):
        find_gaps(table_of(axes_of((2,)), np.zeros((3, 1), int)), at_least, level=level)


@settings(max_examples=30, deadline=None)
@given(tables(), st.integers(1, 12))
def test_names_of_values_and_order_of_rows_do_not_matter(table: Table, at_least: int) -> None:
    assume(len(table))
    turned = np.arange(len(table))[::-1]
    other = table_of(table.axes, table.codes[turned], rendered=table.rendered[turned], subjects=table.subjects[turned])
    assert found(find_gaps(other, at_least)) == found(find_gaps(table, at_least))
