from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from faceaug.face.decomposition import Decomposition
from faceaug.face.topology import CHIN, LEFT_EYE, LIPS_OUTER, NOSE_TIP, RIGHT_EYE
from tests.portraits import collins, hopper, inside, middle, mirrored

Portrait = Callable[[], Decomposition]
every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])
NAMES = ("person", "skin", "body", "lips", "eyes", "brows", "mouth", "hair", "clothes")


@every_portrait
@pytest.mark.parametrize("name", NAMES)
def test_regions_are_shares(portrait: Portrait, name: str) -> None:
    region = getattr(portrait().regions, name)
    assert region.shape == (1, 1, *portrait().size[1])
    assert float(region.min()) >= 0
    assert float(region.max()) <= 1
    assert name == "mouth" or float(region.max()) > 0.9, "somewhere it is whole"


@every_portrait
def test_parts_of_the_face_lie_in_the_face(portrait: Portrait) -> None:
    face = portrait()
    for name in ("skin", "lips", "eyes", "mouth"):
        region = getattr(face.regions, name)
        beyond = (region * (1 - face.surface.face)).sum() / region.sum().clamp(min=1)
        assert float(beyond) < 0.01, name
    for name in ("skin", "lips", "eyes", "brows"):
        region = getattr(face.regions, name)
        assert float((region * (1 - face.regions.person)).sum() / region.sum()) < 0.03, f"{name} on the background"


@every_portrait
def test_features_are_not_skin(portrait: Portrait) -> None:
    regions = portrait().regions
    for name in ("lips", "eyes", "mouth"):
        assert float(regions.skin[getattr(regions, name) > 0.99].sum()) == 0, name


@every_portrait
def test_regions_stand_in_their_order(portrait: Portrait) -> None:
    """From above: hair, brows, eyes, lips, clothes; eyes above the nose, lips between nose and chin."""
    face = portrait()
    names = ("brows", "eyes", "lips", "clothes")
    heights = [middle(getattr(face.regions, name))[1] for name in names]
    assert heights == sorted(heights)
    assert np.flatnonzero(inside(face.regions.hair).any(axis=1))[0] < heights[0]
    top = face.corners[0][1]
    nose, chin = (float(face.points[0, k, 1]) - top for k in (NOSE_TIP, CHIN))
    assert heights[1] < nose < heights[2] < chin


@every_portrait
def test_a_person_is_made_of_its_parts(portrait: Portrait) -> None:
    """Skin, features, hair, body and clothes share the person among them, without much overlap or rest."""
    regions = portrait().regions
    parts = [getattr(regions, name) for name in NAMES[1:]]
    total = torch.stack(parts).sum(dim=0)
    whole = regions.person > 0.99
    assert float(total[whole].mean()) == pytest.approx(1, abs=0.12)
    assert float(total.max()) < 2.05


@every_portrait
def test_the_background_is_no_part_of_a_person(portrait: Portrait) -> None:
    regions = portrait().regions
    for name in NAMES:
        assert float(getattr(regions, name)[regions.person == 0].max()) < 0.01, name


@every_portrait
def test_contours_are_the_landmarks_own(portrait: Portrait) -> None:
    face = portrait()
    corner = torch.tensor(face.corners[0], dtype=torch.float32)
    own = face.points[0, :, :2] - corner
    eyes = own[[*RIGHT_EYE, *LEFT_EYE]].mean(dim=0)
    assert middle(face.regions.eyes) == pytest.approx(eyes.tolist(), abs=2 * float(face.pose.scale))
    lips = own[list(LIPS_OUTER)].mean(dim=0)
    assert middle(face.regions.lips + face.regions.mouth) == pytest.approx(
        lips.tolist(), abs=3 * float(face.pose.scale)
    )


def test_most_of_a_bare_face_is_skin() -> None:
    face = collins()
    share = float((face.regions.skin.sum() / face.surface.face.sum()).cpu())
    assert 0.6 < share < 0.95


def test_lips_are_redder_than_skin() -> None:
    linear, regions = collins().linear, collins().regions

    def red(weight: torch.Tensor) -> float:
        colour = (linear * weight).sum(dim=(2, 3)) / weight.sum()
        return float(colour[0, 0] / colour.sum())

    assert red(regions.lips) > red(regions.skin) + 0.02


def test_eyes_with_glasses_are_where_they_are() -> None:
    """Behind Grace Hopper's glasses, each eye on its side of the nose."""
    face = hopper()
    nose = float(face.points[0, NOSE_TIP, 0]) - face.corners[0][0]
    columns = np.flatnonzero(inside(face.regions.eyes).any(axis=0)) + 0.5
    assert (columns < nose).any()
    assert (columns > nose).any()
    assert np.abs(columns - nose).min() > 5 * float(face.pose.scale)


@pytest.mark.parametrize("name", ["skin", "hair", "eyes", "lips"])
def test_a_mirrored_portrait_has_mirrored_regions(name: str) -> None:
    one, other = collins(), mirrored("eileen_collins.png")
    own, theirs = getattr(one.regions, name).sum(), getattr(other.regions, name).sum()
    assert float(theirs) == pytest.approx(float(own), rel=0.08)
    width = one.photos[0].width
    x = middle(getattr(one.regions, name))[0] + one.corners[0][0]
    flipped = width - (middle(getattr(other.regions, name))[0] + other.corners[0][0])
    assert flipped == pytest.approx(x, abs=8), "a network found the person anew"


@every_portrait
def test_the_foreground_is_the_person_s_own_colour(portrait: Portrait) -> None:
    """Where the matte is whole it is the photograph; beyond the edge the person's colours go on."""
    face = portrait()
    whole = (face.regions.person > 0.96).expand_as(face.linear)
    assert torch.equal(face.regions.foreground[whole], face.linear[whole])
    assert float(face.regions.foreground.min()) >= -1e-4
    assert float(face.regions.foreground.max()) <= 1 + 1e-4
