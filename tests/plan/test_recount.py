"""Groups before and after are counted from what is on record, photographs and renderings apart."""

from __future__ import annotations

from dataclasses import replace

from faceaug.coverage.axes import Axis
from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.plan.augment.recount import as_markdown, recount
from faceaug.plan.plan import Plan, Predicted, Target

AXES = (Axis("glasses", ("none", "clear")), Axis("tone", ("light", "dark")))


def record(name: str, glasses: str, tone: str, *, drawn: bool = False, split: str = "train", sure: float = 1) -> Record:
    attributes = {"glasses": Value(glasses), "tone": Value(tone, "measured", sure)}
    origin = "rendered" if drawn else "camera"
    return Record(name, f"{name}.jpg", split=split, attributes=attributes, origin=origin)  # type: ignore[arg-type]


PLAN = Plan(
    Target(AXES, split="train"),
    predicted=(
        Predicted({"glasses": ("clear",)}, 1, 0, 2, 3),
        Predicted({"glasses": ("clear",), "tone": ("light", "dark")}, 1, 0, 1, 2),
        Predicted({"tone": ("dark",)}, 2, 0, 0, 2),
    ),
)
RECORDS = [
    record("a", "clear", "light"),
    record("b", "none", "dark"),
    record("c", "none", "dark"),
    record("d", "clear", "dark", split="test"),
    record("e", "clear", "dark", drawn=True),
    record("f", "clear", "dark", drawn=True, sure=0.1),
]


def test_photographs_and_renderings_are_counted_apart() -> None:
    clear, known, dark = recount(PLAN, RECORDS)
    assert (clear.photographed, clear.rendered, clear.predicted, clear.missing) == (1, 2, 3, 0)
    assert (known.photographed, known.rendered) == (1, 1), "what is measured unreliably is in no group"
    assert (dark.before, dark.now, dark.need) == (2, 3, 2)
    assert known.words == "glasses=clear & tone=light|dark"


def test_every_split_counts_where_none_was_planned_for() -> None:
    everything = replace(PLAN, target=Target(AXES))
    assert recount(everything, RECORDS)[0].photographed == 2


def test_the_table_shows_what_was_too_small() -> None:
    lines = as_markdown(recount(PLAN, RECORDS)).splitlines()
    assert lines[2] == "| glasses=clear | 3 | 1 | 3 | 1 | 2 | 0 |"
    assert lines[3] == "| glasses=clear & tone=light or dark | 2 | 1 | 2 | 1 | 1 | 0 |"
    assert len(lines) == 4, "dark was large enough before"
    short = as_markdown(recount(PLAN, RECORDS[:5]), most=1).splitlines()
    assert short[-1] == "| *1 more* | | | | | | 0 |"
