"""The front of worn glasses is stiff: turned, it stays whole, before cheek and wall, and is not drawn out with skin."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from faceaug.edit import get_edit
from faceaug.face.decomposition import Decomposition, joined
from faceaug.face.kept import Kept
from faceaug.face.rotate import turned_points
from faceaug.face.worn import WornGlasses
from faceaug.image.warp import sampled
from faceaug.scene import Scene
from faceaug.stages.turning import turn as turning
from faceaug.stages.turning.worn import found as worn_found
from faceaug.stages.turning.worn import rims as worn_rims
from faceaug.stages.turning.worn import temples as worn_temples
from faceaug.stages.turning.worn.front import front_of, without_front
from faceaug.stages.turning.worn.plane import flat_places, on_plane
from tests.face.test_kept import alike, others
from tests.portraits import collins

DARK, SKIN, WALL = 0.03, 0.4, 0.8
# Half width and height of the lenses, their middles and the rims' width, mm.
WIDE, HIGH, MIDDLE, RIM = 24.0, 16.0, (34.0, -2.0), 1.8


@pytest.fixture(autouse=True)
def worn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has anything dark before the eyes wears glasses; heads turn as asked."""
    monkeypatch.setattr(turning, "aimed", lambda *asked: asked[-1])
    for module in (worn_found, worn_temples):
        monkeypatch.setattr(module, "worn_glasses", told)


def told(face: Decomposition) -> WornGlasses:
    return WornGlasses("clear" if float(face.linear.min()) < SKIN / 2 else "none", 1.0)


def wearer(colour: float = DARK, *, narrow: bool = False) -> Decomposition:
    """A bald head of even skin before an even wall, with two oval rims, a bridge and two end pieces of one colour.

    ``narrow``: of which nothing is there beside the face.
    """
    face = collins()
    flat, there = flat_places(face, (face.linear.shape[-2], face.linear.shape[-1]))
    aside, high = flat[:, :1].abs(), flat[:, 1:]
    from_middle = torch.hypot((aside - MIDDLE[0]) / WIDE, (high - MIDDLE[1]) / HIGH)
    rim = ((from_middle - 1).abs() * HIGH < RIM / 2) & (aside > 1)
    bars = ((aside < MIDDLE[0] - WIDE) | ((aside > MIDDLE[0] + WIDE) & (aside < 64))) & ((high - 2).abs() < 1.2)
    frame = (rim | bars).float() * there
    person, nothing = face.surface.face if narrow else face.regions.person, torch.zeros_like(frame)
    linear = torch.lerp(torch.full_like(face.linear, WALL), torch.full_like(face.linear, SKIN), person)
    regions = replace(
        face.regions,
        person=person,
        skin=face.surface.face * (1 - frame),
        body=person * (1 - face.surface.face),
        hair=nothing,
        clothes=nothing,
        foreground=torch.full_like(face.linear, SKIN),
    )
    return replace(
        face, linear=torch.lerp(linear, torch.full_like(linear, colour), frame), regions=regions, kept=fresh()
    )


def fresh() -> tuple[Kept, ...]:
    return (Kept(),)


TURN = torch.tensor([[20.0, 0.0, 0.0]])


def turned(face: Decomposition, yaw: float, pitch: float = 0.0) -> Decomposition:
    return turning.turn(face.linear, get_edit("pose")(Scene.of(face), yaw=yaw, pitch=pitch, roll=0.0))[1].source


def along_rims(face: Decomposition, head: Decomposition) -> Tensor:
    """How bright the turned head is along its two rims ``(2, N)``, at the darkest pixel beside each place."""
    turns = torch.linspace(0, 2 * torch.pi, 73)[:-1]
    x, y = MIDDLE[0] + WIDE * turns.cos(), MIDDLE[1] + HIGH * turns.sin()
    flat = torch.stack([torch.cat([-x, x]), torch.cat([y, y])], dim=1)
    corner = torch.tensor(face.corners[0], dtype=torch.float32)
    places = turned_points(on_plane(face, flat), face.pose, head.pose.angles)[0, :, :2] - corner
    dark = -torch.nn.functional.max_pool2d(-head.linear.mean(dim=1, keepdim=True), 3, 1, 1)
    return sampled(dark, places.T[None, :, None])[0, 0, 0].reshape(2, -1)


@pytest.mark.parametrize("yaw", [24.0, -24.0, 12.0])
@pytest.mark.parametrize("pitch", [0.0, 8.0])
def test_both_rims_stay_whole(yaw: float, pitch: float) -> None:
    face = wearer()
    rims = along_rims(face, turned(face, yaw, pitch))
    # The nose hides a little of the far one.
    assert (rims < SKIN / 2).float().mean(dim=1).min() > 0.9
    near = rims[int(yaw < 0)]
    assert float(near.max()) < SKIN * 0.6


@pytest.mark.parametrize("yaw", [24.0, -24.0])
def test_the_far_rim_stands_before_the_wall(yaw: float) -> None:
    face = wearer(narrow=True)
    head, bare = turned(face, yaw), turned(wearer(SKIN, narrow=True), yaw)
    before_wall = bare.linear.mean(dim=1)[0] > 0.95 * WALL
    aside = torch.arange(head.linear.shape[-1]) + head.corners[0][0] - head.points[0, 1, 0]
    beyond = before_wall & (head.linear.mean(dim=1)[0] < SKIN / 2) & (aside * yaw > 0)
    assert int(beyond.sum()) > 10 * float(face.pose.scale[0]) ** 2
    assert float(head.regions.person[0, 0][beyond].min()) > 0.4


