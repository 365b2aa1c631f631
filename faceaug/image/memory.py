"""Memory of large pictures, kept from one to the next."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from typing import Final

import torch

LARGEST: Final = 32 * 2**20
"""Bytes of the largest block that glibc ever takes from its own store (``DEFAULT_MMAP_THRESHOLD_MAX`` on 64 bits)."""

# What glibc calls the bytes by which its store grows beyond what was asked (``M_TOP_PAD`` of malloc.h), and Linux the
# wish for large pages (``MADV_HUGEPAGE`` of mman.h); and the bytes of these.
_AHEAD, _LARGE, _PAGE = -2, 14, 2 * 2**20


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
    _in_large_pages()


def _in_large_pages() -> None:
    """Let the store grow by twice `LARGEST`, and ask Linux for all of it in large pages: a sixteenth of the time.

    A variant passes over a gigabyte of planes: of small pages a processor knows too few by heart.

    Source:
        mallopt(3), ``M_TOP_PAD``; madvise(2), ``MADV_HUGEPAGE``.
    """
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        return
    library.mallopt(_AHEAD, 2 * LARGEST)
    torch.empty(LARGEST - 2**16, dtype=torch.uint8)  # for which the store has to grow
    for line in maps.read_text(encoding="utf-8").splitlines():
        if line.endswith("[heap]"):
            start, end = (int(place, 16) for place in line.split()[0].split("-"))
            start = -(-start // _PAGE) * _PAGE
            library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(max(0, end - start)), _LARGE)
