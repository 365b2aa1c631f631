"""The stage of glasses: where they sit, what they hide, what they cast and what they bend."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition
from faceaug.face.frame import STYLES, cut
from faceaug.face.frame_tables import frame_tables
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.face.wearing import PUPIL_AT, face_measures, wear
from faceaug.image.filter import gaussian
from faceaug.image.outline import hull_distance, pixel_coverage, signed_distance
from faceaug.image.sharpness import point_spread
from faceaug.render import Rendering, render
from faceaug.scene import Scene
from faceaug.stages.eyewear import ears as eyewear_ears
from faceaug.stages.eyewear import temples as eyewear_temples
from faceaug.stages.eyewear.ears import arm
from faceaug.stages.eyewear.fitting import fitted
from faceaug.stages.eyewear.temples import _visible
from tests.portraits import collins, hopper, pixels_of
from tests.spectacles import WIRE

PLAIN: dict[str, Any] = {**WIRE, "style": "rectangle", "material": "acetate", "colour": "black"}


def worn(**given: Any) -> Rendering:
    return render(get_edit("glasses")(Scene.of(collins()), **{**PLAIN, **given}))


def mask(rendering: Rendering, name: str) -> np.ndarray:
    return rendering.masks[name][0].astype(float) / 255


def level(rendering: Rendering, where: np.ndarray) -> float:
    return float(rendering.pixels[0][where].mean())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("lowered", [0.0, 3.0])
def test_both_pupils_lie_inside_the_lenses(style: str, lowered: float) -> None:
    lens = mask(worn(style=style, lowered=lowered), "glasses_lens")
    for pupil in (LEFT_PUPIL, RIGHT_PUPIL):
        x, y = collins().points[0, pupil, :2].tolist()
        assert lens[int(y), int(x)] > 0.9


@pytest.mark.parametrize("style", STYLES)
def test_pupils_stand_where_opticians_put_them(style: str) -> None:
    face = face_measures(collins().points, collins().pose)
    frame = cut(style, metal=False, width=136.0, pupils=63.0, thickness=1.0)
    pupils = wear(face, 0, frame, 0.0).pupils
    height = float(pupils[:, 1].mean()) / frame.height + 0.5
    assert height == pytest.approx(PUPIL_AT, abs=0.04)
    assert (pupils[:, 0].abs() - frame.middle).abs().max() < frame.lens * 0.25


def test_the_frame_is_level_with_the_head() -> None:
    face = face_measures(collins().points, collins().pose)
    frame = cut("rectangle", metal=False, width=136.0, pupils=63.0, thickness=1.0)
    across = wear(face, 0, frame, 0.0).rotation[:, 0]
    eyes = collins().points[0, LEFT_PUPIL] - collins().points[0, RIGHT_PUPIL]
    roll = math.degrees(math.atan2(-float(across[1]), float(across[0])))
    assert roll == pytest.approx(math.degrees(math.atan2(float(eyes[1]), float(eyes[0]))), abs=2.0)


def test_measures_give_the_eye_distance_of_the_mean_face() -> None:
    face = face_measures(collins().points, collins().pose)
    assert float(face.pupils[0]) == pytest.approx(63.0, abs=5.0)
    assert 120 < float(face.temples[0]) < 155


def test_a_tint_darkens_what_lies_behind_it_and_more_so_above_in_a_gradient() -> None:
    clear, tinted, gradient = (worn(lens=lens, tint=0.8) for lens in ("clear", "tinted", "gradient"))
    inside = mask(clear, "glasses_lens") > 0.95
    assert level(tinted, inside) < 0.7 * level(clear, inside)
    rows = np.flatnonzero(inside.any(axis=1))
    middle = int(rows.mean())
    upper, lower = inside.copy(), inside.copy()
    upper[middle:], lower[:middle] = False, False
    kept = [level(gradient, part) / level(clear, part) for part in (upper, lower)]
    assert kept[0] < kept[1] - 0.1


def test_a_window_shines_in_the_lenses() -> None:
    dull, bright = worn(reflection="none"), worn(reflection="window")
    inside = mask(dull, "glasses_lens") > 0.95
    gain = bright.pixels[0].astype(int)[inside] - dull.pixels[0].astype(int)[inside]
    assert gain.min() >= -1
    assert gain.max() > 15


@pytest.mark.parametrize("reflection", ["window", "softbox", "lamps"])
@pytest.mark.parametrize("style", ["round", "rectangle", "aviator"])
def test_a_window_stands_above_the_eyes_and_not_before_them(reflection: str, style: str) -> None:
    plain, bright = (worn(reflection=word, style=style, gloss=1.0) for word in ("surroundings", reflection))
    gain = bright.pixels[0].astype(int) - plain.pixels[0].astype(int)
    assert gain.max() > 15, "there is no window"
    y, x = np.mgrid[: gain.shape[0], : gain.shape[1]] + 0.5
    for pupil in (LEFT_PUPIL, RIGHT_PUPIL):
        across, down = collins().points[0, pupil, :2].tolist()
        iris = np.hypot(x - across, y - down) < 4.0 * float(collins().pose.scale[0])
        assert abs(gain[iris]).max() <= 2


def test_lenses_that_are_askew_do_not_mirror_alike() -> None:
    def patches(askew: float) -> list[float]:
        """Where the window stands in each lens, sideways of the pupil and above it, mm."""
        given = {"style": "aviator", "gloss": 1.0, "askew": askew}
        plain, bright = (worn(reflection=word, **given).pixels[0].astype(float) for word in ("surroundings", "window"))
        gain = (bright - plain).mean(axis=2).clip(min=0)
        found, middle = [], float(collins().points[0, [LEFT_PUPIL, RIGHT_PUPIL], 0].mean())
        y, x = np.mgrid[: gain.shape[0], : gain.shape[1]] + 0.5
        for pupil in (RIGHT_PUPIL, LEFT_PUPIL):
            across, down = collins().points[0, pupil, :2].tolist()
            there = gain * ((x < middle) == (across < middle))
            found += [
                float((there * (x - across)).sum() / there.sum()),
                float((there * (down - y)).sum() / there.sum()),
            ]
        return [value / float(collins().pose.scale[0]) for value in found]

    straight, turned = patches(0.0), patches(3.0)
    moved = [after - before for before, after in zip(straight, turned, strict=True)]
    assert moved[0] < -1.5, "the left window stayed"
    assert moved[2] < -1.5, "the right window stayed"
    assert abs(moved[1] - moved[3]) > 0.8, "both windows stand equally high"


@pytest.mark.parametrize("reflection", ["surroundings", "none"])
@pytest.mark.parametrize(("tint", "more", "less"), [("blue", 2, 0), ("brown", 0, 2), ("green", 1, 0), ("rose", 0, 1)])
def test_a_mirror_shows_sky_over_ground_in_its_own_colour(tint: str, more: int, less: int, reflection: str) -> None:
    made = worn(lens="mirrored", reflection=reflection, tint_colour=tint, tint=0.9)
    inside = mask(made, "glasses_lens") > 0.95
    rows = np.flatnonzero(inside.any(axis=1))
    sky, ground = inside.copy(), inside.copy()
    sky[rows[len(rows) // 4] :], ground[: rows[-len(rows) // 4]] = False, False
    assert level(made, sky) > 1.6 * level(made, ground)
    colour = made.pixels[0][sky].mean(axis=0)
    assert colour[more] > 1.15 * colour[less]


@pytest.mark.parametrize(("haired", "ear", "most", "least"), [(0, 1, 0.9, 0.9), (1, 1, 0.9, 0.9), (1, 0, 0.0, 0.0)])
def test_a_temple_goes_down_behind_the_ear_over_short_hair_and_under_hair_that_covers_the_ear(
    haired: int, ear: int, most: float, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eyewear_ears, "_ear_seen", lambda *_: float(ear))
    face = collins()
    scene = get_edit("glasses")(Scene.of(face), **PLAIN)
    scene = replace(scene, bare=torch.full_like(face.regions.hair, 1.0 - haired))
    assert scene.eyewear is not None
    fit = fitted(scene, scene.eyewear)
    assert fit is not None
    x = fit.camera(fit.whole)[0]
    one = arm(fit, -1.0)
    person = fit.whole.of(gaussian(face.regions.person, 4.0)) > 0.999
    shares = (0.0, 0.2, 0.5, 0.8, 0.9, 1.0)
    seen = [float(_visible(fit, one, torch.full_like(x, share))[person].amax()) for share in shares]
    assert seen[1] >= most
    assert seen[2] >= least
    assert seen[-1] == 0.0
    assert seen == sorted(seen, reverse=True)
    drawn = [_visible(fit, one, torch.full_like(x, share))[person].mean() for share in (0.5, 0.9)]
    assert not (haired and ear) or drawn[1] <= 0.5 * drawn[0], "the last strands before the ear"
    assert ear or max(seen) < 0.05, "hair that covers the ear covers the temple"


def test_a_temple_ends_where_the_ear_is_seen() -> None:
    """The upper edge of bare skin beside the head, wherever it lies within reach of the guess."""
    face = collins()
    scene = get_edit("glasses")(Scene.of(face), **PLAIN)
    assert scene.eyewear is not None
    heights = []
    for lower in (-4.0, 0.0, 4.0, 40.0):
        plain = fitted(replace(scene, bare=torch.zeros_like(face.regions.hair)), scene.eyewear)
        assert plain is not None
        guess = plain.pixel(arm(plain, 1.0).ear)[1]
        rows = torch.arange(face.linear.shape[-2])[:, None].expand(face.linear.shape[-2:])
        bare = (rows >= guess + lower * plain.scale).float()[None, None]
        source = replace(face, regions=replace(face.regions, person=torch.ones_like(bare)))
        fit = fitted(replace(scene, bare=bare, source=source), scene.eyewear)
        assert fit is not None
        heights.append((fit.pixel(arm(fit, 1.0).ear)[1] - guess) / fit.scale)
    assert heights[0] < heights[1] < heights[2]
    assert heights[2] - heights[0] == pytest.approx(8.0, abs=1.5)
    assert heights[3] == 0.0, "no ear within reach"


@pytest.mark.parametrize(("portrait", "regions_say", "seen"), [(collins, 1.0, 0.0), (hopper, 0.0, 1.0)])
def test_ears_are_seen_where_skin_is_bare_and_not_under_hair_of_its_colour(
    portrait: Callable[[], Decomposition], regions_say: float, seen: float
) -> None:
    """Whatever the regions by colour alone say: they take red hair for hair, and fair hair for skin."""
    face = portrait()
    told = torch.full_like(face.regions.body, regions_say)
    face = replace(face, regions=replace(face.regions, body=told, skin=told))
    scene = get_edit("glasses")(Scene.of(face), over="draw")
    assert scene.eyewear is not None
    fit = fitted(scene, scene.eyewear)
    assert fit is not None
    assert [arm(fit, side).seen for side in (-1.0, 1.0)] == [seen, seen]


def test_a_far_temple_stands_out_beyond_the_head_only_where_it_leads_back_to_it() -> None:
    face = collins()
    nobody = replace(face, regions=replace(face.regions, person=torch.zeros_like(face.regions.person)))
    scene = get_edit("glasses")(Scene.of(nobody), **PLAIN)
    assert scene.eyewear is not None
    fit = fitted(scene, scene.eyewear)
    assert fit is not None
    share = torch.full_like(fit.camera(fit.whole)[0], 0.15)
    angle = math.radians(20)
    turn = torch.tensor([[math.cos(angle), 0, math.sin(angle)], [0, 1, 0], [-math.sin(angle), 0, math.cos(angle)]])
    turned = replace(fit, worn=replace(fit.worn, rotation=turn))
    near, far = (float(_visible(turned, arm(turned, side), share).amax()) for side in (-1.0, 1.0))
    assert near > 0.9
    assert far == 0.0
    inward = turned.worn.ears - torch.tensor([[0.0, 0.0, 0.0], [30.0, 0.0, 0.0]])
    leading = replace(turned, worn=replace(turned.worn, ears=inward))
    back = float(_visible(leading, arm(leading, 1.0), share).amax())
    assert back > 0.9, "a far temple that leads back to the head is hidden"


@pytest.mark.parametrize(("power", "larger"), [(-8.0, False), (6.0, True)])
def test_a_lens_of_some_power_changes_the_size_of_the_eye_and_its_landmarks(power: float, larger: bool) -> None:
    plain, strong = worn(), worn(power=power)
    for first, second in ((33, 133), (362, 263)):
        before = np.linalg.norm(plain.points[0, first, :2] - plain.points[0, second, :2])
        after = np.linalg.norm(strong.points[0, first, :2] - strong.points[0, second, :2])
        assert after / before == pytest.approx(1 / (1 - 0.017 * power), abs=0.03)
        assert (after > before) == larger
    assert np.array_equal(plain.points[0, 1], strong.points[0, 1]), "the nose's tip moved"


def test_the_shadow_goes_away_from_the_lamp() -> None:
    def fallen(azimuth: float) -> float:
        light: dict[str, Any] = {"elevation": 25.0, "key_fill": 8.0, "softness": 0.1, "azimuth": azimuth}
        scene = get_edit("glasses")(get_edit("lighting")(Scene.of(collins()), **light), **PLAIN)
        shade = mask(render(scene), "glasses_shadow")
        return float((shade.sum(axis=0) * np.arange(shade.shape[1])).sum() / shade.sum())

    assert fallen(50.0) < fallen(-50.0) - 1.0


def test_the_skin_is_darker_in_the_shadow() -> None:
    rendering = worn()
    shade = (mask(rendering, "glasses_shadow") > 0.08) & (mask(rendering, "glasses_frame") < 0.01)
    shade &= mask(rendering, "glasses_lens") < 0.01
    assert shade.sum() > 20
    assert level(rendering, shade) < float(pixels_of("eileen_collins.png")[shade].mean()) - 2


def test_a_lens_without_a_rim_shades_the_cheek_with_its_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    def shade() -> np.ndarray:
        made = worn(style="rimless", material="metal")
        return mask(made, "glasses_shadow") * (mask(made, "glasses_lens") < 0.01) * (mask(made, "glasses_frame") < 0.01)

    with_edge = shade()
    monkeypatch.setattr("faceaug.stages.eyewear.shadow._SCATTERED", 0.0)
    assert with_edge.sum() > 1.3 * shade().sum()


def test_a_wider_frame_is_wider_by_as_much() -> None:
    def width(size: float) -> int:
        columns = np.flatnonzero((mask(worn(size=size), "glasses_lens") > 0.5).any(axis=0))
        return int(columns[-1] - columns[0])

    assert width(1.0) > width(0.9) * 1.04


@pytest.mark.parametrize("style", STYLES)
def test_tables_agree_with_the_outline(style: str) -> None:
    frame = cut(style, metal=True, width=138.0, pupils=63.0, thickness=1.0)
    u, v = torch.tensor([[[[frame.middle, -frame.middle, 0.0]]]]), torch.zeros(1, 1, 1, 3)
    lens, _, solid = frame_tables(frame).at(u, v)[0, :3, 0]
    assert lens[0] < -10
    assert lens[0] == pytest.approx(float(lens[1]), abs=1e-4)
    assert lens[2] > 3, "there is a lens between the eyes"
    assert solid[0] > 3, "the frame covers the eye"


@pytest.mark.parametrize(("yaw", "material"), [(0.0, "acetate"), (25.0, "acetate"), (-30.0, "metal")])
def test_a_temple_is_drawn_in_its_own_part_as_over_everything(
    yaw: float, material: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = get_edit("pose")(Scene.of(collins()), yaw=yaw, pitch=0.0, roll=0.0)
    scene = get_edit("glasses")(scene, **{**PLAIN, "material": material})
    part = render(scene)
    monkeypatch.setattr(eyewear_temples, "_around", lambda fit, _: fit.whole)
    whole = render(scene)
    for ours, theirs in [(part.pixels[0], whole.pixels[0]), (part.masks["glasses"][0], whole.masks["glasses"][0])]:
        assert int(np.abs(ours.astype(int) - theirs).max()) <= 1


def test_distance_to_a_square_and_its_hull() -> None:
    square = torch.tensor([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    x, y = torch.tensor([1.0, 3.0, 5.0]), torch.tensor([1.0, 1.0, 6.0])
    assert signed_distance(square, x, y)[range(3), range(3)].tolist() == pytest.approx([-1.0, 1.0, 5.0])
    for way in (square, square.flip(0)):
        hull = torch.cat([way, torch.tensor([[1.0, 1.0], [2.0, 0.0]])]).numpy()
        assert hull_distance(hull, x, y)[:2].tolist() == pytest.approx([-1, 1])
        assert torch.equal(hull_distance(hull, x[None], y[:, None])[range(3), range(3)], hull_distance(hull, x, y))


def test_distance_to_a_hook() -> None:
    """Against the distance to points on its edge, and its own two squares."""
    hook = torch.tensor([[0.0, 0.0], [6.0, 0.0], [6.0, 2.0], [2.0, 2.0], [2.0, 5.0], [0.0, 5.0]])
    x, y = torch.linspace(-1.3, 7.1, 30), torch.linspace(-1.1, 6.2, 27)
    found = signed_distance(hook, x, y)
    within = ((x > 0) & (x < 6))[None] & ((y > 0) & (y < 2))[:, None]
    within |= ((x > 0) & (x < 2))[None] & ((y > 0) & (y < 5))[:, None]
    assert torch.equal(found < 0, within)
    edge = torch.cat([torch.lerp(hook, hook.roll(-1, 0), share) for share in torch.linspace(0, 1, 400)])
    away = torch.hypot(x[None, :, None] - edge[:, 0], y[:, None, None] - edge[:, 1]).amin(dim=-1)
    torch.testing.assert_close(found.abs(), away, atol=0.01, rtol=0)


def test_a_thin_line_covers_its_own_width_however_it_lies() -> None:
    y, x = torch.meshgrid(torch.arange(64) + 0.5, torch.arange(64) + 0.5, indexing="ij")
    across = ((x - 32.3) * 0.8 + (y - 32.1) * 0.6)[None, None]
    drawn = pixel_coverage(across - 1.5) - pixel_coverage(across + 1.5)
    assert float(drawn[0, 0, 20:40].sum()) / 20 == pytest.approx(3.0 / 0.8, rel=0.02)


@pytest.mark.parametrize("sigma", [0.8, 1.5])
def test_the_point_spread_of_a_blurred_edge_is_found(sigma: float) -> None:
    def edge(blur: float) -> Tensor:
        x = torch.arange(96, dtype=torch.float64) - 47.7
        return (0.5 + 0.5 * torch.erf(x / (blur * 2**0.5))).float().expand(1, 1, 64, -1).contiguous()

    assert point_spread(edge(sigma)) == pytest.approx(sigma, rel=0.25)
