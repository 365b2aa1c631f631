"""The head turned: measured again, compared with the photograph, refused where it must be."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from faceaug.data.photos import read_photo
from faceaug.edit import get_edit
from faceaug.errors import PhotoError, Refusal
from faceaug.face.bare import bare_skin
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.face.kept import Kept
from faceaug.face.surface import find_surface
from faceaug.image.filter import gaussian, largest
from faceaug.render import Rendering, render
from faceaug.scene import Scene
from faceaug.stages.turning.turn import turn
from tests.portraits import collins, hopper


@pytest.fixture(scope="module")
def face(samples: Path) -> Decomposition:
    return decompose(samples / "eileen_collins.png")


def turned(face: Decomposition, **angles: float) -> Rendering:
    return render(get_edit("pose")(Scene.of(face), **dict[str, Any]({"yaw": 0.0, "pitch": 0.0, "roll": 0.0, **angles})))


def eye_distance(face: Decomposition) -> float:
    return float((face.points[0, 468, :2] - face.points[0, 473, :2]).norm())


@pytest.mark.parametrize(
    "angles",
    [{"yaw": -20.0}, {"yaw": 25.0}, {"pitch": 10.0}, {"pitch": -10.0}, {"roll": 12.0}, {"yaw": 15.0, "roll": -8.0}],
)
def test_the_result_measures_what_was_asked(face: Decomposition, angles: dict[str, float]) -> None:
    picture = turned(face, **angles)
    again = decompose(picture.pixels[0])
    asked = face.pose.angles[0] + torch.tensor([angles.get(name, 0.0) for name in ("yaw", "pitch", "roll")])
    assert float((again.pose.angles[0] - asked).abs().max()) <= 3.0
    assert float((again.pose.angles[0] - asked).abs().median()) <= 1.5


def test_carried_landmarks_lie_where_they_are_found_again(face: Decomposition) -> None:
    picture = turned(face, yaw=20.0)
    again = decompose(picture.pixels[0])
    apart = (again.points[0, :, :2] - torch.from_numpy(picture.points[0, :, :2])).norm(dim=1)
    assert float(apart.mean()) <= 0.05 * eye_distance(face)
    before = (again.points[0, :, :2] - face.points[0, :, :2]).norm(dim=1)
    assert float(apart.mean()) < 0.5 * float(before.mean())


def test_the_wall_stays_and_the_shoulders_too(face: Decomposition) -> None:
    pixels, photo = turned(face, yaw=20.0).pixels[0], face.photos[0].pixels
    changed = (pixels != photo).any(axis=2)
    x, y = face.points[0, :, 0].numpy(), face.points[0, :, 1].numpy()
    tall = y.max() - y.min()
    assert not changed[:, : int(max(x.min() - 1.2 * tall, 1))].any()
    assert changed[int(y.min()) : int(y.max()), int(x.min()) : int(x.max())].mean() > 0.9


def whole(face: Decomposition, window: torch.Tensor) -> np.ndarray:
    """A map ``(1, 1, h, w)`` of the window in the frame of the photograph."""
    canvas = np.zeros(face.photos[0].pixels.shape[:2], dtype=np.float32)
    left, top = face.corners[0]
    canvas[top : top + window.shape[2], left : left + window.shape[3]] = window[0, 0].numpy()
    return canvas


def test_no_hole_is_left_where_the_head_was(samples: Path) -> None:
    """Before a wall of a colour that nothing else has, the ring that the head uncovers takes the wall's colour."""
    photo = read_photo(samples / "eileen_collins.png")
    matte = whole(decompose(photo), decompose(photo).regions.person)[..., None]
    green = np.array([20.0, 200.0, 40.0])
    face = decompose(np.round(photo.pixels * matte + green * (1 - matte)).astype(np.uint8))
    new = turned(face, yaw=25.0).pixels[0].astype(int)
    greenish = (new[..., 1] > new[..., 0] + 90) & (new[..., 1] > new[..., 2] + 90)
    uncovered = greenish & (whole(face, face.regions.person) > 0.99)
    assert uncovered.sum() > 50, "nothing was uncovered"
    assert np.abs(new[uncovered] - green).mean() < 25, "the wall behind is of another colour"


def test_left_and_right_are_mirror_images(samples: Path) -> None:
    pixels = read_photo(samples / "eileen_collins.png").pixels
    there, mirrored = decompose(pixels), decompose(np.ascontiguousarray(pixels[:, ::-1]))
    right = decompose(turned(there, yaw=18.0).pixels[0]).pose.angles[0]
    left = decompose(turned(mirrored, yaw=-18.0).pixels[0]).pose.angles[0]
    assert abs(float(right[0] + left[0])) <= 3.0


