"""A journal keeps whole lines only."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceaug.data.journal import append_line, read_lines
from faceaug.errors import FaceaugError


def test_lines_are_read_back_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    assert list(read_lines(path)) == []
    for line in ('{"a": 1}', "[2]"):
        append_line(path, line)
    assert list(read_lines(path)) == [(f"{path}:1", {"a": 1}), (f"{path}:2", [2])]


def test_a_line_that_was_cut_off_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b": "h\xc3')
    assert [value for _, value in read_lines(path)] == [{"a": 1}]
    assert path.read_bytes() == b'{"a": 1}\n'


def test_a_damaged_line_is_handed_on_as_its_error(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    path.write_text("{]\n")
    [(place, value)] = read_lines(path)
    assert place.endswith(":1")
    assert isinstance(value, ValueError)


def test_a_line_that_cannot_be_written_is_an_error_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(FaceaugError, match="could not be written"):
        append_line(tmp_path / "gone" / "progress.jsonl", "{}")
