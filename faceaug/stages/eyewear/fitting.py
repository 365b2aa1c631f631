"""One face and the glasses that are put on it: what every part of the drawing needs, worked out once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.face.brightness import brightness
from faceaug.face.frame import STYLES, Cut, Whim, cut
from faceaug.face.frame_tables import Tables, frame_tables
from faceaug.face.wearing import BEND, Worn, face_measures, foreshortened, wear
from faceaug.image.finish import Finish, finish, transmitted
from faceaug.image.sharpness import point_spread
from faceaug.stages.eyewear.behind import face_behind
from faceaug.stages.eyewear.light import Lit, scene_light

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faceaug.channels import Eyewear
    from faceaug.scene import Scene

# What shadows and temples may reach beyond the front, mm: aside, above, below.
_ASIDE, _ABOVE, _BELOW = 16.0, 12.0, 30.0
# Room around the front alone, mm.
_CLOSE = 2.0
# Frames are drawn with at least this many samples a millimetre, and at most so many a pixel's side: with more, thin
# rims of small faces differ by 1.4 levels in the mean.
_SAMPLES_PER_MM, _MOST_SAMPLES = 3.0, 3
# What clear lenses keep to themselves at most (coats against scratches, filters of blue light): neutral, yellowish,
# greenish. Skin below the eyes has, against that of the cheek, 0.97 of the red, 0.965 of the green and all of the blue
# on 91 wearers in official portraits that it has on others; light passes twice, and what they mirror is added.
_GLASSES = ((0.025, 0.025, 0.02), (0.01, 0.015, 0.055), (0.03, 0.01, 0.02))
# How far aside a ray goes on a mm before end pieces are seen to turn back: on heads turned by 3 degrees.
_SEEN_BACK = 0.05
# Glasses that are askew stand crooked too, by this share and at most by so many degrees: ears are not equally high.
_ROLLS, _MOST_ROLL = 0.6, 2.5
# This part of the front's width at either side is not looked at for how sharp the photograph is.
_OUT_OF_FOCUS = 6
# Bounds between which shapes depart from the classic ones: how square they are above and below, how high, how far their
# edges recede (on 30 wearers in official portraits outlines go from ovals to boxes with corners; by looking).
_WHIMS = {"upper": (0.6, 2.0), "lower": (0.6, 2.6), "aspect": (0.90, 1.10), "recede": (0.3, 1.7)}
# No frame is narrower or wider than this, mm (opticians' catalogues: 112 for children to 160).
_NARROWEST, _WIDEST = 112.0, 160.0


@dataclass(frozen=True)
class Box:
    """A part of the window: left, top, right, bottom in pixels, and samples a pixel's side."""

    left: int
    top: int
    right: int
    bottom: int
    samples: int = 1

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return self.right <= self.left or self.bottom <= self.top

    def of(self, x: Tensor) -> Tensor:
        """Cut the box out of ``(B, C, H, W)``."""
        return x[..., self.top : self.bottom, self.left : self.right]

    def within(self, other: Box) -> Box:
        """The same box, counted from the corner of a larger one."""
        return Box(
            self.left - other.left, self.top - other.top, self.right - other.left, self.bottom - other.top, self.samples
        )

    def pasted(self, onto: Tensor, part: Tensor) -> Tensor:
        """A copy of ``onto`` with the box replaced by ``part``."""
        done = onto.clone()
        done[..., self.top : self.bottom, self.left : self.right] = part
        return done


@dataclass(frozen=True)
class Rays:
    """Rays from the camera in the frame's own axes: where they meet its plane, and how they go on.

    Attributes:
        u: Aside, where they meet the plane ``(1, 1, h, w)``, mm.
        v: Upward, likewise.
        along_u: How far aside they are one mm before the plane, from there.
        along_v: How far up, likewise.
        edge: From how far aside on end pieces turn back, mm.
    """

    u: Tensor
    v: Tensor
    along_u: float
    along_v: float
    edge: float

    def meet(self, behind: float) -> tuple[Tensor, Tensor]:
        """Where they meet the bent front, ``behind`` mm behind its face: (u, v)."""
        u, depth = self.u - self.along_u * behind, self.u.new_tensor(-behind)
        for _ in range(2):  # the depth w follows from u: three rounds settle it
            w = torch.addcmul(depth, u, u, value=-BEND)
            u = torch.add(self.u, w, alpha=self.along_u)
        if abs(self.along_u) > _SEEN_BACK:
            far = math.copysign(1.0, -self.along_u)
            u.add_((u * far - self.edge).clamp_(min=0), alpha=far * (foreshortened(self.along_u) - 1))
        return u, torch.add(self.v, w, alpha=self.along_v)


