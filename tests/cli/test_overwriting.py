"""What a command reads, and what a person filled in, is never written over."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from faceaug.cli import main
from faceaug.cli.files import Careful, Written
from faceaug.data.attributes import Value
from faceaug.data.manifest import write_manifest
from faceaug.data.record import Record
from faceaug.errors import RequestError
from faceaug.report.making import Wishes, make_audit, write_audit
from faceaug.report.opening import open_data
from tests.cli.conftest import Command


def commands() -> Iterator[click.Command]:
    """All commands that are no groups."""
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield from command.commands.values() if isinstance(command, click.Group) else [command]


def test_every_command_that_writes_a_file_is_careful() -> None:
    writing = {
        command.name
        for command in commands()
        if any(isinstance(param.type, Written) and not param.type.folder for param in command.params)
    }
    assert writing == {command.name for command in commands() if isinstance(command, Careful)}
    assert len(writing) >= 8


@pytest.fixture
def table(photos: Path) -> Path:
    """Labels of a person's own, beside the photograph."""
    path = photos / "manifest.csv"
    path.write_text("photo,glasses\ngood.png,none\n")
    return path


@pytest.fixture
def audited(tmp_path: Path) -> Path:
    """The folder of a report; no matter what its page says."""
    for name in ("audit.json", "audit.html"):
        (tmp_path / name).write_text("{}")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "try freckles {photos}/good.png -o {photos}/good.png",
        "info {photos}/good.png -o {photos}/../photos/good.png",
        "info {photos}/good.png -o {photos}/link.png",
        "measure {photos}/manifest.csv -o {photos}/manifest.csv",
        "measure {photos} -o {photos}/manifest.csv",
        "plan {audited}/audit.json -o {audited}/audit.json",
        "plan {audited} -o {audited}/audit.json",
        "replay {photos}/manifest.csv good -o {photos}/manifest.csv",
        "audit {photos} --compare {audited}/audit.json -o {audited}/audit.json",
    ],
)
def test_what_is_read_is_not_written_over(
    words: str, faceaug: Command, photos: Path, table: Path, audited: Path
) -> None:
    (photos / "link.png").symlink_to(photos / "good.png")
    before = {path: path.read_bytes() for path in [*photos.iterdir(), audited / "audit.json"]}
    done = faceaug(*words.format(photos=photos, audited=audited).split())
    assert done.exit_code == 2
    assert "belongs to what is read, and would be written over; name another file" in done.output
    assert {path: path.read_bytes() for path in before} == before
    assert table in before


def test_a_picture_made_again_lies_over_no_photograph_and_no_other_picture(
    faceaug: Command, photos: Path, recipe: Path, tmp_path: Path
) -> None:
    shutil.copy(photos / "good.png", photos / "second.png")
    out = tmp_path / "out"
    assert faceaug("run", recipe, photos, "-o", out, "--format", "png").exit_code == 0
    made = out / "pictures" / "good_v0.png"
    for other in (photos / "good.png", photos / "second.png", made.with_name("second_v0.png")):
        done = faceaug("replay", out / "manifest.csv", "good_v0", "-o", other)
        assert done.exit_code == 2, other
        assert "would be written over" in done.output
    lost = made.read_bytes()
    made.write_bytes(b"damaged")
    assert (
        faceaug("replay", out / "manifest.csv", "good_v0", "-o", made).exit_code == 0
    )  # its own place is there for it
    assert made.read_bytes() == lost


def test_a_manifest_of_ours_among_the_photographs_is_written_again(faceaug: Command, photos: Path) -> None:
    words = ("measure", photos, "-o", photos / "manifest.csv")
    assert faceaug(*words).exit_code == 0
    assert faceaug(*words).exit_code == 0


def test_a_list_that_is_filled_in_is_not_drawn_anew(faceaug: Command, tmp_path: Path) -> None:
    unsure = {"ita": Value(24.0, "measured", 0.9, 14.0, 36.0)}
    records = [Record(f"p{n}", f"p{n}.jpg", attributes=unsure) for n in range(30)]
    write_manifest(records, tmp_path)
    words = ("audit", tmp_path / "manifest.csv", "--by", "ita", "--level", 1, "--at-least", 20)
    sample = ("-o", tmp_path / "first.md", "--sample", 20)
    path = tmp_path / "first.sample.csv"
    assert faceaug(*words, *sample).exit_code == 0
    empty = path.read_bytes()
    assert faceaug(*words, *sample).exit_code == 0  # an empty list is no work of anybody's
    assert path.read_bytes() == empty
    rows = list(csv.reader(path.open()))
    path.write_text("\n".join(",".join(row) for row in [rows[0], [*rows[1][:-1], "tan"], *rows[2:]]))
    filled = path.read_bytes()
    done = faceaug(*words, *sample)
    assert done.exit_code == 2
    assert "first.sample.csv  has something filled in, and would be written over; read it with --settle" in done.output
    made = make_audit(open_data(tmp_path / "manifest.csv"), Wishes(["ita"], at_least=20, level=1))
    with pytest.raises(RequestError, match="has something filled in"):
        write_audit(made, tmp_path / "first.md", "in Python", sample=20)
    assert path.read_bytes() == filled
    assert "in Python" not in (tmp_path / "first.md").read_text()


def test_that_no_list_is_needed_is_said(faceaug: Command, table: Path, tmp_path: Path) -> None:
    done = faceaug("audit", table, "--by", "glasses", "--at-least", 1, "-o", tmp_path / "r.md", "--sample", 20)
    assert done.exit_code == 0
    assert "sample  none: no group is undecided" in done.stdout
    assert not (tmp_path / "r.sample.csv").exists()
