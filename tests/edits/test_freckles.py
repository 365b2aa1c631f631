from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image
from scipy import ndimage

from faceaug.data.photos import Photo
from faceaug.edit import get_edit
from faceaug.errors import Refusal
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.face.fields import facial_skin
from faceaug.image.color import decode, hue_angle, linear_to_lab
from faceaug.render import render
from faceaug.scene import Scene
from tests.portraits import Pixels, collins, hopper, inside, pixels_of, window

Portrait = Callable[[], Decomposition]
every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])
PLAIN: dict[str, Any] = {"density": 6.0, "radius": 0.7, "contrast": 0.5, "spread": 0.3}


def scene(face: Decomposition, seed: int = 0, **given: Any) -> Scene:
    return get_edit("freckles")(Scene.of(face, seed=seed), **{**PLAIN, **given})


def melanin(face: Decomposition, seed: int = 0, **given: Any) -> npt.NDArray[np.float32]:
    added = scene(face, seed, **given).pigment
    assert added is not None
    return np.asarray(added[0, 0].numpy(force=True))


def picture(face: Decomposition, **given: Any) -> Pixels:
    return render(scene(face, **given)).pixels[0]


def count(spots: npt.NDArray[np.float32]) -> int:
    """Local maxima that stand out."""
    peak = (spots == ndimage.maximum_filter(spots, 3)) & (spots > 0.02)
    return int(ndimage.label(peak)[1])


@every_portrait
def test_more_density_is_more_spots(portrait: Portrait) -> None:
    counts = [count(melanin(portrait(), density=density, radius=0.5)) for density in (0.0, 1.0, 3.0, 8.0)]
    assert counts[0] == 0
    assert counts == sorted(set(counts))
    sums = [float(melanin(portrait(), density=d).sum()) for d in (0.0, 1.0, 3.0, 8.0, 20.0)]
    assert sums == sorted(sums)
    assert sums[3] / sums[1] == pytest.approx(8, rel=0.5)


def test_more_spots_are_the_old_ones_and_new_ones() -> None:
    """But for a few pixels beside the nose, where a spot is cut at the reach of its largest neighbour."""
    few, many = melanin(hopper(), density=2.0), melanin(hopper(), density=6.0)
    assert int((many < few - 1e-3).sum()) <= 10
    assert int((many > few + 1e-3).sum()) > 500


@every_portrait
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_eyes_and_lips_stay_free(portrait: Portrait, spread: float) -> None:
    face = portrait()
    added = melanin(face, density=25.0, spread=spread, radius=1.4)
    assert added.max() > 0.3
    for region in ("eyes", "lips", "mouth", "clothes"):
        there = inside(getattr(face.regions, region), 0.99)
        assert added[there].max(initial=0.0) < 0.02, region
    assert added[facial_skin(face)[0, 0].numpy() == 0].max() == 0


@every_portrait
def test_lids_stay_free(portrait: Portrait) -> None:
    """Small spots keep two millimetres and more from the eyes' openings."""
    face = portrait()
    eyes = inside(face.regions.eyes, 0.5)
    near = (ndimage.distance_transform_edt(~eyes) < 1.2 + 0.6 * float(face.pose.scale)) & ~eyes
    asked = {"density": 25.0, "spread": 1.0, "radius": 0.15, "contrast": 1.5}
    drawn = [melanin(face, seed, **asked) for seed in range(8)]  # of some drawings one wide spot reaches there
    on_skin = np.mean([added[inside(face.regions.skin, 0.9)].mean() for added in drawn])
    assert np.mean([added[near].mean() for added in drawn]) < 0.1 * on_skin


@every_portrait
def test_spread_takes_them_from_the_nose_to_the_whole_face(portrait: Portrait) -> None:
    face = portrait()
    x, y = (face.surface.position[0, k].numpy(force=True) for k in (0, 1))
    sunny = (np.abs(x) < 50) & (y > -45) & (y < 5)
    shares = []
    for spread in (0.0, 0.5, 1.0):
        added = melanin(face, density=20.0, spread=spread)
        shares.append(float(added[sunny].sum() / added.sum()))
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.55


