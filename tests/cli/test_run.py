"""`faceaug run`, `check` and `replay`, from the words to the files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceaug.data.manifest import read_manifest
from faceaug.data.photos import read_source_type
from tests.cli.conftest import ODD, WRONG, Command, save_odd, save_wrong


def skipped(out: Path) -> list[dict[str, str]]:
    path = out / "skipped.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def digests(out: Path) -> dict[str, str]:
    """Every file of a run and its hash."""
    files = sorted(path for path in out.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_quickstart_on_the_samples(faceaug: Command, samples: Path, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = faceaug("run", root / "recipes" / "quickstart.yaml", samples, "-o", out)
    assert result.exit_code == 0, result.output
    rendered = [record for record in read_manifest(out / "manifest.csv") if record.origin == "rendered"]
    assert rendered
    for record in rendered:
        assert record.located(out).is_file()
        assert hashlib.sha256(record.located(out).read_bytes()).hexdigest() == record.sha256
        assert read_source_type(record.located(out)) in {"algorithmicallyEnhanced", "compositeSynthetic"}
    assert {path.suffix for path in out.glob("manifest.*")} == {".csv", ".jsonl", ".parquet"}
    assert str(out) in result.stdout
    sheets = [path for path in out.glob("*.png") if "sheet" in path.name]
    assert len(sheets) == 1
    assert np.asarray(Image.open(sheets[0])).std() > 10, "an empty contact sheet"


def test_a_user_who_asks_gets_one_json_document(faceaug: Command, recipe: Path, photos: Path, tmp_path: Path) -> None:
    result = faceaug("run", recipe, photos, "-o", tmp_path / "out", "--json", "--copies", "2")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["pictures"] == 2
    assert document["skipped"] == {}


def test_pictures_that_are_to_be_doubted_are_flagged_in_every_table_and_counted(
    faceaug: Command, photos: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "turned.yaml"
    recipe.write_text("about: x\ncopies: 6\nedits: {pose: {yaw: [-50, 50], pitch: 0}}\n")
    result = faceaug("run", recipe, photos, "-o", tmp_path / "out", "--seed", "1")
    assert result.exit_code == 0, result.output
    tables = [read_manifest(tmp_path / "out" / f"manifest.{kind}") for kind in ("csv", "jsonl", "parquet")]
    own, *made = tables[0]
    assert tables[1] == tables[2] == tables[0]
    yaw = float(own.attributes["yaw"].value)
    beyond = {record.id for record in made if abs(yaw + record.drawn["pose"]["yaw"]) > 35}
    assert 0 < len(beyond) < len(made)
    assert {record.id for record in made if "flag" in record.applied["pose"]} == beyond
    assert f"pose in {len(beyond)} picture" in result.stdout
    again = faceaug("run", recipe, photos, "-o", tmp_path / "out", "--seed", "1", "--json")
    assert json.loads(again.stdout)["flagged"] == {"pose": len(beyond)}


def test_quiet_says_nothing(faceaug: Command, recipe: Path, photos: Path, tmp_path: Path) -> None:
    result = faceaug("run", recipe, photos, "-o", tmp_path / "out", "--quiet")
    assert result.exit_code == 0
    assert not result.output


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_photograph_is_skipped_by_name(
    kind: str, faceaug: Command, recipe: Path, photos: Path, portrait: Image.Image, tmp_path: Path
) -> None:
    wrong = save_wrong(kind, photos, portrait)
    out = tmp_path / "out"
    result = faceaug("run", recipe, photos, "-o", out)
    assert result.exit_code == 3, result.output
    assert "Traceback" not in result.output
    lines = skipped(out)
    assert len(lines) == 1
    assert wrong.name in json.dumps(lines[0])
    reason = lines[0]["reason"]
    assert reason in result.stdout, "the summary counts the reasons"
    rendered = [record for record in read_manifest(out / "manifest.csv") if record.origin == "rendered"]
    assert len(rendered) == 1, "the good photograph was made all the same"


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_photograph_is_handled(
    kind: str, faceaug: Command, recipe: Path, portrait: Image.Image, tmp_path: Path
) -> None:
    odd = save_odd(kind, tmp_path, portrait)
    result = faceaug("run", recipe, odd, "-o", tmp_path / "out", "--format", "png")
    assert result.exit_code == 0, result.output
    record = next(r for r in read_manifest(tmp_path / "out" / "manifest.csv") if r.origin == "rendered")
    with Image.open(record.located(tmp_path / "out")) as image:
        assert image.size == portrait.size, "upright, at its own size"
        assert image.mode == "RGB"


def two_faces(samples: Path, folder: Path) -> Path:
    """Both sample portraits side by side, one smaller."""
    one = Image.open(samples / "eileen_collins.png").convert("RGB")
    other = Image.open(samples / "grace_hopper.jpg").convert("RGB").resize((340, 400))
    page = Image.new("RGB", (one.width + other.width, 512), (127, 127, 127))
    page.paste(one, (0, 0))
    page.paste(other, (one.width, 60))
    path = folder / "two.png"
    page.save(path)
    return path


@pytest.mark.parametrize(("faces", "count"), [("largest", 1), ("all", 2)])
def test_several_faces(faces: str, count: int, faceaug: Command, recipe: Path, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = faceaug("run", recipe, two_faces(samples, tmp_path), "-o", out, "--faces", faces)
    assert result.exit_code == 0, result.output
    rendered = [record for record in read_manifest(out / "manifest.csv") if record.origin == "rendered"]
    assert len(rendered) == count
    assert sorted(record.face for record in rendered) == list(range(count))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("edits: {lightning: {}}", "did you mean 'lighting'"),
        ("edits: {lighting: {azimut: 3}}", "did you mean 'azimuth'"),
        ("edits: {lighting: {azimuth: 900}}", "must lie within"),
        ("edits: [", ""),
    ],
)
def test_a_faulty_recipe_is_told_with_its_line(
    change: str, said: str, faceaug: Command, photos: Path, tmp_path: Path
) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(f"about: a fault\n{change}\n")
    for words in (["check", path], ["run", path, photos, "-o", tmp_path / "out"]):
        result = faceaug(*words)
        assert result.exit_code == 2, result.output
        assert f"{path}:" in result.stderr
        assert said in result.stderr
        assert not result.stdout
    assert not (tmp_path / "out").exists(), "a request that is wrong leaves nothing behind"


def test_check_is_content_with_every_recipe_we_ship(faceaug: Command, root: Path) -> None:
    recipes = sorted((root / "recipes").glob("*.yaml"))
    assert len(recipes) >= 4
    result = faceaug("check", *recipes)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("ok") == len(recipes)


def test_missing_things_are_named(faceaug: Command, recipe: Path, photos: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    cases: list[tuple[list[str | Path], str]] = [
        ([tmp_path / "none.yaml", photos], "none.yaml"),
        ([recipe, tmp_path / "nowhere"], "does not exist"),
        ([recipe, empty], "holds no photograph"),
        ([recipe, str(tmp_path / "*.jpg")], "matches no photograph"),
    ]
    for words, said in cases:
        result = faceaug("run", *words, "-o", tmp_path / "out")
        assert result.exit_code == 2, result.output
        assert said in result.stderr
        assert not result.stdout


@pytest.mark.parametrize(
    "option", ["--copies=0", "--batch=0", "--format=tga", "--faces=some", "--quality=0", "--seed=-1"]
)
def test_an_option_out_of_range_is_named(
    option: str, faceaug: Command, recipe: Path, photos: Path, tmp_path: Path
) -> None:
    result = faceaug("run", recipe, photos, "-o", tmp_path / "out", option)
    assert result.exit_code == 2
    assert option.partition("=")[0] in result.stderr


def test_an_output_that_is_a_file_is_named(faceaug: Command, recipe: Path, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("in the way")
    result = faceaug("run", recipe, photos, "-o", out)
    assert result.exit_code == 2
    assert str(out) in result.stderr
    assert out.read_text() == "in the way"
    result = faceaug("run", recipe, photos, "-o", out / "below")
    assert result.exit_code == 2, result.output
    assert str(out) in result.stderr


def test_an_output_that_may_not_be_written_is_named(
    faceaug: Command, recipe: Path, photos: Path, tmp_path: Path
) -> None:
    shut = tmp_path / "shut"
    shut.mkdir()
    shut.chmod(0o500)
    if os.access(shut, os.W_OK):
        pytest.skip("this user may write everywhere")
    result = faceaug("run", recipe, photos, "-o", shut / "out")
    assert result.exit_code == 2
    assert str(shut) in result.stderr


def test_a_killed_run_ends_with_the_same_bytes(
    recipe: Path, photos: Path, portrait: Image.Image, root: Path, tmp_path: Path
) -> None:
    portrait.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(photos / "mirrored.png")

    def command(out: Path) -> list[str]:
        words = ["run", recipe, photos, "-o", out, "--copies", "8", "--batch", "2"]
        return [sys.executable, "-m", "faceaug.cli", *map(str, words)]

    def run(out: Path) -> None:
        done = subprocess.run(command(out), cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    calm, killed = tmp_path / "calm", tmp_path / "killed"
    run(calm)
    started = subprocess.Popen(command(killed), cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list(killed.rglob("*.jpg"))) < 3 and started.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    started.send_signal(signal.SIGKILL)
    started.wait()
    assert digests(killed).keys() < digests(calm).keys(), "it was not killed in time"
    run(killed)
    assert digests(killed) == digests(calm)


def test_replay_makes_the_same_bytes(faceaug: Command, recipe: Path, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert faceaug("run", recipe, photos, "-o", out, "--copies", "2").exit_code == 0
    for record in read_manifest(out / "manifest.csv"):
        if record.origin == "rendered":
            again = tmp_path / "again.jpg"
            result = faceaug("replay", out / "manifest.csv", record.id, "-o", again)
            assert result.exit_code == 0, result.output
            assert again.read_bytes() == record.located(out).read_bytes()
    result = faceaug("replay", out / "manifest.csv", "good_v0", "-o", tmp_path / "again.png")
    assert result.exit_code == 2
    assert "must end in .jpg" in result.stderr
    assert not (tmp_path / "again.png").exists()


def test_replay_of_an_unknown_id_is_named(faceaug: Command, recipe: Path, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert faceaug("run", recipe, photos, "-o", out).exit_code == 0
    result = faceaug("replay", out / "manifest.csv", "nobody", "-o", tmp_path / "again.jpg")
    assert result.exit_code == 2
    assert "nobody" in result.stderr


def test_replay_of_changed_bytes_is_a_difference(faceaug: Command, recipe: Path, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert faceaug("run", recipe, photos, "-o", out).exit_code == 0
    record = next(r for r in read_manifest(out / "manifest.csv") if r.origin == "rendered")
    Image.new("RGB", (320, 320)).save(photos / "good.png")
    result = faceaug("replay", out / "manifest.csv", record.id, "-o", tmp_path / "again.jpg")
    assert result.exit_code != 0, "another photograph cannot give the same picture"
    assert "Traceback" not in result.output


@pytest.mark.faces
def test_a_few_real_faces_of_every_kind(faceaug: Command, root: Path, faces: Path, tmp_path: Path) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    for path in sorted(faces.rglob("*.jpg"))[::43]:
        shutil.copy(path, folder / path.name)
    out = tmp_path / "out"
    result = faceaug("run", root / "recipes" / "quickstart.yaml", folder, "-o", out, "--copies", "1")
    assert result.exit_code == 0, result.output
    rendered = [record for record in read_manifest(out / "manifest.csv") if record.origin == "rendered"]
    assert len(rendered) == len(list(folder.iterdir()))


def test_a_picture_that_no_edit_could_change_is_told_and_not_made(
    faceaug: Command, photos: Path, portrait: Image.Image, tmp_path: Path
) -> None:
    portrait.convert("L").save(photos / "grey.png")
    recipe = tmp_path / "tone.yaml"
    recipe.write_text("about: x\nedits:\n  skin_tone: {ita: 10}\n")
    done = faceaug("run", recipe, photos, "-o", tmp_path / "out")
    assert done.exit_code == 3, done.output
    assert f"skipped  {photos / 'grey.png'}  every edit declined: skin_tone: the photograph is grey" in done.stderr
    assert "1 of 2 photographs" in done.stdout
    assert [path.name for path in (tmp_path / "out/pictures").iterdir()] == ["good_v0.jpg"]


def test_a_picture_is_made_again_from_the_folder_of_a_run(
    faceaug: Command, recipe: Path, photos: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    faceaug("run", recipe, photos, "-o", out)
    done = faceaug("replay", out, "good_v0", "-o", tmp_path / "again.jpg")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "again.jpg").read_bytes() == (out / "pictures/good_v0.jpg").read_bytes()
    gone = faceaug("replay", tmp_path / "ou", "good_v0", "-o", tmp_path / "again.jpg")
    assert gone.stderr.startswith(f"{tmp_path / 'ou'}  does not exist; did you mean '{out}'?")
    assert "is a folder, and no manifest" in faceaug("replay", photos, "good_v0", "-o", tmp_path / "a.jpg").stderr


def test_replay_calls_no_rendering_a_photograph(faceaug: Command, tmp_path: Path) -> None:
    """An export says that a picture was rendered, and not how."""
    (tmp_path / "t.csv").write_text("photo,id,rendered,parent\na.jpg,a,false,\nb.jpg,b,true,a\n")
    said = {name: faceaug("replay", tmp_path / "t.csv", name, "-o", tmp_path / "x.jpg").stderr for name in "ab"}
    assert "'a' is a photograph; only renderings can be made again" in said["a"]
    assert "'b' is a rendering, but this table does not say how it was made" in said["b"]
