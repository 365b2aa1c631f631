"""What a user's own table says beside its labels: which pictures are rendered, and words that are nearly ours."""

from __future__ import annotations

from pathlib import Path

from faceaug.data.labels.reading import read_labels
from faceaug.data.manifest import read_manifest
from tests.data.test_labels import put, told, warnings


def test_a_table_may_say_which_pictures_are_rendered(tmp_path: Path) -> None:
    text = "photo,Origin,glasses\na.jpg,camera,none\nb.jpg,rendered,clear\nc.jpg,,clear\n"
    labels = read_labels(put(tmp_path / "a.csv", text))
    assert [record.origin for record in labels.records()] == ["camera", "rendered", "camera"]
    assert "Origin" not in told(labels)["b.jpg"]
    assert [record.origin for record in read_manifest(tmp_path / "a.csv", check_files=False)] == [
        record.origin for record in labels.records()
    ]
    other = read_labels(put(tmp_path / "b.csv", text.replace("camera", "Berlin")))
    assert told(other)["a.jpg"]["Origin"] == "Berlin", "a word of their own"
    assert all(record.origin == "camera" for record in other.records())


def test_nearly_a_word_that_there_is(tmp_path: Path) -> None:
    labels = read_labels(put(tmp_path / "a.csv", "photo,glasses,note\na.jpg,clearr,clearr\nb.jpg,none,x\nc.jpg,yes,\n"))
    assert warnings(labels) == ["R/a.csv:2  glasses is 'clearr'; did you mean 'clear'? It counts as a value of its own"]
    assert told(labels)["a.jpg"]["glasses"] == "clearr"
