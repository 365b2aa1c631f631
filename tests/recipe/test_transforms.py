# ruff: noqa: ARG001  # fixtures prepare without being used
"""The albumentations transform."""

from __future__ import annotations

import sys
from types import ModuleType

import albumentations as A
import numpy as np
import pytest

from faceaug.recipe import Recipe
from faceaug.recipe.carry import carry
from faceaug.transforms import FaceAug

RECIPE = {"about": "x", "seed": 3, "edits": {"glow": {"strength": [0.5, 1]}}}


def picture(face: bool = True) -> np.ndarray:
    """A picture that the toys take for a face, or not."""
    pixels = np.full((48, 40, 3), 90, np.uint8)
    pixels[0, 0] = 100 if face else 0
    return pixels


def test_a_pipeline_with_a_seed_repeats(toy: ModuleType) -> None:
    def outputs(seed: int) -> list[np.ndarray]:
        pipeline = A.Compose([A.HorizontalFlip(p=0.5), FaceAug(RECIPE, p=0.8)], seed=seed)
        return [pipeline(image=picture())["image"] for _ in range(6)]

    first, again, other = outputs(1), outputs(1), outputs(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))
    assert len({out.tobytes() for out in first}) > 2, "each call draws another variant"


def test_it_is_the_recipe_itself(toy: ModuleType) -> None:
    transform = FaceAug(RECIPE)
    out = transform(image=picture())["image"]
    number = transform.get_applied_params()["variant"]
    assert np.array_equal(out, Recipe.parse(RECIPE)(picture(), number)["image"])


def test_keypoints_masks_and_boxes_come_along(toy: ModuleType) -> None:
    pipeline = A.Compose(
        [FaceAug(RECIPE)],
        keypoint_params=A.KeypointParams("xy", label_fields=["names"]),
        bbox_params=A.BboxParams("pascal_voc", label_fields=["kinds"]),
    )
    mask = np.arange(48 * 40, dtype=np.uint8).reshape(48, 40)
    out = pipeline(
        image=picture(),
        mask=mask,
        keypoints=[(12.5, 20.25), (3, 4)],
        names=["a", "b"],
        bboxes=[(5, 6, 30, 40)],
        kinds=["f"],
    )
    assert np.allclose(out["keypoints"], [(12.5, 20.25), (3, 4)])
    assert out["names"] == ["a", "b"]
    assert np.array_equal(out["mask"], mask)
    assert np.allclose(out["bboxes"], [(5, 6, 30, 40)])


