"""Memory of large pictures, kept from one to the next."""

from __future__ import annotations

from functools import cache
from typing import Final

import torch

LARGEST: Final = 32 * 2**20
"""Bytes of the largest block that glibc ever takes from its own store (``DEFAULT_MMAP_THRESHOLD_MAX`` on 64 bits)."""


@cache
def keep_memory() -> None:
    """Let the C library keep what pictures leave behind, up to twice `LARGEST`, for those that follow.

    Else it returns megabytes to the system after every stage and asks for them again in the next, page by page: a tenth
    of the time. glibc keeps as much as the largest block that it ever saw freed suggests; so one is shown to it, whose
    pages nothing ever touches. Other C libraries are left as they are.

    Source:
        mallopt(3), ``M_MMAP_THRESHOLD``: the threshold is dynamic, and that of trimming is twice as much.
    """
    torch.empty(LARGEST - 2**16, dtype=torch.uint8)  # freed at once
