"""Arrow reads files of its own: its threads may outlive the interpreter, and then must hold nothing of Python's."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from faceaug.data.arrow import parquet_names, parquet_table, source
from faceaug.data.labels.tables import is_own_table, read_table
from faceaug.data.rows import read_rows
from faceaug.errors import Fault


def of_python(file: object) -> bool:
    """Whether Arrow is to read a file of Python's."""
    return not isinstance(file, pa.NativeFile) or isinstance(file, pa.PythonFile)


def test_memory_is_arrows_own() -> None:
    data = bytes(range(256)) * 4
    held = sys.getrefcount(data)
    file = source(data)
    assert sys.getrefcount(data) == held, "Arrow holds what is Python's"
    assert file.read() == data


def test_no_reader_is_given_anything_of_pythons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"photo": ["a.jpg", "b.jpg"], "age": [30, 40]})
    parquet.write_table(table, tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("photo,age\na.jpg,30\nb.jpg,40\n")
    with (tmp_path / "t.csv").open("rb") as file:
        assert of_python(file)
    given: list[bool] = []

    def spying(read: Any) -> Any:
        def spied(file: object, *args: Any, **more: Any) -> Any:
            given.append(of_python(file))
            return read(file, *args, **more)

        return spied

    for module, name in ((parquet, "read_table"), (parquet, "read_schema"), (csv, "read_csv")):
        monkeypatch.setattr(module, name, spying(getattr(module, name)))
    faults: list[Fault] = []
    assert not is_own_table(tmp_path / "t.parquet")
    for path in (tmp_path / "t.parquet", tmp_path / "t.csv"):
        assert list(read_table(path, faults).columns) == ["photo", "age"]
        assert [row["photo"] for _, row in read_rows(path, faults)] == ["a.jpg", "b.jpg"]
    assert not faults
    assert given == [False] * 4


def test_there_is_one_door(root: Path) -> None:
    doors = {
        path.relative_to(root / "faceaug").as_posix()
        for path in (root / "faceaug").rglob("*.py")
        if re.search(r"parquet\.read_|ParquetFile|pa\.BufferReader\(|pa\.py_buffer", path.read_text())
    }
    assert doors == {"data/arrow.py"}


def test_names_of_any_letters_and_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "täg=1 é.parquet"
    parquet.write_table(pa.table({"photo": ["a.jpg"]}), path)
    assert parquet_names(path) == parquet_table(path).column_names == ["photo"], "no column of a folder's name"
    (tmp_path / "none.parquet").write_bytes(b"none")
    for wrong in (tmp_path / "none.parquet", tmp_path / "nowhere.parquet", tmp_path):
        with pytest.raises((OSError, ValueError)):
            parquet_table(wrong)
