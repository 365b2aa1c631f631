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
from faceaug.render import Rendering, render
from faceaug.scene import Scene
from faceaug.stages import eyewear_front
from faceaug.stages.eyewear_accents import accents
from faceaug.stages.eyewear_fitting import Fitting, fitted
from tests.portraits import collins

WIRE: dict[str, Any] = {
    "style": "oval",
    "material": "metal",
    "colour": "silver",
    "size": 0.97,
    "thickness": 1.0,
    "reflection": "none",
    "gloss": 0.5,
    "lowered": 0.0,
    "askew": 0.0,
}


def made(**given: Any) -> Rendering:
    return render(get_edit("glasses")(Scene.of(collins()), **{**WIRE, **given}))


def fitting(seed: int = 0, **given: Any) -> Fitting:
    scene = get_edit("glasses")(Scene.of(collins(), seed=seed), **{**WIRE, **given})
    assert scene.eyewear is not None
    fit = fitted(scene, scene.eyewear)
    assert fit is not None
    return fit


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
    drawn = eyewear_front.front(grey, fit)
    u, v = fit.rays(*fit.camera(fit.whole)).meet(0.0)
    edge = fit.tables.at(u, v, 0, 1)
    below = (v < -0.3 * fit.frame.height) & ((u - fit.frame.middle).abs() < 0.3 * fit.frame.lens)
    line, inside = ((edge > -1.8) & (edge < -1.0), edge < -2.7)
    light = drawn.picture.mean(dim=1, keepdim=True)
    assert float(light[below & line].mean()) < 0.96 * float(light[below & inside].mean())


@pytest.mark.parametrize(("ear", "shown"), [(1.0, True), (0.0, False)])
@pytest.mark.parametrize("style", ["oval", "rimless"])
def test_hair_that_covers_the_ears_falls_over_the_end_pieces_and_no_other_does(
    style: str, ear: float, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eyewear_front, "ears_seen", lambda _: (ear, ear))
    fit = fitting(style=style)
    hairy = replace(fit.scene, bare=torch.zeros_like(fit.scene.source.regions.hair))
    fit = replace(fit, scene=hairy)
    done = eyewear_front.front(fit.whole.of(fit.scene.source.linear), fit)
    u, _ = fit.rays(*fit.camera(fit.whole)).meet(0.0)
    out = u.abs() - fit.frame.middle - fit.frame.lens / 2
    person = fit.whole.of(fit.scene.source.regions.person) > 0.999
    assert (float(done.frame[(out > 3.0) & person].amax()) > 0.5) == shown
    assert float(done.frame[u.abs() < fit.frame.bridge / 2].amax()) > 0.5, "hair does not cover the bridge"
    for pupil in (LEFT_PUPIL, RIGHT_PUPIL):
        left, top = fit.scene.source.corners[0]
        x, y = (collins().points[0, pupil, :2] - torch.tensor([left + fit.whole.left, top + fit.whole.top])).int()
        assert float(done.lens[0, 0, y, x]) > 0.9


def test_wire_is_lighter_below_and_darker_at_the_bridge_and_beside_the_nose() -> None:
    fit = fitting()
    middle, half = fit.frame.middle, fit.frame.height / 2

    def light(u: float, v: float) -> float:
        place = torch.tensor([u, -u, u, -u, u]).reshape(1, 1, 1, -1)
        return float(accents(fit, place, torch.full_like(place, v)).mean())

    assert light(middle, -half) > 1.5 * light(middle, half)
    assert light(0.0, half * 0.4) < 0.85 * light(middle, half)
    assert light(fit.frame.bridge / 2 + 0.5, -0.5 * half) < 0.75 * light(middle, -0.5 * half)


@pytest.mark.parametrize("material", ["metal", "acetate"])
def test_bands_lie_across_the_end_pieces_and_nowhere_else(material: str) -> None:
    fit = fitting(material=material)
    edge = fit.frame.middle + fit.frame.lens / 2
    beyond = torch.linspace(edge + 1.0, edge + 8.0, 60).reshape(1, 1, 1, -1)
    within = torch.linspace(fit.frame.middle - 5, fit.frame.middle + 5, 60).reshape(1, 1, 1, -1)
    height = torch.full_like(beyond, fit.frame.hinge)
    spread = [float(accents(fit, u, height).std()) for u in (beyond, within)]
    assert spread[0] > 0.1
    assert spread[1] == 0.0
    other = accents(fitting(seed=1, material=material), beyond, height)
    assert not torch.equal(other, accents(fit, beyond, height)), "everybody has the same hinges"


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
