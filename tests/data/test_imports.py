"""The package opens in an instant: names are resolved on first use, and tables load no tensor library."""

from __future__ import annotations

import subprocess
import sys

import pytest

import faceaug

HEAVY = ("torch", "numpy", "PIL", "cv2", "scipy", "pyarrow", "albumentations")


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert run(f"import sys, faceaug, faceaug.errors; print([m for m in {HEAVY} if m in sys.modules])") == "[]"


def test_the_data_layer_never_loads_torch() -> None:
    code = (
        "import sys, pkgutil, importlib, faceaug.data as d;"
        "[importlib.import_module('faceaug.data.' + m.name) for m in pkgutil.iter_modules(d.__path__)];"
        "print([m for m in ('torch', 'cv2', 'pyarrow') if m in sys.modules])"
    )
    assert run(code) == "[]"


def test_public_names() -> None:
    assert {"read_photo", "Photo", "Recipe", "Scene", "decompose", "Dataset", "edits"} <= set(dir(faceaug))
    assert faceaug.read_photo.__module__ == "faceaug.data.photos"
    from faceaug.errors import PhotoError

    assert faceaug.PhotoError is PhotoError
    with pytest.raises(AttributeError, match="no attribute 'reed_photo'"):
        _ = faceaug.reed_photo
