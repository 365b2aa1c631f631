"""What is loaded when: importing faceaug, or asking for help, must not wait for a tensor library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"torch", "torchvision", "cv2", "numpy", "scipy", "PIL", "albumentations", "facenet_pytorch", "pyarrow", "yaml"}
TENSORS = {"torch", "torchvision", "cv2", "albumentations", "facenet_pytorch"}

TELL = "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"


def loaded(code: str, root: Path) -> set[str]:
    """Names of the packages that are loaded after some code has run in a fresh interpreter."""
    script = f"import atexit\natexit.register(lambda: exec({TELL!r}))\n{code}"
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.strip().splitlines()[-1]))


def test_importing_loads_nothing_heavy(root: Path) -> None:
    assert not loaded("import faceaug", root) & HEAVY


@pytest.mark.parametrize("words", ["--help", "--version", "run --help", "edits --help", "info --help"])
def test_asking_for_help_loads_nothing_heavy(words: str, root: Path) -> None:
    code = f"from faceaug.cli import main\nmain({words.split()!r}, prog_name='faceaug')"
    assert not loaded(code, root) & HEAVY


@pytest.mark.parametrize(
    "module", ["faceaug.errors", "faceaug.data.record", "faceaug.data.manifest", "faceaug.data.photos"]
)
def test_tables_load_no_tensor_library(module: str, root: Path) -> None:
    assert not loaded(f"import {module}", root) & TENSORS


def test_the_probe_sees_a_heavy_import(root: Path) -> None:
    assert "numpy" in loaded("import numpy", root)
