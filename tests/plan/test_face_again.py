"""A picture is measured again where its face was carried to, however large another face on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceaug.data.keypoints import KEYPOINTS
from faceaug.data.photos import Photo, encode
from faceaug.data.record import Record
from faceaug.face.decompose import decompose_all
from faceaug.face.keypoints import keypoints_of
from faceaug.measure import measure
from faceaug.plan.verify.recount import measured_again
from faceaug.recipe.options import RunOptions
from faceaug.recipe.provenance import face_again
from tests.portraits import two_faces


@pytest.mark.parametrize("index", [0, 1])
def test_a_rendering_is_measured_where_its_face_was_carried_to(index: int) -> None:
    points = decompose_all(two_faces())[index].points[0].numpy()
    assert face_again(Photo.from_array(two_faces()), points, RunOptions()).face == (index,)


@pytest.mark.parametrize("index", [0, 1])
def test_a_second_look_takes_the_face_on_record(index: int, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode(two_faces(), "png"))
    face = decompose_all(two_faces())[index]
    height, width = two_faces().shape[:2]
    record = Record("a", "a.png", measured={KEYPOINTS: keypoints_of(face.points[0].numpy(), width, height)})
    found, lost = measured_again([record], tmp_path)
    assert not lost
    assert found["a"]["yaw"]["value"] == pytest.approx(measure(face)["yaw"].value)


def test_a_record_without_landmarks_means_the_largest_face(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode(two_faces(), "png"))
    found, _ = measured_again([Record("a", "a.png")], tmp_path)
    assert found["a"]["yaw"]["value"] == pytest.approx(measure(decompose_all(two_faces())[0])["yaw"].value)
