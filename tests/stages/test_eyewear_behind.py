"""What glasses owe to the head behind them: the face that frames mirror, ends that turn back, lenses on its skin."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from faceaug.edit import get_edit
from faceaug.face.frame import END_HIGH, cut
from faceaug.face.frame_tables import frame_tables
from faceaug.face.topology import LEFT_PUPIL, RIGHT_PUPIL
from faceaug.face.wearing import face_measures, wear
from faceaug.image.color import luminance
from faceaug.image.finish import finish
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.eyewear import ears as eyewear_ears
from faceaug.stages.eyewear import front as eyewear_front
from faceaug.stages.eyewear import temples as eyewear_temples
from faceaug.stages.eyewear.behind import cheek_mirrored, shade_of, toned
from faceaug.stages.eyewear.fitting import Fitting, Rays, fitted
from tests.portraits import collins
from tests.spectacles import WIRE, fitting, laid

DULL: dict[str, Any] = {**WIRE, "gloss": 0.2}


def turned(seed: int = 0, turn: float = 0.0, **given: Any) -> Fitting:
    """How dull wire sits on a face turned by so many radians."""
    fit = fitting(seed, **{**DULL, **given})
    rotation = torch.tensor([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    return replace(fit, worn=replace(fit.worn, rotation=rotation.float()))


def colour(*channels: float) -> torch.Tensor:
    return torch.tensor(channels).reshape(1, 3, 1, 1)


def test_the_face_behind_is_the_picture_as_it_is_now() -> None:
    scene = get_edit("glasses")(Scene.of(collins()), **DULL)
    assert scene.eyewear is not None
    now = scene.source.linear * colour(0.5, 0.4, 0.3)
    before, after = fitted(scene, scene.eyewear), fitted(scene, scene.eyewear, now)
    assert before is not None
    assert after is not None
    assert torch.allclose(after.face, before.face * colour(0.5, 0.4, 0.3), rtol=1e-4)
    red, green, blue = before.face.flatten().tolist()
    assert red > green > blue > 0


@pytest.mark.parametrize("dull", [0.25, 0.5])
def test_dull_wire_has_the_colour_of_the_face_in_as_deep_a_shade(dull: float) -> None:
    fit = replace(turned(), face=colour(0.5, 0.3, 0.2))
    light = float(luminance(fit.face)) * dull
    for slopes in ((1.0, 1.0, 1.0), (0.89, 1.08, 1.18)):
        skin = replace(fit.scene.source.skin, shade_colour=torch.tensor([slopes]))
        own = replace(fit, scene=replace(fit.scene, source=replace(fit.scene.source, skin=skin)))
        red, green, blue = toned(colour(light, light, light), own).flatten().tolist()
        redder, bluer = red / green / (0.5 / 0.3), blue / green / (0.2 / 0.3)
        if slopes[0] == 1.0:
            assert (redder, bluer) == pytest.approx((1.0, 1.0), abs=0.03)
        else:
            assert redder > 1.05
            assert bluer < 0.98


def test_what_shines_keeps_its_own_colour_and_coloured_frames_keep_more_of_it() -> None:
    fit = replace(turned(), face=colour(0.5, 0.3, 0.2))
    assert torch.equal(toned(colour(0.9, 0.9, 0.9), fit), colour(0.9, 0.9, 0.9))
    assert torch.equal(toned(colour(0.1, 0.1, 0.1), fit, 0.0), colour(0.1, 0.1, 0.1))
    moved = {}
    for material, name in (("metal", "silver"), ("metal", "blue"), ("metal", "black"), ("acetate", "black")):
        own = replace(fit, surface=finish(material, name))
        moved[material, name] = float((toned(colour(0.1, 0.1, 0.1), own) - 0.1).abs().max())
    assert moved["metal", "silver"] > 1.3 * moved["metal", "black"] > 1.3 * moved["acetate", "black"] > 0
    assert moved["metal", "silver"] > 1.3 * moved["metal", "blue"]


def test_lower_rims_of_bright_wire_mirror_the_cheek_and_upper_ones_do_not() -> None:
    fit = replace(turned(), face=colour(0.5, 0.3, 0.2))
    dark, half = colour(0.1, 0.1, 0.1), fit.frame.height / 2
    upper, lower = (cheek_mirrored(dark, fit, torch.tensor(v).reshape(1, 1, 1, 1)) for v in (half, -half))
    black = cheek_mirrored(
        dark, replace(fit, surface=finish("metal", "black")), torch.tensor(-half).reshape(1, 1, 1, 1)
    )
    assert torch.equal(upper, dark)
    assert float(luminance(lower - dark)) > 2 * float(luminance(black - dark)) > 0
    shown = []
    for material in ("metal", "acetate"):
        own = turned(seed=2, material=material, colour="silver", style="oval")
        skin = own.face.expand_as(own.whole.of(own.scene.source.linear)).clone()
        u, v = own.rays(*own.camera(own.whole)).meet(0.0)
        for much in (0.0, 0.6):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("faceaug.stages.eyewear.behind._CHEEK", much)
                drawn = laid(skin, own)
            there = (v < -0.4 * own.frame.height) & (drawn.frame > 0.3) & (u > 0)
            shown.append(float((drawn.picture - skin)[there.expand_as(skin)].abs().mean()))
    assert shown[1] < 0.85 * shown[0], "wire stands out as much"
    assert shown[3] == shown[2], "plastic mirrors cheeks"


def test_clear_plastic_is_no_ghost() -> None:
    """It shines as any other, its edges and sides are dark, and what is behind shows through, but faintly."""
    fit = turned(material="translucent", colour="brown", style="rectangle")
    solid = replace(fit, surface=finish("acetate", "brown"))
    u, _ = fit.rays(*fit.camera(fit.whole)).meet(0.0)
    grey = [torch.full_like(fit.whole.of(fit.scene.source.linear), level) for level in (0.0, 0.5)]
    dark, light = (laid(ground, fit) for ground in grey)
    body = (dark.frame > 0.95) & (u.abs() < fit.frame.edge)
    behind = luminance(light.picture - dark.picture)[body] / 0.5
    assert 0.03 < float(behind.mean()) < 0.3
    plain = laid(grey[0], solid)
    assert float(luminance(dark.picture)[body].amax()) > 0.7 * float(luminance(plain.picture)[body].amax())
    for name in ("_SIDES", "_THICK"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(eyewear_front, name, 0.0)
            without = luminance(laid(grey[1], fit).picture)
        assert float((luminance(light.picture) - without)[light.frame > 0.3].mean()) < -0.002


def test_the_bridge_of_wire_over_a_nose_is_no_greyer_than_the_nose() -> None:
    fit = turned(colour="black", thickness=1.5)
    skin = fit.face.expand_as(fit.whole.of(fit.scene.source.linear)).clone()
    drawn = laid(skin, fit)
    u, _ = fit.rays(*fit.camera(fit.whole)).meet(0.0)
    there = (u.abs() < 4.0) & (drawn.frame > 0.6)
    red, green = (drawn.picture[:, k : k + 1][there].mean() for k in (0, 1))
    assert float(luminance(drawn.picture)[there].mean()) < 0.7 * float(luminance(skin)[there].mean())
    assert float(red / green) > 0.93 * float(fit.face[0, 0] / fit.face[0, 1])


@pytest.mark.parametrize("along", [-0.36, 0.36])
def test_the_far_end_piece_alone_is_foreshortened_and_only_on_turned_heads(along: float) -> None:
    u = torch.arange(-70.0, 71.0).reshape(1, 1, 1, -1)
    far = -np.sign(along)

    def beyond(aside: float) -> torch.Tensor:
        turned, flat = (Rays(u, 0 * u, aside, 0.0, edge) for edge in (60.0, 1e3))
        return (turned.meet(0.0)[0] - flat.meet(0.0)[0]).flatten()

    moved, places = beyond(along) * far, u.flatten() * far
    assert float(moved[places > 66].min()) > 4.0
    assert torch.equal(moved[places < 55], torch.zeros_like(moved[places < 55]))
    assert torch.equal(beyond(0.04), torch.zeros_like(moved))


@pytest.mark.parametrize("turn", [-0.35, 0.35])
def test_a_far_temple_begins_where_its_end_piece_is_seen_to_end(turn: float) -> None:
    fit = turned(turn=turn)
    far = -float(np.sign(fit.along()[0]))
    place = eyewear_ears.arm(fit, far).hinge
    u, v = fit.rays(*(torch.full((1, 1, 1, 1), part) for part in place[:2])).meet(1.0)
    assert float(u) * far == pytest.approx(fit.frame.width / 2 - 1.6, abs=0.8)
    assert float(v) == pytest.approx(fit.frame.hinge, abs=0.8)


def high(material: str, aside: float, style: str = "oval") -> float:
    """Height of what is solid so far beyond the lens, mm."""
    frame = cut(style, metal=material == "metal", width=138.0, pupils=63.0, thickness=1.0)
    v = torch.linspace(-20, 20, 801)[None, None, None]
    u = torch.full_like(v, frame.middle + frame.lens / 2 + aside)
    return float((frame_tables(frame).at(u, v)[:, 2] < 0).sum()) / 20


def test_on_wire_a_slender_arm_leads_to_the_hinges_block() -> None:
    assert high("metal", 2.6) > 1.4 * high("metal", 1.5)
    assert high("acetate", 2.6) > 1.4 * high("metal", 2.6)


@pytest.mark.parametrize("style", ["oval", "rectangle", "round"])
def test_plastic_is_widest_toward_its_upper_outer_corners_and_wire_is_not(style: str) -> None:
    for metal in (False, True):
        frame = cut(style, metal=metal, width=138.0, pupils=63.0, thickness=1.0)
        tables, wide = frame_tables(frame), []
        for out in (0.45, -0.45):
            v = torch.linspace(0, frame.height, 801)[None, None, None]
            u = torch.full_like(v, frame.middle + out * frame.lens * 0.9)
            wide.append(float((tables.at(u, v)[:, 2] < 0).sum()))
        assert (wide[0] > 1.1 * wide[1]) is not metal


def test_temples_are_not_alike_and_no_higher_than_the_block_before_them() -> None:
    found = [eyewear_temples._sizes(turned(seed))[0][0] for seed in range(12)]
    assert max(found) > 1.2 * min(found)
    assert max(found) <= END_HIGH[True]


def test_nose_pads_are_of_silicone_and_shine() -> None:
    fit = turned()
    grey = torch.full_like(fit.whole.of(fit.scene.source.linear), 0.3)
    drawn = laid(grey, fit)
    u, v = fit.rays(*fit.camera(fit.whole)).meet(5.0)
    pad = (fit.tables.at(u, v, 5, 1) < -0.3) & (drawn.frame < 0.2) & (fit.tables.at(u, v, 6, 1) > 0.2)
    seen = drawn.picture.permute(1, 0, 2, 3)[:, pad[0]]
    assert seen.shape[1] > 4
    assert float(seen[0].mean()) > 1.05 * float(seen[2].mean()), "silicone is a little brown"
    assert float(seen[0].amax()) > 1.3 * float(seen[0].median()), "nothing shines"


def test_clear_lenses_leave_nearly_all_light_to_the_skin_below_the_eyes() -> None:
    """On wearers that skin has, against the cheek's, 0.97 of the light that it has on others; light passes twice."""
    face = collins()
    points = face.points[0, [468, 473], :2]
    apart, below = float((points[0] - points[1]).norm()), float(face.pose.scale[0]) * 11
    ratios = []
    for seed in range(10):
        made = render(get_edit("glasses")(Scene.of(face, seed=seed), style="rimless", gloss=0.3, reflection="none"))
        for x, y in (points + torch.tensor([0.0, below])).round().int().tolist():
            reach = max(round(apart * 0.05), 1)
            part = (slice(y - reach, y + reach + 1), slice(x - reach, x + reach + 1))
            after, before = (p[part].astype(float).mean() for p in (made.pixels[0], face.photos[0].pixels))
            ratios.append((after / before) ** 2.2)
    assert 0.942 < float(np.median(ratios)) < 0.98
    assert min(ratios) > 0.92


