"""`faceaug measure`: a manifest of all that was told and measured, and a line for whatever was not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from faceaug.data.manifest import read_manifest
from faceaug.face import decompose as taking_apart
from tests.cli.conftest import Command, save_wrong


def test_a_manifest_of_measurements(
    faceaug: Command, photos: Path, portrait: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_wrong("landscape", photos, portrait)
    out = tmp_path / "out" / "measured.csv"
    done = faceaug("measure", photos, "-o", out)
    assert done.exit_code == 3, done.output
    assert done.stderr == f"skipped  {photos / 'landscape.jpg'}  no face was found\n"
    assert "measured            1 of 2 photographs\n" in done.stdout
    assert "skipped             1 no_face\n" in done.stdout
    assert f"manifest            {out}\n" in done.stdout
    (record,) = read_manifest(out)
    assert (record.id, record.photo) == ("good", "../photos/good.png")
    assert record.attributes["yaw"].how == "measured"
    assert record.attributes["yaw"].value == record.measured["yaw"]["value"]
    first = out.read_bytes()

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a photograph was taken apart again")

    monkeypatch.setattr(taking_apart, "decompose", refuse)
    again = faceaug("measure", photos, "-o", out)
    assert "measured            1 of 2 photographs, 2 of them earlier\n" in again.stdout
    assert out.read_bytes() == first


def test_labels_in_the_words_of_a_vocabulary(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    (photos / "labels.csv").write_text("file,sex,glasses\ngood.png,F,0\ngone.png,x,0\n")
    words = tmp_path / "words.yaml"
    words.write_text(
        "attributes:\n  gender: {column: sex, values: [female, male], synonyms: {female: [F], male: [M]}}\n"
        "  glasses: {values: [none, clear, tinted], synonyms: {none: [0]}}\n"
    )
    done = faceaug("measure", photos / "labels.csv", "--vocabulary", words, "-o", tmp_path / "m.jsonl", "--json")
    assert done.exit_code == 3
    document = json.loads(done.stdout)
    assert (document["format"], document["photographs"], document["records"]) == ("table", 2, 1)
    assert document["skipped"][0]["reason"] == "unreadable"
    assert document["doubtful"] == [
        {
            "where": f"{photos / 'labels.csv'}:3",
            "what": "sex is 'x', but must be female, male; it counts as unknown",
        }
    ]
    assert document["attributes"]["pose"] == {"known": 1, "values": {"frontal": 1}}
    (record,) = read_manifest(tmp_path / "m.jsonl")
    assert {name: record.attributes[name].value for name in ("gender", "glasses")} == {
        "gender": "female",
        "glasses": "none",
    }
    assert record.attributes["glasses"].how == "told"


def test_wrong_words(faceaug: Command, photos: Path, tmp_path: Path) -> None:
    for words, said in (
        ((photos, "-o", tmp_path / "m.xls"), "m.xls, but must end in .csv, .jsonl, .parquet"),
        ((tmp_path / "photo",), f"did you mean '{photos}'?"),
        ((photos, "--format", "lwf"), "did you mean 'lfw'?"),
        ((photos, "--vocabulary", tmp_path / "no.yaml"), "no.yaml  does not exist"),
        ((photos, "--cache", photos / "good.png"), "a file of that name is in the way; name another folder"),
    ):
        done = faceaug("measure", *words)
        assert done.exit_code == 2, done.output
        assert said in done.stderr
        assert "Traceback" not in done.output
        assert len(done.stderr.strip().splitlines()) <= 2
