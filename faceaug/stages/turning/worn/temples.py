"""The temples of glasses that a person wears: foreshortened as seen from ahead, they go on to the ears when turned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from faceaug.face.rotate import head_mesh, turned_points
from faceaug.face.worn import worn_glasses
from faceaug.image.shade import smooth_step
from faceaug.image.warp import sampled
from faceaug.stages.turning.worn.arms import end_piece, where_end_piece
from faceaug.stages.turning.worn.found import EARS, ears_of
from faceaug.stages.turning.worn.paint import Line, Part, drawn, drawn_behind
from faceaug.stages.turning.worn.plane import on_plane

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.face.decomposition import Decomposition
    from faceaug.stages.turning.unseen import Sight
    from faceaug.stages.turning.worn.front import Front

# Outer corners of the eyes, and the face's outline at the temples, on the picture's left and right: a temple runs from
# beside the one to the ear beside the other. So far around is looked, mm.
_EYES, _TEMPLES, _MARGIN_MM = (226, 446), (127, 356), 14.0
# A head that is turned by less shows no more of a temple, degrees; by the second all of it.
_TURNS = (4.0, 10.0)
# A temple that leaves a front which goes along is seen from this length on, mm, else it lies behind that; its height
# is between these.
_SHORT_MM, _TALL = 4.0, (1.1, 5.0)


def arms_gone_on(
    picture: Tensor, there: Decomposition, front: Front, source: Decomposition, sight: Sight, *, mesh: Tensor
) -> tuple[Tensor, Tensor]:
    """Draw the temples of glasses that are worn, from where they leave the front to the ears, the far one behind heads.

    Where no front goes along, the near one alone, from where the turned head shows it to end.

    Args:
        picture: The turned heads with their fronts ``(B, 3, h, w)``, linear; changed in place.
        there: Their parts; what a far temple covers is made the person's, in place.
        front: What is told of the glasses.
        source: The photograph.
        sight: Where their pixels were seen.
        mesh: The turned mesh ``(B, V, 3)``, window pixels.

    Returns:
        The picture, and what temples cover that were drawn ``(B, 1, h, w)``, 0..1.
    """
    cover = torch.zeros_like(picture[:, :1])
    for row in range(len(source)):
        one, ears = source.row(row), ears_of(mesh[row])
        by = float(there.pose.angles[row, 0] - source.pose.angles[row, 0])
        lines: list[tuple[Line, tuple[slice, ...], float]] = []
        whole = front.goes_along[row]
        if whole:
            angles = there.pose.angles[row : row + 1]
            for side, told in enumerate(front.temples[row]):
                line = _line(one, told, angles, ear=ears[side], side=side)
                if line is not None:
                    lines.append((line, _around([line.start, line.end], row, sight), 1.0))
        elif abs(by) > _TURNS[0] and worn_glasses(one).worn:
            near = int(by < 0)
            ends = [(x, y) for x, y in mesh[row, [_EYES[near], _TEMPLES[near]], :2].tolist()]
            place = _around([*ends, ears[near]], row, sight)
            where = where_end_piece(there, one, sight, place, near)
            line = end_piece(_part(picture, there, one, sight, place), where, ears[near])
            if line is not None:
                lines.append((line, place, float(smooth_step(*_TURNS, torch.tensor(abs(by))))))
        for line, place, share in lines:
            part, person = _part(picture, there, one, sight, place), there.regions.person[place]
            made = drawn_behind(part, line, 1 - person) if line.behind else drawn(part, line, share, over=whole)
            picture[place], covered = made
            cover[place] = torch.maximum(cover[place], covered)
            torch.maximum(person, covered * line.behind, out=person)
    return picture, cover


def _line(source: Decomposition, told: Tensor, angles: Tensor, *, ear: tuple[float, float], side: int) -> Line | None:
    """A temple of a turned head, to where the mesh has the ear, as high as the photograph's temple leads.

    None if none is told or seen.

    Args:
        source: The photograph of the only face.
        told: What is told of the temple ``(8,)``, as `Front` holds it.
        angles: Yaw, pitch, roll ``(1, 3)``, degrees.
        ear: Where the turned ear is, window pixels.
        side: 0 for the picture's left temple, 1 for its right one.
    """
    if bool(told.isnan().any()):
        return None
    (left, top), scale = source.corners[0], float(source.pose.scale[0])
    deep = head_mesh(source)[0, EARS[side], 2:]
    met = torch.cat([told[6:] + told.new_tensor([left, top]), deep])[None, None]
    hinge, met = turned_points(torch.cat([on_plane(source, told[None, :2]), met], dim=1), source.pose, angles)[
        0
    ].tolist()
    start = (hinge[0] - left, hinge[1] - top)
    out, tall = 2 * side - 1, min(max(float(told[2]), _TALL[0]), _TALL[1])
    right, down = ear[0] - start[0], met[1] - top - start[1]
    behind = right * out < _SHORT_MM * scale
    if behind:
        right = met[0] - left - start[0]
        if right * out > -_SHORT_MM * scale:
            return None
    length, colour = math.hypot(right, down), told[3:6].reshape(1, 3, 1, 1)
    return Line(start, (right / length, down / length), length, tall * scale, colour, behind)


def _around(ends: list[tuple[float, float]], row: int, sight: Sight) -> tuple[slice, ...]:
    """A row, its channels, and the part of the window around some places where a temple may be."""
    xs, ys = zip(*ends, strict=True)
    margin, (high, wide) = round(_MARGIN_MM * sight.scale), sight.place.shape[-2:]
    rows = slice(max(0, int(min(ys)) - margin), min(high, int(max(ys)) + margin))
    return (
        slice(row, row + 1),
        slice(None),
        rows,
        slice(max(0, int(min(xs)) - margin), min(wide, int(max(xs)) + margin)),
    )


def _part(picture: Tensor, there: Decomposition, source: Decomposition, sight: Sight, place: tuple[slice, ...]) -> Part:
    rows, columns = place[2:]
    return Part(
        light=picture[place],
        bare=(there.regions.skin + there.regions.body)[place].clamp(0, 1),
        high=sampled(source.surface.position[:, 1:2], sight.place[place])[0, 0],
        xs=torch.arange(columns.start, columns.stop, device=picture.device) + 0.5,
        ys=torch.arange(rows.start, rows.stop, device=picture.device)[:, None] + 0.5,
        scale=sight.scale,
    )