@every_portrait
def test_freckles_are_darker_and_browner_than_their_skin(portrait: Portrait) -> None:
    face = portrait()
    before, after = face.photos[0].pixels.astype(int), picture(face).astype(int)
    assert (after <= before).all(), "pigment only takes light away"
    strong = melanin(face) > 0.3
    labs = []
    for pixels in (before, after):
        linear = decode(torch.from_numpy(window(pixels.astype(np.uint8), face)[strong].copy()))
        labs.append(linear_to_lab(linear).mean(dim=0, keepdim=True))
    assert 4 < float(labs[0][0, 0] - labs[1][0, 0]) < 30
    assert 20 < float(hue_angle(labs[1])) < 80, "brown"


def test_contrast_is_depth() -> None:
    assert np.allclose(melanin(collins(), contrast=0.0), 0)
    sums = [float(melanin(collins(), contrast=c).sum()) for c in (0.1, 0.3, 0.9, 1.5)]
    assert sums == sorted(sums)


def test_radius_is_size() -> None:
    areas = [float((melanin(hopper(), radius=r, density=1.0) > 0.05).sum()) for r in (0.2, 0.5, 0.9, 1.4)]
    assert areas == sorted(areas)
    assert areas[3] / areas[1] > 2.5


def doubled(face: Decomposition) -> Decomposition:
    """The same photograph with twice the pixels a side, under its own hash."""
    photo = face.photos[0]
    image = Image.fromarray(photo.pixels)
    large = np.asarray(image.resize((image.width * 2, image.height * 2), Image.Resampling.BICUBIC))
    return decompose(replace(Photo.from_array(large), sha256=photo.sha256))


def test_twice_the_pixels_have_the_same_spots() -> None:
    """In the same places and as large, in millimetres."""
    small, large = hopper(), doubled(hopper())
    one, two = melanin(small, density=3.0, radius=1.0), melanin(large, density=3.0, radius=1.0)
    assert two.sum() / one.sum() == pytest.approx(4, rel=0.1)
    (left, top), (left2, top2) = small.corners[0], large.corners[0]
    frames = [np.zeros((600, 512)), np.zeros((1200, 1024))]
    frames[0][top : top + one.shape[0], left : left + one.shape[1]] = one
    frames[1][top2 : top2 + two.shape[0], left2 : left2 + two.shape[1]] = two
    halved = frames[1].reshape(600, 2, 512, 2).mean(axis=(1, 3))
    assert np.corrcoef(frames[0].ravel(), halved.ravel())[0, 1] > 0.85


def test_spots_belong_to_their_photograph_seed_and_variant() -> None:
    def drawn(seed: int, variant: int) -> npt.NDArray[np.float32]:
        start = Scene.of(collins(), seed=seed, variants=(variant,))
        added = get_edit("freckles")(start, **PLAIN).pigment
        assert added is not None
        return np.asarray(added[0, 0].numpy(force=True))

    first = drawn(1, 0)
    assert np.array_equal(first, drawn(1, 0))
    for other in (drawn(2, 0), drawn(1, 1)):
        assert np.corrcoef(first.ravel(), other.ravel())[0, 1] < 0.6


def test_the_mask_holds_every_changed_pixel() -> None:
    face = collins()
    rendering = render(scene(face))
    changed = (rendering.pixels[0] != face.photos[0].pixels).any(axis=2)
    mask = rendering.masks["freckles"][0]
    assert not changed[mask == 0].any()
    assert changed[mask == 255].mean() > 0.9


def test_a_face_without_skin_gets_none() -> None:
    face = collins()
    hidden = replace(face, skin=replace(face.skin, reliable=torch.zeros(1)))
    with pytest.raises(Refusal, match="too little bare skin"):
        scene(hidden)


def test_a_grey_photograph_stays_grey() -> None:
    """Brown spots on a grey photograph would be wrong: it is declined, or the spots are grey."""
    grey = np.repeat(pixels_of("eileen_collins.png").mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    try:
        pixels = picture(decompose(grey)).astype(int)
    except Refusal:
        return
    assert np.ptp(pixels, axis=2).max() <= 1
