"""A pair of plain wire glasses on a portrait, for tests of how glasses are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from faceaug.edit import get_edit
from faceaug.scene import Scene
from faceaug.stages.eyewear.fitting import Fitting, fitted
from faceaug.stages.eyewear.front import Front, flat_front, front
from tests.portraits import collins

if TYPE_CHECKING:
    from torch import Tensor

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
    "power": 0.0,
}


def fitting(seed: int = 0, **given: Any) -> Fitting:
    """How such glasses, or others, sit on the face."""
    scene = get_edit("glasses")(Scene.of(collins(), seed=seed), **{**WIRE, **given})
    assert scene.eyewear is not None
    fit = fitted(scene, scene.eyewear)
    assert fit is not None
    return fit


def laid(below: Tensor, fit: Fitting, ears: tuple[float, float] = (1.0, 1.0)) -> Front:
    """The front of glasses over a picture, the ears seen or not."""
    return front(below, fit, flat_front(fit), ears)
