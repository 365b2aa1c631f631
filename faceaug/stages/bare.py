"""Bare skin of a scene as earlier stages have left it: of the head as it is now turned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceaug.face.bare import bare_skin

if TYPE_CHECKING:
    from torch import Tensor

    from faceaug.scene import Scene


def bare_now(scene: Scene) -> Tensor:
    """The share of bare skin in what the person covers of each pixel ``(B, 1, h, w)``, 0..1."""
    return bare_skin(scene.source) if scene.bare is None else scene.bare


def flesh_now(scene: Scene) -> Tensor:
    """The share of bare skin and lips, as `bare_now`."""
    return (bare_now(scene) + scene.source.regions.lips).clamp_(max=1)
