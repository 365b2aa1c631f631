"""`faceaug verify` on a real run, untouched and tampered with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from faceaug.data.versions import Versions
from tests.cli.conftest import Command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, portrait: object) -> Path:
    """A data set of one photograph and its rendering."""
    from click.testing import CliRunner
    from PIL import Image

    from faceaug.cli import main
    from tests.cli.conftest import PLAIN

    assert isinstance(portrait, Image.Image)
    folder = tmp_path_factory.mktemp("verify")
    portrait.save(folder / "good.png")
    (folder / "plain.yaml").write_text(PLAIN)
    call = CliRunner()
    run = ["run", folder / "plain.yaml", folder / "good.png", "-o", folder / "run", "--quality", "90"]
    for words in (run, ["versions", "commit", folder / "run", "-o", folder / "set"]):
        result = call.invoke(main, [str(word) for word in words])
        assert result.exit_code == 0, result.output
    return folder / "set"


def test_an_untouched_data_set_has_no_difference(faceaug: Command, made: Path, tmp_path: Path) -> None:
    result = faceaug("verify", made, "-o", tmp_path / "verify.json")
    assert result.exit_code == 0, result.output
    for said in ("2 of 2 are what their records say", "1 of 1 to the byte", "no difference"):
        assert said in result.stdout
    document = json.loads((tmp_path / "verify.json").read_text())
    assert document["pin"] == Versions.open(made).version().pin
    assert document["recount"]["measured_again"] == 1


def test_a_changed_picture_is_a_difference(faceaug: Command, made: Path, tmp_path: Path) -> None:
    Versions.open(made).restore("HEAD", tmp_path / "out")
    assert faceaug("verify", tmp_path / "out", "--compare", "0").exit_code == 0
    picture = next((tmp_path / "out/pictures").iterdir())
    picture.write_bytes(picture.read_bytes()[:-2] + b"\0\0")
    result = faceaug("verify", tmp_path / "out", "--compare", "0", "--json")
    assert result.exit_code == 1, result.output
    document = json.loads(result.stdout)
    assert len(document["files"]["faults"]) == 1
    assert document["replayed"]["differing"][0]["why"].startswith("its bytes differ")
    assert len(document["differences"]) >= 2


def test_a_changed_document_is_a_difference(faceaug: Command, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "set")
    folder = tmp_path / "set" / "versions" / "0001"
    recipe = next((folder / "recipes").glob("*.yaml"))
    recipe.write_text(recipe.read_text() + "# one word more\n")
    result = faceaug("verify", tmp_path / "set", "--compare", "0")
    assert result.exit_code == 1, result.output
    assert f"{recipe}  has been changed" in result.stdout
    assert "1 document of the version is missing or has changed" in result.stdout
    (folder / "plan.json").write_text("{")
    torn = faceaug("verify", tmp_path / "set", "--compare", "0", "--sample", "0")
    assert torn.exit_code == 2
    assert "plan.json:1  is not a plan: not JSON" in torn.stderr


def test_against_people(faceaug: Command, made: Path, tmp_path: Path) -> None:
    table = tmp_path / "human.csv"
    table.write_text("photo,grey,light\ngood.png,no,left\ngood_v0,no,left\n")
    result = faceaug("verify", made, "--sample", "0", "--against", table)
    assert result.exit_code == 0, result.output
    assert "against people" in result.stdout
    assert "grey" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "does not exist"),
        (["SET", "--version", "0009"], "has no version '0009'"),
        (["SET", "--against", "nowhere.csv"], "does not exist"),
        (["SET", "--against", "STRANGE"], "about no picture here"),
        (["SET", "--against", "UNLIKE"], "none is among"),
        (["SET", "--by", "galsses"], "did you mean 'glasses'"),
        (["SET", "--photos", "nowhere"], "nowhere  does not exist"),
        (["FOLDER"], "neither a data set with versions nor a folder with a manifest"),
    ],
)
def test_wrong_input(faceaug: Command, made: Path, tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "strange.csv").write_text("photo,grey\nother.png,no\n")
    (tmp_path / "unlike.csv").write_text("photo,shoes\ngood.png,red\n")
    places = {
        "SET": made,
        "STRANGE": tmp_path / "strange.csv",
        "UNLIKE": tmp_path / "unlike.csv",
        "FOLDER": tmp_path,
    }
    result = faceaug("verify", *(places.get(word, word) for word in words))
    assert result.exit_code == 2, result.output
    assert said in result.stderr
