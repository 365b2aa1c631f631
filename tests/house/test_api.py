"""The public names: none is lost, and none appears, without somebody having meant it."""

from __future__ import annotations

import json
from pathlib import Path

import faceaug
from faceaug.edit import edits

LIST = Path(__file__).with_name("api.json")


def test_public_names_are_the_listed_ones() -> None:
    assert sorted(faceaug.__all__) == json.loads(LIST.read_text())["faceaug"]


def test_every_public_name_can_be_had() -> None:
    for name in faceaug.__all__:
        assert getattr(faceaug, name) is not None, name


def test_listed_edits_are_still_there() -> None:
    assert set(json.loads(LIST.read_text())["edits"]) <= set(edits()), "an edit is gone; recipes that name it break"
