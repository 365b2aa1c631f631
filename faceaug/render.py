"""Draw a scene back into its photographs: one fixed physical order, one quantisation, untouched pixels copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from faceaug.data.brief import Brief
from faceaug.image.chroma import calmed
from faceaug.image.color import decode, encode, luminance
from faceaug.image.memory import keep_memory
from faceaug.image.planes import differing, in_bytes
from faceaug.stages.capture import capture
from faceaug.stages.eyewear.put_on import put_on_glasses
from faceaug.stages.pigment import add_pigment
from faceaug.stages.relief import shade_relief
from faceaug.stages.relight import relight
from faceaug.stages.shadow import beyond, shade
from faceaug.stages.tone import change_tone
from faceaug.stages.turning.turn import turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from faceaug.data.photos import Photo
    from faceaug.scene import Scene


Stage = Callable[["Tensor", "Scene"], "tuple[Tensor, Scene]"]

STAGES: tuple[Stage, ...] = (turn, change_tone, add_pigment, relight, shade_relief, put_on_glasses, shade)
"""The physical order, whatever the order in a recipe.

Each stage takes the window ``(B, 3, h, w)`` in linear sRGB and the scene, and returns both: the very same window where
its channel asks for nothing, and the scene with whatever the stage moved or marked (landmarks, masks).
"""


@dataclass(frozen=True, repr=False)
class Rendering(Brief):
    """The pictures of a scene and what is known about them.

    Attributes:
        pixels: One uint8 sRGB picture ``(H, W, 3)`` a row, the size of its photograph.
        points: Carried landmarks ``(B, 478, 3)``, photo pixels.
        masks: Label masks by name, one uint8 ``(H, W)`` a row, 255 = full.
        touched: Share of pixels that differ from the photograph, one a row.
        source_types: IPTC digital source type of each picture; None where not one pixel changed.
    """

    pixels: tuple[NDArray[np.uint8], ...]
    points: NDArray[np.float32]
    masks: dict[str, tuple[NDArray[np.uint8], ...]]
    touched: tuple[float, ...]
    source_types: tuple[str | None, ...]


@torch.inference_mode()
def render(scene: Scene) -> Rendering:
    """Draw the scene, stage by stage in `STAGES`, then through the camera; what no channel asks for is left alone.

    On a CPU the rows are drawn one after another: that is no slower, and a row's bits cannot depend on its batch.

    Raises:
        TypeError: it is no scene.
    """
    if not hasattr(scene, "source"):
        msg = f"a Scene is drawn, not a {type(scene).__name__}; make one by faceaug.Scene.of(face)"
        raise TypeError(msg)
    keep_memory()
    if scene.device.type == "cpu" and len(scene) > 1:
        return _joined([_render(scene.row(index)) for index in range(len(scene))])
    return _render(scene)


def _joined(rows: list[Rendering]) -> Rendering:
    return Rendering(
        pixels=tuple(row.pixels[0] for row in rows),
        points=np.concatenate([row.points for row in rows]),
        masks={
            name: tuple(_mask_of(row, name) for row in rows) for name in dict.fromkeys(n for r in rows for n in r.masks)
        },
        touched=tuple(row.touched[0] for row in rows),
        source_types=tuple(row.source_types[0] for row in rows),
    )


def _mask_of(row: Rendering, name: str) -> NDArray[np.uint8]:
    """A row's mask; empty where its own settings left nothing to mark."""
    return row.masks[name][0] if name in row.masks else np.zeros(row.pixels[0].shape[:2], dtype=np.uint8)


