"""Words of the user's own and words that are measured do not stand side by side."""

from __future__ import annotations

from faceaug.data.attributes import Value
from faceaug.data.mixed import unmixed
from faceaug.data.record import Record


def record(number: int, **values: Value) -> Record:
    return Record(f"r{number}", f"{number}.jpg", attributes=values)


def measured(value: str | float) -> Value:
    return Value(value, "measured", 0.9)


def test_words_of_ones_own_are_told_alone() -> None:
    records = [record(0, glasses=Value(0)), record(1, glasses=Value(1)), record(2, glasses=measured("none"))]
    found, (fault,) = unmixed(records)
    assert [one.attributes.get("glasses") for one in found] == [Value(0), Value(1), None]
    assert fault.where == "glasses"
    assert "is told as 0, 1 but measured as none, clear, tinted" in fault.what
    assert "on 1 photographs" in fault.what
    assert "--vocabulary" in fault.what


def test_words_of_the_vocabulary_go_together_also_with_a_further_one() -> None:
    words = ("none", "monocle")
    records = [*(record(n, glasses=Value(word)) for n, word in enumerate(words)), record(2, glasses=measured("clear"))]
    found, faults = unmixed(records)
    assert not faults
    assert all(one is before for one, before in zip(found, records, strict=True))


def test_numbers_are_told_as_numbers() -> None:
    assert unmixed([record(0, yaw=Value(3)), record(1, yaw=measured(2.5))])[1] == []
    found, faults = unmixed([record(0, yaw=Value("left")), record(1, yaw=measured(2.5))])
    assert [fault.where for fault in faults] == ["yaw"]
    assert "yaw" not in found[1].attributes


def test_what_is_not_measured_or_not_of_the_vocabulary_is_left_alone() -> None:
    records = [record(0, glasses=Value(0), club=Value("chess")), record(1, pose=measured("left"))]
    assert unmixed(records) == (records, [])