def test_the_shade_of_a_ground_edge_is_of_the_faces_own_shades() -> None:
    fit = turned()
    skin = replace(fit.scene.source.skin, shade_colour=torch.tensor([[0.89, 1.08, 1.18]]))
    fit = replace(fit, scene=replace(fit.scene, source=replace(fit.scene.source, skin=skin)))
    red, green, blue = shade_of(torch.full((1, 1, 1, 1), 0.4), fit).flatten().tolist()
    assert red > green > blue
    assert green == pytest.approx(0.568, abs=0.01)


def rises(pitch: float, roll: float = 0.0, style: str = "oval") -> list[float]:
    """How far the ears lie over the hinges, in the picture, on a head that looks up so many radians, mm."""
    up_or_down = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    turn = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]) @ up_or_down
    face, frame = face_measures(collins().points, collins().pose), turned(style=style).frame
    worn = wear(replace(face, rotation=torch.from_numpy(turn).float()[None]), 0, frame, 0.0)
    hinges = worn.camera(torch.tensor([[side * frame.width / 2, frame.hinge, 0.0] for side in (-1, 1)]))
    return ((worn.ears - hinges)[:, :2] @ torch.tensor([-np.sin(roll), np.cos(roll)]).float()).tolist()


@pytest.mark.parametrize("roll", [0.0, 0.4])
def test_temples_rise_toward_the_ears_as_those_of_wearers_do(roll: float) -> None:
    assert max(rises(-0.5, roll)) == pytest.approx(14.0, abs=0.5)
    assert min(rises(0.5, roll)) == pytest.approx(-3.0, abs=0.5)
    level, bowed = (sum(rises(pitch, roll)) / 2 for pitch in (0.0, -0.1))
    assert 2.0 < level < 8.0
    assert 1.5 < bowed - level < 5.0, "half a mm a degree"


