"""What a few lines of code give instead of each edit: the simple ways that it has to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from scipy.interpolate import LinearNDInterpolator

from benchmarks.glasses import flat_glasses
from benchmarks.light import ramp
from benchmarks.skin_tone import toned
from faceaug.face.geometry import pose_rotation
from faceaug.face.topology import SURFACE_POINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from faceaug.face.decomposition import Decomposition

COARSE = 3
"""The warp's map is found at every third pixel and interpolated between."""


def warped(parts: Decomposition, settings: Mapping[str, Any]) -> np.ndarray:
    """Turn the landmarks in space and warp the photograph after them: triangles of landmarks and border, no layers."""
    pixels = parts.photos[0].pixels
    height, width = pixels.shape[:2]
    points = parts.points[0, :SURFACE_POINTS].double()
    own = pose_rotation(parts.pose.angles.double())[0]
    asked = torch.tensor([[float(settings.get(name, 0.0)) for name in ("yaw", "pitch", "roll")]], dtype=torch.float64)
    turn = pose_rotation(parts.pose.angles.double() + asked)[0] @ own.T
    middle = points.mean(dim=0)
    # The network's depth grows away from the camera, its rows downward; rotations are right, up, toward the camera.
    flip = torch.tensor([1.0, -1.0, -1.0], dtype=torch.float64)
    moved = ((points - middle) * flip) @ turn.T * flip + middle
    across, down = np.linspace(0, width, 5), np.linspace(0, height, 5)
    border = np.array([(x, y) for x in across for y in down if x in (0, width) or y in (0, height)])
    target = np.concatenate([moved[:, :2].numpy(), border])
    source = np.concatenate([points[:, :2].numpy(), border])
    x, y = np.meshgrid(np.arange(0, width + COARSE, COARSE) + 0.5, np.arange(0, height + COARSE, COARSE) + 0.5)
    found = LinearNDInterpolator(target, source)(np.clip(x, 0, width), np.clip(y, 0, height)).astype(np.float32)
    size = (found.shape[1] * COARSE, found.shape[0] * COARSE)
    step = np.array([[COARSE, 0, 0], [0, COARSE, 0]], np.float32)
    maps = [cv2.warpAffine(found[..., k], step, size, borderMode=cv2.BORDER_REPLICATE) - 0.5 for k in (0, 1)]
    return np.asarray(
        cv2.remap(
            pixels,
            maps[0][:height, :width],
            maps[1][:height, :width],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def jittered(parts: Decomposition, settings: Mapping[str, Any]) -> np.ndarray:
    """Gamma and gain on the sRGB values of the whole photograph, as brightness augmentations do."""
    pixels = parts.photos[0].pixels.astype(np.float64) / 255
    made = float(settings["gain"]) * pixels ** float(settings["gamma"])
    return np.asarray(np.clip(np.rint(255 * made), 0, 255), np.uint8)


def _flat(parts: Decomposition, settings: Mapping[str, Any]) -> np.ndarray:
    return flat_glasses(parts, str(settings.get("style", "rectangle")))


def _mean_and_spread(parts: Decomposition, settings: Mapping[str, Any]) -> np.ndarray:
    return toned(parts, float(settings["ita"]), "lab mean and std")


def _offset(parts: Decomposition, settings: Mapping[str, Any]) -> np.ndarray:
    return toned(parts, float(settings["ita"]), "lab offset")


def _ramped(parts: Decomposition, settings: Mapping[str, Any]) -> np.ndarray:
    return ramp(parts, float(settings["side"]))


BASELINES: dict[str, Callable[[Decomposition, Mapping[str, Any]], np.ndarray]] = {
    "mesh warp without layers": warped,
    "Lab mean and spread": _mean_and_spread,
    "Lab offset": _offset,
    "flat glasses by eye distance": _flat,
    "gamma and gain": jittered,
    "ramp in sRGB": _ramped,
}
"""Baselines by the names that they have in the tables: of a face and settings, a picture of the same size."""
