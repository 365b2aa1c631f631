from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import Decomposition
from faceaug.image.color import decode, luminance
from faceaug.image.filter import largest
from faceaug.image.shade import angles
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.relight import _catch_lights, relight, whole_in_skin
from tests.portraits import Pixels, collins, hopper, inside, mirrored, window

Portrait = Callable[[], Decomposition]
every_portrait = pytest.mark.parametrize("portrait", [collins, hopper])
PLAIN: dict[str, Any] = {"azimuth": 0.0, "elevation": 20.0, "key_fill": 3.0, "softness": 0.5}


def lit(face: Decomposition, **given: Any) -> Pixels:
    return render(get_edit("lighting")(Scene.of(face), **{**PLAIN, **given})).pixels[0]


def bright(pixels: Pixels, face: Decomposition) -> npt.NDArray[np.float64]:
    """Linear luminance of the window."""
    linear = decode(torch.from_numpy(window(pixels, face).copy())).permute(2, 0, 1)[None]
    return luminance(linear)[0, 0].double().numpy()


def sides(pixels: Pixels, face: Decomposition) -> float:
    """How much brighter than the photograph the skin of the face's right half (in the picture) became than its left."""
    change = np.log2((bright(pixels, face) + 1e-3) / (bright(face.photos[0].pixels, face) + 1e-3))
    x = face.surface.position[0, 0].numpy(force=True)
    skin = inside(face.regions.skin, 0.9)
    return float(change[skin & (x > 20)].mean() - change[skin & (x < -20)].mean())


@every_portrait
def test_light_comes_from_its_side(portrait: Portrait) -> None:
    face = portrait()
    right, left = (sides(lit(face, azimuth=azimuth, key_fill=5.0), face) for azimuth in (60.0, -60.0))
    assert right > left + 1, "stops between the two sides"
    front = sides(lit(face), face)
    assert left < front < right
    turn = [sides(lit(face, azimuth=azimuth), face) for azimuth in (-70.0, -35.0, 0.0, 35.0, 70.0)]
    assert turn == sorted(turn)


def test_the_mirrored_photograph_is_lit_from_the_other_side() -> None:
    one = lit(collins(), azimuth=50.0)
    other = lit(mirrored("eileen_collins.png"), azimuth=-50.0)
    apart = np.abs(one.astype(int) - other[:, ::-1].astype(int))
    assert apart.mean() < 3


@every_portrait
def test_light_from_above_and_below(portrait: Portrait) -> None:
    face = portrait()
    y = face.surface.position[0, 1].numpy(force=True)
    skin = inside(face.regions.skin, 0.9)
    shares = []
    for elevation in (-40.0, 0.0, 60.0):
        seen = bright(lit(face, elevation=elevation, key_fill=6.0), face)
        shares.append(float(seen[skin & (y > 15)].mean() / seen[skin & (y < -60)].mean()))
    assert shares == sorted(shares), "the forehead gains over the chin"


@every_portrait
def test_key_fill_is_contrast(portrait: Portrait) -> None:
    face = portrait()
    contrasts = [sides(lit(face, azimuth=60.0, key_fill=ratio), face) for ratio in (1.0, 1.5, 2.5, 5.0, 10.0)]
    assert contrasts == sorted(contrasts)
    assert contrasts[-1] - contrasts[0] > 0.8


def test_the_light_asked_for_is_found_again() -> None:
    for azimuth in (-50.0, 50.0):
        again = decompose(lit(collins(), azimuth=azimuth, elevation=10.0, key_fill=5.0))
        found, _ = angles(again.light.direction)
        assert float(found) == pytest.approx(azimuth, abs=25)


@every_portrait
def test_no_strength_is_no_change(portrait: Portrait) -> None:
    face = portrait()
    pixels = lit(face, strength=0.0, azimuth=80.0, exposure=1.5, temperature=3000.0)
    assert np.array_equal(pixels, face.photos[0].pixels)


def test_strength_blends() -> None:
    face = collins()
    steps = [sides(lit(face, azimuth=60.0, strength=s), face) for s in (0.0, 0.33, 0.66, 1.0)]
    assert steps[0] == 0
    assert steps == sorted(steps)