def test_later_stages_follow_the_head(face: Decomposition) -> None:
    """Freckles drawn on the photograph's face are found on the turned face, and nowhere else."""
    scene = get_edit("freckles")(Scene.of(face), density=10.0, contrast=1.2)
    both = render(get_edit("pose")(scene, yaw=20.0, pitch=0.0, roll=0.0))
    alone = turned(face, yaw=20.0)
    changed = (both.pixels[0] != alone.pixels[0]).any(axis=2)
    assert changed.sum() > 100
    again = decompose(alone.pixels[0])
    inside = whole(again, again.regions.skin + again.regions.body) > 0.05
    assert changed[inside].sum() / changed.sum() > 0.9
    before = whole(face, face.regions.skin + face.regions.body) > 0.05
    assert changed[before].sum() < changed[inside].sum()


def test_a_head_out_of_sight_is_refused(face: Decomposition) -> None:
    yaw = float(face.pose.angles[0, 0])
    with pytest.raises(Refusal, match="yaw"):
        get_edit("pose")(Scene.of(face), yaw=60.0 if yaw > 0 else -60.0)


@pytest.mark.parametrize(
    ("own", "step", "flag"),
    [
        ((20.0, 0.0, 0.0), {"yaw": 14.0}, None),
        ((20.0, 0.0, 0.0), {"yaw": 16.0}, "yaw of 36.0 degrees to the camera, beyond 35"),
        ((14.0, 0.0, 0.0), {"yaw": -24.0}, None),
        ((14.0, 0.0, 0.0), {"yaw": -28.0}, "yaw turned 28.0 degrees toward the side .* hides, beyond 26"),
        ((-20.0, 0.0, 0.0), {"yaw": 50.0}, "yaw turned 50.0 degrees toward the side .* hides, beyond 20"),
        ((2.0, 0.0, 0.0), {"yaw": -36.0}, None),
        ((0.0, -15.0, 0.0), {"pitch": 30.0}, "pitch turned 30.0 degrees toward the side .* hides, beyond 21"),
        ((-20.0, 0.0, 0.0), {"yaw": -20.0}, "yaw of -40.0 degrees to the camera, beyond 35"),
        ((0.0, 12.0, 0.0), {"pitch": 7.0}, None),
        ((0.0, -12.0, 0.0), {"pitch": -9.0}, "pitch of -21.0 degrees to the camera, beyond 20"),
        ((0.0, 0.0, 0.0), {"roll": 50.0}, None),
        ((40.0, 25.0, 0.0), {}, None),
        ((40.0, 25.0, 0.0), {"roll": 5.0}, "yaw of 40.0 .*; pitch of 25.0 "),
    ],
)
def test_the_angle_to_the_camera_is_flagged_and_what_was_hidden(
    face: Decomposition, own: tuple[float, ...], step: dict[str, float], flag: str | None
) -> None:
    edit = get_edit("pose")
    scene = Scene.of(replace(face, pose=replace(face.pose, angles=torch.tensor([own]))), variants=(0, 1))
    asked = {name: [0.0, step.get(name, 0.0)] for name in ("yaw", "pitch", "roll")}
    untouched, said = edit.flagged(scene, edit.complete(scene.noise("pose"), asked))
    assert untouched is None
    assert said is None if flag is None else re.match(flag, said or "")


def test_a_turned_face_is_still_a_face(face: Decomposition) -> None:
    for yaw in (-45.0, 45.0):
        try:
            found = decompose(turned(face, yaw=yaw).pixels[0])
        except PhotoError as error:  # pragma: no cover - the message matters
            pytest.fail(f"at {yaw} degrees: {error}")
        assert float(found.presence[0]) > 0.9


def test_eyes_may_stay_on_the_camera(face: Decomposition) -> None:
    """The irises are found again where they slid to, and nothing but the eyes differs."""
    edit = get_edit("pose")
    head = turned(face, yaw=18.0)
    camera = render(edit(Scene.of(face), yaw=18.0, pitch=0.0, roll=0.0, gaze="camera"))
    changed = (head.pixels[0] != camera.pixels[0]).any(axis=2)
    assert 20 < changed.sum() < 0.02 * changed.size
    slid = camera.points[0, [468, 473], 0] - head.points[0, [468, 473], 0]
    assert (slid < -2.0).all()
    seen = decompose(camera.pixels[0]).points[0, [468, 473], 0] - decompose(head.pixels[0]).points[0, [468, 473], 0]
    assert float((seen - torch.from_numpy(slid)).abs().max()) < 0.5 * float(np.abs(slid).min())


