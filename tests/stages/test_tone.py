"""The layer of pigment: what it does to light that entered the skin and to light that did not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from faceaug.channels import Tone
from faceaug.face.bare import bare_skin
from faceaug.image.color import lab_to_linear, linear_to_lab, luminance
from faceaug.image.filter import largest
from faceaug.scene import Scene
from faceaug.stages.film import light_of
from faceaug.stages.passage import of_mixture
from faceaug.stages.tone import _within_pixel, _without_blue, change_tone
from faceaug.stages.veil import through
from tests.portraits import collins, hopper, inside


def test_a_layer_of_nothing_shows_all() -> None:
    # Below the shoulder, above which all rolls off.
    colour = torch.linspace(0.01, 0.79, 48).reshape(1, 3, 4, 4)
    assert torch.allclose(through(colour, torch.zeros(1, 1, 4, 4), torch.zeros(1, 3, 1, 1)), colour, atol=1e-6)


def test_the_layer_keeps_contrast_and_the_sheen_its_strength() -> None:
    colour = torch.tensor([0.2, 0.4]).reshape(1, 1, 1, 2).expand(1, 3, 1, 2)
    seen = through(colour, torch.zeros(1, 1, 1, 2), torch.full((1, 3, 1, 1), 1.0))
    before, after = (light_of(plane)[0, 0, 0] for plane in (colour, seen))
    assert float(after[1] / after[0]) == pytest.approx(float(before[1] / before[0])), "contrast of the light"
    assert float(seen[0, 0, 0, 1] / seen[0, 0, 0, 0]) > 2.1, "which the camera shows better where it is dark"
    sheen = torch.full((1, 1, 1, 2), 0.1)
    left = light_of(through(colour, sheen, torch.full((1, 3, 1, 1), 20.0))) / light_of(colour)
    assert torch.allclose(left, sheen / colour, atol=1e-6), "its share of the light"


def test_skin_made_much_lighter_stays_below_white() -> None:
    colour = torch.linspace(0.05, 0.6, 48).reshape(1, 3, 4, 4)
    seen = through(colour, torch.zeros(1, 1, 4, 4), torch.full((1, 3, 1, 1), -2.0))
    assert float(seen.max()) < 0.999
    assert float(seen.max()) > 0.97


def test_no_tone_is_the_very_same_picture() -> None:
    face = collins()
    picture, scene = change_tone(face.linear, Scene.of(face))
    assert picture is face.linear
    assert not scene.masks


def test_the_cheeks_are_aimed_at() -> None:
    face = collins()
    for lab in ((40.0, 10.5, 13.6), (79.0, 8.0, 8.5)):
        tone = Tone(torch.tensor([lab]), torch.ones(1), torch.zeros(1))
        picture, _ = change_tone(face.linear, replace(Scene.of(face), tone=tone))
        cheeks = face.regions.skin[0, 0] > 0.9
        middle = linear_to_lab(picture)[0][:, cheeks].median(dim=1).values
        assert torch.linalg.vector_norm(middle - torch.tensor(lab)) < 8, "the whole face is near its cheeks"


def test_half_the_strength_is_half_the_way() -> None:
    face = collins()
    goal = torch.tensor([[40.0, 10.5, 13.6]])
    lightness = []
    for strength in (0.0, 0.5, 1.0):
        tone = Tone(goal, torch.tensor([strength]), torch.zeros(1))
        picture, _ = change_tone(face.linear, replace(Scene.of(face), tone=tone))
        lightness.append(float(linear_to_lab(picture)[0, 0][face.regions.skin[0, 0] > 0.9].median()))
    assert lightness[1] == pytest.approx((lightness[0] + lightness[2]) / 2, abs=3)


def test_a_soft_edge_never_loses_more_light_than_it_has() -> None:
    """Beside an earring the colour carried outward is skin's, brighter than the whole pixel: it would turn black."""
    linear = torch.tensor([[0.10, 0.08, 0.05], [0.40, 0.30, 0.25]]).T.reshape(1, 3, 1, 2)
    foreground = torch.tensor([0.5, 0.36, 0.3]).reshape(1, 3, 1, 1).expand(1, 3, 1, 2)
    person = torch.full((1, 1, 1, 2), 0.6)
    own = _within_pixel(foreground, linear, person)
    assert torch.all(person * own <= linear + 1e-6)
    assert torch.allclose(own[..., 0] / own[:, :1, :, 0], foreground[..., 0] / foreground[:, :1, :, 0]), "its hue stays"
    assert torch.equal(own[..., 1], foreground[..., 1]), "what the pixel allows"
    face = collins()
    edge = (face.regions.person[0, 0] > 0.3) & (face.regions.person[0, 0] < 0.9) & (face.linear[0].amin(0) > 0.05)
    dark = face.regions.foreground.clone()
    dark[0][:, edge] = 4 * face.linear[0][:, edge]
    tone = Tone(torch.tensor([[35.0, 9.3, 11.3]]), torch.ones(1), torch.zeros(1))
    other = replace(face, regions=replace(face.regions, foreground=dark))
    picture, _ = change_tone(other.linear, replace(Scene.of(other), tone=tone))
    assert float((picture / other.linear)[0][:, edge].amin()) > 0.02


