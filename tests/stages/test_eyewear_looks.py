"""What makes glasses look worn: half rims, hair over end pieces, bright and dark parts of wire, veils, lens colours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.frame import STYLES, bare_edge, cut
from faceaug.face.frame_tables import frame_tables
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.image.color import luminance
from faceaug.image.filter import gaussian
from faceaug.render import Rendering, render
from faceaug.scene import Scene
from faceaug.stages.eyewear import accents as eyewear_accents
from faceaug.stages.eyewear import ears as eyewear_ears
from faceaug.stages.eyewear import sides as eyewear_sides
from faceaug.stages.eyewear.accents import accents, edge_glints, uneven
from faceaug.stages.eyewear.fitting import fitted
from tests.portraits import collins
from tests.spectacles import WIRE, fitting, laid


def made(**given: Any) -> Rendering:
    return render(get_edit("glasses")(Scene.of(collins()), **{**WIRE, **given}))


@pytest.mark.parametrize("metal", [True, False])
def test_a_half_rim_runs_above_the_lens_and_ends_beside_it(metal: bool) -> None:
    frame = cut("half_rim", metal=metal, width=138.0, pupils=63.0, thickness=1.0)
    v = torch.linspace(-frame.height / 2 - 3, frame.height / 2 + 3, 600)
    u = torch.full_like(v, frame.middle)
    solid = frame_tables(frame).at(u[None, None, None], v[None, None, None])[0, 2, 0] < 0
    assert bool(solid[v > 0].any()), "no rim above"
    assert not bool(solid[v < 0].any()), "a rim below"
    sides = torch.tensor([-1.0, 1.0]) * frame.lens / 2 + frame.middle
    ends = -bare_edge(frame, sides, torch.zeros(2))
    assert float(ends[0]) > float(ends[1]) > 0, "it reaches farther down at the nose, where the pads are"


def test_styles_without_a_rim_or_with_a_whole_one_say_so() -> None:
    for name, style in STYLES.items():
        frame = cut(name, metal=True, width=138.0, pupils=63.0, thickness=1.0)
        heights = torch.tensor([-frame.height / 2, frame.height / 2])
        below, above = (bare_edge(frame, torch.full((2,), frame.middle), heights) > 0).tolist()
        assert (below, above) == (style.half or style.rimless, style.rimless)


def test_the_lens_ends_below_a_half_rim_in_a_fine_dark_line() -> None:
    fit = fitting(style="half_rim", colour="black")
    grey = torch.full_like(fit.whole.of(fit.scene.source.linear), 0.3)
    drawn = laid(grey, fit)
    u, v = fit.rays(*fit.camera(fit.whole)).meet(0.0)
    edge = fit.tables.at(u, v, 0, 1)
    below = (v < -0.3 * fit.frame.height) & ((u - fit.frame.middle).abs() < 0.3 * fit.frame.lens)
    line, inside = ((edge > -1.8) & (edge < -1.0), edge < -2.7)
    light = drawn.picture.mean(dim=1, keepdim=True)
    assert float(light[below & line].mean()) < 0.96 * float(light[below & inside].mean())


@pytest.mark.parametrize(("ear", "shown"), [(1.0, True), (0.0, False)])
@pytest.mark.parametrize("style", ["oval", "rimless"])
def test_hair_that_covers_the_ears_falls_over_the_end_pieces_and_no_other_does(
    style: str, ear: float, shown: bool
) -> None:
    fit = fitting(style=style)
    hairy = replace(fit.scene, bare=torch.zeros_like(fit.scene.source.regions.hair))
    fit = replace(fit, scene=hairy)
    done = laid(fit.whole.of(fit.scene.source.linear), fit, (ear, ear))
    u, _ = fit.rays(*fit.camera(fit.whole)).meet(0.0)
    out = u.abs() - fit.frame.middle - fit.frame.lens / 2
    person = fit.whole.of(fit.scene.source.regions.person) > 0.999
    assert (float(done.frame[(out > 3.0) & person].amax()) > 0.5) == shown
    assert float(done.frame[u.abs() < fit.frame.bridge / 2].amax()) > 0.5, "hair does not cover the bridge"
    for pupil in (LEFT_PUPIL, RIGHT_PUPIL):
        left, top = fit.scene.source.corners[0]
        x, y = (collins().points[0, pupil, :2] - torch.tensor([left + fit.whole.left, top + fit.whole.top])).int()
        assert float(done.lens[0, 0, y, x]) > 0.9


def line(*places: tuple[float, float]) -> tuple[torch.Tensor, torch.Tensor]:
    u, v = torch.tensor(places).T.reshape(2, 1, 1, 1, -1)
    return u, v


def test_wire_is_lighter_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyewear_accents, "_GLINTS", {True: (1.0, 1.0)})
    fit = fitting()
    middle, half = fit.frame.middle, fit.frame.height / 2
    below, above = accents(fit, *line((middle, -half), (-middle, half))).flatten().tolist()
    assert below > 1.5 * above


@pytest.mark.parametrize("material", ["metal", "acetate"])
def test_bands_lie_across_the_end_pieces_and_nowhere_else(material: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyewear_accents, "_GLINTS", {True: (1.0, 1.0), False: (1.0, 1.0)})
    fit = fitting(material=material)
    edge, high = fit.frame.middle + fit.frame.lens / 2, fit.frame.hinge
    beyond = line(*((edge + 1.0 + k / 8, high) for k in range(60)))
    within = line(*((fit.frame.middle - 4.0 + k / 8, high) for k in range(60)))
    assert float(accents(fit, *beyond).std()) > 0.1
    assert float(accents(fit, *within).std()) == 0.0
    other = accents(fitting(seed=1, material=material), *beyond)
    assert not torch.equal(other, accents(fit, *beyond)), "everybody has the same hinges"


def test_a_wire_bridge_is_bright_in_its_middle_and_dark_where_it_is_soldered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyewear_accents, "_GLINTS", {True: (1.0, 1.0), False: (1.0, 1.0)})
    places = ((0.0, 5.0), (fitting().frame.bridge / 2 + 0.5, 5.0), (fitting().frame.middle, 5.0))
    middle, end, lens = accents(fitting(), *line(*places)).flatten().tolist()
    assert middle > 1.3 * lens
    assert end < 0.6 * lens
    assert float(accents(fitting(material="acetate"), *line(*places)).std()) == 0.0


def test_what_holds_a_lens_without_a_rim_is_banded_over_its_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyewear_accents, "_GLINTS", {True: (1.0, 1.0)})
    spread = []
    for style in ("rimless", "oval"):
        fit = fitting(style=style)
        edge = fit.frame.middle + fit.frame.lens / 2
        spread.append(float(accents(fit, *line(*((edge - 1.9 + k / 20, fit.frame.hinge) for k in range(38)))).std()))
    assert spread[0] > 0.1
    assert spread[1] < 1e-6


@pytest.mark.parametrize("azimuth", [-50.0, 50.0])
def test_rims_shine_on_both_sides_of_a_lens_along_the_lamps_direction(azimuth: float) -> None:
    scene = get_edit("lighting")(Scene.of(collins()), azimuth=azimuth, elevation=40.0, key_fill=4.0)
    scene = get_edit("glasses")(scene, **{**WIRE, "material": "acetate"})
    assert scene.eyewear is not None
    fit = fitted(scene, scene.eyewear)
    assert fit is not None
    out, tall, side = 0.35 * fit.frame.lens, 0.35 * fit.frame.height, 1.0 if azimuth > 0 else -1.0
    toward, away, across, over = (
        accents(fit, *line((fit.frame.middle + side * along * out, up * tall))).item()
        for along, up in ((1, 1), (-1, -1), (-1, 1), (1, -1))
    )
    assert min(toward, away) > 1.4 * max(across, over)


def test_a_softbox_whitens_the_lens_on_its_own_side_up_to_the_rim() -> None:
    def gain(azimuth: float) -> np.ndarray:
        scenes = [
            get_edit("lighting")(Scene.of(collins()), azimuth=azimuth, key_fill=4.0, elevation=20.0) for _ in range(2)
        ]
        dull, bright = (
            render(get_edit("glasses")(scene, **{**WIRE, "reflection": word, "gloss": 1.0}))
            for scene, word in zip(scenes, ("surroundings", "softbox"), strict=True)
        )
        lens = bright.masks["glasses_lens"][0] > 240
        return np.asarray((bright.pixels[0].astype(float) - dull.pixels[0]).mean(axis=2) * lens)

    middle = int(collins().points[0, [LEFT_PUPIL, RIGHT_PUPIL], 0].mean())
    for azimuth in (-50.0, 50.0):
        whiter = gain(azimuth)
        left, right = float(whiter[:, :middle].sum()), float(whiter[:, middle:].sum())
        assert (left > 2 * right) if azimuth < 0 else (right > 2 * left)
        assert whiter.max() > 25


def test_clear_lenses_keep_a_little_light_of_their_own_colour_and_none_are_alike() -> None:
    place = torch.zeros(1, 1, 1, 1)
    kept = torch.stack([fitting(seed=seed, gloss=0.0).kept(place).flatten() for seed in range(24)])
    assert float(kept.min()) > 0.88
    assert float(kept.max()) <= 1.0
    assert len({tuple(row.tolist()) for row in kept}) == 24
    assert float((kept[:, 0] - kept[:, 2]).max()) > 0.02, "none of them is yellowish"


def test_an_edge_of_plastic_is_as_sharp_as_in_a_sharpened_photograph() -> None:
    fit = fitting(style="rectangle", material="acetate", colour="black")
    fit = replace(fit, sharp=0.35)
    drawn = laid(torch.full_like(fit.whole.of(fit.scene.source.linear), 0.3), fit)
    x, y = fit.pixel(fit.worn.camera(torch.tensor([[fit.frame.middle, -fit.frame.height / 2, 0.0]]))[0].tolist())
    column, row = int(x - fit.whole.left), int(y - fit.whole.top)
    light = drawn.frame[0, 0, row - 2 : row + 6, column - 6 : column + 7]
    # The edge runs level: from all to nothing there is one pixel between, two where it passes between rows.
    assert float(((light > 0.12) & (light < 0.88)).sum(dim=0).float().mean()) < 2.4


def test_flames_run_along_a_temple_of_tortoise_shell() -> None:
    fit, share = fitting(material="acetate", colour="tortoise"), torch.linspace(0, 1, 200).reshape(1, 1, 1, -1)
    flames = eyewear_sides._flames(fit, share, torch.zeros_like(share))
    assert flames is not None
    assert float(flames.std()) > 0.15


def test_thin_wire_does_not_look_like_a_rope() -> None:
    """Along the lower rims on a small picture the light changes gently from column to column."""
    found = []
    for seed in range(4):
        fit = fitting(seed=seed)
        drawn = laid(torch.full_like(fit.whole.of(fit.scene.source.linear), 0.05), fit)
        light = drawn.picture.mean(dim=1)[0] - 0.05
        for middle in (-fit.frame.middle, fit.frame.middle):
            x, y = fit.pixel(fit.worn.camera(torch.tensor([[middle, -fit.frame.height / 2, 0.0]]))[0].tolist())
            column, row = int(x - fit.whole.left), int(y - fit.whole.top)
            rim = light[row - 7 : row + 8, column - 8 : column + 9].sum(dim=0)
            found.append(float((rim[2:] - 2 * rim[1:-1] + rim[:-2]).abs().mean() / rim.mean()))
    assert sum(found) / len(found) < 0.24


@pytest.mark.parametrize("side", [-1.0, 1.0])
@pytest.mark.parametrize("hair", [0.0, 4.0, 8.0])
def test_a_temple_goes_on_over_hair_to_the_ears_front(
    side: float, hair: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bare skin begins so many mm beyond the guess; where there is none, or too little for an ear, the guess stays."""
    monkeypatch.setattr(eyewear_ears, "_ear_seen", lambda *_: 1.0)
    fit = fitting()
    regions = replace(fit.scene.source.regions, person=torch.ones_like(fit.scene.source.regions.person))
    bald = replace(fit.scene, source=replace(fit.scene.source, regions=regions))
    guess = float(fit.worn.ears[int(side > 0), 0])
    columns = torch.arange(bald.source.linear.shape[-1]) + 0.5
    ear = (columns - fit.pixel((guess + side * hair, 0.0, 0.0))[0]) * side > 0

    def end(skin: torch.Tensor) -> float:
        shown = replace(bald, bare=skin.float().expand_as(fit.scene.source.regions.hair))
        return (eyewear_ears.arm(replace(fit, scene=shown), side).ear.x - guess) * side

    assert end(ear) == pytest.approx(hair, abs=1.6)
    assert end(torch.zeros_like(ear)) == 0.0
    edge = ((columns - fit.pixel((guess + side * 12.0, 0.0, 0.0))[0]) * side).abs() < 1.0
    assert end(edge) == 0.0


