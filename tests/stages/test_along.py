"""What lies on a head goes along whole when it turns, each map in its own place."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decompose import decompose
from faceaug.face.decomposition import REGIONS, Decomposition
from faceaug.image.planes import woven
from faceaug.image.warp import At, pixel_centres, sampled
from faceaug.scene import Scene
from faceaug.stages.layers import layers_of
from faceaug.stages.turning.along import Colour, moved_maps, sharply
from faceaug.stages.turning.turn import turn
from faceaug.stages.turning.unseen import look_up
from tests.conftest import ROOT


@cache
def portrait() -> Decomposition:
    return decompose(ROOT / "sample_data" / "eileen_collins.png")


def carried(roll: float, aside: float) -> tuple[dict[str, Tensor], Tensor]:
    """All maps of a head that is rolled about its chin and moved aside, by name, and where its pixels come from."""
    face = portrait()
    clear, size = layers_of(face).clear, (face.linear.shape[-2], face.linear.shape[-1])
    xs, ys = pixel_centres(size, clear.device)
    x, y = (xs - size[1] / 2).expand(size), (ys - 0.6 * size[0]).expand(size)
    cos, sin = torch.tensor(roll).cos(), torch.tensor(roll).sin()
    place = torch.stack([x * cos - y * sin + size[1] / 2 - aside, x * sin + y * cos + 0.6 * size[0]])[None]
    ones = torch.ones_like(clear)
    sight = look_up(place, ones, lambda box: torch.zeros(1, 3, *size)[(..., *box)], 0 * ones, scale=1.0)
    moved, whose = moved_maps(Scene.of(face), clear, sight)
    return {name: moved[:, part] for name, part in whose.items()}, place


@pytest.mark.parametrize(("roll", "aside"), [(0.0, 0.0), (0.4, 30.0), (-0.6, -150.0), (0.0, 2000.0)])
def test_what_lies_on_a_face_is_looked_up_wherever_it_shows(roll: float, aside: float) -> None:
    found, place = carried(roll, aside)
    regions = portrait().regions
    for name, part in found.items():
        whole = {"clear": layers_of(portrait()).clear, "specular": portrait().skin.specular}.get(name)
        own = getattr(regions, name) if whole is None else whole
        assert torch.equal(part, sampled(own, place)), name
    assert set(found) == {*REGIONS, "clear", "specular"}


def test_what_edits_lay_beside_a_face_goes_along_as_well() -> None:
    """A birthmark on the neck, far below all that lies on the face, and its mask."""
    face = portrait()
    height, width = face.linear.shape[-2:]
    mark = torch.zeros_like(face.regions.skin)
    mark[..., int(0.8 * height) : int(0.9 * height), int(0.4 * width) : int(0.6 * width)] = 0.5
    pigment = torch.cat([mark, 0.5 * mark], dim=1)
    scene = replace(Scene.of(face), pigment=pigment, masks={"birthmark": mark})
    xs, ys = pixel_centres((height, width), mark.device)
    place = torch.stack([(xs - 9.3).expand(height, width), (ys + 4.6).expand(height, width)])[None]
    ones = torch.ones_like(mark)
    sight = look_up(place, ones, lambda box: torch.zeros(1, 3, height, width)[(..., *box)], 0 * ones, scale=1.0)
    moved, whose = moved_maps(scene, layers_of(face).clear, sight)
    assert torch.equal(moved[:, whose["pigment"]], sampled(pigment, place))
    assert torch.equal(moved[:, whose["mask birthmark"]], sampled(mark, place))


def test_no_map_takes_anothers_place() -> None:
    """Skin that is made as light as skin counts as bare: not as blood, which lies beside it among the maps."""
    scene = Scene.of(portrait(), seed=1)
    for name, asked in {"skin_tone": {}, "pose": {"yaw": 25.0}, "freckles": {"density": 6.0}}.items():
        scene = get_edit(name)(scene, None, **asked)
    turned = turn(scene.source.linear, scene)[1]
    assert scene.pigment is not None
    assert turned.pigment is not None
    for channel in (0, 1):
        assert float(turned.pigment[:, channel].amax()) <= 1.05 * float(scene.pigment[:, channel].amax())


@pytest.mark.parametrize("yaw", [-25.0, 25.0])
def test_the_matte_of_a_turned_head_covers_no_pixel_twice(yaw: float) -> None:
    """Neck that comes into sight is of the person once, also where it stood before the head: no blotches when lit."""
    scene = get_edit("pose")(Scene.of(portrait(), seed=1), None, yaw=yaw, pitch=8.0)
    person = turn(scene.source.linear, scene)[1].source.regions.person
    assert float(person.amin()) >= 0
    assert float(person.amax()) <= 1 + 1e-6


def test_beside_bright_cloth_dark_cloth_turns_no_darker_and_edges_stay_sharp() -> None:
    """A step from 0.02 to 1, drawn out to twice its width."""
    dark, bright, size = 0.02, 1.0, (32, 32)
    colour = torch.full((1, 3, *size), dark)
    colour[..., 16:] = bright
    xs, ys = pixel_centres((32, 64), colour.device)
    place = torch.stack([(xs / 2).expand(32, 64), ys.expand(32, 64)])[None]
    cubic = sampled([woven([colour], "bicubic")], place, mode="bicubic")
    assert float(cubic.min()) < 0
    found = sharply(Colour.of(colour), At(place))
    assert float(found.min()) >= 0.69 * dark
    steepest = [float(drawn.diff(dim=-1).max()) for drawn in (found, cubic, sampled(colour, place))]
    assert steepest[0] > 0.95 * steepest[1] > steepest[2]
