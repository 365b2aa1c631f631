"""Pieces of a mask that do not hang together with its middle: a tie below a collar, a brooch, a lock of hair."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from faceaug.image.filter import largest


def pieces_apart(mask: Tensor, roots: Tensor, bridge: int) -> Tensor:
    """Return where ``mask`` holds nothing of a piece with ``roots`` in it ``(h, w)``, bool.

    Args:
        mask: ``(h, w)``, bool.
        roots: Where a piece that belongs must reach ``(h, w)``, bool.
        bridge: Necks of the mask up to twice this many pixels wide do not join pieces.
    """
    thin = -_grown(-mask.float(), bridge) > 0
    count, labels = cv2.connectedComponents(np.ascontiguousarray(thin.cpu().numpy(), np.uint8), connectivity=4)
    rooted = np.zeros(count, dtype=np.float32)
    rooted[labels[(roots & thin).cpu().numpy()]] = 1
    rooted[0] = 0
    held = torch.from_numpy(rooted[labels]).to(mask.device)
    return mask & ~(_grown(held, bridge + 1) > 0)


def _grown(plane: Tensor, radius: int) -> Tensor:
    """The greatest value within ``radius`` pixels across and down ``(h, w)``."""
    return largest(plane[None, None], radius)[0, 0]
