"""Skin conditions: on bare skin, as many and as large as asked, believable on every tone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy import ndimage

from faceaug.edit import get_edit
from faceaug.edits import vitiligo as vitiligo_module
from faceaug.errors import Refusal
from faceaug.face.decomposition import Decomposition
from faceaug.face.fields import facial_skin, mottle, within_jaw
from faceaug.face.fringe import without_fringe
from faceaug.face.lay import face_cut, laid
from faceaug.face.scatter import scatter_seen, triangle_areas
from faceaug.face.topology import LEFT_EYE, LIPS_OUTER, RIGHT_EYE
from faceaug.image.noise import Noise
from faceaug.image.raster import polygon
from faceaug.render import render
from faceaug.scene import Scene
from faceaug.stages.visible import FAINT, colour_difference
from tests.portraits import collins, hopper, window

FAMILY = ("moles", "acne", "vitiligo", "birthmark", "scar", "age_spots", "rosacea")
STRONG: dict[str, dict[str, Any]] = {
    "moles": {"count": 12, "radius": 2.0, "contrast": 2.0},
    "acne": {"count": 70, "redness": 1.0},
    "vitiligo": {"extent": 0.6},
    "birthmark": {"strength": 1.5, "size": 60},
    "scar": {"prominence": 1.5, "length": 60, "width": 4},
    "age_spots": {"count": 50, "radius": 5, "contrast": 2},
    "rosacea": {"flush": 1.1},
}


def edited(name: str, face: Decomposition, *, seed: int = 0, **given: Any) -> Scene:
    return get_edit(name)(Scene.of(face, seed=seed), **given)


def changed(scene: Scene) -> np.ndarray:
    face = scene.source
    return np.asarray((window(render(scene).pixels[0], face) != window(face.photos[0].pixels, face)).any(axis=2))


@pytest.mark.parametrize("face", [collins, hopper], ids=["collins", "hopper"])
@pytest.mark.parametrize("name", FAMILY)
def test_eyes_lips_and_all_that_is_not_skin_stay_free(name: str, face: Any) -> None:
    part = face()
    moved = changed(edited(name, part, **STRONG[name]))
    assert moved.any()
    flat = part.points[0, :, :2].numpy() - np.array(part.corners[0])
    features = polygon([flat[list(loop)] for loop in (RIGHT_EYE, LEFT_EYE, LIPS_OUTER)], part.size[1]) > 0.99
    assert not (moved & features).any()
    skin = facial_skin(part)[0, 0].numpy() > 0
    assert not (moved & ~ndimage.binary_dilation(skin, iterations=1)).any()
    assert not (moved & (part.regions.person[0, 0].numpy() < 0.01)).any()


@pytest.mark.parametrize("name", ["moles", "age_spots"])
@pytest.mark.parametrize("count", [1, 5, 12])
def test_as_many_spots_as_asked_are_found_again(name: str, count: int) -> None:
    given = {"radius": 0.9, "contrast": 1.5}
    pigment = edited(name, collins(), count=count, seed=2, **given).pigment
    assert pigment is not None
    dark = pigment[0, 0].numpy()
    peaks = (dark == ndimage.maximum_filter(dark, 5)) & (dark > 0.1)
    found = ndimage.label(peaks, structure=np.ones((3, 3)))[1]
    assert round(0.75 * count) <= found <= count, "neighbours may run together"


@pytest.mark.parametrize("extent", [0.1, 0.3, 0.7])
def test_vitiligo_covers_the_share_that_was_asked(extent: float) -> None:
    pigment = edited("vitiligo", collins(), extent=extent, complete=1.0).pigment
    assert pigment is not None
    pale = (pigment[0, 0] < pigment.min() / 2).numpy()
    skin = facial_skin(without_fringe(collins()))[0, 0].numpy() > 0.5
    assert float(pale[skin].mean()) == pytest.approx(extent, abs=0.04)


def test_vitiligo_has_edges_soft_and_sharp_and_islands_of_pigment() -> None:
    face = collins()
    part = replace(face, pose=replace(face.pose, scale=torch.full((1,), 4.0)))
    depth = torch.linspace(-12, 12, 400).expand(1, 1, 300, 400)
    place = torch.stack(
        [torch.linspace(-50, 50, 400).expand(300, 400), torch.linspace(-40, 40, 300)[:, None].expand(300, 400)]
    )
    there = replace(part, surface=replace(part.surface, position=torch.cat([place, place[:1] * 0])[None]))
    gone = vitiligo_module.pale(there, Noise(("a",)), depth)[0, 0].numpy()
    across = 24.0 / 400
    # From where the half is gone to where nearly all is, from without.
    widths = ((gone >= 0.95).argmax(axis=1) - (gone >= 0.5).argmax(axis=1)) * across
    sharpest, softest = np.quantile(widths, (0.1, 0.9))
    assert sharpest < 0.5
    assert softest > 0.9
    inside = gone[:, 230:290]
    assert 0.004 < float((inside < 0.6).mean()) < 0.2, "islands near the edge"
    assert float(gone[:, 380:].min()) > 0.95, "none far inside"
    assert float(gone[:, :120].max()) == 0.0, "nothing far outside"


def test_vitiligo_is_as_symmetric_as_asked() -> None:
    face = collins()
    part, box = face_cut(face)

    def likeness(symmetry: float) -> float:
        pigment = edited("vitiligo", face, extent=0.3, symmetry=symmetry, seed=1).pigment
        assert pigment is not None
        x, y = (part.surface.position[0, k].round() for k in (0, 1))
        pale = pigment[0, 0][box] < -0.05
        skin = facial_skin(part)[0, 0] > 0.5
        sides = [np.zeros((200, 100), bool) for _ in range(2)]
        for side, sign in zip(sides, (1, -1), strict=True):
            there = skin & (x * sign > 5) & (x * sign < 60) & (y > -100) & (y < 50)
            side[(y[there] + 120).long().numpy(), (x[there] * sign).long().numpy()] |= pale[there].numpy()
        return float(np.corrcoef(sides[0].ravel(), sides[1].ravel())[0, 1])

    assert likeness(1.0) > likeness(0.0) + 0.2


def test_a_birthmark_keeps_to_one_side() -> None:
    for seed in range(4):
        pigment = edited("birthmark", collins(), size=30, kind="port_wine", seed=seed).pigment
        assert pigment is not None
        amount, x = pigment[0, 1].double(), collins().surface.position[0, 0].double()
        sides = [float(amount[x * sign > 0].sum()) for sign in (1, -1)]
        assert max(sides) > 8 * min(sides)


def test_a_port_wine_stain_is_of_blood_and_a_cafe_au_lait_spot_of_melanin() -> None:
    for kind, more, less in (("port_wine", 1, 0), ("cafe_au_lait", 0, 1)):
        pigment = edited("birthmark", collins(), kind=kind).pigment
        assert pigment is not None
        assert pigment[0, more].sum() > 3 * pigment[0, less].sum()


def test_a_birthmark_ends_in_its_own_outline_before_the_jaw() -> None:
    near, touched = within_jaw(collins())[0, 0] < 0.5, 0
    for seed in range(12):
        pigment = edited("birthmark", collins(), size=40, kind="port_wine", strength=1.0, seed=seed).pigment
        assert pigment is not None
        assert not bool((pigment[0, 1][near] > 0.05).any()), f"seed {seed} fades along the jaw"
        lower = (collins().surface.position[0, 1] < -60) & (collins().surface.face[0, 0] > 0.5)
        touched += bool((pigment[0, 1][lower] > 0.3).any())
    assert touched >= 2, "no mark came near the jaw"


def test_a_cafe_au_lait_spot_is_seen_on_dark_skin_too() -> None:
    face, amounts = collins(), []
    for ita in (60.0, 0.0, -50.0):
        toned = replace(face, skin=replace(face.skin, ita=torch.tensor([ita])))
        pigment = edited("birthmark", toned, kind="cafe_au_lait", strength=0.6, size=25).pigment
        assert pigment is not None
        amounts.append(float(pigment[0, 0].amax()))
    assert amounts[0] < 0.9 * amounts[1] < 0.8 * amounts[2]


@pytest.mark.parametrize(("kind", "sign"), [("raised", 1), ("sunken", -1)])
def test_a_scar_is_as_long_and_wide_as_asked(kind: str, sign: int) -> None:
    scene = edited("scar", collins(), kind=kind, length=30, width=3.0, prominence=1.0, seed=1)
    assert scene.relief is not None
    high = (scene.relief[0, 0] * sign > 0.15).numpy()
    position = collins().surface.position[0].numpy()[:, high].T
    far = np.linalg.norm(position[:, None] - position[None], axis=2).max()
    area = high.sum() / float(collins().pose.scale[0]) ** 2
    assert 15 < far < 36, f"{far:.0f} mm"
    assert 0.8 < area / far < 5, f"{area / far:.1f} mm wide"


@pytest.mark.parametrize("kind", ["flat", "raised", "sunken"])
def test_a_scar_of_usual_size_is_seen(kind: str) -> None:
    """On light skin too, where a pale scar has hardly any melanin to lose."""
    scars = [edited("scar", collins(), kind=kind, prominence=0.9, seed=seed) for seed in range(12)]
    assert np.median([colour_difference(scene, "scar", 0) for scene in scars]) > 1.5 * FAINT


def test_rosacea_reddens_the_middle_and_not_the_rim() -> None:
    pigment = edited("rosacea", collins(), flush=0.5).pigment
    assert pigment is not None
    x, y = collins().surface.position[0, :2]
    skin = facial_skin(collins())[0, 0] > 0.9
    nose = skin & (x.abs() < 12) & (y < -10) & (y > -35)
    rim = skin & (x.abs() > 58)
    assert pigment[0, 1][nose].mean() > 0.2 > 3 * pigment[0, 1][rim].mean()


def test_what_is_laid_does_not_depend_on_the_rectangle_it_is_drawn_in() -> None:
    face = collins()
    drawn, mask = laid(face, Noise(("a",)), lambda part, _noise, _row: facial_skin(part).expand(1, 2, -1, -1))
    whole = facial_skin(without_fringe(face)).expand(1, 2, -1, -1)
    assert torch.allclose(drawn, (whole - 0.004).clamp(min=0), atol=1e-6)
    assert bool(((drawn != 0).any(dim=1, keepdim=True) <= (mask > 0)).all())


def test_mottle_has_blotches_of_its_period() -> None:
    """The spacing of zero crossings grows with the period."""
    part, _ = face_cut(collins())
    crossings = []
    for period in (6.0, 12.0, 24.0):
        rows = [mottle(part, Noise((f"{key}",)), "a", period)[0, 0] for key in range(4)]
        crossings.append(sum(float(((row[:, 1:] > 0) != (row[:, :-1] > 0)).float().mean()) for row in rows))
        spread = torch.stack(rows).std()
        assert 0.25 < float(spread) < 0.6
    assert crossings[0] > 1.5 * crossings[1] > 2.2 * crossings[2]


def test_only_places_on_bare_skin_in_sight_count() -> None:
    face = collins()
    bare = facial_skin(face).clone()
    middle = bare.shape[-1] // 2
    bare[..., :middle] = 0
    share = torch.ones(1, len(triangle_areas()))
    _, place, exists = scatter_seen(face, Noise(("a",)), torch.tensor([9.0]), share, bare, tries=256)
    assert int(exists.sum()) == 9
    assert float(place[exists][:, 0].min()) >= middle


def test_vitiligo_is_declined_where_nothing_would_be_seen() -> None:
    face = collins()
    pale = replace(face, skin=replace(face.skin, tone=torch.tensor([[80.0, 6.0, 8.0]])))
    with pytest.raises(Refusal, match="so light"):
        get_edit("vitiligo")(Scene.of(pale), extent=0.3)
    get_edit("vitiligo")(Scene.of(face), extent=0.3)


def test_nothing_lies_on_a_fringe() -> None:
    face = collins()
    place = face.surface.position[0]
    fringe = (place[1] > 47) & (place[1] < 57) & (place[0].abs() < 40)
    drawn, _ = laid(face, Noise(("a",)), lambda part, _noise, _row: facial_skin(part).expand(1, 2, -1, -1))
    assert float(facial_skin(face)[0, 0][fringe].mean()) > 0.1, "colour alone takes some of it for skin"
    assert float(drawn[0, 0][fringe].mean()) < 0.04