def exposed(stops: float) -> float:
    """Median luminance of the darker half of the skin."""
    face = collins()
    skin = inside(face.regions.skin, 0.9)
    own = bright(face.photos[0].pixels, face)
    chosen = skin & (own < np.median(own[skin]))
    return float(np.median(bright(lit(face, exposure=stops, azimuth=-20.0, key_fill=2.0), face)[chosen]))


def test_exposure_is_in_stops() -> None:
    """In the mid-tones; what is bright already rolls off as film does."""
    assert exposed(1.0) / exposed(0.0) == pytest.approx(2, rel=0.12)
    assert exposed(-1.0) / exposed(0.0) == pytest.approx(0.5, rel=0.05)


def test_exposure_alone_hardly_moves_the_face_s_brightness() -> None:
    """The camera exposes for the face: another direction does not make the picture brighter or darker."""
    face = collins()
    skin = inside(face.regions.skin, 0.9)
    own = bright(face.photos[0].pixels, face)[skin].mean()
    for azimuth in (-70.0, 0.0, 70.0):
        assert bright(lit(face, azimuth=azimuth), face)[skin].mean() == pytest.approx(own, rel=0.35)


@cache
def warmth(kelvin: float) -> float:
    face = collins()
    pixels = window(lit(face, temperature=kelvin, key_fill=4.0), face)[inside(face.regions.skin, 0.9)]
    linear = decode(torch.from_numpy(pixels.copy())).numpy().mean(axis=0)
    return float(linear[0] / linear[2])


def test_low_kelvin_is_warm() -> None:
    assert warmth(2500.0) > warmth(4500.0) > warmth(6504.0) > warmth(10000.0)


def test_softer_light_has_softer_edges() -> None:
    """A bare bulb from the side throws the nose's shadow; a wall of light does not."""
    face = collins()
    skin = inside(face.regions.skin, 0.95)
    own = np.log(bright(face.photos[0].pixels, face) + 1e-3)

    def steepest(softness: float) -> float:
        change = np.log(bright(lit(face, azimuth=70.0, key_fill=6.0, softness=softness), face) + 1e-3) - own
        steps = np.abs(np.diff(change, axis=1))[skin[:, 1:] & skin[:, :-1]]
        return float(np.quantile(steps, 0.99))

    assert steepest(0.0) > steepest(1.0) * 1.15


@every_portrait
@pytest.mark.parametrize(("azimuth", "side"), [(70.0, -1), (-70.0, 1)])
def test_the_nose_throws_its_shadow(portrait: Portrait, azimuth: float, side: int) -> None:
    """Beside the nose, away from the lamp: darker than on a face of the same normals without relief."""
    face = portrait()
    level = replace(face.surface, depth=torch.zeros_like(face.surface.depth))
    given = {"azimuth": azimuth, "elevation": 10.0, "key_fill": 8.0, "softness": 0.1}
    deep, flat = (bright(lit(one, **given), face) for one in (face, replace(face, surface=level)))
    x, y = (face.surface.position[0, k].numpy(force=True) for k in (0, 1))
    beside = inside(face.regions.skin, 0.9) & (y < -5) & (y > -45) & (np.abs(x) > 10) & (np.abs(x) < 30)
    darker = [np.median(deep[beside & (x * s > 0)] / flat[beside & (x * s > 0)]) for s in (side, -side)]
    assert darker[0] < 0.96 * darker[1]


def test_bright_skin_is_not_blown_out() -> None:
    face = collins()
    skin = inside(face.regions.skin, 0.9)
    before = (window(face.photos[0].pixels, face)[skin] == 255).all(axis=1).mean()
    after = (window(lit(face, azimuth=-40.0, key_fill=8.0, exposure=0.7), face)[skin] == 255).all(axis=1).mean()
    assert after < before + 0.05


PRESETS = [name for name in get_edit("lighting").settings["preset"].values if name != "custom"]


def preset(name: str, **given: Any) -> tuple[Pixels, dict[str, float]]:
    scene = get_edit("lighting")(Scene.of(collins()), preset=name, **given)
    used = {k: float(v[0]) for k, v in scene.applied["lighting"].items() if isinstance(v, torch.Tensor)}
    return render(scene).pixels[0], used


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_the_settings_that_it_names(name: str) -> None:
    """A name is short for its settings: asking for those one by one gives the same bits."""
    pixels, used = preset(name)
    again = render(get_edit("lighting")(Scene.of(collins()), **dict[str, Any](used))).pixels[0]
    assert np.array_equal(pixels, again)
    limits = get_edit("lighting").settings
    assert all(limits[setting].within[0] <= value <= limits[setting].within[1] for setting, value in used.items())


