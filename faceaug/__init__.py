"""Variations of real face photographs, with their labels: decompose a photograph, edit the scene, render it back.

Names are resolved on first use, so that `import faceaug` costs milliseconds and loads no tensor library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faceaug import edits as edits
    from faceaug import render as render
    from faceaug import transforms as transforms
    from faceaug.data.manifest import read_manifest as read_manifest
    from faceaug.data.manifest import write_manifest as write_manifest
    from faceaug.data.photos import Photo as Photo
    from faceaug.data.photos import find_photos as find_photos
    from faceaug.data.photos import read_photo as read_photo
    from faceaug.data.record import Record as Record
    from faceaug.dataset import Dataset as Dataset
    from faceaug.errors import FaceaugError as FaceaugError
    from faceaug.errors import PhotoError as PhotoError
    from faceaug.errors import Refusal as Refusal
    from faceaug.errors import RequestError as RequestError
    from faceaug.face.decompose import decompose as decompose
    from faceaug.recipe import Recipe as Recipe
    from faceaug.scene import Scene as Scene

__version__ = "0.1.0"

_HOME = {
    "Dataset": "faceaug.dataset",
    "FaceaugError": "faceaug.errors",
    "Photo": "faceaug.data.photos",
    "PhotoError": "faceaug.errors",
    "Recipe": "faceaug.recipe",
    "Record": "faceaug.data.record",
    "Refusal": "faceaug.errors",
    "RequestError": "faceaug.errors",
    "Scene": "faceaug.scene",
    "decompose": "faceaug.face.decompose",
    "find_photos": "faceaug.data.photos",
    "read_manifest": "faceaug.data.manifest",
    "read_photo": "faceaug.data.photos",
    "write_manifest": "faceaug.data.manifest",
}
"""Public name -> the module that defines it."""

_MODULES = ("edits", "render", "transforms")
"""Public modules, reached as attributes."""

__all__ = ["__version__", *_HOME, *_MODULES]  # noqa: PLE0604 - the table is the one list of public names


def __getattr__(name: str) -> object:
    """Import the module that defines a public name, once, when the name is first used."""
    if name in _MODULES:
        return import_module(f"faceaug.{name}")
    if name not in _HOME:
        from faceaug.errors import did_you_mean

        near = "" if name.startswith("_") else did_you_mean(name, __all__)
        msg = f"module 'faceaug' has no attribute {name!r}" + (f"; did you mean {near!r}?" if near else "")
        raise AttributeError(msg)
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not, beside what is loaded."""
    return sorted({*globals(), *__all__})