def test_nothing_of_it_stays_on_the_skin() -> None:
    face = wearer()
    bared = without_front(face, front_of(face, TURN))
    shown = face.linear[0, 0] < SKIN / 2
    assert float((bared.linear[0, :, shown] - SKIN).abs().max()) < 0.02
    assert float(bared.regions.skin[0, 0][shown & (face.surface.face[0, 0] > 0.99)].min()) > 0.9


def test_a_rim_goes_on_where_the_photograph_hardly_tells_it() -> None:
    face = wearer()
    flat, _ = flat_places(face, (face.linear.shape[-2], face.linear.shape[-1]))
    gap = torch.hypot(flat[:, :1] - MIDDLE[0] - WIDE * 0.8, flat[:, 1:] - MIDDLE[1] + HIGH * 0.6) < 3.0
    broken = replace(face, linear=torch.where(gap, face.linear.amax().clamp(max=SKIN), face.linear), kept=fresh())
    assert float(along_rims(face, broken).max()) > SKIN * 0.7  # as it was
    assert float(along_rims(broken, turned(broken, -12.0))[1].max()) < SKIN * 0.6


def test_what_it_covers_is_no_skin() -> None:
    face = wearer()
    head = turned(face, 20.0)
    dark = head.linear.mean(dim=1)[0] < 2 * DARK
    assert int(dark.sum()) > 50
    assert float((head.regions.skin + head.regions.body)[0, 0][dark].max()) < 0.4


def test_who_wears_none_stays_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    face = wearer(SKIN)
    assert without_front(face, front_of(face, TURN)) is face
    with_all = turned(face, 20.0)
    monkeypatch.setattr(turning, "without_front", lambda source, _: source)
    monkeypatch.setattr(turning, "glasses_laid", lambda picture, *_, moves, **__: (picture, torch.zeros_like(moves)))
    without = turned(replace(face, kept=fresh()), 20.0)
    assert torch.equal(with_all.linear, without.linear)
    assert torch.equal(with_all.regions.person, without.regions.person)


def test_tinted_lenses_go_with_the_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worn_found, "worn_glasses", lambda _: WornGlasses("tinted", 1.0))
    assert float(front_of(wearer(), TURN).taken.max()) == 0


def test_a_head_that_hardly_turns_keeps_its_glasses_as_they_are() -> None:
    face = wearer()
    angles = face.pose.angles + torch.tensor([[3.0, -3.0, 20.0]])
    assert float(front_of(face, angles).taken.max()) == 0


def test_rims_unlike_each_other_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    found, farther = worn_rims.rims, torch.tensor([[0.0], [4.0]])
    monkeypatch.setattr(worn_found, "rims", lambda strip: found(strip) + farther)
    monkeypatch.setattr(worn_found, "rim_strengths", lambda *_: (1.0, 1.0))
    assert float(front_of(wearer(), TURN).taken.max()) == 0


def test_a_batch_is_its_rows() -> None:
    alone = [wearer(colour) for colour in (DARK, SKIN)]
    both = front_of(joined([replace(face, kept=fresh()) for face in alone]), TURN.repeat(2, 1))
    for row, face in enumerate(alone):
        one = front_of(face, TURN)
        for name in ("colour", "cover", "passed", "bared", "taken"):
            assert torch.equal(getattr(both, name)[row], getattr(one, name)[0])
        assert torch.equal(both.temples[row].nan_to_num(), one.temples[0].nan_to_num())
    assert float(both.cover[0].max()) > 0.9
    assert float(both.cover[1].max()) == 0


def test_it_is_made_anew_of_anything_that_matters() -> None:
    face, matters = wearer(), set()
    for name, other in others(face):
        wanted, before = front_of(replace(other, kept=fresh()), TURN), front_of(face, TURN)
        assert alike(front_of(other, TURN), wanted), name
        matters |= set() if alike(wanted, before) else {name}
    assert {"linear", "points", "surface.face"} <= matters


@pytest.mark.parametrize("yaw", [24.0, -24.0])
def test_the_far_temple_is_seen_through_its_lens(yaw: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs from the end piece back to the head; the glasses are no empty loop before the wall."""
    face = wearer(narrow=True)
    head = turned(face, yaw)
    monkeypatch.setattr(worn_temples, "drawn_behind", lambda part, _, free: (part.light, 0 * free))
    empty = turned(face, yaw)
    darker = (empty.linear - head.linear).mean(dim=1)[0]
    there, scale = darker > 0.1, float(face.pose.scale[0])
    columns, rows = (there.any(dim=dim).nonzero()[:, 0] for dim in (0, 1))
    assert len(columns) > 4 * scale, "it is as long as the wall is seen through the lens"
    assert int(rows.max() - rows.min()) < 0.8 * len(columns) + 4 * scale
    assert float(darker.min()) > -0.01
    wall = empty.linear.mean(dim=1)[0] > SKIN + 0.1
    assert float(wall[there].float().mean()) > 0.6, "it lies before nothing but the wall"
