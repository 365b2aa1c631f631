"""Plans against brute force, against the greedy rule, and against themselves with one limit less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest

from faceaug.coverage.axes import UNKNOWN, Axis, axes_for
from faceaug.coverage.counts import tabulate
from faceaug.coverage.rules import read_rules
from faceaug.data.attributes import Value
from faceaug.data.record import Record
from faceaug.errors import RequestError
from faceaug.plan.allocate.allocate import allocate, training_split
from faceaug.plan.allocate.greedy import greedy
from faceaug.plan.allocate.kinds import Pool, donors_of
from faceaug.plan.allocate.model import build
from faceaug.plan.allocate.solve import left_over
from faceaug.plan.allocate.wanted import Wanted, every_group
from faceaug.plan.donors.costs import AGAIN
from faceaug.plan.donors.reach import Reach
from faceaug.plan.donors.steps import Codes
from faceaug.plan.limits import Limits
from faceaug.plan.making import summary
from faceaug.plan.plan import Plan, read_plan, write_plan
from tests.plan.crowd import BY, crowd, person, plan_of, unit


def wanted_of(records: Sequence[Record], axes: Sequence[Axis], at_least: int) -> tuple[Wanted, ...]:
    return every_group(tabulate(records, axes), at_least, level=2)


def brute(
    records: Sequence[Record], axes: Sequence[Axis], at_least: int, limits: Limits, most: int
) -> tuple[int, float]:
    """Fewest missing pictures, and the least cost at which no more are, of every plan of at most so many pictures."""
    reach, wanted = Reach(axes), wanted_of(records, axes, at_least)
    room = int(limits.share / (1 - limits.share) * len(records) + 1e-9)
    choices: list[list[tuple[float, tuple[Codes, ...]]]] = []
    for facts in donors_of(Pool(records, tabulate(records, axes)), reach).values():
        ways = list(reach.ways(facts, limits.edits))
        choices.append(
            [
                (sum(way.cost for way in some) + AGAIN * max(0, len(some) - 1), tuple(way.codes for way in some))
                for count in range(limits.per_photo + 1)
                for some in combinations_with_replacement(ways, count)
            ]
        )
    best = (10**9, 0.0)
    for chosen in product(*choices):
        made = [codes for _, some in chosen for codes in some]
        if len(made) <= min(room, most):
            left = sum(max(0, one.missing - sum(one.holds(codes) for codes in made)) for one in wanted)
            best = min(best, (left, round(sum(cost for cost, _ in chosen), 6)))
    return best


@pytest.mark.parametrize("key", range(12))
def test_a_small_plan_is_what_brute_force_finds(key: int) -> None:
    records = crowd(3, ("brute", key))
    axes = (Axis("glasses", ("none", "clear")), Axis("freckles", ("none", "present")))
    limits = Limits(per_photo=2, per_subject=2, share=0.7, gap=0.0)
    need = 2 + key % 2
    model = build(Pool(records, tabulate(records, axes)), wanted_of(records, axes, need), Reach(axes), limits)
    first = greedy(model)
    found = allocate(records, axes, at_least=need, limits=limits)
    left = sum(group.missing for group in found.predicted)
    no_more = int(first.sum()) if left_over(model, first).sum() == left else 10**9
    assert (left, found.cost) == pytest.approx(brute(records, axes, need, limits, no_more))
    assert found.status == "optimal"


@pytest.mark.parametrize("key", range(50))
def test_never_more_pictures_than_greedy(key: int) -> None:
    records = crowd(20 + 3 * key, ("greedy", key), each=1 + key % 3)
    at_least = 2 + key % 7
    limits = Limits(share=0.3 + 0.1 * (key % 5), gap=0.01, spares=0)
    axes = axes_for(records, BY)
    model = build(Pool(records, tabulate(records, axes)), wanted_of(records, axes, at_least), Reach(axes), limits)
    first = greedy(model)
    assert (model.within @ first <= model.most).all(), "the greedy rule keeps the limits too"
    plan = allocate(records, axes, at_least=at_least, limits=limits)
    left = sum(group.missing for group in plan.predicted)
    assert left <= left_over(model, first).sum()
    if left == left_over(model, first).sum():
        assert len(plan.entries) <= first.sum()


def recount(plan: Plan, records: Sequence[Record]) -> list[int]:
    """Pictures of each group of a plan once every entry is made, counted from records alone."""
    made = [
        Record(entry.id, entry.id, attributes={name: Value(value) for name, value in entry.expected.items()})
        for entry in plan.entries
    ]
    codes = tabulate([*records, *made], plan.axes).codes.tolist()
    names = [axis.name for axis in plan.axes]
    counts = []
    for group in plan.predicted:
        meant = {names.index(name): values for name, values in group.where.items()}
        shown = (
            all(row[at] != UNKNOWN and plan.axes[at].values[row[at]] in values for at, values in meant.items())
            for row in codes
        )
        counts.append(sum(shown))
    return counts


def test_predicted_coverage_is_recounted_coverage() -> None:
    records = crowd(60, "recount")
    plan = plan_of(records, at_least=6)
    assert [group.total for group in plan.predicted] == recount(plan, records)


def test_every_limit_is_kept_and_every_entry_is_a_recipe() -> None:
    records = crowd(40, "limits", each=2)
    limits = Limits(per_photo=2, per_subject=3, edits=2, share=0.4)
    plan = plan_of(records, at_least=8, per_photo=2, per_subject=3, share=0.4)
    pictures = [*plan.entries, *plan.spares]
    assert max(Counter(entry.source for entry in pictures).values()) <= limits.per_photo
    assert max(Counter(entry.subject for entry in pictures).values()) <= limits.per_subject
    assert len(plan.entries) <= limits.share / (1 - limits.share) * len(records)
    assert len({(entry.source, entry.variant) for entry in pictures}) == len(pictures)
    for entry in pictures:
        assert len(entry.edits) <= limits.edits
        assert entry.recipe().edits.keys() == entry.edits.keys()
    assert plan.cost == pytest.approx(sum(entry.cost for entry in plan.entries))
    assert plan.bound <= plan.cost


def test_people_are_taken_in_turn() -> None:
    records = [person(f"p{number}", subject=f"s{number // 2}", glasses="none") for number in range(20)]
    plan = plan_of(records, ["glasses"], at_least=10, spares=0)
    often = Counter(entry.subject for entry in plan.entries)
    assert len(plan.entries) == 20
    assert set(often.values()) == {2}, "each of the ten people twice, and no photograph twice"
    assert len({entry.source for entry in plan.entries}) == 20


def test_the_best_photographs_are_taken_first() -> None:
    records = [person(f"p{number}", subject=f"s{number}", eye_distance=40.0 + number) for number in range(30)]
    plan = plan_of(records, ["glasses"], at_least=5, spares=0)
    assert {entry.source for entry in plan.entries} == {f"p{number}" for number in range(20, 30)}


def test_the_same_input_gives_the_same_plan_and_a_seed_decides_between_equals(tmp_path: Path) -> None:
    records = crowd(50, "same")
    first, again = plan_of(records), plan_of(records)
    assert write_plan(tmp_path / "a.json", first).read_bytes() == write_plan(tmp_path / "b.json", again).read_bytes()
    assert read_plan(tmp_path / "a.json").as_dict() == first.as_dict()
    other = plan_of(records, seed=1)
    assert other.cost == pytest.approx(first.cost, rel=0.002)
    assert [entry.as_dict() for entry in other.entries] != [entry.as_dict() for entry in first.entries]


def test_only_the_training_split_is_counted_and_edited() -> None:
    records = [replace(one, split="test" if place % 3 else "train") for place, one in enumerate(crowd(60, "split"))]
    plan = plan_of(records)
    assert plan.target.split == "train"
    assert {entry.split for entry in plan.entries} == {"train"}
    assert max(group.photographed for group in plan.predicted) <= 20
    assert training_split([person("a")]) == ""
    with pytest.raises(RequestError, match=r"none of the splits is called train; name one; they are of test, val"):
        training_split([person("a", split="val"), person("b", split="test")])
    with pytest.raises(RequestError, match=r"no photograph is of 'trian'; did you mean 'train'\?"):
        allocate(records, axes_for(records, BY), split="trian")


def test_renderings_that_there_are_count_and_are_not_edited_again() -> None:
    records = crowd(30, "earlier")
    axes = axes_for(records, ["glasses"])
    first = allocate(records, axes, at_least=8)
    made = [
        replace(
            next(record for record in records if record.id == entry.source).child(
                entry.id,
                f"{entry.id}.jpg",
                recipe=None,
                variant=entry.variant,
                attributes={"glasses": Value(entry.expected["glasses"])},
            )
        )
        for entry in first.entries
    ]
    done = allocate([*records, *made], axes, at_least=8)
    assert not done.entries
    more = allocate([*records, *made], axes, at_least=10)
    pictures = {(entry.source, entry.variant) for entry in more.entries}
    assert more.entries
    assert not pictures & {(entry.source, entry.variant) for entry in first.entries}, "variants go on counting"
    assert not {entry.source for entry in more.entries} & {one.id for one in made}
    assert all(group.rendered for group in more.predicted)


def test_renderings_can_be_balanced_over_all_classes() -> None:
    records = crowd(80, "balance")
    plan = plan_of(records, ("glasses", "beard"), at_least=12, balance=(0.3, 0.36), per_photo=4, per_subject=4)
    assert any(not entry.edits or set(entry.edits) <= {"pose", "skin_tone"} for entry in plan.entries)
    for axis in plan.axes:
        for value in axis.values:
            drawn = sum(entry.expected.get(axis.name) == value for entry in plan.entries)
            real = sum(record.attributes[axis.name].value == value for record in records)
            assert drawn / (drawn + real) <= 0.36 + 1e-9
            named = any(gap.where == {axis.name: (value,)} for gap in plan.unfillable)
            assert named or drawn / (drawn + real) >= 0.3 - 1e-9


def test_edits_for_variety_fill_what_no_edit_sets() -> None:
    records = [person(f"p{n}", beard="yes" if n < 4 else "no") for n in range(30)]
    axes = (Axis("beard", ("no", "yes")),)
    assert not allocate(records, axes, at_least=10).entries
    plan = allocate(records, axes, at_least=10, limits=Limits(vary=("lighting",)))
    assert plan.complete
    assert {tuple(entry.edits) for entry in plan.entries} == {("lighting",)}
    with pytest.raises(RequestError, match=r"there is no edit 'lightning'; did you mean 'lighting'"):
        allocate(records, axes, limits=Limits(vary=("lightning",)))


def test_impossible_combinations_are_not_asked_for() -> None:
    records = crowd(40, "rules")
    axes = axes_for(records, ["glasses", "freckles"])
    rules = read_rules(["glasses=tinted & freckles=present"], axes)
    plan = allocate(records, axes, at_least=9, rules=rules)
    assert not any(group.where == {"glasses": ("tinted",), "freckles": ("present",)} for group in plan.predicted)


def test_spares_show_the_same_as_what_they_replace() -> None:
    plan = plan_of(crowd(60, "spares"), at_least=5, spares=0.5)
    planned = {str(sorted(entry.expected.items())) for entry in plan.entries}
    assert plan.spares
    assert {str(sorted(entry.expected.items())) for entry in plan.spares} <= planned
    assert not plan_of(crowd(60, "spares"), at_least=5, spares=0).spares


def test_other_targets(tmp_path: Path) -> None:
    records = crowd(60, "targets")
    axes = axes_for(records, ["glasses", "beard"])
    uniform = allocate(records, axes, target="uniform", limits=Limits(share=0.8))
    most = max(sum(record.attributes["glasses"].value == value for record in records) for value in ("none", "clear"))
    (clear,) = (group for group in uniform.predicted if group.where == {"glasses": ("clear",)})
    assert clear.need == most
    file = tmp_path / "asked.yaml"
    file.write_text("requirements:\n- where: {glasses: [clear, tinted], beard: 'yes'}\n  need: 15\n")
    asked = allocate(records, axes, target=str(file), limits=Limits(share=0.8))
    (group,) = asked.predicted
    assert group.where == {"glasses": ("clear", "tinted"), "beard": ("yes",)}
    assert group.total == 15
    assert asked.target.at_least is None


def test_no_rendering_is_made_for_what_is_to_be_measured(tmp_path: Path) -> None:
    records = crowd(60, "targets")
    file = tmp_path / "stress.yaml"
    asked = "- where: {{glasses: [clear, tinted], beard: 'yes'}}\n  {}: 15\n"
    plans = {}
    for name in ("need", "photographs_to_measure"):
        file.write_text(f"requirements:\n{asked.format(name)}")
        plans[name] = allocate(
            records, axes_for(records, ["glasses", "beard"]), target=str(file), limits=Limits(share=0.8)
        )
    made, measured = plans.values()
    assert made.entries
    assert not measured.entries
    assert not measured.predicted
    (group,) = measured.unfillable
    assert (group.where, group.binding) == ({"glasses": ("clear", "tinted"), "beard": ("yes",)}, ("measure",))
    assert group.missing == 15 - made.predicted[0].photographed
    assert "nothing that is made would count" in summary(measured)[0]
    assert any("no evidence" in line for line in summary(measured))


def test_a_data_set_that_has_enough_gets_an_empty_plan() -> None:
    plan = plan_of([person(f"p{n}", glasses="none" if n % 2 else "clear") for n in range(60)], ["grey"], at_least=1)
    full = allocate(crowd(50, "full"), (Axis("beard", ("no",)),), at_least=3)
    assert full.complete
    assert not full.entries
    assert full.gap == 0
    assert plan.predicted[0].where == {"grey": ("yes",)}


def test_limits_tell_all_that_is_wrong_with_them() -> None:
    with pytest.raises(RequestError) as caught:
        Limits(per_photo=0, share=1.0, balance=(0.5, 0.2), edits=9)
    assert [fault.where for fault in caught.value.faults] == ["--per-photo", "--edits", "--share", "--balance"]


def test_where_the_search_finds_nothing_the_greedy_plan_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faceaug.plan.allocate.solve.Task.relaxed", lambda _: None)
    monkeypatch.setattr("faceaug.plan.allocate.solve.Task.whole", lambda *_: None)
    records = crowd(60, "late")
    plan = plan_of(records, at_least=6)
    assert plan.status == "greedy"
    assert plan.gap is None
    assert plan.entries
    assert [group.total for group in plan.predicted] == recount(plan, records)
    assert all(gap.reason.endswith("not found in time") for gap in plan.unfillable if not gap.binding)


def test_seeds_differ() -> None:
    assert unit("a") != unit("b")
