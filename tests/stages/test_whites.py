"""Eyes go along with the skin as whites do between people, unless told not to; nothing beside them does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.face.lids import lid_margins
from faceaug.image.color import lab_to_linear, linear_to_lab, luminance
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.whites import followed_whites
from tests.portraits import collins


def whites(face: Decomposition) -> Tensor:
    """Pixels that are surely the white of an eye: well inside the openings, away from the irises, light."""
    ys, xs = (torch.arange(size) + 0.5 for size in face.linear.shape[-2:])
    clear = (face.regions.eyes - lid_margins(face))[0, 0] > 0.99
    for pupil in (468, 473):
        x, y = (face.points[0, pupil, :2] - torch.tensor(face.corners[0])).tolist()
        radius = float((face.points[0, pupil + 1 : pupil + 5, :2] - face.points[0, pupil, :2]).norm(dim=1).mean())
        clear &= torch.hypot(xs - x, ys[:, None] - y) > 1.15 * radius
    return clear & (linear_to_lab(face.linear)[0, 0] > 50)


def lightness(picture: Tensor, where: Tensor) -> float:
    return float(linear_to_lab(picture[None])[0, 0][where].median())


@pytest.mark.parametrize("rise", [-40.0, 15.0])
def test_whites_change_by_what_they_do_between_people(rise: float) -> None:
    face, picture = collins(), collins().linear[0].clone()
    touched = followed_whites(picture, face, rise)
    white = whites(face)
    assert int(white.sum()) >= 12
    assert lightness(picture, white) - lightness(face.linear[0], white) == pytest.approx(0.5 * rise, abs=2.5)
    assert torch.equal(picture[:, touched[0] == 0], face.linear[0][:, touched[0] == 0])
    assert not touched[0][face.regions.eyes[0, 0] == 0].any(), "skin is left to the pigment"


@pytest.mark.parametrize(("yellow", "then"), [(1.0, 5.4), (5.0, 7.0), (12.0, 12.0)])
def test_whites_of_dark_faces_are_as_yellow_as_real_ones_and_no_yellower(yellow: float, then: float) -> None:
    face, white = collins(), whites(collins())
    linear = face.linear.clone()
    linear[0][:, white] = lab_to_linear(torch.tensor([[68.0, 4.0, yellow]])).T
    picture = linear[0].clone()
    followed_whites(picture, replace(face, linear=linear), -40.0)
    assert float(linear_to_lab(picture[None])[0, 2][white].median()) == pytest.approx(then, abs=0.7)


@pytest.mark.parametrize("rise", [-40.0, 15.0])
def test_irises_go_along_by_as_much_light_and_keep_their_colour(rise: float) -> None:
    """Left as they are, light irises glow out of an eye whose white is darker."""
    face, picture = collins(), collins().linear[0].clone()
    followed_whites(picture, face, rise)
    before, after = face.linear[0], picture
    white = whites(face)
    change = float((luminance(after[None])[0, 0][white] / luminance(before[None])[0, 0][white]).median())
    for pupil in (468, 473):
        x, y = (face.points[0, pupil, :2] - torch.tensor(face.corners[0])).int().tolist()
        radius = float((face.points[0, pupil + 1 : pupil + 5, :2] - face.points[0, pupil, :2]).norm(dim=1).mean())
        beside = int(x + 0.6 * radius)
        iris = after[:, y, beside] / before[:, y, beside]
        assert iris.tolist() == pytest.approx([change] * 3, rel=0.12)
        assert float(iris.max() - iris.min()) < 0.02, "its colour stays"


def test_reflections_stay() -> None:
    face = collins()
    picture = face.linear[0].clone()
    spot = tuple(whites(face).nonzero()[10].tolist())
    picture[:, spot[0], spot[1]] = 4.0
    followed_whites(picture, face, -40.0)
    assert torch.allclose(picture[:, spot[0], spot[1]], torch.full((3,), 4.0))


def test_a_white_between_dark_lashes_is_no_reflection() -> None:
    face = collins()
    shown = whites(face).nonzero()
    lashes, clear = shown[::2], shown[1::2]
    linear = face.linear.clone()
    for row, column in lashes.tolist():
        linear[0, :, row - 1 : row + 1, column] *= 0.1
    picture = linear[0].clone()
    followed_whites(picture, replace(face, linear=linear), -40.0)
    kept = [(row, column) for row, column in clear.tolist() if bool((linear == face.linear)[0, :, row, column].all())]
    change = [float(picture[1, row, column] / linear[0, 1, row, column]) for row, column in kept]
    assert len(change) >= 5
    assert max(change) < 0.75


def test_a_face_whose_eyes_are_nearly_shut_has_the_usual_white() -> None:
    face = collins()
    regions = replace(face.regions, eyes=face.regions.eyes.clamp(max=0.85))
    picture = face.linear[0].clone()
    touched = followed_whites(picture, replace(face, regions=regions), -30.0)
    assert torch.isfinite(picture).all()
    light = (touched[0] > 0) & (face.linear[0].amin(dim=0) > 1e-3)
    change = picture[:, light] / face.linear[0][:, light]
    assert float(change.max()) <= 1.0
    assert float(change.min()) > 0.5


def test_the_edit_lets_whites_go_along_unless_told_not_to() -> None:
    face = collins()
    left, top = face.corners[0]
    rows, columns = whites(face).nonzero().T
    tone = get_edit("skin_tone")
    kept, followed = (tone(Scene.of(face), ita=-30.0, whites=0.0), tone(Scene.of(face), ita=-30.0))
    before, same, darker = (
        picture[rows + top, columns + left].astype(float)
        for picture in (face.photos[0].pixels, render(kept).pixels[0], render(followed).pixels[0])
    )
    assert abs(same - before).max() <= 1
    assert (darker.mean(axis=1) < before.mean(axis=1)).mean() > 0.9
    assert (render(followed).masks["skin_tone"][0][rows + top, columns + left] > 0).all(), "the mask says what changed"
