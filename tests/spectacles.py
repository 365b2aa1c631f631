"""A pair of plain wire glasses on a portrait, for tests of how glasses are drawn."""

from __future__ import annotations

from typing import Any, Final

from faceaug.edit import get_edit
from faceaug.scene import Scene
from faceaug.stages.eyewear.fitting import Fitting, fitted
from tests.portraits import collins

WIRE: Final[dict[str, Any]] = {
    "style": "oval",
    "material": "metal",
    "colour": "silver",
    "size": 0.97,
    "thickness": 1.0,
    "reflection": "none",
    "gloss": 0.5,
    "lowered": 0.0,
    "askew": 0.0,
}


def fitting(seed: int = 0, **given: Any) -> Fitting:
    """How such glasses, or others, sit on the face."""
    scene = get_edit("glasses")(Scene.of(collins(), seed=seed), **{**WIRE, **given})
    assert scene.eyewear is not None
    fit = fitted(scene, scene.eyewear)
    assert fit is not None
    return fit
