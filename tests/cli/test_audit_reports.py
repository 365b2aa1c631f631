"""`faceaug audit` whole: measured folders, every form of report, samples, models, and wrong requests."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from faceaug.data.attributes import Value
from faceaug.data.manifest import write_manifest
from faceaug.data.record import Record
from tests.cli.conftest import Command

ROWS = [("none", "no", 12), ("none", "yes", 9), ("clear", "no", 9), ("clear", "yes", 2), ("tinted", "no", 3)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Thirty-five photographs whose files are not there."""
    lines = ["photo,subject,split,sha256,glasses,beard"]
    for glasses, beard, count in ROWS:
        for _ in range(count):
            n = len(lines)
            lines.append(f"{n}.jpg,s{n // 2},{'test' if n % 5 else 'train'},{n % 30:064x},{glasses},{beard}")
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_folder_takes_every_form_of_report(faceaug: Command, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    done = faceaug("audit", table, "--by", "glasses,beard", "--at-least", 4, "-o", out)
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in out.iterdir()) == ["audit.html", "audit.json", "audit.md", "croissant.jsonld"]
    told = json.loads((out / "audit.json").read_text())
    page, words = (out / "audit.html").read_text(), (out / "audit.md").read_text()
    for gap in told["gaps"]:
        assert gap["words"] in words
        assert gap["words"].replace("&", "&amp;") in page
    for line in told["headlines"]:
        assert line in words
    metadata = json.loads((out / "croissant.jsonld").read_text())
    assert "http://mlcommons.org/croissant/RAI/1.0" in metadata["conformsTo"]
    assert any("glasses=tinted" in line for line in metadata["rai:dataBiases"])
    for letter in ("10(2)(f)", "10(2)(h)", "10(3)"):
        assert letter in page
    assert told["integrity"]["duplicate_files"] == 5
    assert told["integrity"]["leaking_people"] > 0


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.json", "a.jsonld", "a.json-ld"])
def test_the_ending_says_the_form(faceaug: Command, table: Path, tmp_path: Path, name: str) -> None:
    done = faceaug("audit", table, "--by", "glasses", "-o", tmp_path / name)
    assert done.exit_code == 0, done.output
    assert (tmp_path / name).stat().st_size > 500
    assert not [path for path in tmp_path.iterdir() if path.name not in {name, "labels.csv"}]


def test_usual_attributes_need_not_be_named(faceaug: Command, table: Path) -> None:
    done = faceaug("audit", table, "--json")
    assert list(json.loads(done.stdout)["attributes"]) == ["glasses", "beard"]


def test_a_model_gets_requirements_that_are_a_target(faceaug: Command, table: Path, tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.csv"
    rows = list(csv.DictReader(table.open()))
    answers = [f"{row['photo']},yes,{'no' if row['glasses'] == 'clear' else 'yes'}" for row in rows]
    predictions.write_text("\n".join(["photo,label,prediction", *answers]))
    words = ("audit", table, "--by", "glasses,beard", "--at-least", 4)
    done = faceaug(*words, "--predictions", predictions, "-o", tmp_path / "report.html")
    assert done.exit_code == 0, done.output
    assert "The model errs most on glasses=clear: error 100 % (11 of 11), 0.0 % elsewhere." in done.stdout
    asked = tmp_path / "report.requirements.yaml"
    assert asked.is_file()
    again = faceaug(*words, "--target", asked)
    assert again.exit_code == 0, again.output
    assert "Furthest from the target, the requirements in report.requirements.yaml" in again.stdout or (
        "The target is met" in again.stdout
    )


def test_a_model_of_which_too_little_is_known_is_not_found_good(faceaug: Command, table: Path, tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.csv"
    first, second, *_ = (row["photo"] for row in csv.DictReader(table.open()))
    predictions.write_text(f"photo,label,prediction\n{first},yes,no\n{second},no,no\n")
    done = faceaug("audit", table, "--by", "glasses", "--predictions", predictions, "-o", tmp_path / "report.md")
    assert done.exit_code == 0, done.output
    assert "No group has answers enough to tell whether the model errs there by more than chance." in done.stdout
    assert "stands out" not in done.stdout


def test_attributes_of_which_there_are_many_are_counted(faceaug: Command, tmp_path: Path) -> None:
    table = tmp_path / "wide.csv"
    table.write_text(f"photo,{','.join(f'c{n}' for n in range(30))}\na.jpg{',1' * 30}\n")
    assert "c10, c11 and 18 more" in faceaug("audit", table).output
    assert " and 10 more" in faceaug("audit", table, "--by", "nothing_like_it").output


def test_a_sample_settles_what_is_undecided(faceaug: Command, tmp_path: Path) -> None:
    records = []
    for n in range(90):
        ita = 22.0 if n % 3 else 33.0
        known = {"ita": Value(ita, "measured", 0.9, ita - 8, ita + 8)}
        records.append(Record(f"p{n}", f"p{n}.jpg", attributes=known))
    write_manifest(records, tmp_path)
    words = ("audit", tmp_path / "manifest.csv", "--by", "ita", "--level", 1, "--at-least", 20)
    done = faceaug(*words, "-o", tmp_path / "first.md", "--sample", 60)
    assert done.exit_code == 0, done.output
    assert "undecided" in done.stdout
    path = tmp_path / "first.sample.csv"
    rows = list(csv.DictReader(path.open()))
    assert len(rows) == 60
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "ita": "tan" if int(row["id"][1:]) % 3 else "intermediate"})
    settled = faceaug(*words, "--settle", path, "--json")
    told = json.loads(settled.stdout)
    groups = {group["words"]: group for group in told["settled"]["groups"]}
    assert groups["ita=tan"]["low"] <= 60 <= groups["ita=tan"]["high"]
    assert groups["ita=tan"]["state"] == "covered"
    assert "ita=tan" not in {gap["words"] for gap in told["gaps"]}