@dataclass(frozen=True)
class Fitting:
    """One row of a scene and the glasses on it.

    Attributes:
        scene: The scene, one row.
        asked: Its eyewear.
        frame: The frame, cut to size.
        worn: Where it sits.
        tables: The frame's flat tables.
        surface: What it is made of.
        light: The light it stands in.
        face: The colour of the face behind it, as it is now ``(1, 3, 1, 1)``, linear.
        sharp: The photograph's own point spread at the eyes, pixels.
        whole: The box of everything that may change.
        small: The box of the front, finely sampled.
    """

    scene: Scene
    asked: Eyewear
    frame: Cut
    worn: Worn
    tables: Tables
    surface: Finish
    light: Lit
    face: Tensor
    sharp: float
    whole: Box
    small: Box

    @cached_property
    def scale(self) -> float:
        """Pixels a millimetre."""
        return float(self.scene.source.pose.scale[0])

    @cached_property
    def centre(self) -> tuple[float, float]:
        """Where the photograph has the point from which camera millimetres count, pixels."""
        x, y = self.scene.source.pose.centre[0].tolist()
        return x, y

    def kept(self, v: Tensor) -> Tensor:
        """Share of the light ``(1, 3, h, w)`` that the lenses let through at heights ``v``, mm."""
        asked = self.asked
        tint = (asked.lens[0], float(asked.tint[0]), asked.tint_colour[0], float(asked.gloss[0]))
        passed = transmitted(*tint, v / (self.frame.height / 2))
        kind, much = (asked.noise.first(name)[0] for name in ("glass", "glass_tint"))
        # Clear lenses keep a little light of their own colour to themselves, all others that of their tint.
        colour = passed.new_tensor(_GLASSES[int(kind * len(_GLASSES))]).reshape(1, 3, 1, 1)
        return (passed[..., :1, :1] * (1 - much * colour)).expand_as(passed) if asked.lens[0] == "clear" else passed

    def camera(self, box: Box) -> tuple[Tensor, Tensor]:
        """Camera millimetres of a box's samples: right, of columns ``(1, 1, 1, w)``; up, of rows ``(1, 1, h, 1)``."""
        corner = self.scene.source.corners[0]
        # Lines of some hundred numbers: numpy takes a fifth of the time.
        across, down = (
            np.arange((end - start) * box.samples, dtype=np.float32) + np.float32(0.5)
            for start, end in ((box.left, box.right), (box.top, box.bottom))
        )
        x = (across / box.samples + (box.left + corner[0]) - self.centre[0]) / self.scale
        y = -(down / box.samples + (box.top + corner[1]) - self.centre[1]) / self.scale
        device = self.scene.device
        return torch.from_numpy(x[None, None, None]).to(device), torch.from_numpy(y[None, None, :, None]).to(device)

    def pixel(self, point: Sequence[float]) -> tuple[float, float]:
        """Window pixel (x, y) of a point in camera millimetres."""
        return _pixel(point, self.scale, self.centre, self.scene.source.corners[0])

    def along(self) -> tuple[float, float]:
        """How far aside and up a ray from the camera is one mm before the front's plane, mm."""
        (a, b, c), (d, e, f), _ = self.worn.rotation.tolist()
        determinant = a * e - b * d
        return (b * f - c * e) / determinant, (c * d - a * f) / determinant

    def rays(self, x: Tensor, y: Tensor) -> Rays:
        """Rays from the camera through (x, y), camera millimetres."""
        (a, b, _), (d, e, _), _ = self.worn.rotation.tolist()
        right, up, _ = self.worn.origin.tolist()
        determinant = a * e - b * d
        flat_u = (x - right) * (e / determinant) - (y - up) * (b / determinant)
        flat_v = (y - up) * (a / determinant) - (x - right) * (d / determinant)
        return Rays(flat_u, flat_v, *self.along(), self.frame.edge)


