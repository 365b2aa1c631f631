"""Records are read back exactly; renderings inherit what they must."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import faceaug
from faceaug.data.attributes import HOWS, VOCABULARY, Attribute, Value
from faceaug.data.record import Record
from tests.data.strategies import records

if TYPE_CHECKING:
    from pathlib import Path


@given(records)
def test_json_round_trip(record: Record) -> None:
    text = record.to_json()
    assert "\n" not in text
    again = Record.from_json(text)
    assert again == record
    assert again.to_json() == text
    kinds = {name: type(value.value) for name, value in record.attributes.items()}
    assert {name: type(value.value) for name, value in again.attributes.items()} == kinds


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_keep_every_bit(value: float) -> None:
    record = Record("a", "a.jpg", drawn={"light": {"azimuth": value}})
    again = Record.from_json(record.to_json()).drawn["light"]["azimuth"]
    assert again == value
    assert math.copysign(1, again) == math.copysign(1, value)


def test_keys_stand_in_the_order_of_the_fields() -> None:
    keys = list(json.loads(Record("a", "a.jpg").to_json()))
    assert keys[:6] == ["id", "photo", "sha256", "subject", "split", "attributes"]
    assert keys[-1] == "version"


def test_a_rendering_inherits_person_split_and_attributes() -> None:
    parent = Record(
        "p",
        "p.jpg",
        subject="ada",
        split="train",
        attributes={
            "glasses": Value("none", "told", 0.9),
            "yaw": Value(3.5, "measured", 0.8),
            "eye_colour": Value("brown"),
        },
    )
    child = parent.child(
        "p.1",
        "p.1.jpg",
        recipe="abc",
        variant=1,
        seed=7,
        attributes={"glasses": Value("clear", "rendered")},
        dropped=["eye_colour"],
        drawn={"glasses": {"width": np.float32(0.1)}},
    )
    assert (child.subject, child.split, child.origin, child.parent) == ("ada", "train", "rendered", "p")
    assert child.attributes == {"glasses": Value("clear", "rendered"), "yaw": Value(3.5, "inherited", 0.8)}
    assert child.version == faceaug.__version__
    assert child.drawn == {"glasses": {"width": float(np.float32(0.1))}}
    assert parent.attributes["yaw"].how == "measured"


def test_the_caller_keeps_no_handle_on_the_contents() -> None:
    drawn: dict[str, Any] = {"light": {"azimuth": 1}}
    record = Record("a", "a.jpg", drawn=drawn)
    drawn["light"]["azimuth"] = 2
    assert record.drawn == {"light": {"azimuth": 1}}


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"origin": "painted"}, "camera or rendered"),
        ({"variant": -1}, "variant"),
        ({"seed": 2**63}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": 1.0}, "seed"),
        ({"subject": None}, "subject"),
        ({"parent": 3}, "parent"),
        ({"drawn": {"a": {"b": math.nan}}}, r"drawn\.a\.b"),
        ({"measured": {"a": np.float32("inf")}}, r"measured\.a"),
        ({"refused": {"a": object()}}, "object"),
    ],
)
def test_what_cannot_be_written_exactly_is_refused(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Record(**{"id": "a", "photo": "a.jpg", **wrong})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "Expecting"),
        ("[1]", "JSON object"),
        ('{"id": "a"}', "photo"),
        ('{"id": 1, "photo": "b"}', "id"),
        ('{"id": "a", "photo": "b", "subjekt": "c"}', "did you mean 'subject'"),
        ('{"id": "a", "photo": "b", "attributes": {"c": "d"}}', "attributes must look like"),
        ('{"id": "a", "photo": "b", "attributes": {"c": {"value": "d", "how": "guessed"}}}', "told"),
    ],
)
def test_broken_lines_are_explained(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Record.from_json(text)


@pytest.mark.parametrize(
    "wrong", [{"value": math.nan}, {"value": math.inf}, {"value": 1, "how": "x"}, {"value": 1, "reliability": 1.5}]
)
def test_values_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        Value(**wrong)


def test_vocabulary() -> None:
    assert HOWS == ("told", "measured", "rendered", "inherited")
    for name, attribute in VOCABULARY.items():
        assert isinstance(attribute, Attribute)
        assert attribute.name == name
        assert attribute.means
        assert not (attribute.values and attribute.unit)


def test_vocabulary_covers_what_is_measured(samples: Path) -> None:
    from faceaug.face.decompose import decompose
    from faceaug.measure import measure

    found = measure(decompose(samples / "eileen_collins.png"))
    assert found
    for name, value in found.items():
        assert name in VOCABULARY, name
        words = VOCABULARY[name].values
        assert value.value in words if words else isinstance(value.value, float)
