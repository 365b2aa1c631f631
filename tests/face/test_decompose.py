from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from faceaug.data.keypoints import POINTS
from faceaug.data.photos import Photo
from faceaug.errors import PhotoError
from faceaug.face.decompose import decompose, decompose_all, take_apart
from faceaug.face.decomposition import Decomposition, stack_rows
from faceaug.face.geometry import pose_rotation
from faceaug.face.landmarks import Landmarks
from faceaug.face.topology import face_model
from faceaug.image.color import decode
from tests.portraits import Pixels, canvas, collins, hopper, pixels_of, resized, two_faces, window


def marks(yaw: float = 0.0, scale: float = 2.0, at: tuple[float, float] = (200, 200)) -> Landmarks:
    """Landmarks of the mean face, turned and put somewhere."""
    turned = face_model().points @ pose_rotation(torch.tensor([[yaw, 0.0, 0.0]]))[0].numpy().T
    points = turned * [scale, -scale, -scale] + [*at, 0]
    return Landmarks(points.astype(np.float32), 0.99, 0.0, 0.0)


def refusal(photo: Pixels, found: Landmarks) -> str:
    with pytest.raises(PhotoError) as caught:
        take_apart(Photo.from_array(photo), found)
    assert str(caught.value)
    return caught.value.reason


WALL = canvas(400, 400)


def test_no_face() -> None:
    with pytest.raises(PhotoError, match="no face") as caught:
        decompose(WALL)
    assert caught.value.reason == "no_face"
    with pytest.raises(PhotoError, match="no face"):
        decompose_all(WALL)


def test_too_small_a_face() -> None:
    assert refusal(WALL, marks(scale=0.2)) == "too_small"
    assert isinstance(take_apart(Photo.from_array(WALL), marks(scale=0.4)), Decomposition)


def test_a_face_a_little_too_small_is_not_said_to_be_large_enough() -> None:
    wide = float(np.ptp(marks(scale=1.0).points[:, 0]))
    with pytest.raises(PhotoError, match="is 35 pixels wide, at least 36 are needed"):
        take_apart(Photo.from_array(WALL), marks(scale=35.9 / wide))


@pytest.mark.parametrize("yaw", [-75.0, 75.0])
def test_a_profile(yaw: float) -> None:
    assert refusal(WALL, marks(yaw=yaw)) == "profile"


@pytest.mark.parametrize("at", [(5, 200), (395, 200), (200, -10), (200, 420)])
def test_a_face_cut_off(at: tuple[float, float]) -> None:
    assert refusal(WALL, marks(at=at)) == "cut_off"


def test_half_a_portrait_is_refused_by_name() -> None:
    """Cut through the nose: whatever the detector says, there is a reason."""
    nose = int(hopper().points[0, 4, 0])
    with pytest.raises(PhotoError) as caught:
        decompose(np.ascontiguousarray(pixels_of("grace_hopper.jpg")[:, :nose]))
    assert caught.value.reason in {"cut_off", "no_face", "profile"}


def test_a_grey_photograph_is_known_as_one() -> None:
    grey = pixels_of("eileen_collins.png").mean(axis=2).astype(np.uint8)
    face = decompose(grey)
    assert face.grey.tolist() == [True]
    assert face.lacking(frozenset({"colour"})) == ["the photograph is grey"]
    assert face.lacking(frozenset({"skin"})) == [None]
    assert collins().grey.tolist() == [False]
    assert collins().lacking(frozenset({"colour", "skin"})) == [None]


def test_skin_that_nobody_sees_is_missing() -> None:
    face = collins()
    hidden = replace(face, skin=replace(face.skin, reliable=torch.zeros(1)))
    assert hidden.lacking(frozenset({"skin"})) == ["too little bare skin is visible"]


@pytest.mark.parametrize("face", [collins, hopper])
def test_a_window_is_a_part_of_its_photograph(face) -> None:  # type: ignore[no-untyped-def]
    part = face()
    (left, top), (height, width) = part.corners[0], part.size[1]
    photo = part.photos[0]
    assert 0 <= left < left + width <= photo.width
    assert 0 <= top < top + height <= photo.height
    expected = decode(torch.from_numpy(window(photo.pixels, part).copy())).permute(2, 0, 1)[None]
    assert torch.equal(part.linear, expected)
    points = part.points[0, :, :2] - torch.tensor([left, top])
    assert (points > 0).all()
    assert (points < torch.tensor([width, height])).all()


@pytest.mark.parametrize("side", ["left", "right", "top"])
def test_a_face_at_the_border(side: str) -> None:
    """A photograph that ends a few pixels beside the face."""
    pixels = pixels_of("grace_hopper.jpg")
    points = hopper().points[0, :, :2].numpy(force=True)
    (x0, y0), x1 = points.min(axis=0).astype(int), int(points[:, 0].max())
    cut = {"left": pixels[:, x0 - 3 :], "right": pixels[:, : x1 + 3], "top": pixels[y0 - 3 :]}[side]
    test_a_window_is_a_part_of_its_photograph(lambda: decompose(np.ascontiguousarray(cut)))


