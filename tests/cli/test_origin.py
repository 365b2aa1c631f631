"""What a file says of itself, every command believes: none counts as a photograph what is a rendering."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from faceaug.data.encoding import encode
from faceaug.data.photos import read_photo
from faceaug.data.versions import Versions, committing
from faceaug.report import marks
from tests.cli.conftest import Command
from tests.data.test_labels import put


@pytest.fixture
def mixed(photos: Path) -> Path:
    """A photograph and two renderings of it, which say so themselves; nobody else does."""
    pixels = read_photo(photos / "good.png").pixels
    for number, kind in enumerate(("compositeSynthetic", "algorithmicallyEnhanced")):
        (photos / f"good_v{number}.png").write_bytes(encode(pixels, "png", source_type=kind))
    return photos


@pytest.fixture
def table(mixed: Path) -> Path:
    """A table that says nothing about where pictures come from."""
    path = mixed.parent / "table.csv"
    lines = ["photo,glasses", *(f"photos/{file.name},none" for file in sorted(mixed.iterdir()))]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_audits_of_tables_and_folders(faceaug: Command, mixed: Path, table: Path, tmp_path: Path) -> None:
    told = faceaug("audit", table, "--by", "glasses", "--at-least", 2)
    assert "- 1 photograph" in told.stdout
    assert "2 files say of themselves that they are renderings, and count as such: photos/good_v0" in told.stderr
    seen = faceaug("audit", mixed, "--by", "grey", "--at-least", 2, "--cache", tmp_path / "cache", "--json")
    assert json.loads(seen.stdout)["photographs"] == 1


def test_how_photographs_are_known_is_not_asked_of_renderings(faceaug: Command, tmp_path: Path) -> None:
    table = put(tmp_path / "t.csv", "photo,origin,glasses\na.jpg,camera,none\nb.jpg,,clear\nc.jpg,rendered,clear\n")
    document = json.loads(faceaug("audit", table, "--by", "glasses", "--json").stdout)
    assert document["attributes"]["glasses"]["how"] == {"told": 2}


def test_many_rows_are_left_alone_and_that_is_said(
    faceaug: Command, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "MOST", 2)
    told = faceaug("audit", table, "--by", "glasses", "--at-least", 2)
    assert "- 3 photographs" in told.stdout
    assert "its 3 files were not asked whether they are renderings; --measure asks each" in told.stderr


@pytest.mark.parametrize("given", ["photos", "table.csv"])
def test_versions(faceaug: Command, table: Path, tmp_path: Path, given: str) -> None:
    made = faceaug("versions", "commit", table.parent / given, "-o", tmp_path / "set")
    assert "1 photographed, 2 rendered" in made.stdout
    assert faceaug("verify", tmp_path / "set", "--compare", 0).exit_code == 0


def test_a_version_that_takes_a_rendering_for_a_photograph_is_told(
    faceaug: Command, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "as_its_file_says", lambda record, _: record)
    faceaug("versions", "commit", table, "-o", tmp_path / "set")
    assert Versions.open(tmp_path / "set").version().photographed == 3
    told = faceaug("verify", tmp_path / "set", "--compare", 0)
    assert told.exit_code == 1
    assert "1 photographed, 2 rendered" in told.stdout
    assert "2 files say that they are renderings, and are listed as photographs" in told.stdout
    assert "- 1 photograph" in faceaug("audit", tmp_path / "set", "--by", "glasses", "--at-least", 2).stdout


def test_exports_and_what_is_read_back_from_them(faceaug: Command, table: Path, tmp_path: Path) -> None:
    made = faceaug("export", table, "--format", "croissant", "-o", tmp_path / "out")
    assert "1 photographed, 2 rendered" in made.stdout
    assert "2 listed as photographs; their files say what they are" in made.stdout
    assert "1 face photographs and 2 renderings" in (tmp_path / "out/croissant.json").read_text()
    for file in (tmp_path / "out/images").iterdir():
        file.unlink()  # the table alone must say it
    told = faceaug("audit", tmp_path / "out/metadata.csv", "--by", "glasses", "--at-least", 2)
    assert "- 1 photograph" in told.stdout


def test_folders_whose_own_table_says_it(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    """Renderings of others, which do not say so themselves; an export keeps their bytes."""
    (photos / "other.png").write_bytes(encode(read_photo(photos / "good.png").pixels, "png"))
    table = put(tmp_path / "table.csv", "photo,origin\nphotos/good.png,camera\nphotos/other.png,rendered\n")
    for form in ("imagefolder", "croissant"):
        assert faceaug("export", table, "--format", form, "-o", tmp_path / form).exit_code == 0
        made = faceaug("versions", "commit", tmp_path / form, "-o", tmp_path / f"{form} set")
        assert "1 photographed, 1 rendered" in made.stdout, form
    (tmp_path / "croissant/metadata.csv").write_text("file_name,rendered\nimages/good.png,no\nimages/other.png,maybe\n")
    refused = faceaug("versions", "commit", tmp_path / "croissant", "-o", tmp_path / "new")
    assert refused.exit_code == 2
    assert "rendered is 'maybe', but must be true or false" in refused.stderr
    (tmp_path / "croissant/metadata.csv").write_text("no table")
    assert faceaug("versions", "commit", tmp_path / "croissant", "-o", tmp_path / "new").exit_code == 0


def test_a_column_that_is_only_called_so_is_told_in_a_line(table: Path, tmp_path: Path) -> None:
    table.write_text(table.read_text().replace("glasses", "origin").replace("none", "Kenya"))
    words = ("versions", "commit", table, "-o", tmp_path / "set")
    done = subprocess.run([sys.executable, "-m", "faceaug.cli", *words], capture_output=True, text=True, check=True)
    assert "1 photographed, 2 rendered" in done.stdout
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"doubtful  {table}  origin is taken for a column of your own: no cell of it is camera or")