def test_presets_do_what_their_names_say() -> None:
    face = collins()
    skin = inside(face.regions.skin, 0.9)
    own = bright(face.photos[0].pixels, face)[skin].mean()
    level = {name: bright(preset(name)[0], face)[skin].mean() / own for name in ("low_key", "high_key", "backlight")}
    assert level["low_key"] < 0.8
    assert level["high_key"] > 1.05
    assert level["backlight"] < 0.85
    contrast = {name: abs(sides(preset(name)[0], face)) for name in ("split", "loop", "butterfly", "high_key")}
    assert contrast["split"] > contrast["loop"] > contrast["high_key"]
    assert contrast["split"] > 2 * contrast["butterfly"]


def test_light_from_behind_draws_a_rim() -> None:
    """Along the silhouette, on the lamp's side, and not on the face."""
    face = collins()
    person = inside(face.regions.person, 0.98)
    plain = bright(lit(face, key_fill=1.2), face)
    x = face.surface.position[0, 0].numpy(force=True)
    hair = inside(face.regions.hair, 0.6) & person
    skin, y = inside(face.regions.skin, 0.9), face.surface.position[0, 1].numpy(force=True)
    middle, flank = skin & (np.abs(x) < 40) & (y > -70), skin & (np.abs(x) > 55) & (y < -20)
    for azimuth in (-120.0, 120.0):
        gain = np.log2((bright(lit(face, key_fill=1.2, rim=3.0, rim_azimuth=azimuth), face) + 0.01) / (plain + 0.01))
        side = np.sign(azimuth) * x > 0
        assert gain[hair & side].mean() > gain[hair & ~side].mean() + 0.02
        assert np.abs(gain[middle]).max() < 0.12
        assert np.quantile(gain[flank & side], 0.9) > 0.4, "the cheek is lit where it turns away from us"
        assert np.quantile(gain[flank & ~side], 0.9) < 0.1
    both = np.log2((bright(lit(face, key_fill=1.2, rim=3.0), face) + 0.01) / (plain + 0.01))
    assert both[hair].mean() > 0.03


def test_key_and_fill_have_colours_of_their_own() -> None:
    """A warm key from the right and a blue fill: the right cheek turns warm, the left one blue."""
    face = collins()
    x = face.surface.position[0, 0].numpy(force=True)
    skin = inside(face.regions.skin, 0.9)

    def ratio(side: npt.NDArray[np.bool_], **given: float) -> float:
        pixels = window(lit(face, azimuth=80.0, elevation=5.0, key_fill=6.0, **given), face)[skin & side]
        linear = decode(torch.from_numpy(pixels.copy())).numpy().mean(axis=0)
        return float(linear[0] / linear[2])

    mixed = {"temperature": 3200.0, "fill_temperature": 9000.0}
    assert ratio(x > 30, **mixed) > 1.15 * ratio(x > 30)
    assert ratio(x < -30, **mixed) < 0.95 * ratio(x < -30)


def test_catch_lights_stand_toward_the_key() -> None:
    """The cornea mirrors the key: the new bright spot lies to its side of the pupil, and above it."""
    face = replace(collins(), linear=collins().linear * 0.1)
    for azimuth in (-25.0, 25.0):
        scene = get_edit("lighting")(Scene.of(face), **{**PLAIN, "azimuth": azimuth, "softness": 0.05})
        assert scene.light is not None
        spots = torch.zeros_like(face.linear)
        _catch_lights(spots, scene, scene.light)
        rows, columns = np.nonzero(spots[0, 0].numpy())
        middle = float(face.points[0, [468, 473], 0].mean()) - face.corners[0][0]
        for pupil in (468, 473):
            x, y = (float(face.points[0, pupil, k]) - face.corners[0][k] for k in (0, 1))
            own = (columns < middle) == (x < middle)
            assert own.any()
            assert np.sign(columns[own].mean() + 0.5 - x) == np.sign(azimuth)
            assert rows[own].mean() + 0.5 < y