@pytest.mark.parametrize(("style", "low", "high"), [("rimless", -3.5, 3.0), ("half_rim", -3.0, 4.0), ("oval", -3, 5)])
def test_hinges_of_wire_stand_about_as_high_as_the_pupils(style: str, low: float, high: float) -> None:
    fit = fitting(style=style)
    pupils = collins().points[0, [RIGHT_PUPIL, LEFT_PUPIL], 1].mean() - fit.scene.source.corners[0][1]
    hinges = [fit.pixel(eyewear_ears.arm(fit, side).hinge)[1] for side in (-1.0, 1.0)]
    assert low < (float(pupils) - sum(hinges) / 2) / fit.scale < high


def test_plastic_hinges_stand_higher_than_those_of_wire() -> None:
    for style in ("round", "oval", "rectangle", "square"):
        plastic, wire = (cut(style, metal=metal, width=138.0, pupils=63.0, thickness=1.0) for metal in (False, True))
        assert plastic.hinge > wire.hinge + 2.0


def test_no_point_of_the_face_comes_in_the_way_at_a_leap() -> None:
    face, ahead = face_measures(collins().points, collins().pose), []
    for k in range(120):
        frame = cut("rectangle", metal=True, width=120.0 + 0.1 * k, pupils=63.0, thickness=1.0)
        ahead.append(float(wear(face, 0, frame, 0.0).origin[2]))
    assert max(abs(after - before) for before, after in itertools.pairwise(ahead)) < 0.2
    assert max(ahead) - min(ahead) > 2.0, "nothing is ever in the way"
