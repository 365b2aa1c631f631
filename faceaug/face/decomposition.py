"""The parts of a decomposed photograph, as a batch of tensors over a window around the head."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor

from faceaug.data.brief import Brief

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceaug.data.photos import Photo
    from faceaug.face.kept import Kept

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Pose(Brief):
    """Where the head is and which way it faces (weak perspective).

    Attributes:
        angles: Yaw, pitch, roll ``(B, 3)``, degrees. Yaw > 0: nose toward the image's right; pitch > 0: nose up;
            roll > 0: head tilted clockwise as seen in the picture.
        rotation: Canonical face (x right, y up, z toward the camera) to camera frame, ``(B, 3, 3)``.
        scale: Pixels per millimetre on the face ``(B,)``.
        centre: Photo position of the canonical origin ``(B, 2)``, pixels.
    """

    angles: Tensor
    rotation: Tensor
    scale: Tensor
    centre: Tensor


@dataclass(frozen=True, repr=False)
class Surface(Brief):
    """The face's and head's own surface, seen from the camera, per pixel of the window.

    Attributes:
        face: Coverage of the face mesh ``(B, 1, h, w)``, 0..1, one inside, anti-aliased at the outline.
        position: Point on the canonical face ``(B, 3, h, w)``, mm; extended smoothly beyond the outline.
        normal: Unit normals ``(B, 3, h, w)``: right, up, toward the camera; mesh inside, inflated matte outside.
        depth: Height toward the camera ``(B, 1, h, w)``, mm, of mesh and head.
    """

    face: Tensor
    position: Tensor
    normal: Tensor
    depth: Tensor


@dataclass(frozen=True, repr=False)
class Regions(Brief):
    """Soft regions ``(B, 1, h, w)``, 0..1.

    Attributes:
        person: Matte of the whole person.
        skin: Bare facial skin, without eyes, brows, lips, mouth, glasses, beard.
        body: Other visible skin: neck, ears, and beyond the face's outline.
        lips: Upper and lower lip.
        eyes: Eye openings.
        brows: Eyebrows.
        mouth: Opening between the lips (teeth, tongue).
        hair: Hair of the head.
        clothes: Clothes.
        foreground: Estimated colour of the person alone ``(B, 3, h, w)``, linear, without background at soft edges.
    """

    person: Tensor
    skin: Tensor
    body: Tensor
    lips: Tensor
    eyes: Tensor
    brows: Tensor
    mouth: Tensor
    hair: Tensor
    clothes: Tensor
    foreground: Tensor


REGIONS = ("person", "skin", "body", "lips", "eyes", "brows", "mouth", "hair", "clothes")
"""The names of the soft maps of `Regions`."""


@dataclass(frozen=True, repr=False)
class Skin(Brief):
    """What the skin is made of.

    Attributes:
        specular: Surface reflection ``(B, 1, h, w)``, linear, to be taken off all channels alike.
        tone: Median CIELAB of the bare skin ``(B, 3)``.
        ita: Individual typology angle of ``tone`` ``(B,)``, degrees.
        reliable: Share of the face's skin that was usable ``(B,)``, 0..1.
        shade_colour: How its log red, green and blue go with its log luminance where light differs ``(B, 3)``.
    """

    specular: Tensor
    tone: Tensor
    ita: Tensor
    reliable: Tensor
    shade_colour: Tensor


@dataclass(frozen=True, repr=False)
class Light(Brief):
    """The photograph's own light, fitted to the skin.

    Attributes:
        sh: Spherical-harmonic coefficients of the shading ``(B, 9)``, luminance, mean 1 over the skin.
        rest: Those of a factor ``(B, 9)`` that takes in what they leave.
        span: Least and most shading that the skin shows ``(B, 2)``.
        direction: Direction of the dominant lamp ``(B, 3)``: right, up, toward the camera.
        key_fill: Light where the lamp shines straight on the skin over light where it does not reach ``(B,)``.
        confidence: Share of the skin's luminance variance that the fit explains ``(B,)``, 0..1.
    """

    sh: Tensor
    rest: Tensor
    span: Tensor
    direction: Tensor
    key_fill: Tensor
    confidence: Tensor


@dataclass(frozen=True, repr=False)
class Decomposition(Brief):
    """Photographs taken apart: B rows over windows of one size.

    Attributes:
        photos: The photographs, one a row (pixels stay uint8 sRGB).
        corners: Left and top of each row's window in its photograph, whole pixels.
        linear: The window in linear sRGB ``(B, 3, h, w)``, 0..1.
        points: 478 landmarks ``(B, 478, 3)``, photo pixels (z: same scale, smaller is closer).
        presence: Landmark network's certainty that a face is there ``(B,)``, 0..1.
        pose, surface, regions, skin, light: See there.
        grain: Standard deviation of the photograph's noise ``(B,)``, in 8-bit sRGB steps.
        grey: Whether the photograph has no colour ``(B,)``.
        face: Index of the face in its photograph (0 = largest), one a row.
        faces_found: How many faces the photograph shows, one a row.
        kept: What variants have already asked for that follows from the photograph alone, one a row.
    """

    photos: tuple[Photo, ...]
    corners: tuple[tuple[int, int], ...]
    linear: Tensor
    points: Tensor
    presence: Tensor
    pose: Pose
    surface: Surface
    regions: Regions
    skin: Skin
    light: Light
    grain: Tensor
    grey: Tensor
    face: tuple[int, ...]
    faces_found: tuple[int, ...]
    kept: tuple[Kept, ...]

    def __len__(self) -> int:
        return len(self.photos)

    @property
    def size(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Height and width of the photograph and of the window: rows stack only where these agree."""
        height, width = self.photos[0].pixels.shape[:2]
        return (height, width), (self.linear.shape[-2], self.linear.shape[-1])

    def row(self, index: int) -> Decomposition:
        """Return one row as a batch of one; of a batch of one the batch itself."""
        if index == 0 and len(self) == 1:
            return self
        return rebuilt(self, lambda t: t[index : index + 1], lambda u: u[index : index + 1])

    def repeated(self, count: int) -> Decomposition:
        """Repeat a single row ``count`` times without copying pixels.

        Raises:
            ValueError: This batch has more than one row.
        """
        if len(self) != 1:
            msg = f"only a single face can be repeated, this batch has {len(self)}"
            raise ValueError(msg)
        return rebuilt(self, lambda t: t.expand(count, *t.shape[1:]), lambda u: u * count)

    def to(self, device: torch.device | str) -> Decomposition:
        """Return the same decomposition on another device."""
        return rebuilt(self, lambda t: t.to(device), lambda u: u)

    def lacking(self, needs: frozenset[str]) -> list[str | None]:
        """Say for each row which needed part is missing, or None. Known parts: ``skin``, ``colour``."""
        reasons: list[str | None] = []
        for row in range(len(self)):
            reason = None
            if "colour" in needs and bool(self.grey[row]):
                reason = "the photograph is grey"
            elif "skin" in needs and float(self.skin.reliable[row]) < MIN_SKIN:
                reason = "too little bare skin is visible"
            reasons.append(reason)
        return reasons


