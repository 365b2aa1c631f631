"""`faceaug try`, `gallery`, `info` and `samples`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceaug.data.encoding import read_source_type
from faceaug.edit import edits
from tests.cli.conftest import WRONG, Command, save_wrong


def cells(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


@pytest.mark.parametrize("name", edits())
def test_try_sweeps_the_main_setting(name: str, faceaug: Command, samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "strip.png"
    photo = samples / "eileen_collins.png"
    result = faceaug("try", name, photo, "-o", out, "--height", "128")
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(out)
    one = cells(out)
    assert one.shape[1] > 4 * 100, "the original and five values"
    again = tmp_path / "again.png"
    faceaug("try", name, photo, "-o", again, "--height", "128")
    assert out.read_bytes() == again.read_bytes()


def test_pages_say_of_themselves_that_they_are_no_photographs(
    faceaug: Command, photos: Path, samples: Path, tmp_path: Path
) -> None:
    """They hold renderings: in a folder that is audited they are counted as such."""
    assert faceaug("try", "lighting", photos / "good.png", "-o", tmp_path / "strip.png").exit_code == 0
    assert faceaug("info", photos / "good.png", "-o", tmp_path / "info.png").exit_code == 0
    assert faceaug("gallery", "lighting", "--photos", samples, "-o", tmp_path / "pages").exit_code == 0
    pages = [tmp_path / "strip.png", tmp_path / "info.png", tmp_path / "pages/lighting.png"]
    assert [read_source_type(page) for page in pages] == ["compositeSynthetic"] * 3


def test_try_sweeps_what_is_asked(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    strips = []
    for number, value in enumerate(("0..60", "0..60", "30")):
        out = tmp_path / f"{number}.png"
        result = faceaug("try", "lighting", photos / "good.png", "-o", out, "--set", f"azimuth={value}")
        assert result.exit_code == 0, result.output
        strips.append(cells(out))
    assert strips[0].shape == strips[1].shape
    assert strips[2].shape[1] < strips[0].shape[1]


def test_try_names_the_pictures_that_are_to_be_doubted(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    words = ("try", "pose", photos / "good.png", "-o")
    sure = faceaug(*words, tmp_path / "sure.png", "--set", "yaw=-10..10")
    assert sure.exit_code == 0, sure.output
    assert "flagged" not in sure.stderr
    doubted = faceaug(*words, tmp_path / "doubted.png", "--set", "yaw=0..48")
    assert doubted.exit_code == 0, doubted.output
    lines = doubted.stderr.splitlines()
    assert lines[-1].startswith("flagged  yaw 48 degrees: yaw of ")
    assert not any(line.startswith("flagged  yaw 0 ") for line in lines)
    assert cells(tmp_path / "doubted.png").shape[0] > cells(tmp_path / "sure.png").shape[0], "said below the strip too"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "azimut=3"], "did you mean 'azimuth'"),
        (["--set", "azimuth"], "name=value"),
        (["--set", "azimuth=east"], "must be a number"),
        (["--set", "azimuth=900"], "must lie within"),
        (["--set", "azimuth=0..900"], "must lie within"),
        (["--set", "azimuth=1..2..3"], "low..high"),
        (["--set", "azimuth=0..9", "--set", "elevation=0..9"], "only one setting can move"),
        (["--set", "azimut=3", "--set", "elevation=900"], "2 faults"),
    ],
)
def test_try_names_what_is_wrong(words: list[str], said: str, faceaug: Command, photos: Path, tmp_path: Path) -> None:
    result = faceaug("try", "lighting", photos / "good.png", "-o", tmp_path / "strip.png", *words)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert not (tmp_path / "strip.png").exists()


def test_try_knows_its_edits(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    result = faceaug("try", "lightning", photos / "good.png", "-o", tmp_path / "strip.png")
    assert result.exit_code == 2
    assert "did you mean 'lighting'" in result.stderr


@pytest.mark.parametrize("name", ["try", "info"])
@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_photograph_is_named(
    kind: str, name: str, faceaug: Command, photos: Path, portrait: Image.Image, tmp_path: Path
) -> None:
    wrong = save_wrong(kind, photos, portrait)
    words = ["try", "lighting", wrong, "-o", tmp_path / "strip.png"] if name == "try" else ["info", wrong]
    result = faceaug(*words)
    assert result.exit_code == 3, result.output
    assert str(wrong) in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["try", "lighting", "good.png", "-o", "strip.jpg"], "strip.jpg must end in .png"),
        (["info", "good.png", "-o", "drawn.txt"], "drawn.txt must end in .png"),
        (["fit", ".", "--plot", "laws.pdf"], "laws.pdf must end in .png"),
        (["info", "god.png"], "god.png does not exist; did you mean 'good.png'?"),
        (["try", "lighting", "good.png", "--like", "."], "is a folder, but must be one photograph"),
        (["info", "."], "is a folder, but must be one photograph"),
    ],
)
def test_files_that_cannot_be_meant(
    words: list[str], said: str, faceaug: Command, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos)
    result = faceaug(*words)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert [path.name for path in photos.iterdir()] == ["good.png"]


def test_info_tells_what_was_found(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    out = tmp_path / "drawn.png"
    result = faceaug("info", photos / "good.png", "-o", out)
    assert result.exit_code == 0, result.output
    assert "yaw" in result.stdout
    assert "1 face" in result.stdout
    assert cells(out).std() > 10


def test_info_as_json(faceaug: Command, photos: Path) -> None:
    result = faceaug("info", photos / "good.png", "--json")
    document = json.loads(result.stdout)
    assert (document["width"], document["height"]) == (320, 320)
    face = document["faces"][0]
    assert np.asarray(face["landmarks"]).shape == (478, 3)
    assert face["measured"]
    left, top, right, bottom = face["window"]
    assert 0 <= left < right <= 320
    assert 0 <= top < bottom <= 320


def test_gallery_draws_what_is_named(faceaug: Command, samples: Path, tmp_path: Path) -> None:
    name = next(iter(edits()))
    result = faceaug("gallery", name, "-o", tmp_path, "--photos", samples)
    assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.png"]


def test_samples_knows_its_sets(faceaug: Command, tmp_path: Path) -> None:
    result = faceaug("samples", "londn", tmp_path / "london")
    assert result.exit_code == 2
    assert "london" in result.stderr


def test_try_shows_what_an_edit_does_not_decline(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    strip = tmp_path / "strip.png"
    done = faceaug("try", "pose", photos / "good.png", "--set", "yaw=-60..60", "--set", "pitch=0", "-o", strip)
    assert done.exit_code == 0, done.output
    assert "declined  yaw -60 degrees: the head would be at a yaw of -6" in done.stderr
    assert Image.open(strip).width > Image.open(strip).height * 2, "the others are shown"
    alone = faceaug(
        "try", "pose", photos / "good.png", "--set", "yaw=-60", "--set", "pitch=0", "-o", tmp_path / "x.png"
    )
    assert alone.exit_code == 3
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("command", ["info", "try", "run", "stress"])
@pytest.mark.parametrize(("device", "said"), [("tpu", "must be cpu, cuda"), ("cuda:77", "must be a GPU that there is")])
def test_a_device_that_there_is_not_is_no_fault_of_ours(
    command: str, device: str, said: str, faceaug: Command, photos: Path, recipe: Path, tmp_path: Path
) -> None:
    words = {
        "info": (photos / "good.png",),
        "try": ("freckles", photos / "good.png", "-o", tmp_path / "x.png"),
        "run": (recipe, photos, "-o", tmp_path / "out"),
        "stress": (recipe, photos, "--model", "cat", "-o", tmp_path / "out"),
    }[command]
    done = faceaug(command, *words, "--device", device)
    assert done.exit_code == 2, done.output
    assert said in done.stderr


@pytest.mark.parametrize("command", ["info", "try"])
def test_a_device_may_be_chosen_for_us(command: str, faceaug: Command, photos: Path, tmp_path: Path) -> None:
    words = ("freckles", photos / "good.png", "-o", tmp_path / "x.png") if command == "try" else (photos / "good.png",)
    assert faceaug(command, *words, "--device", "auto").exit_code == 0


def test_a_photograph_before_the_edit_is_told(faceaug: Command, photos: Path) -> None:
    result = faceaug("try", photos / "good.png", "pose")
    assert result.exit_code == 2
    assert "first the edit, then the photograph" in result.stderr
