# ruff: noqa: ARG001  # a toy declares what it does not need
"""A toy face stack: two edits, and a decomposition and a renderer that are simple enough to foresee."""

from __future__ import annotations

import sys
import types
from dataclasses import fields, is_dataclass
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor

from faceaug.data.attributes import Value
from faceaug.data.photos import Photo
from faceaug.edit import choice, edit, number
from faceaug.errors import PhotoError, Refusal
from faceaug.face import decomposition as decomposition_module
from faceaug.face.decomposition import Decomposition


@edit(main="strength", channel="light", neutral={"strength": 0}, measures={"light_azimuth"}, drops={"hue"})
def glow(
    scene: Any,
    noise: Any,
    *,
    azimuth: Annotated[Tensor, number(-60, 60, unit="degrees", within=(-180, 180), means="where the light stands")],
    strength: Annotated[Tensor, number(0.2, 1, within=(0, 1), means="how much brighter")],
    kind: Annotated[tuple[str, ...], choice("warm", "cold", "off", means="colour of the light")],
) -> Any:
    """Make the picture brighter."""
    return scene


@edit(
    main="density",
    channel="skin",
    neutral={"density": 0},
    sets={"freckles": "present"},
    refuses=lambda _, settings: ["too dense here" if d > 90 else None for d in torch.as_tensor(settings["density"])],
)
def spots(
    scene: Any,
    noise: Any,
    *,
    density: Annotated[Tensor, number(2, 8, unit="spots/cm2", within=(0, 100), means="spots on the skin")],
) -> Any:
    """Put dots on the picture."""
    if bool((density > 80).any()) and bool((density <= 90).all()):
        raise Refusal("spots", "declined late")
    return scene


def decomposition(photo: Photo, face: int = 0, found: int = 1) -> Decomposition:
    """A decomposition whose tensors have a row each and nothing in them, but for landmarks."""
    points = torch.linspace(10, 40, 478)[None, :, None].repeat(1, 1, 3) + 5 * face
    parts = _parts(Decomposition)
    known = {
        "photos": (photo,),
        "corners": ((0, 0),),
        "points": points,
        "grey": torch.tensor([False]),
        "face": (face,),
        "faces_found": (found,),
    }
    empty = {item.name: ((),) for item in fields(Decomposition) if item.name not in {*parts, *known}}
    return Decomposition(**{**empty, **parts, **known})


def _parts(whole: Any) -> dict[str, Any]:
    """Tensors of one row, and parts made of such tensors, for the fields that are to hold them."""
    found: dict[str, Any] = {}
    for item in fields(whole):
        part = getattr(decomposition_module, str(item.type), None)
        if item.type == "Tensor":
            found[item.name] = torch.zeros(1, 3, 4, 4)
        elif part is not None and is_dataclass(part):
            found[item.name] = part(**_parts(part))  # type: ignore[operator]  # one of that module's classes
    return found


def decompose(photo: Any, **_: object) -> Decomposition:
    """One face in every photograph, unless its first pixel is black."""
    return decompose_all(photo)[0]


def decompose_all(photo: Any, **_: object) -> list[Decomposition]:
    """Two faces where the first pixel is white, none where it is black."""
    first = int(photo.pixels[0, 0].sum())
    if first == 0:
        raise PhotoError("no_face", "no face was found")
    if first == 1:
        msg = "planted"
        raise ZeroDivisionError(msg)
    count = 2 if first == 765 else 1
    return [decomposition(photo, index, count) for index in range(count)]


def measure(face: Decomposition) -> dict[str, Value]:
    """Something that can be read off the pixels."""
    mean = float(face.photos[0].pixels.mean())
    return {"lightness": Value(round(mean, 3), "measured", 0.9), "light_azimuth": Value(5.0, "measured")}


def render(scene: Any) -> Any:
    """Add a number that depends on every setting and on the noise."""
    pictures, touched = [], []
    for row, photo in enumerate(scene.source.photos):
        pixels = photo.pixels.astype(np.int64)
        for name, settings in scene.applied.items():
            noise = scene.noise(name).row(row).uniform("pattern", pixels.size)[0].numpy().reshape(pixels.shape)
            for values in settings.values():
                amount = float(values[row]) if isinstance(values, Tensor) else len(values[row])
                pixels = pixels + np.round(amount * noise).astype(np.int64)
        new = (pixels % 256).astype(np.uint8)
        pictures.append(new)
        touched.append(float((new != photo.pixels).any(axis=2).mean()))
    kind = "compositeSynthetic" if "spots" in scene.applied else "algorithmicallyEnhanced"
    return types.SimpleNamespace(
        pixels=tuple(pictures),
        points=scene.source.points.numpy(),
        masks={"dots": tuple(picture[..., 0] for picture in pictures)},
        touched=tuple(touched),
        source_types=(kind if scene.applied else None,) * len(scene),
    )


def install(put: Any = None) -> None:
    """Put the toys where the recipe looks for the real things: by `put(modules, name, module)`, or for good."""
    toys: dict[str, dict[str, Any]] = {
        "faceaug.face.decompose": {"decompose": decompose, "decompose_all": decompose_all},
        "faceaug.render": {"render": render},
        "faceaug.measure": {"measure": measure},
    }
    for name, values in toys.items():
        module = types.ModuleType(name)
        vars(module).update(values)
        if put is None:
            sys.modules[name] = module
        else:
            put(sys.modules, name, module)
