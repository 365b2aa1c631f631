"""How bad each thing may be: read off good renderings by `benchmarks/gate.py`, on people that it then leaves out."""

from __future__ import annotations

from typing import Final

__all__ = ["BOUNDS"]

BOUNDS: Final = {
    "face": 0.0,
    "labels": 0.0,
    "landmarks": 0.085,
    "eyes": 0.87,
    "glasses": 0.072,
    "identity": 0.6,
    "clipping": 0.015,
    "seam": 0.68,
    "spill": 1.5,
    "grain": 1.0,
}
"""Check -> worst score that is accepted."""
