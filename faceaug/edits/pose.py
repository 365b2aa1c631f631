"""Edit: the head turned."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import torch
from torch import Tensor

from faceaug.channels import Turn
from faceaug.edit import edit, number
from faceaug.image.noise import Noise
from faceaug.scene import Scene

# Beyond these angles the mesh knows nothing of what would be seen.
_YAW, _PITCH, _ROLL = 60.0, 35.0, 60.0


@edit(
    main="yaw",
    channel="turn",
    neutral={"yaw": 0.0, "pitch": 0.0, "roll": 0.0},
    measures={"yaw", "pitch", "roll", "light_azimuth", "light_elevation", "key_fill"},
)
def pose(
    scene: Scene,
    noise: Noise,
    *,
    yaw: Annotated[
        Tensor,
        number(-30, 30, unit="degrees", within=(-90, 90), mirror="negate", means="turn toward the picture's right"),
    ],
    pitch: Annotated[Tensor, number(-12, 12, unit="degrees", within=(-40, 40), means="nod; positive looks up")] = 0.0,  # type: ignore[assignment]
    roll: Annotated[
        Tensor,
        number(-12, 12, unit="degrees", within=(-60, 60), mirror="negate", means="tilt, clockwise in the picture"),
    ] = 0.0,  # type: ignore[assignment]
) -> Scene:
    """Turn the head; hair, ears and neck go along, shoulders and background stay.

    Source:
        Warping by a mesh of face and rings: X. Zhu et al., "Face alignment across large poses", CVPR 2016 (face
        profiling).
    """
    del noise
    moved = torch.stack([yaw, pitch, roll], dim=1)
    return replace(scene, turn=Turn(scene.source.pose.angles + moved))
