"""The networks of face analysis, loaded once per process and device."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from faceaug.errors import FaceaugError
from faceaug.face.networks.graph import Graph

WEIGHTS = Path(__file__).resolve().parents[2] / "weights"

__all__ = ["WEIGHTS", "Graph", "load"]


@cache
def load(name: str, device: str = "cpu") -> Graph:
    """A network by name, checked against the hash that its conversion recorded.

    Args:
        name: ``landmarks``, ``faces_near``, ``faces_far`` or ``person``.
        device: A torch device, as text.

    Raises:
        FaceaugError: The file is absent or is not the one that was converted.
    """
    path = WEIGHTS / f"{name}.safetensors"
    known = json.loads((WEIGHTS / "hashes.json").read_text())["networks"]
    if name not in known or not path.is_file():
        raise FaceaugError(f"{path}: there is no such network; it must be one of {', '.join(sorted(known))}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != known[name]["sha256"]:
        raise FaceaugError(
            f"{path}: the weights are damaged (their sha256 is not the recorded one); install faceaug again"
        )
    return Graph(path, device).eval()