@pytest.mark.parametrize(("askew", "degrees"), [(0.0, 0.0), (3.0, -1.8), (-3.0, 1.8), (8.0, -2.5)])
def test_glasses_that_are_askew_sit_a_little_crooked(askew: float, degrees: float) -> None:
    straight, crooked = fitting().worn, fitting(askew=askew).worn
    first, second = (worn.rotation[:2, 0] for worn in (straight, crooked))
    turned = torch.atan2(second[1], second[0]) - torch.atan2(first[1], first[0])
    assert float(torch.rad2deg(turned)) == pytest.approx(degrees, abs=0.15)
    assert torch.equal(straight.ears[:, :2], crooked.ears[:, :2])


def test_a_bridge_between_lenses_without_rims_is_lighter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyewear_accents, "_GLINTS", {True: (1.0, 1.0), False: (1.0, 1.0)})
    bare, rimmed = (float(accents(fitting(style=style), *line((0.0, 3.0)))) for style in ("rimless", "oval"))
    assert bare > 1.2 * rimmed


def test_the_edge_of_a_lens_without_a_rim_is_darker_below_and_darkest_before_a_wall() -> None:
    fit, light = fitting(style="rimless"), {}
    for person in (1.0, 0.0):
        regions = replace(fit.scene.source.regions, person=torch.full_like(fit.scene.source.regions.person, person))
        own = replace(fit, scene=replace(fit.scene, source=replace(fit.scene.source, regions=regions)))
        grey = torch.full_like(fit.whole.of(fit.scene.source.linear), 0.3)
        drawn = laid(grey, own).picture.mean(dim=1, keepdim=True)
        u, v = fit.rays(*fit.camera(fit.whole)).meet(0.0)
        edge = fit.tables.at(u, v, 0, 1)
        for name, part in (("above", v > 0), ("below", v < 0)):
            near = part & ((u.abs() - fit.frame.middle).abs() < 0.3 * fit.frame.lens)
            line_, inside = near & (edge > -1.6) & (edge < -0.8), near & (edge < -2.7)
            light[name, person] = float(drawn[line_].mean() / drawn[inside].mean())
    assert light["below", 1.0] < 0.97 * light["above", 1.0]
    assert light["below", 0.0] < 0.95 * light["below", 1.0]


