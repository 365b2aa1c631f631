"""Errors are lists of faults that a person can act on, and survive the way from a worker process."""

from __future__ import annotations

import pickle

import pytest

from faceaug.errors import FaceaugError, Fault, PhotoError, Refusal, RequestError, did_you_mean

FAULTS = [
    Fault("a.yaml:8", "freckles has no setting 'densty'; did you mean 'density'?"),
    Fault("a.yaml:11", "glasses.tint is 1.4, but must lie within 0..1"),
]


def test_all_faults_are_shown_aligned_and_counted() -> None:
    assert str(RequestError(FAULTS)).splitlines() == [
        "a.yaml:8   freckles has no setting 'densty'; did you mean 'density'?",
        "a.yaml:11  glasses.tint is 1.4, but must lie within 0..1",
        "2 faults, nothing was rendered",
    ]
    assert str(RequestError(FAULTS[:1], "nothing was read")).endswith("\n1 fault, nothing was read")
    assert str(RequestError([Fault("", "no photographs")])).splitlines()[0] == "no photographs"
    assert str(FAULTS[0]).startswith("a.yaml:8  freckles")


def test_an_error_without_faults_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        RequestError([])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FaceaugError("x"), 2),
        (RequestError(FAULTS, "nothing was read"), 2),
        (PhotoError("no_face", "a.jpg holds no face"), 3),
        (Refusal("tone", "the photograph is grey"), 3),
    ],
)
def test_errors_travel_between_processes(error: FaceaugError, code: int) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert again.exit_code == code


def test_texts() -> None:
    assert str(PhotoError("no_face", "a.jpg holds no face")) == "a.jpg holds no face"
    assert str(Refusal("tone", "the photograph is grey")) == "tone: the photograph is grey"


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("densty", "density"), ("DENSITY", "density"), ("raduis", "radius"), ("zzz", ""), ("", "")],
)
def test_did_you_mean(word: str, nearest: str) -> None:
    assert did_you_mean(word, ["density", "radius", "contrast"]) == nearest
    assert did_you_mean(word, []) == ""
