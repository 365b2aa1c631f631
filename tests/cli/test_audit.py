"""`faceaug audit`: labels alone, gaps in words, renderings apart, and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from faceaug.data.attributes import Value
from faceaug.data.manifest import write_manifest
from faceaug.data.record import Record
from tests.cli.conftest import Command

ROWS = [("none", "no", 6), ("none", "yes", 4), ("clear", "no", 5), ("clear", "yes", 1), ("tinted", "no", 2)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Eighteen photographs; nobody with tinted glasses and a beard. The files are not there."""
    lines = ["photo,subject,glasses,beard,age"]
    for glasses, beard, count in ROWS:
        lines += [f"{len(lines) + turn}.jpg,s{turn},{glasses},{beard},{20 + 10 * turn}" for turn in range(count)]
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_gaps_in_words(faceaug: Command, table: Path) -> None:
    done = faceaug("audit", table, "--by", "glasses,beard", "--at-least", 4)
    assert done.exit_code == 0, done.output
    assert "- 18 photographs, 6 named people." in done.stdout
    assert "Under-represented in this data set, whatever else they show: glasses=tinted (2)." in done.stdout
    assert "| glasses=clear & beard=yes | 1 | 3 | 0 | uncovered |" in done.stdout
    assert "| tinted | 2 | 11.1 % (3.1..32.8), too few | 2 | 0 |" in done.stdout


def test_exit_codes_and_report(faceaug: Command, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "report.md"
    done = faceaug("audit", table, "--by", "glasses,beard", "--at-least", 4, "-o", out, "--fail-on-gaps")
    assert done.exit_code == 1
    assert out.read_text().startswith("# Audit of labels.csv\n")
    assert f"report  {out}" in done.stdout
    assert faceaug("audit", table, "--by", "beard", "--at-least", 5, "--fail-on-gaps").exit_code == 0
    rule = "glasses=tinted & beard=yes"
    words = ("audit", table, "--by", "glasses,beard", "--at-least", 1, "--fail-on-gaps")
    assert faceaug(*words).exit_code == 1
    assert faceaug(*words, "--impossible", rule).exit_code == 0


def test_json_holds_every_gap(faceaug: Command, table: Path) -> None:
    done = faceaug("audit", table, "--by", "glasses,age:30,50,beard", "--at-least", 3, "--level", 3, "--json")
    document = json.loads(done.stdout)
    assert list(document["attributes"]) == ["glasses", "age", "beard"]
    assert list(document["attributes"]["age"]["values"]) == ["<30", "30..50", ">=50"]
    for gap in document["gaps"]:
        assert gap["photographed"] + gap["missing"] == 3
    for entry in document["attributes"].values():
        assert sum(row["photographed"] for row in entry["values"].values()) + entry["unknown"] == 18


def test_renderings_fill_no_gap_and_unknown_labels_leave_it_open(faceaug: Command, tmp_path: Path) -> None:
    worn = [Record(f"c{n}", f"c{n}.jpg", attributes={"glasses": Value("clear")}) for n in range(5)]
    bare = [Record(f"n{n}", f"n{n}.jpg", attributes={"glasses": Value("none")}) for n in range(2)]
    blank = [Record(f"u{n}", f"u{n}.jpg") for n in range(2)]
    drawn = [
        item.child(
            f"r{item.id}{n}", f"r{item.id}{n}.jpg", recipe=None, attributes={"glasses": Value("tinted", "rendered")}
        )
        for item in worn
        for n in range(9)
    ]
    write_manifest([*worn, *bare, *blank, *drawn], tmp_path)
    done = faceaug("audit", tmp_path / "manifest.csv", "--by", "glasses", "--at-least", 4, "--json", "--fail-on-gaps")
    document = json.loads(done.stdout)
    assert {gap["words"]: gap["state"] for gap in document["gaps"]} == {
        "glasses=none": "undecided",
        "glasses=tinted": "uncovered",
    }
    assert document["attributes"]["glasses"]["values"]["tinted"]["rendered"] == 45
    assert "45 renderings stand apart and are not counted" in document["headlines"][0]
    assert "has 4 photographs or more: 1 gap, and 1 undecided." in document["headlines"][1]
    assert done.exit_code == 1


def test_wrong_requests(faceaug: Command, table: Path, tmp_path: Path) -> None:
    done = faceaug("audit", table, "--by", "glases,age:30,x")
    assert done.exit_code == 2
    assert "did you mean 'glasses'?" in done.output
    assert "3 faults, nothing was counted" not in done.output
    assert faceaug("audit", table, "--by", "glasses", "--impossible", "glasses=round").exit_code == 2
    assert faceaug("audit", tmp_path / "none.csv", "--by", "glasses").exit_code == 2
    assert faceaug("audit", table, "--by", ",").exit_code == 2


def test_labels_alone_load_no_tensor_library(table: Path) -> None:
    code = (
        "import sys; from faceaug.cli import main\n"
        f"main(['audit', {str(table)!r}, '--by', 'glasses'], standalone_mode=False)\n"
        "print([m for m in ('torch', 'cv2', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def test_an_attribute_with_a_comma_stands_in_quotes(faceaug: Command, tmp_path: Path) -> None:
    rows = "".join(f"{n}.jpg,{n * 10},{'no' if n % 2 else 'yes'}\n" for n in range(20))
    (tmp_path / "t.csv").write_text(f'photo,"Income, EUR",hat\n{rows}')
    out = tmp_path / "o.json"
    done = faceaug("audit", tmp_path / "t.csv", "--by", 'hat,"Income, EUR":50,100', "--at-least", 2, "-o", out)
    assert done.exit_code == 0, done.output
    told = json.loads(out.read_text())["attributes"]
    assert {name: len(entry["values"]) for name, entry in told.items()} == {"hat": 2, "Income, EUR": 3}
    split = faceaug("audit", tmp_path / "t.csv", "--by", "hat,Income, EUR", "-o", out)
    assert split.exit_code == 2
    assert "did you mean 'Income, EUR'? Write it in double quotes: '\"Income, EUR\"'." in split.stderr