def test_an_eye_that_shows_a_catch_light_gets_no_second_one() -> None:
    def brightest(face: Decomposition) -> float:
        scene = get_edit("lighting")(Scene.of(face), **{**PLAIN, "azimuth": 25.0, "softness": 0.05})
        assert scene.light is not None
        spots = torch.zeros_like(face.linear)
        _catch_lights(spots, scene, scene.light)
        return float(spots.max())

    assert brightest(collins()) < 0.2
    assert brightest(collins()) < 0.5 * brightest(replace(collins(), linear=collins().linear * 0.1))


def test_the_measured_ratio_is_the_one_asked_for() -> None:
    found = [float(decompose(lit(collins(), azimuth=45.0, key_fill=ratio)).light.key_fill) for ratio in (1.5, 3.0, 6.0)]
    assert found == sorted(found)
    for value, ratio in zip(found, (1.5, 3.0, 6.0), strict=True):
        assert ratio / 2 < value < ratio * 2


def test_blown_out_cloth_stays_white() -> None:
    """White cloth has no shading left to bring back: under a split light it must not turn into grey card."""
    face = hopper()
    cloth = inside(face.regions.clothes, 0.95) & (window(face.photos[0].pixels, face).min(axis=2) > 225)
    assert cloth.sum() > 100
    for azimuth in (-85.0, 85.0):
        after = bright(lit(face, azimuth=azimuth, key_fill=10.0), face)[cloth]
        assert np.median(after) > 0.35


def test_wall_that_shows_through_hair_gets_no_halo() -> None:
    """A pale patch in the hair on the side of the lamp: no brighter; a dark one there is."""
    face = collins()
    x, y = face.surface.position[0, 0], face.surface.position[0, 1]
    patch = (x > 62) & (x < 80) & (y > 50) & (y < 75) & (face.regions.person[0, 0] > 0.99)
    assert patch.sum() > 50
    gains = []
    for level in (0.6, 0.1):
        painted = face.linear.clone()
        painted[0][:, patch] = level
        foreground = torch.where(patch, painted, face.regions.foreground)
        one = replace(face, linear=painted, regions=replace(face.regions, foreground=foreground))
        scene = get_edit("lighting")(Scene.of(one), **{**PLAIN, "azimuth": 60.0, "key_fill": 6.0, "exposure": 0.5})
        inner = -largest(-patch[None, None].to(painted), 2)[0, 0] > 0.5
        gains.append(float((relight(one.linear, scene)[0] / one.linear)[0][:, inner].mean()))
    assert gains[1] > 1.15
    assert gains[0] < 1.01


def test_no_pixel_holds_less_than_no_light() -> None:
    """At soft edges a strand darker than its surroundings stays a strand: no black pixels around the head."""
    face = collins()
    soft = inside(face.regions.person, 0.05) & ~inside(face.regions.person, 0.9)
    before, after = (window(p, face)[soft].sum(axis=1) for p in (face.photos[0].pixels, lit(face, azimuth=60.0)))
    assert not ((after < 8) & (before > 40)).any()


def test_specks_of_the_matte_within_skin_are_lit_as_the_skin_around_them() -> None:
    """No wall shines through a cheek: darkened, it keeps no bright spots; outlines and what is no skin stay."""
    face = collins()
    x, y = (face.points[0, 205, :2] - torch.tensor(face.corners[0])).round().int().tolist()
    holed = face.regions.person.clone()
    holed[..., y - 1 : y + 1, x - 1 : x + 1] = 0.6
    speckled = replace(face, regions=replace(face.regions, person=holed))
    dark = get_edit("lighting")(Scene.of(speckled), exposure=-1.5)
    plain = get_edit("lighting")(Scene.of(face), exposure=-1.5)
    found, meant = (relight(face.linear, scene)[0][..., y - 4 : y + 4, x - 4 : x + 4] for scene in (dark, plain))
    assert float((found / meant.clamp(min=1e-3)).max()) < 1.15
    whole = whole_in_skin(face)
    bare = face.regions.skin + face.regions.body
    assert torch.equal(whole[bare <= 0.5], face.regions.person[bare <= 0.5])
    assert float((whole - face.regions.person).abs().mean()) < 1e-3