def test_an_earring_that_hangs_before_the_wall_turns_along(samples: Path) -> None:
    """A hoop beside the ear that the matte does not know: gone from where it was, there where the ear now is."""
    photo = read_photo(samples / "eileen_collins.png")
    matte = whole(decompose(photo), decompose(photo).regions.person)[..., None]
    plain = np.round(photo.pixels * matte + np.array([150.0, 160.0, 170.0]) * (1 - matte)).astype(np.uint8)
    face = decompose(plain)
    row, tall, wide = int(face.points[0, 177, 1]), 12, 4
    edge = int(np.flatnonzero(matte[row, :, 0] > 0.5)[0])
    plain[row - tall // 2 : row + tall // 2, edge - 1 - wide : edge - 1] = (255, 0, 255)
    new = turned(decompose(plain), yaw=18.0, roll=-6.0).pixels[0].astype(int)
    pink = (new[..., 0] > new[..., 1] + 80) & (new[..., 2] > new[..., 1] + 80)
    assert pink.sum() > 0.4 * tall * wide
    assert pink[:, : edge - wide].sum() == 0


def test_bare_skin_goes_along_for_the_tone_that_is_asked(face: Decomposition) -> None:
    scene = get_edit("pose")(Scene.of(face), yaw=20.0)
    assert turn(face.linear, scene)[1].bare is None
    moved = turn(face.linear, get_edit("skin_tone")(scene, ita=-30.0))[1]
    assert moved.bare is not None
    assert 0 <= float(moved.bare.min()) < float(moved.bare.max()) <= 1
    there = moved.source.surface.face > 0.9
    head, corner = moved.source, torch.tensor(face.corners, dtype=torch.float32)
    size = (head.linear.shape[-2], head.linear.shape[-1])
    surface = find_surface(head.points, head.pose, corner, size, head.regions.person)
    again, before = bare_skin(replace(head, surface=surface)), bare_skin(face)
    assert float((moved.bare - again)[there].abs().mean()) < 0.05
    assert float((before - again)[there].abs().mean()) > 0.1


def test_what_is_of_the_person_stays_so_where_the_other_half_shows_wall() -> None:
    """Of a head that shows nothing beside the face on its right, all that it has on its left comes into sight."""
    whole = collins()
    height, width = whole.linear.shape[-2:]
    across = torch.arange(width) + 0.5 + whole.corners[0][0] > whole.points[0, 1, 0]
    beside = across.float() * (whole.surface.face < 0.5).float()
    bald = replace(
        whole,
        regions=replace(whole.regions, person=whole.regions.person * (1 - beside)),
        kept=tuple(Kept() for _ in whole.kept),
    )
    persons = [
        turn(face.linear, get_edit("pose")(Scene.of(face), yaw=25.0, pitch=0.0, roll=0.0))[1].source.regions.person
        for face in (whole, bald)
    ]
    above_nose = torch.arange(height) + 0.5 + whole.corners[0][1] < whole.points[0, 1, 1]
    lost = (persons[0] - persons[1])[..., above_nose, :][..., ~across]
    assert int((-largest(-lost, 1) > 0.5).sum()) == 0, "pixels along an outline may differ, pieces may not"


def test_the_outline_of_a_jaw_that_a_turn_draws_out_is_as_sharp_as_it_was() -> None:
    face = collins()
    soft = gaussian(face.surface.face, 2.0)
    nothing = torch.zeros_like(soft)
    regions = replace(face.regions, person=soft, skin=soft, hair=nothing, body=nothing, clothes=nothing)
    bare = replace(face, regions=regions, kept=tuple(Kept() for _ in face.kept))
    there = turn(bare.linear, get_edit("pose")(Scene.of(bare), yaw=20.0, pitch=0.0, roll=0.0))[1].source
    jaw, nose = (int(there.points[0, point, axis]) - face.corners[0][axis] for point, axis in ((132, 1), (1, 0)))
    edge = there.regions.person[0, 0, jaw - 14 : jaw + 4, :nose]
    assert float(((edge > 0.1) & (edge < 0.9)).sum(dim=1).float().mean()) < 2.0


def test_the_matte_of_a_turned_head_is_as_soft_as_its_picture() -> None:
    """A white head before a black wall: where its outline is grey it is no whole person, or light would draw steps."""
    mixed, whole = 0, 0
    for portrait in (collins(), hopper()):
        linear = portrait.regions.person.expand(-1, 3, -1, -1).contiguous() * 0.5
        white = replace(portrait.regions, foreground=torch.full_like(linear, 0.5))
        one = replace(portrait, linear=linear, regions=white)
        for yaw in (-20.0, 20.0):
            with torch.inference_mode():
                picture, scene = turn(linear, get_edit("pose")(Scene.of(one), yaw=yaw, pitch=0.0, roll=0.0))
            matte = scene.source.regions.person
            share = picture[:, :1] / largest(picture[:, :1], 2).clamp(min=0.2)
            outline = (largest(matte, 3) > 0.99) & (largest(-matte, 3) > -0.05) & (share > 0.2) & (share < 0.8)
            mixed, whole = mixed + int(outline.sum()), whole + int((matte[outline] > 0.97).sum())
    assert mixed > 2000
    assert whole < 0.035 * mixed
