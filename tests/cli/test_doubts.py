"""What is doubtful about labels, and which photographs were passed over, is said by every command that opens them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from faceaug.cli.doubts import tell
from tests.cli.conftest import Command, save_wrong

OPENING = ("audit", "measure", "fit", "plan", "balance")


@pytest.fixture
def ask(faceaug: Command, tmp_path: Path) -> Callable[..., str]:
    """Call a command on photographs, and give what it says on stderr."""

    def call(command: str, path: Path, *more: str | Path) -> str:
        by = {"measure": (), "fit": ()}.get(command, ("--by", "glasses", "--at-least", "1", "--level", "1"))
        out = ("-o", tmp_path / "set") if command == "balance" else ()
        done = faceaug(command, path, *by, *out, "--cache", tmp_path / "cache", *more)
        assert "Traceback" not in done.output
        assert done.exit_code in ({2} if command == "fit" else {0, 1, 3}), done.output  # one photograph has no law
        return done.stderr

    return call


@pytest.mark.parametrize("command", OPENING)
def test_people_in_two_splits_and_photographs_listed_twice(
    command: str, ask: Callable[..., str], portrait: Image.Image, tmp_path: Path
) -> None:
    for name in "ab":
        portrait.crop((0, 0, portrait.width, portrait.height - ord(name) % 7)).save(tmp_path / f"{name}.png")
    table = tmp_path / "table.csv"
    table.write_text("photo,subject,split\na.png,her,train\na.png,her,train\nb.png,her,test\n")
    said = ask(command, table, *(("--measure",) if command in {"plan", "audit", "fit"} else ()))
    assert f"doubtful  {table}:2  a.png is listed 2 times (also at line 3)\n" in said
    assert "her is in the splits train and test" in said


@pytest.mark.parametrize("command", [name for name in OPENING if name != "fit"])
def test_what_cannot_be_opened(command: str, ask: Callable[..., str], photos: Path, portrait: Image.Image) -> None:
    save_wrong("truncated", photos, portrait)
    said = ask(command, photos)
    assert said.startswith("skipped  "), "and nothing else was doubtful"
    assert "truncated.jpg" in said
    assert said.count("\n") == 1 + (command == "balance") * said.count("missing   ")


@pytest.mark.parametrize("command", ["audit", "measure", "plan"])
def test_a_photograph_without_a_face_is_named_as_it_can_be_opened(
    command: str, ask: Callable[..., str], photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (90, 90)).save(photos / "wall.png")
    monkeypatch.chdir(photos.parent)
    assert ask(command, Path(photos.name)) == f"skipped  {photos.name}/wall.png  no face was found\n"


@pytest.mark.parametrize("command", ["plan", "balance"])
def test_labels_of_photographs_that_are_not_there(
    command: str, faceaug: Command, ask: Callable[..., str], photos: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("photo,badge\ngood.png,a\ngold.png,b\n")
    what = f"{labels}:3  gold.png is not among the photographs; did you mean 'good.png'?"
    assert f"doubtful  {what}" in ask(command, photos, "--labels", labels)
    asked = (
        "--labels",
        labels,
        "--by",
        "glasses",
        "--cache",
        tmp_path / "cache",
        "--json",
        "-o",
        tmp_path / "out.json",
    )
    document = json.loads(faceaug(command, photos, *asked).stdout)
    assert [f"{fault['where']}  {fault['what']}" for fault in document["doubtful"]] == [what]


def test_photographs_that_no_label_is_about_are_counted(
    ask: Callable[..., str], photos: Path, portrait: Image.Image, tmp_path: Path
) -> None:
    portrait.crop((0, 0, portrait.width, portrait.height - 3)).save(photos / "other.png")
    labels = tmp_path / "labels.csv"
    labels.write_text("photo,badge\ngood.png,a\n")
    said = ask("audit", photos, "--labels", labels)
    assert f"doubtful  {labels}  has no row for 1 of 2 photographs: other.png" in said


def test_a_table_of_which_nothing_can_be_measured_is_named_itself(faceaug: Command, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("photo\ngone.jpg\n")
    done = faceaug("audit", table, "--measure", "--cache", tmp_path / "cache")
    assert done.exit_code == 2
    assert f"{table}  lists no photograph that could be measured: unreadable (1); the first: " in done.stderr
    assert "gone.jpg cannot be read" in done.stderr


def test_decimal_commas_are_told_as_such(faceaug: Command, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("photo;age\na.jpg;20,5\nb.jpg;40,5\n")
    done = faceaug("audit", tmp_path / "t.csv", "--by", "age:30")
    assert "its values are words (20,5, 40,5); write numbers with a point, as in 30.5" in done.stderr


def test_more_than_twenty_are_counted(ask: Callable[..., str], photos: Path) -> None:
    for number in range(25):
        (photos / f"bad_{number}.jpg").write_text("no photograph")
    said = ask("plan", photos)
    assert said.count("skipped  ") == 21
    assert said.endswith("skipped  5 more, see --json\n")


def test_what_is_listed_may_be_a_part_and_has_no_line_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    tell("skipped", ["a\nb.jpg is empty", *"cd"], count=300)
    assert capsys.readouterr().err.splitlines() == [
        "skipped  a\\nb.jpg is empty",
        "skipped  c",
        "skipped  d",
        "skipped  297 more, see --json",
    ]


def test_files_of_the_same_content_are_each_named(ask: Callable[..., str], photos: Path) -> None:
    for name in "ab":
        (photos / f"{name}.jpg").write_text("no photograph")
    said = ask("plan", photos).splitlines()
    assert [line.partition(" is not")[0] for line in said] == [f"skipped  {photos / name}.jpg" for name in "ab"]


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="all names are text there")
@pytest.mark.parametrize("place", [b"/b\xff.png", b"/caf\xe9/b.png"])
@pytest.mark.parametrize("command", ["plan", "audit", "measure", "run", "balance"])
def test_a_photograph_whose_name_is_no_text_is_skipped_by_name(
    command: str, place: bytes, faceaug: Command, photos: Path, recipe: Path, tmp_path: Path
) -> None:
    odd = Path(os.fsdecode(os.fsencode(photos) + place))
    odd.parent.mkdir(exist_ok=True)
    odd.write_bytes((photos / "good.png").read_bytes())
    words = ("--cache", tmp_path / "cache") if command != "run" else ()
    by = ("--by", "glasses", "--at-least", "1") if command in {"plan", "audit", "balance"} else ()
    given = (recipe, photos) if command == "run" else (photos,)
    out = ("-o", tmp_path / "out") if command in {"run", "balance"} else ()
    done = faceaug(command, *given, *by, *words, *out)
    assert done.exit_code == 3, done.output
    assert place[1:].decode(errors="backslashreplace").replace("\\x", "\\udc") in done.stderr
    assert "has a name that is not UTF-8 text; rename it" in done.stderr


def test_labels_of_other_people_and_splits_of_folders(faceaug: Command, portrait: Image.Image, tmp_path: Path) -> None:
    """A row of a photograph that is not there labels no other one, and a table without splits erases none."""
    for place, folder in enumerate(("train/anna", "test/berta")):
        (tmp_path / "sub" / folder).mkdir(parents=True)
        portrait.crop((0, 0, portrait.width, portrait.height - place)).save(tmp_path / "sub" / folder / f"{place}.png")
    labels = tmp_path / "labels.csv"
    rows = ("train/anna/0.png,female", "test/berta/1.png,female", "train/carl/0.png,male", "test/dora/1.png,male")
    labels.write_text("\n".join(["photo,gender", *rows]))
    done = faceaug(
        "audit", tmp_path / "sub", "--labels", labels, "--by", "gender", "--cache", tmp_path / "cache", "--json"
    )
    document = json.loads(done.stdout)
    counts = {name: row["photographed"] for name, row in document["attributes"]["gender"]["values"].items()}
    assert counts == {"female": 2}
    assert {name: n["photographed"] for name, n in document["integrity"]["splits"].items()} == {"test": 1, "train": 1}
    assert [fault["where"] for fault in document["faults"]] == [f"{labels}:4", f"{labels}:5"]
