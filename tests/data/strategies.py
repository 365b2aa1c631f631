"""Any record that can be: for round trips."""

from __future__ import annotations

from hypothesis import strategies as st

from faceaug.data.attributes import HOWS, Value
from faceaug.data.record import LARGEST, Record

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    [
        "1",
        "007",
        "1.0",
        "true",
        "null",
        '"a"',
        "NaN",
        "-0",
        "1e999",
        " 3",
        "a,b",
        'say "no"',
        "a\nb",
        "a\rb",
        "\u2028",
        "é",
    ]
)
names = texts.filter(bool) | st.sampled_from(["glasses", "id", "seed", "attribute.id", "attribute.x", "version"])
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
values = st.builds(
    Value, texts | numbers | st.booleans(), st.sampled_from(HOWS), st.none() | st.floats(0, 1, allow_nan=False)
)
wholes = st.integers(0, LARGEST - 1)
objects = st.dictionaries(texts, texts | numbers | st.none() | st.lists(numbers, max_size=2), max_size=2)

records = st.builds(
    Record,
    id=texts,
    photo=texts,
    sha256=texts,
    subject=texts,
    split=texts,
    attributes=st.dictionaries(names, values, max_size=3),
    origin=st.sampled_from(["camera", "rendered"]),
    parent=st.none() | texts.filter(bool),
    recipe=st.none() | texts.filter(bool),
    variant=wholes,
    seed=wholes,
    face=wholes,
    drawn=st.dictionaries(texts, objects, max_size=2),
    requested=objects,
    applied=objects,
    measured=objects,
    refused=objects,
    version=texts,
)