def _render(scene: Scene) -> Rendering:
    photos = scene.source.photos
    untouched = picture = scene.source.linear
    for stage in STAGES:
        picture, scene = stage(picture, scene)
    window = None if picture is untouched else encode(picture)
    if scene.sensor is None:
        pixels = tuple(_pasted(scene, row, window) for row in range(len(scene)))
        if any(channel is not None for channel in (scene.turn, scene.tone, scene.light)):
            _calm(scene, pixels)
    else:
        pixels = _captured(scene, None if window is None else picture)
    whole = scene.sensor is not None or bool(scene.beyond)
    parts = [(slice(None), slice(None)) if whole else _window(scene, row) for row in range(len(scene))]
    grey = scene.source.grey.tolist()
    pixels = tuple(_still_grey(new, old) if none else new for new, old, none in zip(pixels, photos, grey, strict=True))
    touched = tuple(_share_touched(new, old.pixels, part) for new, old, part in zip(pixels, photos, parts, strict=True))
    kinds = tuple(_source_type(scene) if share else None for share in touched)
    return Rendering(pixels, scene.source.points.cpu().numpy(), _masks(scene), touched, kinds)


def _still_grey(new: NDArray[np.uint8], photo: Photo) -> NDArray[np.uint8]:
    """Take the colour (of a lamp, a frame, a shadow's edge) out of what changed on a photograph that has none."""
    changed = (new != photo.pixels).any(axis=2)
    grey = new.copy()
    grey[changed] = encode(luminance(decode(torch.from_numpy(new[changed])))).numpy()
    return grey


def _share_touched(new: NDArray[np.uint8], old: NDArray[np.uint8], part: tuple[slice, slice]) -> float:
    """Share of pixels of which any channel differs, in a part outside of which none does."""
    return float(differing(new[part], old[part]) / (new.shape[0] * new.shape[1]))


def _window(scene: Scene, row: int) -> tuple[slice, slice]:
    """Rows and columns of a row's window in its photograph."""
    left, top = scene.source.corners[row]
    height, width = scene.source.linear.shape[-2:]
    return slice(top, top + height), slice(left, left + width)


def _pasted(scene: Scene, row: int, window: Tensor | None) -> NDArray[np.uint8]:
    """The photograph of one row with its window ``(B, 3, h, w)`` replaced."""
    pixels = beyond(scene, row)
    if window is not None:
        part = pixels[_window(scene, row)]
        for channel, plane in enumerate(window[row].cpu().numpy()):
            part[..., channel] = plane
    return pixels


def _calm(scene: Scene, pixels: tuple[NDArray[np.uint8], ...]) -> None:
    """Take off, in place, grain that colours of whole faces won; spots lie on the skin's own, and only darken it."""
    for row, (new, photo) in enumerate(zip(pixels, scene.source.photos, strict=True)):
        if photo.jpeg is not None:
            part = _window(scene, row)
            calmed(new[part], photo.pixels[part])


def _captured(scene: Scene, picture: Tensor | None) -> tuple[NDArray[np.uint8], ...]:
    """Paste in linear light and send the whole photographs through the camera."""
    frames = torch.stack([torch.from_numpy(beyond(scene, row)) for row in range(len(scene))])
    linear = decode(frames.to(scene.device)).permute(0, 3, 1, 2).contiguous()
    if picture is not None:
        height, width = picture.shape[-2:]
        for row, (left, top) in enumerate(scene.source.corners):
            linear[row, :, top : top + height, left : left + width] = picture[row]
    return capture(linear, scene)


def _masks(scene: Scene) -> dict[str, tuple[NDArray[np.uint8], ...]]:
    """Carry label masks from the window to the whole photograph."""
    whole: dict[str, tuple[NDArray[np.uint8], ...]] = {}
    for name, mask in scene.masks.items():
        rows = []
        for row, (left, top) in enumerate(scene.source.corners):
            if name in scene.beyond:
                canvas = in_bytes(scene.beyond[name][row, 0].cpu().numpy())
            else:
                canvas = np.zeros(scene.source.photos[row].pixels.shape[:2], dtype=np.uint8)
            small = mask[row, 0].cpu().numpy()
            in_bytes(small, out=canvas[top : top + small.shape[0], left : left + small.shape[1]])
            rows.append(canvas)
        whole[name] = tuple(rows)
    return whole


def _source_type(scene: Scene) -> str:
    """IPTC: what is done to the face itself makes a composite, light and camera alone an enhancement."""
    on_the_face = (scene.turn, scene.tone, scene.pigment, scene.relief, scene.eyewear)
    return "algorithmicallyEnhanced" if all(part is None for part in on_the_face) else "compositeSynthetic"
