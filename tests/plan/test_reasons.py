"""What a plan cannot fill is named with its reason: without the limit that is named, the gap closes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faceaug.coverage.axes import Axis
from faceaug.plan.allocate.allocate import allocate
from faceaug.plan.allocate.reasons import RELAXED
from faceaug.plan.limits import Limits
from tests.plan.crowd import crowd, person, plan_of

FREE = {"per_photo": 10_000, "per_subject": 10_000, "share": 0.999_999, "group_share": 1.0}

CASES: dict[str, tuple[dict[str, object], int]] = {
    "photo": ({"per_photo": 1, "share": 0.9}, 9),
    "subject": ({"per_photo": 3, "per_subject": 2, "share": 0.9}, 9),
    "share": ({"per_photo": 9, "per_subject": 99, "share": 0.2}, 9),
    "group": ({"per_photo": 9, "per_subject": 99, "share": 0.9, "group_share": 0.4}, 9),
    "several": ({"per_photo": 2, "per_subject": 2, "share": 0.3}, 14),
}
"""Limits that leave gaps, and pictures of every group."""


@pytest.mark.parametrize("name", CASES)
def test_without_the_limit_that_is_named_the_gap_closes_and_no_other_grows(name: str, tmp_path: Path) -> None:
    limits, at_least = CASES[name]
    records, by = crowd(30, ("unfilled", name), each=2), ("glasses", "beard", "freckles")
    plan = plan_of(records, by, at_least=at_least, **limits)
    limited = [gap for gap in plan.unfillable if set(gap.binding) <= set(RELAXED)]
    assert limited, f"{name} is a case without a gap"
    for gap in limited:
        asked = [
            {
                "where": {key: list(values) for key, values in group.where.items()},
                "need": group.need if group.where == gap.where else group.total,
            }
            for group in plan.predicted
        ]
        file = tmp_path / "asked.yaml"
        file.write_text(json.dumps({"requirements": asked}))
        for freed, closes in ((gap.binding, True), ((), False)):
            relaxed = Limits(**limits | {one: FREE[one] for one in freed})  # type: ignore[arg-type]
            again = allocate(records, plan.axes, target=str(file), limits=relaxed)
            assert again.complete == closes, (gap, freed)


def test_a_limit_is_named_with_what_it_takes() -> None:
    records = [person(f"p{n}", subject=f"s{n}") for n in range(4)] + [
        person(f"g{n}", glasses="clear") for n in range(40)
    ]
    bare, gap = plan_of(records, ["glasses"], at_least=20).unfillable
    assert gap.where == {"glasses": ("tinted",)}
    assert gap.binding == ("per_photo",)
    assert gap.missing == 8
    assert gap.reason == "variants per photograph is at most 3: 3 more donors"
    assert bare.binding == ("unset",)
    assert bare.reason == (
        "glasses=none: no edit sets it; photograph or find 16 more, or let its 4 photographs vary (--vary lighting)"
    )


def test_what_no_edit_sets_is_named() -> None:
    records = [person(f"p{n}", beard="no") for n in range(30)]
    axes = (Axis("beard", ("no", "yes")), Axis("glasses", ("none", "clear")))
    plan = allocate(records, axes, at_least=18, level=1)
    gap = next(gap for gap in plan.unfillable if gap.where == {"beard": ("yes",)})
    assert gap.binding == ("unset",)
    assert gap.reason == "beard=yes: no edit sets it; photograph or find 18 more"
    assert all("yes" not in entry.expected.values() for entry in plan.entries)


def test_a_pose_beyond_what_convinces_is_left_to_photographers() -> None:
    plan = plan_of([person(f"p{n}", yaw=0) for n in range(30)], ["pose"], at_least=3)
    assert {entry.expected["pose"] for entry in plan.entries} == {"left", "right"}
    gap = next(gap for gap in plan.unfillable if gap.where == {"pose": ("far_left",)})
    assert gap.reason == (
        "pose=far_left: no edit sets it (pose convinces for yaw -35 to 35); photograph or find 3 more"
    )


def test_too_few_edits_are_named_and_with_more_the_gap_closes() -> None:
    records = [person(f"p{n}", freckles="none") for n in range(30)]
    axes = (Axis("glasses", ("none", "clear")), Axis("freckles", ("none", "present")))
    plan = allocate(records, axes, at_least=5, limits=Limits(edits=1))
    (gap,) = (gap for gap in plan.unfillable if len(gap.where) == 2)
    assert gap.binding == ("edits",)
    assert gap.reason == "it takes 2 edits on one picture, and at most 1 is allowed"
    assert allocate(records, axes, at_least=5, limits=Limits(edits=2)).complete


def test_donors_that_cannot_take_an_edit_are_counted() -> None:
    records = [person("a", glasses="clear"), person("b", glasses="clear"), person("c", grey="yes", glasses="clear")]
    axes = (Axis("glasses", ("none", "clear", "tinted")), Axis("skin_tone", ("tan", "intermediate")))
    plan = allocate(records, axes, at_least=1, level=1)
    gap = next(gap for gap in plan.unfillable if gap.where == {"glasses": ("tinted",)})
    assert gap.binding == ("donors",)
    assert gap.reason == (
        "glasses=tinted: none of the 3 photographs that there are can be edited to it (3 with glasses=clear)"
    )