def test_rims_go_from_bright_to_dark_along_their_way_and_are_not_alike() -> None:
    fit, shown = fitting(), []
    low = -fit.frame.height / 2
    left, right = (
        uneven(fit, *line(*((side * (fit.frame.middle + k / 2), low) for k in range(-40, 41)))).flatten()
        for side in (-1, 1)
    )
    assert min(float(left.std()), float(right.std())) > 0.15
    assert float((left - right).abs().mean()) > 0.15
    assert float(left.log().diff().abs().amax()) < 0.15, "they flicker"
    assert (
        float(uneven(fit, *line(*((fit.frame.middle + fit.frame.lens / 2 + 2 + k, 5.0) for k in range(6)))).std()) == 0
    )
    assert float(uneven(fitting(material="acetate"), *line(*((u, low) for u in range(-60, 60)))).std()) > 0.05
    for much in (0.0, 1.0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(eyewear_accents, "_UNEVEN", {True: much})
            shown.append(laid(fit.whole.of(fit.scene.source.linear), fit))
    differs = (shown[1].picture - shown[0].picture).abs().amax(dim=1, keepdim=True)
    assert float(differs[shown[0].frame > 0.5].mean()) > 0.01
    assert float(differs[shown[0].frame == 0].amax()) < 0.002


def test_the_bare_edge_of_a_lens_is_bright_here_and_dark_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fit, shown = fitting(style="rimless"), []
    low = -fit.frame.height / 2
    u, v = line(*((side * (fit.frame.middle + k / 2), low) for side in (-1, 1) for k in range(-40, 41)))
    there = torch.ones_like(u)
    there[..., :5] = 0
    gain = edge_glints(fit, u, v, there).flatten()
    assert float(gain[:5].amax()) == 0.0
    assert float(gain[5:].amin()) < 0.5
    assert float(gain[5:].amax()) > 1.5
    assert float((gain[5:] > 1).float().mean()) < 0.6, "mostly bright"
    assert float(gain[81:].clamp(min=0.05).log().diff().abs().amax()) < 0.5, "they flicker"
    u, v = fit.rays(*fit.camera(fit.whole)).meet(fit.frame.depth / 2)
    edge = (fit.tables.at(u, v, 0, 1).abs() < 0.8) & (v < 0)
    for much in (0.0, 4.0):
        monkeypatch.setattr(eyewear_accents, "_EDGE_GLINTS", much)
        skin = fit.face.expand_as(fit.whole.of(fit.scene.source.linear)).clone()
        shown.append(luminance(laid(skin, fit).picture / fit.face)[edge])
    assert float(shown[1].std()) > 1.3 * float(shown[0].std())
    assert float(shown[1].amax()) > 1.05, "nothing shines"


def test_hinges_differ_from_pair_to_pair_and_from_side_to_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyewear_accents, "_GLINTS", {True: (1.0, 1.0)})
    monkeypatch.setattr(eyewear_accents, "_TOWARD_LAMP", 0.0)
    spread, sides = [], []
    for seed in range(12):
        fit = fitting(seed)
        edge = fit.frame.middle + fit.frame.lens / 2
        left, right = (
            accents(fit, *line(*((side * (edge + 1.5 + k / 8), fit.frame.hinge) for k in range(60)))).flatten()
            for side in (-1, 1)
        )
        spread.append(float(right.std()))
        sides.append(float((left - right).abs().mean()))
    assert max(spread) > 1.8 * min(spread)
    assert min(sides) > 0.02


def test_glasses_are_as_sharp_as_the_eyes_though_the_heads_outline_is_not() -> None:
    scene, plain = get_edit("glasses")(Scene.of(collins()), **WIRE), fitting()
    linear, box = scene.source.linear, plain.small
    assert scene.eyewear is not None
    soft = 4 * gaussian((torch.arange(linear.shape[-1]) // 12 % 2).float().expand_as(linear).contiguous(), 2.5)
    middle = torch.zeros_like(linear[:, :1])
    middle[..., box.top - 8 : box.bottom + 8, box.left + 6 : box.right - 6] = 1
    middle, found = gaussian(middle, 2.5), []
    for picture in (linear * middle + soft * (1 - middle), soft):
        fit = fitted(replace(scene, source=replace(scene.source, linear=picture)), scene.eyewear)
        assert fit is not None
        found.append(fit.sharp)
    assert found[0] == pytest.approx(plain.sharp, abs=0.1)
    assert found[1] > plain.sharp + 0.8
