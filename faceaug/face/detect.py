"""Find faces."""
from __future__ import annotations
from dataclasses import dataclass
import numpy as np
from numpy.typing import NDArray

@dataclass(frozen=True)
class FaceBox:
    box: tuple[float, float, float, float]
    score: float
    points: NDArray[np.float32]
    found_by: str
