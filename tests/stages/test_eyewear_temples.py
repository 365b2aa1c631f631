"""How the temples of glasses look: light along them, how they bend, shade beside them, hair that falls over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from faceaug.image.color import luminance
from faceaug.image.filter import gaussian
from faceaug.stages.eyewear import ears as eyewear_ears
from faceaug.stages.eyewear import sides as eyewear_sides
from faceaug.stages.eyewear import temples as eyewear_temples
from faceaug.stages.eyewear.fitting import Fitting
from tests.spectacles import fitting


def side(**given: Any) -> tuple[torch.Tensor, Fitting]:
    """Light ``(1, 3, 41, 60)`` of a temple, lower edge first, along most of it, before a blue wall."""
    fit = fitting(**given)
    wall = torch.tensor([0.1, 0.2, 0.4]).reshape(1, 3, 1, 1) * fit.light.level
    across = torch.linspace(-1, 1, 41).reshape(1, 1, -1, 1).expand(-1, -1, -1, 60)
    share = torch.linspace(0, 0.7, 60).expand_as(across)
    return eyewear_sides.side_light(fit, eyewear_ears.arm(fit, 1.0), wall, (share, across), 0.1), fit


@pytest.mark.parametrize("material", ["metal", "acetate"])
def test_along_the_upper_edge_of_a_temple_runs_a_line_of_light(material: str) -> None:
    light = luminance(side(material=material, colour="black")[0])[0, 0].mean(dim=1)
    assert float(light[-4:].mean()) > 1.7 * float(light[10:21].mean())


def test_black_plastic_is_not_black_where_it_mirrors_the_wall() -> None:
    """On wearers black temples before a blue wall are bluish, and have a tenth and more of the light of the skin."""
    light, fit = side(material="acetate", colour="black")
    core = light[0, :, 18:26].mean(dim=(1, 2))
    assert 0.03 * float(luminance(fit.face)) < float(luminance(core[None, :, None, None]))
    assert float(core[2] / core[0]) > 1.15


def test_temples_of_wire_are_unlike_from_place_to_place_and_some_are_dark() -> None:
    lights = [luminance(side(seed=seed)[0])[0, 0, 12:28].mean(dim=0) for seed in range(12)]
    assert sum(float(light.std() / light.mean()) for light in lights) > 0.15 * len(lights)
    means = sorted(float(light.mean()) for light in lights)
    assert means[-1] > 2 * means[0], "all are of silver, or all are dark"


def test_a_line_finer_than_a_pixel_is_seen_along_all_of_a_temple() -> None:
    fit = fitting()
    one, share = eyewear_ears.arm(fit, 1.0), torch.full((1, 1, 1, 64), 0.3)
    across = torch.linspace(-0.9, 0.9, 64).reshape(1, 1, 1, -1)
    fine, coarse = (
        eyewear_sides.side_light(fit, one, fit.light.level * 0.2, (share, across), soft) for soft in (0.0, 1.0)
    )
    assert float(coarse.std()) < 0.75 * float(fine.std())


@pytest.mark.parametrize("side_of_face", [-1.0, 1.0])
def test_the_wall_is_told_on_its_own_side_and_from_no_hair(side_of_face: float) -> None:
    fit = fitting()
    below = torch.full_like(fit.whole.of(fit.scene.source.linear), 0.9)
    person = torch.ones_like(fit.scene.source.regions.person)
    edge = fit.whole.left + 6, fit.whole.right - 6
    person[..., : edge[0]], person[..., edge[1] :] = 0, 0
    below[..., :6] = torch.tensor([0.1, 0.2, 0.3])[:, None, None]
    below[..., -6:] = torch.tensor([0.3, 0.2, 0.1])[:, None, None]
    regions = replace(fit.scene.source.regions, person=person)
    fit = replace(fit, scene=replace(fit.scene, source=replace(fit.scene.source, regions=regions)))
    wall = eyewear_sides.wall_beside(below, fit, eyewear_ears.arm(fit, side_of_face)).flatten().tolist()
    assert wall == pytest.approx([0.1, 0.2, 0.3] if side_of_face < 0 else [0.3, 0.2, 0.1], abs=1e-5)


def alone(monkeypatch: pytest.MonkeyPatch, **given: Any) -> tuple[torch.Tensor, torch.Tensor, Fitting]:
    """The right temple over grey, nothing in its way: picture and what it covers, in the box of everything."""
    monkeypatch.setattr(eyewear_temples, "_visible", lambda _, __, share: torch.ones_like(share))
    fit = fitting(**given)
    regions = replace(fit.scene.source.regions, person=torch.ones_like(fit.scene.source.regions.person))
    fit = replace(fit, scene=replace(fit.scene, source=replace(fit.scene.source, regions=regions)))
    grey = torch.full_like(fit.whole.of(fit.scene.source.linear), 0.4)
    picture, cover = eyewear_temples._drawn(grey, fit, eyewear_ears.arm(fit, 1.0), grey[..., :1, :1])
    return picture, cover, fit


def test_the_skin_is_in_shade_below_a_temple_more_than_above(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, _, fit = alone(monkeypatch)
    _, _, across = eyewear_temples._shape(fit, eyewear_ears.arm(fit, 1.0))
    one = eyewear_ears.arm(fit, 1.0)
    distance = eyewear_temples._shape(fit, one)[0]
    near = (distance > 1.0) & (distance < 2.5)
    light = luminance(picture)
    below, above = (1 - float(light[near & part].mean()) / 0.4 for part in (across <= -1, across >= 1))
    assert 0.02 < below < 0.2
    assert below > 1.5 * above > 0


def test_a_temple_leaves_its_hinge_level_and_ends_at_the_ear() -> None:
    bows = []
    for seed in range(8):
        fit = fitting(seed=seed)
        one = eyewear_ears.arm(fit, 1.0)
        one = one._replace(ear=one.ear._replace(y=one.hinge.y + 20.0, x=one.hinge.x + 30.0))
        x, y = fit.camera(fit.whole)
        distance, _, _ = eyewear_temples._shape(fit, one)

        def middle(at: float, distance: torch.Tensor = distance, x: torch.Tensor = x, y: torch.Tensor = y) -> float:
            column = int((x.flatten() - at).abs().argmin())
            return float(y.flatten()[distance[0, 0, :, column].argmin()])

        bows.append(one.hinge.y + 10.0 - middle(one.hinge.x + 15.0))
    assert max(bows) > 1.0, "all are straight"
    assert min(bows) > -1.0, "one bows upward"
    assert max(bows) - min(bows) > 0.5, "all are alike"


def test_hair_before_an_ear_falls_over_temples_here_sooner_and_there_later() -> None:
    shown = []
    for seed in range(8):
        fit = fitting(seed=seed)
        regions = replace(fit.scene.source.regions, person=torch.ones_like(fit.scene.source.regions.person))
        source = replace(fit.scene.source, regions=regions, linear=torch.full_like(fit.scene.source.linear, 0.1))
        fit = replace(
            fit, scene=replace(fit.scene, source=source, bare=torch.zeros_like(fit.scene.source.regions.hair))
        )
        one = eyewear_ears.arm(fit, 1.0)._replace(seen=1.0, upper=1.0)
        share = torch.linspace(0, 1, fit.whole.right - fit.whole.left).reshape(1, 1, 1, -1)
        share = share.expand(-1, -1, fit.whole.bottom - fit.whole.top, -1)
        hidden = eyewear_temples._under_hair(fit, one, share)[0, 0, share.shape[2] // 2]
        along = share[0, 0, 0]
        shown.append(float(along[hidden > 0.5][0]) if bool((hidden > 0.5).any()) else 1.0)
    assert max(shown) - min(shown) > 0.2
    assert max(shown) > 0.35, "none lies over the hair"


@pytest.mark.parametrize("upper", [0.0, 1.0])
def test_hair_of_the_skins_colour_over_an_ear_hides_a_temple_beyond_the_face(upper: float) -> None:
    fit = fitting()
    regions = replace(fit.scene.source.regions, person=torch.ones_like(fit.scene.source.regions.person))
    source = replace(fit.scene.source, regions=regions)
    fit = replace(fit, scene=replace(fit.scene, source=source, bare=torch.ones_like(regions.hair)))
    one = eyewear_ears.arm(fit, 1.0)._replace(seen=upper, upper=upper)
    face = fit.whole.of(source.surface.face)
    outward = fit.camera(fit.whole)[0] > one.hinge.x
    hidden = eyewear_temples._under_hair(fit, one, 0.6 * outward.expand_as(face))
    assert float(hidden[gaussian(face, 3.0) > 0.99].amax()) < 0.02
    assert (float(hidden[gaussian(face, 3.0) < 0.01].mean()) > 0.95) == (upper == 0.0)


@pytest.mark.parametrize(("stands_out", "cropped"), [(0.0, 1.0), (10.0, 0.0)])
def test_a_temple_lies_over_cropped_hair_all_the_way(stands_out: float, cropped: float) -> None:
    fit, hidden = fitting(), []
    x, _ = fit.pixel(eyewear_ears.arm(fit, 1.0).ear)
    regions = fit.scene.source.regions
    columns = torch.arange(regions.person.shape[-1]) + 0.5
    person = (columns < x + stands_out * fit.scale).float().expand_as(regions.person)
    source = replace(fit.scene.source, regions=replace(regions, person=person))
    fit = replace(fit, scene=replace(fit.scene, source=source, bare=torch.zeros_like(regions.hair)))
    one = eyewear_ears.arm(fit, 1.0)._replace(ear=eyewear_ears.arm(fitting(), 1.0).ear)
    assert eyewear_ears._cropped(fit, one) == pytest.approx(cropped, abs=0.05)
    _, share, _ = eyewear_temples._shape(fit, one)
    inside = (share > 0.1) & (share < 0.9) & (gaussian(fit.whole.of(person), 3.0) > 0.99)
    for over in (cropped, 0.0):
        own = one._replace(seen=1.0, upper=1.0, cropped=over)
        hidden.append(float(eyewear_temples._under_hair(fit, own, share)[inside].amax()))
    assert (hidden[0] < 0.02) == (cropped == 1.0)
    assert hidden[1] > 0.9


@pytest.mark.parametrize("side_of_face", [-1.0, 1.0])
def test_a_temple_that_went_into_hair_does_not_come_out_again(side_of_face: float) -> None:
    fit = fitting()
    one = eyewear_ears.arm(fit, side_of_face)
    distance, share, _ = eyewear_temples._shape(fit, one)
    lock = ((share > 0.35) & (share < 0.75)).float()
    gone = eyewear_temples._gone_on(fit, one, share, lock).expand_as(share)
    assert float(gone[(distance < 0) & (share > 0.02) & (share < 0.2)].amax()) < 0.05
    assert float(gone[(distance < 0) & (share > 0.65) & (share < 0.98)].amin()) > 0.9
    hair = ((share > 0.4) & (share < 0.7) & (torch.arange(share.shape[-1]) % 4 == 0)).float()
    assert float(eyewear_temples._gone_on(fit, one, share, hair).amax()) < 0.05, "single hairs hide all of it"