def test_targets_move_with_the_face(toy: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sys.modules["faceaug.render"].render

    def shifted(scene: object) -> object:
        made = real(scene)
        made.points = made.points + np.array([6, 4, 0], np.float32)
        return made

    monkeypatch.setattr(sys.modules["faceaug.render"], "render", shifted)
    mask = np.zeros((48, 40), np.uint8)
    mask[20:26, 20:26] = 255
    pipeline = A.Compose(
        [FaceAug(RECIPE)],
        keypoint_params=A.KeypointParams("xy"),
        bbox_params=A.BboxParams("pascal_voc", label_fields=[]),
    )
    out = pipeline(image=picture(), mask=mask, keypoints=[(20, 20)], bboxes=[(15, 15, 30, 30)])
    assert np.allclose(out["keypoints"], [(26, 24)], atol=1e-4)
    assert np.allclose(out["bboxes"], [(21, 19, 36, 34)], atol=0.01)
    rows, columns = np.nonzero(out["mask"])
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (24, 29, 26, 31)


@pytest.fixture
def turned(toy: ModuleType, monkeypatch: pytest.MonkeyPatch) -> FaceAug:
    """A transform that turns the face by 30 degrees about the middle of the picture."""
    real = sys.modules["faceaug.render"].render
    turn = np.array([[0.866, 0.5], [-0.5, 0.866]], np.float32)

    def rotated(scene: object) -> object:
        made = real(scene)
        made.points = np.concatenate(
            [(made.points[..., :2] - 20) @ turn + 20, np.zeros_like(made.points[..., 2:])], axis=-1
        )
        return made

    monkeypatch.setattr(sys.modules["faceaug.render"], "render", rotated)
    return FaceAug(RECIPE)


def test_a_box_goes_around_the_oval_that_it_held(turned: FaceAug) -> None:
    """A face fills the ellipse in its box: around moved corners a box would be looser than one that stays."""
    pipeline = A.Compose([turned], bbox_params=A.BboxParams("pascal_voc", label_fields=[]))
    made = Recipe.parse(RECIPE)(picture(), 0)
    for left, top, right, bottom in ((12, 14, 34, 30), (4, 20, 30, 26)):
        at = np.linspace(0, 2 * np.pi, 400)
        half = np.array([right - left, bottom - top]) / 2
        oval = np.stack([np.cos(at), np.sin(at)], axis=1) * half + [(left + right) / 2, (top + bottom) / 2]
        moved = carry(oval, made["landmarks_before"], made["landmarks"])
        out = pipeline(image=picture(), bboxes=[(left, top, right, bottom)])["bboxes"][0]
        assert np.allclose(out, [*moved.min(axis=0), *moved.max(axis=0)], atol=0.25)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int16, np.int64, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("channels", [(), (1,), (3,), (5,)])
def test_masks_of_any_type_and_shape_stay_what_they_are(
    turned: FaceAug, kind: type[np.generic], channels: tuple[int, ...]
) -> None:
    plain = np.zeros((48, 40), np.uint8)
    plain[16:28, 14:30] = 1
    mask = np.broadcast_to(plain.reshape(48, 40, *(1 for _ in channels)), (48, 40, *channels)).astype(kind)
    out = A.Compose([turned])(image=picture(), mask=mask.copy())["mask"]
    assert (out.dtype, out.shape) == (mask.dtype, mask.shape)
    expected = A.Compose([turned])(image=picture(), mask=plain)["mask"]
    assert not np.array_equal(expected, plain)
    assert all(np.array_equal(out.reshape(48, 40, -1)[..., n], expected) for n in range(channels[0] if channels else 1))
    big = A.Compose([turned])(image=picture(), mask=plain.astype(np.int64) * 2**40)["mask"]
    assert big.max() == 2**40


def test_a_picture_without_a_face_passes(toy: ModuleType) -> None:
    transform = FaceAug(RECIPE)
    out = transform(image=picture(face=False), keypoints=np.array([[1.0, 2, 0, 0, 0]]))
    assert np.array_equal(out["image"], picture(face=False))
    assert transform.get_applied_params()["skipped"].startswith("no_face")


def test_it_can_be_written_down_and_replayed(toy: ModuleType) -> None:
    pipeline = A.Compose([FaceAug(RECIPE)], seed=4)
    again = A.from_dict(A.to_dict(pipeline))
    again.set_random_seed(4)
    assert np.array_equal(pipeline(image=picture())["image"], again(image=picture())["image"])
    recording = A.ReplayCompose([FaceAug(RECIPE)])
    made = recording(image=picture())
    assert np.array_equal(A.ReplayCompose.replay(made["replay"], image=picture())["image"], made["image"])


def test_wrong_arguments_are_named(toy: ModuleType) -> None:
    with pytest.raises(ValueError, match="less than or equal to 1"):
        FaceAug(RECIPE, p=2)
    with pytest.raises(ValueError, match="uint8"):
        FaceAug(RECIPE)(image=picture().astype(np.float32))
    with pytest.raises(Exception, match="no edit 'glw'"):
        FaceAug({"about": "x", "edits": {"glw": {}}})


def test_a_grey_array_is_refused(toy: ModuleType) -> None:
    step = FaceAug({"about": "x", "edits": {}})
    with pytest.raises(ValueError, match=r"needs an RGB picture, \(height, width, 3\), not \(48, 40\)"):
        A.Compose([step])(image=np.zeros((48, 40), np.uint8))
