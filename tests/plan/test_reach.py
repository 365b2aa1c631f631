"""What edits can do to a photograph follows from what they declare; what they cannot is refused with the reason."""

from __future__ import annotations

import pytest

from faceaug.coverage.axes import BINS, Axis, axes_for
from faceaug.coverage.counts import tabulate
from faceaug.data.attributes import VOCABULARY, Value
from faceaug.data.record import Record
from faceaug.edit import edits
from faceaug.measure.light import light_class
from faceaug.plan.donors.costs import FIXED, cost_of
from faceaug.plan.donors.dials import DIALS, LATER, NEEDS, SHIFTS
from faceaug.plan.donors.facts import Facts, facts_of, quality, unusable
from faceaug.plan.donors.reach import Reach
from faceaug.recipe.draw import draw
from faceaug.recipe.schema import Recipe
from tests.plan.crowd import person

TONE = Axis("skin_tone", VOCABULARY["skin_tone"].values)
POSE = Axis("pose", VOCABULARY["pose"].values)
GLASSES = Axis("glasses", VOCABULARY["glasses"].values)
FRECKLES = Axis("freckles", VOCABULARY["freckles"].values)
BEARD = Axis("beard", ("no", "yes"))
AXES = (TONE, POSE, GLASSES, FRECKLES, BEARD)


def facts(record: Record, axes: tuple[Axis, ...] = AXES) -> Facts:
    reach = Reach(axes)
    codes = tuple(tabulate([record], axes).codes[0].tolist())
    return facts_of(record, codes, axes, (reach.quantities, reach.asks))


def reached(record: Record, most: int = 1, axes: tuple[Axis, ...] = AXES) -> set[tuple[str, ...]]:
    """Classes that a photograph can be brought to, as far as they differ from its own."""
    own = facts(record, axes)
    return {
        tuple(
            f"{axis.name}={axis.values[code] if code >= 0 else '?'}"
            for axis, code, was in zip(axes, way.codes, own.codes, strict=True)
            if code != was
        )
        for way in Reach(axes).ways(own, most)
    }


def refused(record: Record, name: str, value: str) -> str:
    reach = Reach(AXES)
    place = next(place for place, axis in enumerate(AXES) if axis.name == name)
    _, found = reach.steps(facts(record))
    return next(one.why for one in found if one.place == place and AXES[place].values[one.code] == value)


ADA = person("ada", ita=35, yaw=0, freckles="none", beard="no")


def test_single_edits_reach_what_they_declare() -> None:
    assert reached(ADA) == {
        ("skin_tone=very_light",),
        ("skin_tone=light",),
        ("skin_tone=tan",),
        ("skin_tone=brown",),
        ("pose=left",),
        ("pose=right",),
        ("glasses=clear",),
        ("glasses=tinted",),
        ("freckles=present",),
    }


def test_two_edits_reach_both_and_nothing_takes_away() -> None:
    both = reached(ADA, 2)
    assert ("skin_tone=tan", "pose=left") in both
    assert ("glasses=clear", "freckles=present") in both
    assert not any("beard=yes" in words or "glasses=none" in words for words in both)
    worn = person("bo", glasses="clear", freckles="present", beard="yes")
    assert not any("glasses=none" in words or "freckles=none" in words for words in reached(worn, 2))