def far_away() -> Decomposition:
    """A face of 100 pixels in a photograph of 1500 x 2000."""
    return decompose(canvas(1500, 2000, (resized(pixels_of("eileen_collins.png"), 0.8), 1300, 700)))


def test_a_small_face_in_a_large_photograph_stays_local() -> None:
    part = far_away()
    assert part.size[0] == (1500, 2000)
    assert max(part.size[1]) < 450
    assert part.corners[0][0] > 1200
    assert part.pose.angles[0].tolist() == pytest.approx(collins().pose.angles[0].tolist(), abs=3)
    assert float(part.pose.scale) == pytest.approx(0.8 * float(collins().pose.scale), rel=0.03)
    expected = collins().points[0, :, :2] * 0.8 + torch.tensor([1300.0, 700.0])
    apart = (part.points[0, :, :2] - expected).norm(dim=1) / part.pose.scale
    assert float(apart.median()) < 2, "mm"


def test_two_faces_are_found_the_larger_first() -> None:
    parts = decompose_all(two_faces())
    assert [part.face for part in parts] == [(0,), (1,)]
    assert [part.faces_found for part in parts] == [(2,), (2,)]
    assert float(parts[0].points[0, 4, 0]) > 440 > float(parts[1].points[0, 4, 0])
    assert parts[0].photos[0].sha256 == parts[1].photos[0].sha256
    one = decompose(two_faces())
    assert one.faces_found == (2,)
    assert torch.equal(one.points, parts[0].points)


@pytest.mark.parametrize("index", [0, 1])
def test_a_face_is_found_by_the_place_of_its_nose(index: int) -> None:
    nose = decompose_all(two_faces())[index].points[0, POINTS["nose_tip"], :2]
    one = decompose(two_faces(), near=(float(nose[0]) + 5, float(nose[1]) - 5))
    assert (one.face, one.faces_found) == ((index,), (2,))
    assert float((one.points[0, POINTS["nose_tip"], :2] - nose).abs().max()) < 1e-3


def test_only_one_face_may_be_asked_for() -> None:
    with pytest.raises(PhotoError, match="2 faces") as caught:
        decompose(two_faces(), faces="only")
    assert caught.value.reason == "several_faces"
    assert len(decompose(pixels_of("eileen_collins.png"), faces="only")) == 1


def test_a_photograph_comes_as_path_pixels_or_photo(samples: Path) -> None:
    path = samples / "eileen_collins.png"
    pixels = pixels_of("eileen_collins.png")
    for source in (str(path), pixels, Photo.from_array(pixels)):
        assert torch.equal(decompose(source).points, collins().points)
    assert decompose(path).photos[0].path == path


def test_the_same_photograph_gives_the_same_parts() -> None:
    again = decompose(pixels_of("grace_hopper.jpg"))
    for part in ("linear", "points", "grain"):
        assert torch.equal(getattr(again, part), getattr(hopper(), part))
    assert torch.equal(again.regions.skin, hopper().regions.skin)
    assert torch.equal(again.light.sh, hopper().light.sh)


def noisy(amount: float) -> Decomposition:
    from faceaug.image.noise import Noise

    pixels = pixels_of("grace_hopper.jpg").astype(np.float32)
    grain: npt.NDArray[np.float32] = Noise(("grain",)).normal_grid("g", (1, *pixels.shape[:2]))[0, 0].numpy()
    return decompose((pixels + grain[..., None] * amount).round().clip(0, 255).astype(np.uint8))


def test_grain_is_the_noise_of_the_picture() -> None:
    """Steps of 255: noise adds up in squares."""
    own = float(hopper().grain)
    for amount in (4.0, 8.0):
        expected = (own**2 + amount**2) ** 0.5
        assert float(noisy(amount).grain) == pytest.approx(expected, rel=0.25)


def test_rows_stack_and_come_apart() -> None:
    face = collins()
    both = stack_rows([face, face])
    assert len(both) == 2
    assert both.size == face.size
    for row in range(2):
        assert torch.equal(both.row(row).linear, face.linear)
        assert torch.equal(both.row(row).regions.hair, face.regions.hair)
        assert both.row(row).corners == face.corners
    repeated = face.repeated(3)
    assert len(repeated) == 3
    assert repeated.linear.data_ptr() == face.linear.data_ptr(), "pixels are not copied"
    with pytest.raises(ValueError, match="single face"):
        both.repeated(2)
    with pytest.raises(ValueError, match="agree in size"):
        stack_rows([face, hopper()])
    with pytest.raises(ValueError, match="no decomposition"):
        stack_rows([])