def worn_frame(scene: Scene, asked: Eyewear, row: int) -> tuple[Cut, Worn]:
    """The frame that a row of the scene asks for, and where it sits on the face."""
    face = face_measures(scene.source.points, scene.source.pose)
    width = min(max(float(face.temples[row]) * float(asked.size[row]), _NARROWEST), _WIDEST)
    frame = cut(
        asked.style[row],
        metal=asked.material[row] == "metal",
        width=round(width, 2),
        pupils=round(float(face.pupils[row]), 2),
        thickness=round(float(asked.thickness[row]), 4),
        whim=Whim(*(low + (high - low) * asked.noise.first(name)[row] for name, (low, high) in _WHIMS.items())),
    )
    roll = min(max(-_ROLLS * float(asked.askew[row]), -_MOST_ROLL), _MOST_ROLL)
    return frame, wear(face, row, frame, float(asked.lowered[row]), roll)


def fitted(scene: Scene, asked: Eyewear, linear: Tensor | None = None) -> Fitting | None:
    """Fit glasses to the only row of a scene, in a window that shows ``linear``; None where they lie outside it."""
    frame, worn = worn_frame(scene, asked, 0)
    whole = _box(scene, frame, worn, around=(_ASIDE, _ABOVE, _BELOW))
    if whole.empty:
        return None
    samples = min(max(-int(-_SAMPLES_PER_MM // float(scene.source.pose.scale[0])), 1), _MOST_SAMPLES)
    small = _box(scene, frame, worn, around=(_CLOSE, _CLOSE, _CLOSE), samples=samples)
    return Fitting(
        scene=scene,
        asked=asked,
        frame=frame,
        worn=worn,
        tables=frame_tables(frame).to(scene.device),
        surface=finish(asked.material[0], asked.colour[0]),
        light=scene_light(scene),
        face=face_behind(scene, small, scene.source.linear if linear is None else linear),
        sharp=point_spread(_middle(small).of(brightness(scene.source))),
        whole=whole,
        small=small,
    )


def _middle(box: Box) -> Box:
    """What of the front's box the eyes lie in, on which cameras focus: ears and outline may be out of it."""
    aside = (box.right - box.left) // _OUT_OF_FOCUS
    return replace(box, left=box.left + aside, right=box.right - aside)


def _box(scene: Scene, frame: Cut, worn: Worn, *, around: tuple[float, float, float], samples: int = 1) -> Box:
    """The part of the window that the front can reach; with room for shadows the ears too."""
    half, tall = frame.width / 2 + 2, frame.height / 2 + STYLES[frame.style].lift + 6
    corners = [[u, v, -BEND * u * u] for u in (-half, half) for v in (-tall, tall)]
    reached = worn.camera(torch.tensor(corners, device=scene.device))
    if around[0] > _CLOSE:
        reached = torch.cat([reached, worn.ears])
    pose = scene.source.pose
    scale, centre = float(pose.scale[0]), pose.centre[0].tolist()
    x, y = zip(*(_pixel(point, scale, centre, scene.source.corners[0]) for point in reached.tolist()), strict=True)
    aside, above, below = (distance * scale for distance in around)
    height, width = scene.source.linear.shape[-2:]
    return Box(
        max(int(min(x) - aside), 0),
        max(int(min(y) - above), 0),
        min(int(max(x) + aside) + 1, width),
        min(int(max(y) + below) + 1, height),
        samples,
    )


def _pixel(
    point: Sequence[float], scale: float, centre: Sequence[float], corner: Sequence[float]
) -> tuple[float, float]:
    """Window pixel (x, y) of a point in camera millimetres, whose window begins at a corner of the photograph."""
    return point[0] * scale + centre[0] - corner[0], -point[1] * scale + centre[1] - corner[1]