def test_before_and_after(faceaug: Command, table: Path, tmp_path: Path) -> None:
    words = ("audit", table, "--by", "glasses,beard", "--at-least", 4)
    assert faceaug(*words, "-o", tmp_path / "before").exit_code == 0
    with table.open("a") as file:
        file.writelines(f"new{n}.jpg,n{n},train,,tinted,yes\n" for n in range(9))
    done = faceaug(*words, "--compare", tmp_path / "before", "-o", tmp_path / "after.html")
    assert done.exit_code == 0, done.output
    assert "Since before: 1 gap closed, 0 opened" in done.stdout
    assert "Before and after" in (tmp_path / "after.html").read_text()


def test_a_folder_is_measured_once(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"no photograph")
    labels = tmp_path / "labels.csv"
    labels.write_text("photo,gender,subject\ngood.png,female,eileen\ngone.png,male,nobody\n")
    words = (
        "audit",
        photos,
        "--labels",
        labels,
        "--cache",
        tmp_path / "cache",
        "--at-least",
        1,
        "--by",
        "gender,glasses,pose",
    )
    done = faceaug(*words, "-o", tmp_path / "report")
    assert done.exit_code == 3, done.output
    assert "1 photograph could not be measured" in done.stdout
    told = json.loads((tmp_path / "report" / "audit.json").read_text())
    assert told["photographs"] == 1
    assert told["people_named"] == 1
    assert told["attributes"]["gender"]["how"] == {"told": 1}
    assert told["attributes"]["pose"]["values"]["frontal"]["photographed"] == 1
    assert told["faults"][0]["what"].startswith("gone.png is not among the photographs")
    assert told["continuous"]
    page = (tmp_path / "report" / "audit.html").read_text()
    assert "data:image/jpeg;base64," in page
    assert faceaug(*words, "--no-faces", "-o", tmp_path / "bare.html").exit_code == 3
    assert "data:image/jpeg;base64," not in (tmp_path / "bare.html").read_text()


def test_a_run_is_not_taken_for_photographs(faceaug: Command, photos: Path, recipe: Path, tmp_path: Path) -> None:
    assert faceaug("run", recipe, photos, "-o", tmp_path / "run").exit_code == 0
    # The run's own manifest lists the photograph too; its pictures alone say of themselves that they are rendered.
    for folder, photographs in ((tmp_path / "run", 1), (tmp_path / "run" / "pictures", 0)):
        done = faceaug("audit", folder, "--by", "pose", "--cache", tmp_path / "cache", "--json")
        told = json.loads(done.stdout)
        assert (told["photographs"], told["renderings"]) == (photographs, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sample", "40"), "--sample  needs -o"),
        (("-o", "report.pdf"), "report.pdf  must end in .html"),
        (("-o", "labels.csv/"), "must end in"),
        (("--target", "unifrom"), "did you mean 'uniform'?"),
        (("--predictions", "none.csv"), "none.csv  does not exist"),
        (("--settle", "none.csv"), "none.csv  does not exist"),
        (("--compare", "none.json"), "none.json  does not exist"),
        (("--labels", __file__), "--labels  is for a folder"),
        (("--by", "glases"), "did you mean 'glasses'?"),
        (("--impossible", "glasses=round"), "glasses is never 'round'"),
    ],
)
def test_a_wrong_request_is_one_clear_line(faceaug: Command, table: Path, words: tuple[str, ...], said: str) -> None:
    done = faceaug("audit", table, *words)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output
    assert len(done.output.strip().splitlines()) <= 2


def test_folders_that_hold_nothing(faceaug: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = faceaug("audit", tmp_path / "empty", "--by", "pose")
    assert done.exit_code == 2
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.jpg").write_bytes(b"no photograph")
    done = faceaug("audit", tmp_path / "bad", "--by", "pose", "--cache", tmp_path / "cache")
    assert done.exit_code == 2
    assert "holds no photograph that could be measured: not_an_image (1)" in done.output
    done = faceaug("audit", tmp_path / "nowhere", "--by", "pose")
    assert done.exit_code == 2


def test_ones_own_words_and_measured_ones_are_not_counted_side_by_side(
    faceaug: Command, photos: Path, portrait: Image.Image, tmp_path: Path
) -> None:
    portrait.save(photos / "blank.png")
    labels = tmp_path / "labels.csv"
    labels.write_text("photo,glasses\ngood.png,0\nblank.png,\n")
    words = ("audit", photos, "--labels", labels, "--by", "glasses", "--cache", tmp_path / "cache", "--json")
    document = json.loads(faceaug(*words).stdout)
    assert list(document["attributes"]["glasses"]["values"]) == ["0"]
    assert document["attributes"]["glasses"]["unknown"] == 1
    assert any("glasses is told as 0 but measured as none" in line for line in document["headlines"])
    meant = tmp_path / "words.yaml"
    meant.write_text("attributes:\n  glasses: {values: [none, clear, tinted], synonyms: {none: [0]}}\n")
    document = json.loads(faceaug(*words, "--vocabulary", meant).stdout)
    assert document["attributes"]["glasses"]["values"]["none"]["photographed"] == 2
    assert not any("measured as" in line for line in document["headlines"])
