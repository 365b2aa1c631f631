from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.render import Rendering, render
from faceaug.scene import Scene
from faceaug.stages.pigment import add_pigment
from tests.portraits import collins, hopper, pixels_of, window

Portrait = Callable[[], Decomposition]
every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])
KEY: dict[str, Any] = {"azimuth": 50.0, "elevation": 20.0, "key_fill": 5.0, "softness": 0.4}
SPOTS: dict[str, Any] = {"density": 8.0, "radius": 0.8, "contrast": 0.6, "spread": 0.5}
CAMERA: dict[str, Any] = {"iso": 1600.0, "quality": 100.0}


def edited(scene: Scene, **settings: dict[str, Any]) -> Scene:
    for name, given in settings.items():
        scene = get_edit(name)(scene, **given)
    return scene


def drawn(face: Decomposition, **settings: dict[str, Any]) -> Rendering:
    return render(edited(Scene.of(face), **settings))


def margin() -> Decomposition:
    """The portrait on a wide wall: the window is only a part of the photograph."""
    wall = np.full((800, 1100, 3), 140, np.uint8)
    wall[::2] = 120
    wall[200:712, 300:812] = pixels_of("eileen_collins.png")
    return decompose(wall)


@every_portrait
def test_an_untouched_scene_is_the_photograph(portrait: Portrait) -> None:
    face = portrait()
    rendering = render(Scene.of(face, variants=(0, 1)))
    for pixels in rendering.pixels:
        assert np.array_equal(pixels, face.photos[0].pixels)
    assert rendering.touched == (0.0, 0.0)
    assert rendering.source_types == (None, None)
    assert rendering.masks == {}
    assert np.allclose(rendering.points[1], face.points[0].numpy(force=True))


def test_pictures_are_their_own() -> None:
    """Writing into a picture changes neither the photograph nor its neighbour."""
    rendering = render(Scene.of(collins(), variants=(0, 1)))
    rendering.pixels[0][:] = 0
    assert np.array_equal(rendering.pixels[1], pixels_of("eileen_collins.png"))
    assert np.array_equal(render(Scene.of(collins())).pixels[0], pixels_of("eileen_collins.png"))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"lighting": KEY}, "algorithmicallyEnhanced"),
        ({"sensor": CAMERA}, "algorithmicallyEnhanced"),
        ({"lighting": KEY, "sensor": CAMERA}, "algorithmicallyEnhanced"),
        ({"freckles": SPOTS}, "compositeSynthetic"),
        ({"freckles": SPOTS, "lighting": KEY, "sensor": CAMERA}, "compositeSynthetic"),
    ],
)
def test_every_picture_says_what_it_is(settings: dict[str, dict[str, Any]], expected: str) -> None:
    assert drawn(collins(), **settings).source_types == (expected,)


def test_a_batch_equals_its_pictures_one_by_one() -> None:
    """All edits at once, with other settings in every row."""
    azimuth, density, iso = [-60.0, 10.0, 80.0], [1.0, 12.0, 5.0], [400.0, 0.0, 3200.0]

    def settings(rows: slice) -> dict[str, dict[str, Any]]:
        return {
            "lighting": {**KEY, "azimuth": azimuth[rows], "strength": [1.0, 0.0, 0.6][rows]},
            "freckles": {**SPOTS, "density": density[rows]},
            "sensor": {"iso": iso[rows], "quality": [100.0, 60.0, 90.0][rows], "defocus": [0.0, 1.5, 0.7][rows]},
        }

    together = render(edited(Scene.of(collins(), variants=(0, 1, 2)), **settings(slice(None))))
    for row in range(3):
        alone = render(edited(Scene.of(collins(), variants=(row,)), **settings(slice(row, row + 1))))
        assert np.array_equal(together.pixels[row], alone.pixels[0])
        assert together.touched[row] == alone.touched[0]
        for name, masks in alone.masks.items():
            assert np.array_equal(together.masks[name][row], masks[0])


@pytest.mark.parametrize("settings", [{"lighting": KEY}, {"freckles": SPOTS}, {"freckles": SPOTS, "lighting": KEY}])
def test_pixels_outside_the_window_are_the_photograph_s(settings: dict[str, dict[str, Any]]) -> None:
    face = margin()
    pixels = drawn(face, **settings).pixels[0]
    changed = (pixels != face.photos[0].pixels).any(axis=2)
    assert changed.any()
    window(changed[..., None], face)[:] = False
    assert not changed.any()


def test_touched_is_the_share_of_changed_pixels() -> None:
    face = collins()
    rendering = drawn(face, lighting=KEY)
    changed = (rendering.pixels[0] != face.photos[0].pixels).any(axis=2)
    assert rendering.touched[0] == pytest.approx(float(changed.mean()))
    assert 0.1 < rendering.touched[0] < 0.9


@every_portrait
def test_light_stays_on_the_person(portrait: Portrait) -> None:
    face = portrait()
    for azimuth in (-80.0, 80.0):
        pixels = drawn(face, lighting={**KEY, "azimuth": azimuth, "exposure": 1.0}).pixels[0]
        changed = (window(pixels, face) != window(face.photos[0].pixels, face)).any(axis=2)
        assert not changed[face.regions.person[0, 0].numpy(force=True) == 0].any()


def test_no_pigment_is_no_change() -> None:
    face = collins()
    none = Scene.of(face).with_pigment(torch.zeros(1, 2, *face.size[1]))
    assert np.array_equal(render(none).pixels[0], face.photos[0].pixels)


