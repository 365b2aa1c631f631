"""Pictures that are broken on purpose, each in one way, as a bug or a bad fit would break them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch

from faceaug.face.topology import LEFT_EYE, RIGHT_EYE, SURFACE_POINTS

if TYPE_CHECKING:
    from faceaug.face.decomposition import Decomposition
    from faceaug.recipe.schema import Recipe
    from faceaug.recipe.variants import Variant

OFF = 15.0
"""How far glasses are put beside their place, pixels."""

SIDES = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))
"""Which way: right, left, down, up; faces take turns."""

SPILT = 0.6
"""How much of the skin's change a spill carries to what lies around the face."""

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def misplaced_glasses(recipe: Recipe, face: Decomposition, turn: int) -> Variant:
    """Glasses fitted to landmarks that lie 15 pixels beside the face; everything else is as it should be."""
    shift = torch.tensor(SIDES[turn % 4]) * OFF
    pose = replace(face.pose, centre=face.pose.centre + shift)
    points = torch.cat([face.points[..., :2] + shift, face.points[..., 2:]], dim=-1)
    made = recipe.variants(replace(face, pose=pose, points=points), [turn])[0]
    return replace(made, points=face.points[0].numpy())


def with_seam(made: Variant, face: Decomposition) -> Variant:
    """Another skin tone that ends at the border of a mask, inside the face, as if that had not been feathered."""
    inside = _hull(face, 0.82)
    return replace(made, pixels=np.where(inside[..., None] > 0.5, made.pixels, face.photos[0].pixels))


def with_spill(made: Variant, face: Decomposition) -> Variant:
    """Another skin tone of which more than half reaches hair, background and clothes, softly, around the face."""
    was = face.photos[0].pixels.astype(np.float64)
    skin = _hull(face, 0.9) > 0.5
    change = (made.pixels.astype(np.float64) - was)[skin].mean(axis=0)
    width = 0.12 * float(np.ptp(face.points[0, :, 0].numpy()))
    around = cv2.GaussianBlur(_hull(face, 1.45), (0, 0), width)[..., None]
    touched = (made.pixels != face.photos[0].pixels).any(axis=2, keepdims=True)
    spilt = np.where(touched, made.pixels, was + SPILT * around * change)
    return replace(made, pixels=spilt.round().clip(0, 255).astype(np.uint8))


def with_eyes_swapped(made: Variant, face: Decomposition) -> Variant:
    """Each eye in the other's place, blended in softly."""
    pixels = made.pixels.astype(np.float64)
    points = face.points[0, :, :2].double().numpy()
    eyes = [points[list(eye)].mean(axis=0) for eye in (RIGHT_EYE, LEFT_EYE)]
    width = float(np.ptp(points[list(RIGHT_EYE), 0]))
    done = pixels.copy()
    for here, there in (eyes, eyes[::-1]):
        matrix = np.array([[1.0, 0.0, here[0] - there[0]], [0.0, 1.0, here[1] - there[1]]])
        moved = cv2.warpAffine(pixels, matrix, pixels.shape[1::-1], flags=cv2.INTER_LINEAR)
        spot = np.zeros(pixels.shape[:2], np.float32)
        axes = (round(0.75 * width), round(0.5 * width))
        cv2.ellipse(spot, (round(here[0]), round(here[1])), axes, 0, 0, 360, 1.0, -1)
        weight = cv2.GaussianBlur(spot, (0, 0), 0.08 * width)[..., None]
        done = done * (1 - weight) + moved * weight
    return replace(made, pixels=done.round().clip(0, 255).astype(np.uint8))


def _hull(face: Decomposition, size: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The face's hull ``(H, W)``, 0 or 1, grown or shrunk about its middle."""
    points = face.points[0, :SURFACE_POINTS, :2].numpy()
    middle = points.mean(axis=0)
    outline = cv2.convexHull((middle + size * (points - middle)).astype(np.float32)).round().astype(np.int32)
    return np.asarray(cv2.fillConvexPoly(np.zeros(face.photos[0].pixels.shape[:2], np.float32), outline, 1.0))