def test_grey_hairs_on_red_skin_do_not_turn_green() -> None:
    """What takes the red out of a pink face takes it out of a grey beard too."""
    grey, red = torch.tensor([0.30, 0.29, 0.28]), torch.tensor([0.50, 0.30, 0.25])
    before = torch.stack([grey, red], dim=1).reshape(1, 3, 1, 2)
    layer = torch.tensor([0.9, 0.6, 0.7]).reshape(1, 3, 1, 1)
    toned = through(before, torch.zeros(1, 1, 1, 2), layer)
    assert float(toned[0, 1, 0, 0]) > 1.2 * float(toned[0, 0, 0, 0])
    clean = _without_blue(toned, before, torch.ones(1, 1, 1, 2))
    assert float(clean[0, 1, 0, 0]) < float(clean[0, 0, 0, 0])
    assert torch.equal(clean[..., 1], toned[..., 1])
    assert torch.equal(_without_blue(before, before, torch.ones(1, 1, 1, 2)), before), "no step, no change"


@pytest.mark.parametrize("portrait", [collins, hopper])
def test_bare_skin_is_skin(portrait) -> None:  # type: ignore[no-untyped-def]
    face = portrait()
    share = bare_skin(face)
    assert share.shape == face.regions.skin.shape
    assert float(share.min()) >= 0
    assert float(share.max()) <= 1
    cheeks = (face.surface.position[0, 1] < -15) & (face.surface.position[0, 1] > -45)
    cheeks &= (face.surface.position[0, 0].abs() < 45) & (face.surface.face[0, 0] > 0.9)
    assert float(share[0, 0][cheeks].median()) > 0.95
    for other in ("lips", "mouth"):
        assert not share[0, 0].numpy()[inside(getattr(face.regions, other), 1.0)].any(), other
    inner = -largest(-face.regions.eyes, round(1.5 * float(face.pose.scale[0])))
    assert not share[0, 0].numpy()[inside(inner, 1.0)].any(), "the eyes, but for the margins of their lids"
    assert float(share[0, 0][(face.surface.position[0, 1] > 100) & (face.regions.person[0, 0] > 0.9)].mean()) < 0.15


def test_hair_beside_the_head_is_farther_out_than_ears() -> None:
    face = collins()
    place = face.surface.position[0]
    colour = face.linear[0][:, face.regions.skin[0, 0] > 0.9].median(dim=1).values

    def share(near: float, far: float) -> float:
        where = (place[0].abs() > near) & (place[0].abs() < far) & (place[1] > -25) & (place[1] < 0)
        painted = face.regions.foreground.clone()
        painted[0][:, where] = 0.9 * colour[:, None]
        other = replace(face, regions=replace(face.regions, foreground=painted))
        return float(bare_skin(other)[0, 0][where].mean())

    assert share(70, 95) > 0.9
    assert share(118, 140) < 0.1, "a lock of the skin's colour"


def test_a_yellow_scarf_is_no_neck() -> None:
    face = collins()
    place = face.surface.position[0]
    scarf = (place[0].abs() < 40) & (place[1] < -120) & (face.surface.face[0, 0] < 0.1)
    colour = face.linear[0][:, face.regions.skin[0, 0] > 0.9].median(dim=1).values
    shares = []
    for tint in ((1.0, 0.95, 0.9), (0.8, 0.95, 0.6)):
        painted = face.regions.foreground.clone()
        painted[0][:, scarf] = (0.8 * colour * torch.tensor(tint))[:, None]
        other = replace(face, regions=replace(face.regions, foreground=painted))
        shares.append(float(bare_skin(other)[0, 0][scarf].mean()))
    assert shares[0] > 0.9, "a neck in shadow"
    assert shares[1] < 0.2