# Below this share of usable facial skin, pigment cannot be placed or measured (our own limit, by looking).
MIN_SKIN = 0.15


def stack_rows(parts: list[Decomposition]) -> Decomposition:
    """Join decompositions row by row.

    Raises:
        ValueError: Nothing to stack, or photographs or windows differ in size.
    """
    if not parts:
        msg = "no decomposition to stack"
        raise ValueError(msg)
    sizes = {part.size for part in parts}
    if len(sizes) > 1:
        msg = f"photographs and windows must agree in size to be stacked, got {sorted(sizes)}"
        raise ValueError(msg)
    return joined(parts)


def joined(parts: list[T]) -> T:
    """Join tensors row by row, or dataclasses of rows, tensors and tuples at any depth; one alone is what it is."""
    if len(parts) == 1:
        return parts[0]
    first: Any = parts[0]
    if isinstance(first, Tensor):
        return torch.cat(parts)  # type: ignore[return-value,arg-type]  # T is Tensor here
    values: dict[str, object] = {}
    for item in fields(first):
        column = [getattr(part, item.name) for part in parts]
        if isinstance(column[0], Tensor):
            values[item.name] = torch.cat(column)
        elif is_dataclass(column[0]):
            values[item.name] = joined(column)
        else:
            values[item.name] = tuple(entry for entries in column for entry in entries)
    made: T = replace(first, **values)
    return made


def rebuilt(part: T, tensor: Callable[[Tensor], Tensor], rows: Callable[[Any], Any]) -> T:
    """Copy a dataclass of rows: ``tensor`` is applied to its tensors, ``rows`` to its tuples, at any depth."""
    values: dict[str, object] = {}
    for item in fields(part):  # type: ignore[arg-type]  # T is always one of this file's dataclasses
        value = getattr(part, item.name)
        if isinstance(value, Tensor):
            values[item.name] = tensor(value)
        elif is_dataclass(value):
            values[item.name] = rebuilt(value, tensor, rows)
        else:
            values[item.name] = rows(value)
    return replace(part, **values)  # type: ignore[type-var]  # same reason
