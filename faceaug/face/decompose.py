"""Take a photograph apart: find the face, then everything that an edit may want to change."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from faceaug.data.keypoints import POINTS
from faceaug.data.photos import Photo, read_photo
from faceaug.errors import PhotoError
from faceaug.face.decomposition import Decomposition
from faceaug.face.geometry import fit_pose
from faceaug.face.kept import Kept
from faceaug.face.landmarks import Landmarks, find_faces
from faceaug.face.light import find_light
from faceaug.face.matte import person_matte
from faceaug.face.regions import find_regions
from faceaug.face.skin import find_skin
from faceaug.face.surface import find_surface
from faceaug.face.window import faded, window_of
from faceaug.image.color import decode, luminance
from faceaug.image.extent import extent, in_blocks
from faceaug.image.filter import separable
from faceaug.image.memory import keep_memory
from faceaug.image.picked import median, picked, places

_NOSE = POINTS["nose_tip"]
Source = Photo | np.ndarray | str | Path

# Narrowest face in pixels: below it the landmarks are no longer meaningful (our own trials).
_NARROWEST = 36.0
# Beyond this yaw half of the mesh is guessed: refused as a profile.
_PROFILE = 65.0
# Share of landmarks that must lie inside the photograph.
_INSIDE = 0.8
# Noise is looked for where at least so much of a pixel is skin. It is filtered in blocks of so many, as OpenCV rounds
# another way at the end of a row.
_SURELY, _BLOCK = 0.8, 16
# Largest window in pixels: a megapixel takes 0.17 GB taken apart, 0.4 while it is drawn, 0.75 while a head is turned.
_LARGEST = 24e6


def decompose(
    photo: Source,
    *,
    faces: Literal["largest", "only"] = "largest",
    near: tuple[float, float] | None = None,
    detector: Literal["auto", "blazeface", "mtcnn"] = "auto",
    device: str = "cpu",
) -> Decomposition:
    """Take the largest face of a photograph apart, or the one at a place.

    Args:
        photo: A `Photo`, uint8 RGB pixels ``(H, W, 3)``, or a path.
        faces: ``only`` refuses photographs that show several faces.
        near: x, y in pixels: the face whose nose has its tip nearest to there, in place of the largest. A rendering
            shows its face where the landmarks were carried to; what else a detector takes for a face may be larger.
        detector: Which detector to use.
        device: Where the result's tensors shall lie.

    Returns:
        A batch of one.

    Raises:
        PhotoError: Unreadable, no face, several faces, too small, cut off or a profile; the reason is named.
    """
    opened = _opened(photo)
    found = _faces(opened, detector, device)
    if faces == "only" and len(found) > 1:
        raise PhotoError("several_faces", f"{len(found)} faces in one photograph")
    index = 0 if near is None else int(np.argmin([np.hypot(*(marks.points[_NOSE, :2] - near)) for marks in found]))
    return take_apart(opened, found[index], index=index, device=device, faces_found=len(found))


def decompose_all(
    photo: Source, *, detector: Literal["auto", "blazeface", "mtcnn"] = "auto", device: str = "cpu"
) -> list[Decomposition]:
    """Take every usable face of a photograph apart, largest first.

    Raises:
        PhotoError: As `decompose`, where not even one face can be used.
    """
    opened = _opened(photo)
    found = _faces(opened, detector, device)
    parts: list[Decomposition] = []
    declined: list[PhotoError] = []
    for index, marks in enumerate(found):
        try:
            parts.append(take_apart(opened, marks, index=index, device=device, faces_found=len(found)))
        except PhotoError as error:
            declined.append(error)
    if not parts:
        raise declined[0]
    return parts


def _opened(photo: Source) -> Photo:
    if isinstance(photo, Photo):
        return photo
    return Photo.from_array(photo) if isinstance(photo, np.ndarray) else read_photo(photo)


def _faces(photo: Photo, detector: Literal["auto", "blazeface", "mtcnn"], device: str) -> list[Landmarks]:
    found = find_faces(photo.pixels, detector=detector, device=device)
    if not found:
        raise PhotoError("no_face", "no face was found")
    return [marks for _, marks in found]


@torch.inference_mode()
def take_apart(
    photo: Photo, marks: Landmarks, *, index: int = 0, faces_found: int = 1, device: str = "cpu"
) -> Decomposition:
    """Take one face apart whose landmarks are known already.

    Args:
        photo: The photograph.
        marks: Landmarks of the face.
        index: Number of the face in its photograph, 0 the largest.
        faces_found: How many faces the photograph shows.
        device: Where the result's tensors shall lie.

    Raises:
        PhotoError: Too small, cut off or a profile.
    """
    keep_memory()
    height, width = photo.pixels.shape[:2]
    _check(marks, (height, width))
    points = torch.from_numpy(marks.points).to(device)[None]
    pose = fit_pose(points)
    if abs(float(pose.angles[0, 0])) > _PROFILE:
        raise PhotoError(
            "profile", f"the head is turned {float(pose.angles[0, 0]):.0f} degrees, more than {_PROFILE:.0f}"
        )
    left, top, right, bottom = window_of(marks.points, (height, width))
    if (right - left) * (bottom - top) > _LARGEST:
        millions = (right - left) * (bottom - top) / 1e6
        reason = f"head and shoulders fill {millions:.0f} megapixels, at most {_LARGEST / 1e6:.0f} fit in memory"
        raise PhotoError("too_large", f"{reason}; scale the photograph down")
    corner = torch.tensor([[left, top]], dtype=torch.float32, device=device)
    window = torch.from_numpy(photo.pixels[top:bottom, left:right].copy()).to(device)
    linear = decode(window.permute(2, 0, 1)[None].contiguous())
    whole = person_matte(photo.pixels, marks, grey=photo.is_grey)
    matte = torch.from_numpy(whole[top:bottom, left:right].copy()).to(device)[None, None]
    person = matte * faded((left, top), (bottom - top, right - left), (height, width), device)
    surface = find_surface(points, pose, corner, (bottom - top, right - left), person)
    regions = find_regions(linear, points, corner, pose, surface, person=person)
    skin = find_skin(linear, regions, points, corner, pose)
    return Decomposition(
        photos=(photo,),
        corners=((left, top),),
        linear=linear,
        points=points,
        presence=torch.tensor([marks.presence], device=device),
        pose=pose,
        surface=surface,
        regions=regions,
        skin=skin,
        light=find_light(linear, surface, regions, skin),
        grain=_grain(linear, regions.skin),
        grey=torch.tensor([photo.is_grey], device=device),
        face=(index,),
        faces_found=(faces_found,),
        kept=(Kept(),),
    )


def _check(marks: Landmarks, size: tuple[int, int]) -> None:
    """Refuse, by name, faces on which nothing can be done well."""
    x, y = marks.points[:, 0], marks.points[:, 1]
    if float(np.ptp(x)) < _NARROWEST:
        wide = int(np.ptp(x))  # whole pixels, so that one a little too narrow is not said to be as wide as needed
        raise PhotoError("too_small", f"the face is {wide} pixels wide, at least {_NARROWEST:.0f} are needed")
    inside = ((x >= 0) & (x < size[1]) & (y >= 0) & (y < size[0])).mean()
    if inside < _INSIDE:
        raise PhotoError("cut_off", f"only {inside:.0%} of the face lies inside the photograph")


def _grain(linear: Tensor, skin: Tensor) -> Tensor:
    """Standard deviation of the noise on the skin ``(B,)``, in 8-bit sRGB steps.

    Source:
        J. Immerkaer, "Fast noise variance estimation", CVIU 64 (1996); the median in place of the mean, against pores.
    """
    box = extent(skin, 1, over=_SURELY)
    if box is None:
        return linear.new_zeros(len(linear))
    within = (..., *in_blocks(box, _BLOCK))
    linear, skin = linear[within], skin[within]
    encoded = luminance(linear).clamp_(min=1e-6).log_().mul_(1 / 2.2).exp_().mul_(255)
    taps = torch.tensor([1.0, -2.0, 1.0], device=linear.device)
    response = separable(encoded, taps).abs() / 6
    values = [picked(one, places(own, _SURELY))[0] for one, own in zip(response, skin, strict=True)]
    return torch.stack([median(v) / 0.6745 if len(v) > 64 else torch.zeros((), device=v.device) for v in values])