@pytest.mark.parametrize("share", [0.25, 0.5, 0.8])
def test_a_pixel_of_skin_and_hair_loses_what_its_skin_loses(share: float) -> None:
    """Light adds up: share of skin and the rest hair, each of its own colour; only the skin gets the pigment."""
    skin = torch.tensor([0.50, 0.35, 0.28]).reshape(1, 3, 1)
    hair = torch.tensor([0.10, 0.07, 0.05]).reshape(1, 3, 1)
    keep, pigment = torch.zeros(1, 1, 1), torch.tensor([0.9, 1.4, 1.9]).reshape(1, 3, 1)
    mixture = share * skin + (1 - share) * hair
    wanted = share * through(skin, keep, pigment) + (1 - share) * hair
    found = of_mixture(mixture, skin, keep, pigment, torch.full((1, 1, 1), share))  # toward light, and luminance alone
    seen = luminance(through(mixture, keep, found * pigment)[..., None])
    assert float(seen) == pytest.approx(float(luminance(wanted[..., None])), rel=0.08)
    rim = luminance(through(mixture, keep, share * pigment)[..., None])
    assert float(rim) > 1.1 * float(seen), "the share of the pigment alone would leave a pale rim"


def test_a_tie_below_a_collar_is_no_skin() -> None:
    """Warm as skin and where necks are, but the collar parts it from the neck; a bare chest hangs together with it."""
    face = collins()
    place = face.surface.position[0]
    colour = face.linear[0][:, face.regions.skin[0, 0] > 0.9].median(dim=1).values * torch.tensor([1.3, 1.05, 0.75])
    shares = []
    for top in (-165.0, -90.0):
        cloth = (place[0].abs() < 14) & (place[1] < top) & (face.surface.face[0, 0] < 0.1)
        painted = face.regions.foreground.clone()
        painted[0][:, cloth] = colour[:, None]
        below = cloth & (place[1] < -165)
        other = replace(face, regions=replace(face.regions, foreground=painted))
        shares.append(float(bare_skin(other)[0, 0][below].mean()))
    assert shares[0] < 0.3
    assert shares[1] > 0.9
    lapel = (place[0].abs() > 75) & (place[1] < -128) & (face.regions.person[0, 0] > 0.9)
    painted = face.regions.foreground.clone()
    painted[0][:, lapel] = colour[:, None]
    other = replace(face, regions=replace(face.regions, foreground=painted))
    assert float(bare_skin(other)[0, 0][lapel].mean()) < 0.3, "a jacket beside the throat"


def test_a_fringe_of_the_skin_s_colour_keeps_its_own() -> None:
    """Bright strands that hang together with no skin are hair, and so is hair right above the brows."""
    face = collins()
    place = face.surface.position[0]
    strands = (place[1] > 70) & (place[1] < 84) & (place[0].abs() < 18)
    foreground = face.regions.foreground.clone()
    foreground[0][:, strands] = face.linear[0][:, face.regions.skin[0, 0] > 0.9].median(dim=1).values[:, None]
    share = bare_skin(replace(face, regions=replace(face.regions, foreground=foreground)))[0, 0]
    assert float(share[strands].mean()) < 0.2
    lower = (place[1] > 47) & (place[1] < 57) & (place[0].abs() < 40)
    assert float(bare_skin(face)[0, 0][lower].mean()) < 0.06


def test_a_bald_crown_is_skin_and_hair_of_its_colour_is_not() -> None:
    """Where hair would be, what is as smooth as the face's skin and of its colour is skin."""
    face = collins()
    place = face.surface.position[0]
    top = (place[1] > 28) & (face.regions.person[0, 0] > 0.5)
    colour = face.linear[0][:, face.regions.skin[0, 0] > 0.9].median(dim=1).values[:, None]
    strands = 1 + 0.35 * torch.sin(torch.arange(face.linear.shape[-1]) * 1.3).expand(top.shape)[top]
    crowns = []
    for painted in (colour.expand(3, int(top.sum())), colour * strands):
        foreground = face.regions.foreground.clone()
        foreground[0][:, top] = painted
        share = bare_skin(replace(face, regions=replace(face.regions, foreground=foreground)))[0, 0]
        crowns.append(float(share[top & (place[1] > 100)].mean()))
    assert crowns[0] > 0.9
    assert crowns[1] < 0.2


def test_a_fair_brow_stays_darker_than_a_face_made_dark() -> None:
    """One hair is finer than a pixel: a fair brow is mostly skin that shows through it."""
    face = collins()
    brows, skin = face.regions.brows, lab_to_linear(face.skin.tone)[:, :, None, None].to(face.linear)
    linear, foreground = (torch.lerp(plane, 0.3 * skin, brows) for plane in (face.linear, face.regions.foreground))
    fair = replace(face, linear=linear, regions=replace(face.regions, foreground=foreground))
    tone = Tone(torch.tensor([[35.0, 9.3, 11.3]]), torch.ones(1), torch.zeros(1))
    picture, _ = change_tone(fair.linear, replace(Scene.of(fair), tone=tone))
    before, after = (linear_to_lab(plane)[0, 0][brows[0, 0] > 0.99].quantile(0.9) for plane in (linear, picture))
    assert before > 40, "the brow is fair"
    assert after < 35 - 8, "no part of it stands out"