@pytest.mark.parametrize(
    ("record", "name", "value", "why"),
    [
        (person("a", glasses="clear"), "glasses", "tinted", "glasses=clear"),
        (person("a", grey="yes"), "skin_tone", "tan", "grey"),
        (person("a", yaw=40), "pose", "left", "far"),
        (person("a", yaw=0), "pose", "far_left", "narrow"),
        (person("a", ita=70), "skin_tone", "dark", "far"),
        (Record("a", "a.jpg", attributes={"pose": Value("frontal")}), "pose", "left", "yaw unknown"),
        (
            Record("a", "a.jpg", attributes={"glasses": Value("none", "measured", 0.1)}),
            "glasses",
            "clear",
            "glasses unknown",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(record: Record, name: str, value: str, why: str) -> None:
    assert refused(record, name, value) == why


def test_a_tone_that_was_only_told_is_taken_from_the_middle_of_its_class() -> None:
    told = Record("a", "a.jpg", attributes={"skin_tone": Value("tan")})
    assert ("skin_tone=brown",) in reached(told, axes=(TONE,))


def test_a_turn_is_asked_for_as_a_difference_and_a_tone_as_itself() -> None:
    record = person("a", yaw=-10, ita=35)
    asked = {way.codes: way.recipe({"yaw": -10.0, "ita": 35.0}) for way in Reach(AXES).ways(facts(record), 1)}
    turned = next(one["pose"]["yaw"] for one in asked.values() if "pose" in one and one["pose"]["yaw"][0] > 0)
    assert turned == [28.0, 32.0], "a yaw of 18 to 22: inside 15..45, and no farther than an edit convinces"
    tones = [one["skin_tone"]["ita"] for one in asked.values() if "skin_tone" in one]
    assert [44.0, 52.0] in tones, "inside 41..55"
    assert all(Recipe.parse({"about": "a", "edits": one}) for one in asked.values())


def test_words_with_one_meaning_are_drawn_among() -> None:
    asked = [way.recipe({}) for way in Reach((GLASSES,)).ways(facts(ADA, (GLASSES,)), 1)]
    assert {"glasses": {"lens": ["tinted", "gradient"]}} in asked


def test_two_angles_are_one_edit() -> None:
    axes = (BINS["yaw"], BINS["pitch"])
    record = Record("a", "a.jpg", attributes={name: Value(0.0, "measured", 0.9) for name in ("yaw", "pitch")})
    ways = [way for way in Reach(axes).ways(facts(record, axes), 1) if len(way.steps) == 2]
    assert ways
    assert all(way.edits == ("pose",) and set(way.recipe({})["pose"]) == {"yaw", "pitch"} for way in ways)


def test_what_an_edit_measures_again_is_unknown_unless_the_photograph_lies_deep_in_its_class() -> None:
    light = Axis("light_azimuth", ("left", "middle", "right"), (-20.0, 20.0), ordered=True)
    lit = {"light_azimuth": Value(0.0, "measured", 0.9)}
    record = Record("a", "a.jpg", attributes={**person("a", ita=35).attributes, **lit})
    assert ("skin_tone=?", "light_azimuth=left") in reached(record, axes=(TONE, light))
    edge = person("a", ita=40.5)
    assert ("skin_tone=?", "pose=left") in reached(edge, axes=(TONE, POSE))
    assert ("pose=left",) in reached(ADA, axes=(TONE, POSE))


def test_a_photograph_can_be_rendered_anew_within_its_classes() -> None:
    own = facts(ADA)
    stays = Reach(AXES).stays(own)
    assert {way.edits for way in stays} == {(), ("skin_tone",), ("pose",)}
    assert all(way.codes == own.codes for way in stays)


def test_the_tables_name_what_there_is() -> None:
    known = edits()
    assert set(FIXED) == set(known), "an edit has no measured cost, or a cost has no edit"
    for quantity, dial in DIALS.items():
        edit = known[dial.edit]
        assert quantity in edit.labels.measures, f"{dial.edit} does not measure {quantity}"
        low, high = edit.settings[dial.setting].within
        reach = (-dial.farthest - 2, dial.farthest + 2) if dial.turns else dial.span
        assert low <= reach[0] <= reach[1] <= high, quantity
        assert all(value in edit.settings[name].values for name, value in dial.also)
    assert {edit.channel for edit in known.values()} <= set(LATER)
    assert {name for name, _ in SHIFTS} | set(NEEDS) <= set(known)


def test_larger_steps_cost_more() -> None:
    assert cost_of("pose", {}, "yaw", 30) > cost_of("pose", {}, "yaw", 10) > 0
    assert cost_of("skin_tone", {}, "ita", 60) > cost_of("skin_tone", {}, "ita", 15)
    assert cost_of("glasses", {"lens": ("tinted",)}) > cost_of("glasses", {"lens": ("clear",)})


def test_some_photographs_are_not_edited() -> None:
    assert unusable(person("a", split="test"), "train") == "split"
    assert unusable(person("a", eye_distance=12.0), "") == "small"
    assert unusable(Record("a", "a.jpg", origin="rendered"), "") == "rendered"
    assert unusable(ADA, "") is None
    assert quality(person("a", eye_distance=100.0)) > quality(person("a", eye_distance=40.0))


def test_measured_values_are_looked_up_where_a_survey_keeps_them() -> None:
    told = Value("light")
    record = Record(
        "a",
        "a.jpg",
        attributes={"skin_tone": told},
        measured={"ita": {"value": 50.0, "how": "measured", "reliability": 0.8}},
    )
    assert dict(facts(record, (TONE,)).numbers) == {"ita": 50.0}
    assert axes_for([record], ["skin_tone"])[0].values == TONE.values


LIGHT = Axis("light", VOCABULARY["light"].values)


def lit(ita: float) -> Record:
    """Somebody in light from the left."""
    known = {**person("a", ita=ita).attributes, "light": Value("left", "measured", 0.9)}
    return Record("a", "a.jpg", attributes=known)


def test_lamps_reach_every_word_of_the_light() -> None:
    words = set(LIGHT.values) - {"left"}
    assert reached(lit(35), axes=(LIGHT,)) == {(f"light={word}",) for word in words}
    for way in Reach((LIGHT,)).ways(facts(lit(35), (LIGHT,)), 1):
        word = LIGHT.values[way.codes[0]]
        for one in draw(Recipe.parse({"about": "a", "edits": way.recipe({})}), "a" * 64, range(5)):
            azimuth, elevation, key_fill = (float(one["lighting"][n]) for n in ("azimuth", "elevation", "key_fill"))
            assert light_class(azimuth, elevation, key_fill) == word


def test_a_lamp_leaves_tone_known_only_where_it_lies_deep_in_its_class() -> None:
    deep, shallow = (reached(lit(ita), axes=(LIGHT, TONE)) for ita in (-10, 8))
    assert ("light=front",) in deep
    assert ("light=front", "skin_tone=?") in shallow
    assert ("light=right", "skin_tone=?") in deep, "from the side nobody knows"


def test_a_tone_is_aimed_at_with_room_for_what_a_lamp_moves() -> None:
    """Brown, -30..10, with a margin of 3, and 4.5 for a lamp in front; a class of 14 degrees has no such place."""
    asked = [
        way.recipe({"ita": 35.0})["skin_tone"]["ita"]
        for way in Reach((LIGHT, TONE)).ways(facts(lit(35), (LIGHT, TONE)), 2)
        if LIGHT.values[way.codes[0]] == "front" and TONE.values[way.codes[1]] == "brown"
    ]
    assert asked == [[-21.5, 2.5]], "and no farther than 62 degrees from 36"
    both = reached(lit(35), 2, (LIGHT, TONE))
    assert ("light=front", "skin_tone=brown") in both
    assert ("light=above", "skin_tone=light") not in both