def test_pigment_changes_its_own_pixels_alone() -> None:
    face = collins()
    added = torch.zeros(1, 2, *face.size[1])
    added[:, 0, 100:110, 120:140] = 0.5
    pixels = render(Scene.of(face).with_pigment(added)).pixels[0]
    changed = (window(pixels, face) != window(face.photos[0].pixels, face)).any(axis=2)
    where = np.zeros_like(changed)
    where[100:110, 120:140] = True
    assert not changed[~where].any()
    assert changed[where].mean() > 0.9


def test_pigment_is_optical_density() -> None:
    """A little melanin filters along its own direction, much of it more alike; surface reflection is not filtered."""
    face = collins()
    bare = replace(face, skin=replace(face.skin, specular=torch.zeros_like(face.skin.specular)))
    skin = (face.regions.skin > 0.99)[0, 0].numpy(force=True)

    def light(amount: float, which: Decomposition = bare) -> np.ndarray:
        from faceaug.image.color import decode

        added = torch.full((1, 2, *face.size[1]), amount) * torch.tensor([1.0, 0.0]).reshape(1, 2, 1, 1)
        pixels = render(Scene.of(which).with_pigment(added)).pixels[0]
        return np.asarray(decode(torch.from_numpy(window(pixels, face).copy())).numpy()[skin].mean(axis=0))

    none, much, more = light(0.0), light(0.8), light(1.6)
    little = torch.tensor([0.01, 0.0])[None, :, None, None].expand(1, 2, *face.size[1]).contiguous()
    filtered = add_pigment(bare.linear, Scene(bare, pigment=little))[0] / bare.linear  # finer than levels
    assert -torch.log(filtered[0, :, skin].median(dim=1).values).numpy() == pytest.approx(
        0.01 * np.array([0.24, 0.46, 0.86]), rel=0.04
    )
    density, denser = -np.log(much / none), -np.log(more / none)
    assert (denser > density).all()
    assert denser[2] / denser[0] < density[2] / density[0] < 0.86 / 0.24
    assert (light(0.8, face) > much).all()


@pytest.mark.parametrize("face", [collins, margin])
def test_masks_have_the_photograph_s_size(face: Portrait) -> None:
    part = face()
    rendering = drawn(part, freckles=SPOTS)
    assert rendering.masks
    for masks in rendering.masks.values():
        assert len(masks) == 1
        assert masks[0].shape == part.photos[0].pixels.shape[:2]
        assert masks[0].dtype == np.uint8
        assert masks[0].max() > 100
        changed = (rendering.pixels[0] != part.photos[0].pixels).any(axis=2)
        assert not changed[masks[0] == 0].any()


def test_a_camera_sees_the_light_and_the_skin() -> None:
    """A clean camera after other edits gives the very picture that these edits give."""
    clean = {"iso": 0.0, "quality": 100.0}
    without = drawn(collins(), freckles=SPOTS, lighting=KEY).pixels[0]
    assert np.array_equal(drawn(collins(), freckles=SPOTS, lighting=KEY, sensor=clean).pixels[0], without)


def test_the_order_of_edits_does_not_matter() -> None:
    orders: list[dict[str, dict[str, Any]]] = [
        {"lighting": KEY, "freckles": SPOTS, "sensor": CAMERA},
        {"sensor": CAMERA, "freckles": SPOTS, "lighting": KEY},
    ]
    one, other = (drawn(collins(), **order).pixels[0] for order in orders)
    assert np.array_equal(one, other)


def test_rendering_changes_nothing_that_went_in() -> None:
    face = decompose(pixels_of("eileen_collins.png"))
    before = [t.clone() for t in (face.linear, face.regions.person, face.skin.specular, face.points)]
    drawn(face, freckles=SPOTS, lighting=KEY, sensor=CAMERA)
    after = (face.linear, face.regions.person, face.skin.specular, face.points)
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_faces_of_one_size_share_a_batch() -> None:
    face = margin()
    shifted = decompose(np.roll(face.photos[0].pixels, 60, axis=1))
    if face.size != shifted.size:
        pytest.skip("the windows differ in size")
    both = render(edited(Scene.of([face, shifted], variants=(0, 0)), lighting=KEY)).pixels
    assert np.array_equal(both[0], drawn(face, lighting=KEY).pixels[0])
    assert np.array_equal(both[1], drawn(shifted, lighting=KEY).pixels[0])


def test_colours_of_a_jpeg_lose_grain_where_they_changed_and_those_of_other_files_keep_it() -> None:
    """Lightness is the same, to what bytes round; nothing but what the edit changed is touched."""
    face = hopper()
    photo = face.photos[0]
    other = replace(face, photos=(replace(photo, jpeg=None),))
    assert photo.jpeg is not None
    calm, own = (drawn(each, lighting=KEY).pixels[0] for each in (face, other))
    assert (calm != own).any()
    same = (own == photo.pixels).all(axis=2)
    assert np.array_equal(calm[same], own[same])
    weights = np.array([0.299, 0.587, 0.114])
    off = np.abs((calm @ weights) - (own @ weights))
    inside = ((own > 12) & (own < 243)).all(axis=2)
    assert off[inside].max() < 2
    red = [np.diff((each @ weights) - each[..., 0], axis=1)[~same[:, 1:]].std() for each in (calm, own)]
    assert red[0] < 0.93 * red[1]
