"""Where the time of five edits goes: the lines of the benchmark's second table."""

from __future__ import annotations

from benchmarks import five_edits
from benchmarks.stopwatch import clocked
from faceaug import render as drawing
from faceaug.stages import layers
from tests.portraits import collins


def test_parts_add_up_to_the_whole_and_the_costliest_comes_first() -> None:
    parts = {
        "edit freckles": [10.0, 11.0, 12.0],
        "stage shade": [0.1, 0.1, 0.1],
        "stage turn": [50.0, 60.0, 40.0],
        "turn: aimed": [5.0, 5.0, 5.0],
        "turn: _moved": [20.0, 25.0, 15.0],
        "stage relight": [20.0, 30.0, 0.0],
    }
    rows = five_edits.rows_of([100.0, 110.0, 120.0], parts)
    names = ["stage turn", "&nbsp;&nbsp;_moved", "&nbsp;&nbsp;aimed", "stage relight", "edit freckles", "all else"]
    assert [row[0] for row in rows] == names
    assert [row[1] for row in rows] == [50.0, 20.0, 5.0, 20.0, 10.0, 20.0]
    assert [row[2] for row in rows] == ["50%", "20%", "5%", "20%", "10%", "20%"]
    assert [row[3] for row in rows] == ["50%", None, None, "70%", "80%", "100%"]


def test_only_calm_calls_count() -> None:
    whole = [500.0, 100.0, 300.0, 120.0, 400.0, 250.0, 600.0, 700.0]
    parts = {"stage turn": [400.0, 60.0, 100.0, 50.0, 300.0, 200.0, 100.0, 100.0]}
    assert five_edits.rows_of(whole, parts)[0][:3] == ("stage turn", 55.0, "50%")


def test_every_part_is_there_and_the_renderer_is_left_as_it_was() -> None:
    before = drawing.STAGES
    five = five_edits.Five(collins())
    five()
    five()
    assert drawing.STAGES is before
    assert len(five.whole) == 2
    named = {f"{stage}: {name}" for stage, modules in five_edits.PARTS.items() for m in modules.values() for name in m}
    edits, stages = {f"edit {name}" for name in five_edits.ASKED}, {f"stage {stage.__name__}" for stage in before}
    assert set(five.parts) == named | edits | stages
    assert all(len(values) == 2 for values in five.parts.values())
    idle = {name for name, values in five.parts.items() if not max(values)}
    assert not idle, "these are called nowhere"


def test_the_first_variant_finds_nothing_kept_and_further_ones_do() -> None:
    five = five_edits.Five(collins())
    five()
    with clocked(layers, ("wall_behind",)) as calls:
        five()
        assert not calls["wall_behind"]
        five_edits.Five(collins(), first=True)()
        assert len(calls["wall_behind"]) == 1
