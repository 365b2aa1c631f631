"""Which folders a data set may be made in, and that nothing is written into any other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faceaug.data.versions.claiming import refuse_claim
from faceaug.errors import RequestError
from tests.recipe.runs import contents


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """A folder with a file in it, a link to it, a file, and a folder of something else."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"picture")
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "file").write_text("text")
    (tmp_path / "notes").mkdir()
    for name in "abcd":
        (tmp_path / "notes" / f"{name}.txt").write_text(name)
    return folder


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("photos", "is the folder of the photographs"),
        ("link", "is the folder of the photographs"),
        ("notes/../photos", "is the folder of the photographs"),
        ("photos/new/set", "lies in .*photos, where photographs are looked for"),
        ("link/set", "where photographs are looked for"),
        (".", r"holds file, link, notes, \.\.\., and is no data set"),
        ("notes", r"holds a\.txt, b\.txt, c\.txt, \.\.\., and is no data set"),
        ("file", "is a file; a data set is a folder"),
        ("file/set", "cannot be made: .*file is a file"),
    ],
)
def test_what_cannot_be_a_data_set_is_refused(name: str, what: str, photographs: Path, tmp_path: Path) -> None:
    before = contents(tmp_path)
    with pytest.raises(RequestError, match=what):
        refuse_claim(tmp_path / name, photographs)
    assert contents(tmp_path) == before


def test_what_may_not_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    (tmp_path / "there").mkdir()
    with pytest.raises(RequestError, match="may not be written to"):
        refuse_claim(tmp_path / "there")
    with pytest.raises(RequestError, match=r"cannot be made: .* may not be written to"):
        refuse_claim(tmp_path / "new" / "set")


@pytest.mark.parametrize("begun", ["HEAD", "versions/0001/version.json", ".work/run.json"])
def test_a_data_set_may_have_files_of_yours_beside_it(begun: str, photographs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    refuse_claim(folder, photographs)
    refuse_claim(tmp_path / "new" / "deep" / "set", photographs)
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    with pytest.raises(RequestError, match=r"holds README\.md, and is no data set"):
        refuse_claim(folder, photographs)
    (folder / begun).parent.mkdir(parents=True, exist_ok=True)
    (folder / begun).write_text("0001")
    refuse_claim(folder, photographs)
    refuse_claim(folder, folder)
    with pytest.raises(RequestError, match="where photographs are looked for"):
        refuse_claim(folder / "again", folder)


def test_a_data_set_is_not_made_within_another(tmp_path: Path) -> None:
    (tmp_path / "set" / "versions" / "0001").mkdir(parents=True)
    for name in ("inner", "versions/0001", "objects/new"):
        with pytest.raises(RequestError, match=r"lies in the data set .*set; name a folder elsewhere"):
            refuse_claim(tmp_path / "set" / name)
    refuse_claim(tmp_path / "set")
