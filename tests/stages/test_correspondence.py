"""Where the pixels of a turned head come from."""

from __future__ import annotations

import torch

from faceaug.edit import get_edit
from faceaug.face.topology import SURFACE_POINTS
from faceaug.scene import Scene
from faceaug.stages.turning.correspondence import correspondence
from faceaug.stages.turning.turn import turn
from tests.portraits import collins


def test_a_head_that_does_not_turn_comes_from_where_it_is() -> None:
    face = collins()
    found = correspondence(face, face.pose.angles)
    ys, xs = torch.meshgrid(*(torch.arange(n) + 0.5 for n in face.size[1]), indexing="ij")
    on_face = found.near == 1
    apart = (found.place - torch.stack([xs, ys])).abs().amax(dim=1, keepdim=True)
    assert float(apart[on_face].quantile(0.95)) < 0.01
    assert float(found.near.min()) < 0.01
    assert float((on_face.float() - (face.surface.face > 0.5).float()).abs().mean()) < 0.01


def test_the_mirror_image_of_a_part_lies_on_the_other_side_of_the_head() -> None:
    face = collins()
    found = correspondence(face, face.pose.angles)
    height, width = face.size[1]
    whole = found.mirror((slice(0, height), slice(0, width)))
    box = (slice(60, 150), slice(90, 220))
    assert torch.equal(found.mirror(box), whole[(..., *box)])
    on_face = (face.surface.face > 0.99)[0, 0]
    own, other = face.surface.position[0, 0][on_face], whole[0, :, on_face].long()
    there = face.surface.position[0, 0][other[1], other[0]]
    assert float((own + there).abs().median()) < 2.0


def test_the_points_of_a_head_are_told_where_it_has_turned_to() -> None:
    face = collins()
    found = correspondence(face, face.pose.angles)
    height, width = face.size[1]
    whole, box = found.position((slice(0, height), slice(0, width))), (slice(60, 150), slice(90, 220))
    assert torch.equal(found.position(box), whole[(..., *box)])
    on_face = (face.surface.face > 0.99).expand(-1, 3, -1, -1)
    assert float((whole - face.surface.position)[on_face].abs().median()) < 0.5
    turned = correspondence(face, face.pose.angles + torch.tensor([[20.0, 0.0, 0.0]]))
    flank = turned.position((slice(0, height), slice(0, width)))[:, 2][turned.near[:, 0] == 1]
    assert float(flank.min()) < -55, "before the ear"


def test_of_a_head_that_was_turned_aside_one_side_was_hidden() -> None:
    """The ear behind the far cheek is no part of the photograph, the near one is, and both are of a frontal head."""
    face = collins()
    assert abs(float(face.pose.angles[0, 0])) < 10
    frontal = face.pose.angles * torch.tensor([0.0, 1.0, 1.0])
    aside = turn(face.linear, get_edit("pose")(Scene.of(face), yaw=30.0))[1].source
    both = []
    for source in (face, aside):
        found = correspondence(source, frontal)
        low, high = found.mesh.vertices[0, :SURFACE_POINTS, 1].amin(), found.mesh.vertices[0, :SURFACE_POINTS, 1].amax()
        rows = slice(int(low + 0.4 * (high - low)), int(low + 0.6 * (high - low)))
        left, right = (int(found.mesh.vertices[0, point, 0]) for point in (234, 454))
        sides = (slice(left - 12, left - 4), slice(right + 4, right + 12))
        both.append([float(found.visible[0, 0, rows, columns].mean()) for columns in sides])
    assert min(both[0]) > 0.9
    assert both[1][0] > 0.9
    assert both[1][1] < 0.5
